"""A manifest and a connection make a working application.

Every method writes inside the caller's transaction and takes few statements: create one (and one per effect), read
one, update two, transition three, delete one, query one; and one more for what expressions follow, for what they look
up, and for what is computed from the record elsewhere. A `Record` is a dict of JSON values: `id`, `createdAt`,
`updatedAt`, the fields that the user may see, `_titles` (what stands for the records referred to, by field; only when
read), and `_warnings` (`{rule, message}`; only when a rule of severity warning was broken by a write).
"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from shared.engine import files, machines, queries, saving, views
from shared.engine.access import access_of, allow
from shared.engine.compiled import Compiled
from shared.engine.connection import Connection
from shared.engine.files import Content
from shared.engine.notices import Notice, newest
from shared.engine.people import Acting, Clock, SystemClock, User
from shared.engine.problems import problem, refuse
from shared.engine.queries import LIMIT_MAX, Asked, Page
from shared.engine.recomputing import Recomputing
from shared.engine.rights import locked_for
from shared.engine.saving import Work
from shared.engine.shown import Record, shown
from shared.engine.statements import Statements
from shared.engine.values import moment
from shared.engine.views import Language, View
from shared.patch.manifest import Manifest
from shared.patch.page import TimelinePage
from shared.patch.text import Text

SYSTEM_CLOCK = SystemClock()
_FILES = Text(en="Files", zh="文件")


class Application:
    """Compiled lazily and kept: make one per manifest and schema, and use it for every call."""

    def __init__(self, manifest: Manifest, schema: str) -> None:
        self.manifest = manifest
        self.schema = schema
        self._compiled = Compiled(manifest, schema)
        self._recomputing = Recomputing(self._compiled)
        self._statements: dict[str, Statements] = {}

    async def create(
        self, connection: Connection, entity: str, values: Mapping[str, Any], user: User, clock: Clock
    ) -> Record:
        """Raises RecordRefused with every problem of the values at once."""
        statements = self._of(entity)
        access = allow(statements.code, user, "create")
        acting = Acting.of(user, clock)
        draft = await saving.create(self._work(connection, acting), statements, values, access)
        return shown(statements.code, draft.natives, access, draft.warnings)

    async def read(
        self, connection: Connection, entity: str, record_id: UUID, user: User, clock: Clock = SYSTEM_CLOCK
    ) -> Record:
        statements = self._of(entity)
        allow(statements.code, user, "view")
        return await queries.read_one(connection, self._of, statements, Acting.of(user, clock), record_id)

    async def update(
        self,
        connection: Connection,
        entity: str,
        record_id: UUID,
        values: Mapping[str, Any],
        user: User,
        clock: Clock,
        *,
        expected_updated_at: str | None = None,
    ) -> Record:
        """Only the values given change. With `expected_updated_at` a record changed since is refused as `stale`."""
        statements = self._of(entity)
        access = allow(statements.code, user, "edit")
        acting = Acting.of(user, clock)
        current = await locked_for(connection, statements, record_id, access, "edit", acting)
        if expected_updated_at is not None and moment(current["updatedAt"]) != expected_updated_at:
            params = {"updatedAt": moment(current["updatedAt"]), "expected": expected_updated_at}
            raise refuse("conflict", problem("", "stale", statements.code.label, params))
        draft = await saving.change(self._work(connection, acting), statements, values, current, access)
        return shown(statements.code, draft.natives, access, draft.warnings)

    async def delete(
        self, connection: Connection, entity: str, record_id: UUID, user: User, clock: Clock = SYSTEM_CLOCK
    ) -> None:
        """A record that another refers to is refused, unless that reference says otherwise.

        What goes along with it by `cascade` is not asked for its own rules on delete.
        """
        statements = self._of(entity)
        access = allow(statements.code, user, "delete")
        await saving.remove(self._work(connection, Acting.of(user, clock)), statements, record_id, access)

    async def transition(
        self, connection: Connection, entity: str, record_id: UUID, to: str, user: User, clock: Clock
    ) -> Record:
        """Take the record to another state, with the machine's effects.

        Whoever may edit some records only takes only those; who may edit none may be named by the transition, and then
        takes what he may see.
        """
        statements = self._of(entity)
        access = access_of(statements.code, user.roles)
        machines.field_of(statements.code)
        acting, may_edit = Acting.of(user, clock), "edit" in access.acts
        act = "edit" if may_edit else "view"
        current = await locked_for(connection, statements, record_id, access, act, acting)
        work = self._work(connection, acting)
        draft = await saving.transit(work, statements, current, to, may_edit=may_edit)
        return shown(statements.code, draft.natives, access, draft.warnings)

    async def query(
        self,
        connection: Connection,
        entity: str,
        user: User,
        *,
        where: Mapping[str, Any] | None = None,
        sort: str | None = None,
        limit: int = 50,
        after: str | None = None,
        clock: Clock = SYSTEM_CLOCK,
    ) -> Page:
        """Records by filters (`{"status": "new", "total": {"gt": 100}}`), sorted by one field (`-total` for the
        largest first; else the newest first), `limit` at a time; `after` is the `next` of the page before."""
        statements = self._of(entity)
        allow(statements.code, user, "view")
        asked = Asked(where or {}, sort, limit, after)
        return await queries.read_page(connection, self._of, statements, Acting.of(user, clock), asked)

    def list_view(self, entity: str, user: User, language: Language = "en") -> View:
        code = self._of(entity).code
        return views.list_view(code, allow(code, user, "view"), language)

    def form_view(self, entity: str, user: User, language: Language = "en") -> View:
        code = self._of(entity).code
        return views.form_view(code, allow(code, user, "view"), language)

    async def timeline_view(
        self,
        connection: Connection,
        entity: str,
        record_id: UUID,
        user: User,
        language: Language = "en",
        *,
        clock: Clock = SYSTEM_CLOCK,
    ) -> View:
        """The records of `entity` that belong to the record, oldest first: the last 200."""
        code = self._of(entity).code
        page = next((one for one in code.entity.pages if isinstance(one, TimelinePage)), None)
        if page is None:
            raise refuse("not_found", problem("", "no_timeline", code.entity.plural))
        where, sort = {page.parent: str(record_id)}, f"-{page.time}"
        found = await self.query(connection, entity, user, where=where, sort=sort, limit=LIMIT_MAX, clock=clock)
        return views.timeline_view(code, page, found.items[::-1], language)

    def menus(self, user: User, language: Language = "en") -> list[View]:
        return views.menus(self.manifest, user, language)

    async def notices(self, connection: Connection, user: User, limit: int = 50) -> list[Notice]:
        """What triggers told the user's roles, the newest first."""
        return await newest(connection, self._compiled, user, max(1, min(limit, LIMIT_MAX)))

    async def upload(self, connection: Connection, content: bytes, user: User, clock: Clock) -> str:
        """Keep a file for records that the user writes within a day; answers the digest by which they name it."""
        self.require_attaching(user)
        return await files.upload(connection, self.schema, content, Acting.of(user, clock))

    def require_attaching(self, user: User) -> None:
        """Raises RecordRefused unless the user may attach files to some record."""
        known = [self._of(name).code for name in self.manifest.visible_entities]
        holders = [code for code in known if code.attaching]
        if not holders:
            raise refuse("not_found", problem("", "no_files", _FILES))
        if not any(access_of(code, user.roles).edit.intersection(code.attaching) for code in holders):
            raise refuse("forbidden", problem("", "forbidden_files", _FILES))

    async def file(
        self, connection: Connection, entity: str, record_id: UUID, field: str, user: User, clock: Clock = SYSTEM_CLOCK
    ) -> Content:
        """What the field of a record holds, with its name and media type."""
        return await files.read(connection, self._of(entity), Acting.of(user, clock), record_id, field)

    def _work(self, connection: Connection, acting: Acting) -> Work:
        return Work(connection, self._of, self._recomputing, acting)

    def _of(self, entity: str) -> Statements:
        found = self._statements.get(entity)
        if found is None:
            found = self._statements[entity] = Statements(self._compiled, self._compiled.entity(entity))
        return found
