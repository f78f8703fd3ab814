"""Try the changed CRM before anybody else sees it, in the transaction that changed it."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.crm.tables import Activation
from shared.engine import Application, User
from shared.engine.applying import Connection
from shared.patch.manifest import Entity, Manifest

_LANGUAGES = ("en", "zh")


class ProbeFailed(Exception):
    """The changed CRM does not work: `check` is what was tried, `reason` what came of it."""

    def __init__(self, check: str, reason: str) -> None:
        super().__init__(f"{check}: {reason}")
        self.check = check
        self.reason = reason


async def probe(
    session: AsyncSession, connection: Connection, application: Application, activation: Activation
) -> None:
    """Every page renders in both languages, every entity lists, the schema is as this manifest had it before."""
    await _require_same_schema(session, activation)
    manifest = Manifest.model_validate(activation.manifest)
    user = User(id="probe", name="Probe", roles=manifest.roles)
    for entity in manifest.visible_entities.values():
        if not any("view" in entry.grant.allow for entry in entity.grants if not entry.removed):
            # Nobody may look at it yet: an entity begins without grants.
            continue
        _render(application, entity, user)
        await application.query(connection, entity.name, user, where=None, sort=None, limit=1, after=None)


async def _require_same_schema(session: AsyncSession, activation: Activation) -> None:
    """The same manifest is the same schema, however often it came and went."""
    earlier = (
        select(Activation.schema_fingerprint)
        .where(Activation.manifest_fingerprint == activation.manifest_fingerprint)
        .order_by(Activation.host_sequence.desc())
        .limit(1)
    )
    expected = await session.scalar(earlier)
    if expected is not None and expected != activation.schema_fingerprint:
        raise ProbeFailed("schema_fingerprint", f"expected {expected}, found {activation.schema_fingerprint}")


def _render(application: Application, entity: Entity, user: User) -> None:
    kinds = {page.kind for page in entity.pages}
    for language in _LANGUAGES:
        application.menus(user, language)
        if "list" in kinds:
            application.list_view(entity.name, user, language)
        if "form" in kinds:
            application.form_view(entity.name, user, language)
