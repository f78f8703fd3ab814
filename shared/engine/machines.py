"""Which transitions a record may take now, and for whom."""

from shared.engine.behaviour import Moving
from shared.engine.compiled import EntityCode
from shared.engine.field_code import Natives
from shared.engine.people import User
from shared.engine.problems import problem, refuse
from shared.engine.statements import Statements
from shared.patch.expression import Moment
from shared.patch.manifest import Machine


def field_of(code: EntityCode) -> str:
    return _machine(code).field


def leading(statements: Statements, current: Natives, to: str, user: User, *, may_edit: bool) -> Moving:
    """The transition from the record's state to `to`. Raises RecordRefused if there is none, or none for the
    user: it names roles, or is for whoever may edit."""
    code = statements.code
    machine = _machine(code)
    field, source = code.fields[machine.field], current[machine.field]
    moving = statements.behaviour.moves.get((source, to))
    if moving is None:
        possible = [one.target for one in machine.transitions if one.source == source]
        params = {"source": source, "target": to, "possible": possible}
        raise refuse("conflict", problem(machine.field, "transition_missing", field.label, params, words=field.words))
    roles = moving.transition.roles
    if not (set(roles) & set(user.roles) if roles else may_edit):
        params = {"act": "transition", "entity": code.name, "roles": list(user.roles), "needs": sorted(roles)}
        raise refuse("forbidden", problem("", "forbidden", code.entity.plural, params))
    return moving


def require_guard(code: EntityCode, moving: Moving, current: Natives, said: Moment) -> None:
    """Raises RecordRefused unless the guard is true."""
    one = moving.transition
    if moving.guard is not None and moving.guard.evaluate(current, said) is not True:
        field = code.fields[field_of(code)]
        params = {"source": one.source, "target": one.target, "guard": one.guard}
        raise refuse("conflict", problem(field.name, "transition_guarded", field.label, params, words=field.words))


def _machine(code: EntityCode) -> Machine:
    if code.entity.machine is None:
        raise refuse("conflict", problem("", "no_machine", code.label))
    return code.entity.machine
