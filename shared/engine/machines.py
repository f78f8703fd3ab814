"""Which transitions a record may take now, and for whom."""

from typing import NoReturn

from shared.engine.compiled import EntityCode
from shared.engine.field_code import Natives
from shared.engine.people import Acting, User
from shared.engine.problems import problem, refuse
from shared.engine.statements import Statements
from shared.patch.expression import Moment
from shared.patch.manifest import Machine, Transition


def field_of(code: EntityCode) -> str:
    return _machine(code).field


def permit(statements: Statements, current: Natives, to: str, acting: Acting, *, may_edit: bool) -> None:
    """Raises RecordRefused unless a transition leads from the record's state to `to`, is open to one of the user's
    roles (or, naming no role, to whoever may edit), and its guard is true."""
    code = statements.code
    machine = _machine(code)
    field, source = code.fields[machine.field], current[machine.field]
    leading = [one for one in machine.transitions if one.source == source and one.target == to]
    if not leading:
        possible = [one.target for one in machine.transitions if one.source == source]
        params = {"source": source, "target": to, "possible": possible}
        raise refuse("conflict", problem(machine.field, "transition_missing", field.label, params, words=field.words))
    open_to_user = [one for one in leading if (set(one.roles) & set(acting.user.roles) if one.roles else may_edit)]
    if not open_to_user:
        _forbid(code, leading, acting.user)
    said = acting.moment(current)
    if not any(_passes(statements, one, current, said) for one in open_to_user):
        params = {"source": source, "target": to, "guard": open_to_user[0].guard}
        raise refuse("conflict", problem(machine.field, "transition_guarded", field.label, params, words=field.words))


def _forbid(code: EntityCode, leading: list[Transition], user: User) -> NoReturn:
    needs = sorted({role for one in leading for role in one.roles})
    params = {"act": "transition", "entity": code.name, "roles": list(user.roles), "needs": needs}
    raise refuse("forbidden", problem("", "forbidden", code.entity.plural, params))


def _passes(statements: Statements, transition: Transition, current: Natives, said: Moment) -> bool:
    if transition.guard is None:
        return True
    return statements.guards[transition.guard].evaluate(current, said) is True


def _machine(code: EntityCode) -> Machine:
    if code.entity.machine is None:
        raise refuse("conflict", problem("", "no_machine", code.label))
    return code.entity.machine
