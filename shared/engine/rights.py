"""Which records: the filters of grants, asked of the rows that are read and of the row that is to be written.

A record that is written may leave its writer's sight, as when somebody hands a customer over: a filter says which
records are open, not what may become of them; that is what rules are for.
"""

from uuid import UUID

from shared.engine.access import roles_for
from shared.engine.compiled import Access
from shared.engine.connection import Connection
from shared.engine.field_code import Natives
from shared.engine.people import Acting
from shared.engine.problems import RecordRefused, problem, refuse
from shared.engine.statements import Statements
from shared.engine.stored import column
from shared.engine.writing import locked, missing
from shared.patch.expression import Moment
from shared.patch.manifest import Act


def condition(statements: Statements, access: Access, act: Act, said: Moment, alias: str = "t") -> str | None:
    """What is true of the rows `alias` with which the act is allowed; None if it is with all of them."""
    keys = access.filters.get(act)
    if keys is None:
        return None if act in access.acts else "false"
    entity, records = statements.code.entity, statements.compiled.records
    lines = records.lines(entity.name, alias)
    asked = [
        statements.behaviour.filters[key].sql(
            lambda name: f"{alias}.{column(entity, name)}", lines, said, records=records
        )
        for key in keys
    ]
    return f"({' OR '.join(asked)})"


async def locked_for(
    connection: Connection, statements: Statements, record_id: UUID, access: Access, act: Act, acting: Acting
) -> Natives:
    """The present record, held until the transaction ends. Raises RecordRefused `forbidden` for one that the user may
    see but not touch, and `not_found` for one that he may not even see."""
    if act not in access.filters:
        natives, _ = await locked(connection, statements, record_id)
        return natives
    said = acting.moment()
    may, seen = (condition(statements, access, one, said) or "true" for one in (act, "view"))
    more = f", {may} IS TRUE AS may, {seen} IS TRUE AS seen"
    natives, row = await locked(connection, statements, record_id, more)
    if row["may"]:
        return natives
    raise _forbidden(statements, access, act) if row["seen"] else missing(statements, record_id)


def _forbidden(statements: Statements, access: Access, act: Act) -> RecordRefused:
    entity = statements.code.entity
    params = {"act": act, "entity": entity.name, "roles": sorted(access.roles), "needs": roles_for(entity, act)}
    return refuse("forbidden", problem("", "forbidden_record", entity.plural, params))
