"""A write with everything that it entails, in the caller's transaction: effects of machines, actions of triggers,
computed values of other records. What is entailed is done by the system: no grant is asked.

A consequence that is refused refuses the write. Integrity has seen to it that consequences come to an end; here they
do whatever the manifest says.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from shared.engine import machines, notices, writing
from shared.engine.asking import Asking
from shared.engine.behaviour import Assigning, Changing, hops
from shared.engine.compiled import Access
from shared.engine.connection import Connection
from shared.engine.draft import Draft
from shared.engine.field_code import Natives
from shared.engine.people import Acting
from shared.engine.preparing import Fired, Prepared, ask_rules, assigned, fire, prepare
from shared.engine.problems import RecordRefused, elsewhere, problem, refuse
from shared.engine.recomputing import Recomputing
from shared.engine.rights import locked_for
from shared.engine.statements import Statements
from shared.patch.expression import Moment
from shared.patch.integrity.events import DEPTH_MAX
from shared.patch.trigger import NotifyAction

StatementsOf = Callable[[str], Statements]
# All that one write may entail, at any depth.
ENTAILED_MAX = 1000


@dataclass(slots=True)
class _Tally:
    """`reacted` says that what was written first may be otherwise by now."""

    entailed: int = 0
    reacted: bool = False


@dataclass(frozen=True, slots=True)
class Work:
    """One write of the caller's, and how far its consequences have come."""

    connection: Connection
    of: StatementsOf
    recomputing: Recomputing
    acting: Acting
    depth: int = 0
    tally: _Tally = field(default_factory=_Tally)

    def asking(self, statements: Statements, current: Natives | None) -> Asking:
        return Asking(self.connection, statements.compiled, statements.code, self.acting, current)

    def entailed(self, statements: Statements) -> "Work":
        """The same for one more record, of these. Raises RecordRefused for one too many."""
        self.tally.entailed += 1
        if self.depth >= DEPTH_MAX or self.tally.entailed > ENTAILED_MAX:
            params = {"depth": DEPTH_MAX, "count": ENTAILED_MAX}
            raise refuse("conflict", problem("", "entails_too_much", statements.code.label, params))
        return Work(self.connection, self.of, self.recomputing, self.acting, self.depth + 1, self.tally)


async def create(work: Work, statements: Statements, values: Mapping[str, Any], access: Access | None) -> Draft:
    prepared = await prepare(work.asking(statements, None), statements, values, access)
    await writing.insert(work.connection, statements, prepared.draft)
    effects = [(one, prepared.asking.moment()) for one in statements.behaviour.effects]
    return await _with_consequences(work, statements, prepared, effects)


async def change(
    work: Work, statements: Statements, values: Mapping[str, Any], current: Natives, access: Access | None
) -> Draft:
    """`current` is locked."""
    prepared = await prepare(work.asking(statements, current), statements, values, access)
    return await _changed(work, statements, prepared, current)


async def transit(work: Work, statements: Statements, current: Natives, to: str, *, may_edit: bool) -> Draft:
    """What the transition sets is set before rules are asked; its own effects come after those of the machine."""
    code, behaviour = statements.code, statements.behaviour
    moving = machines.leading(statements, current, to, work.acting.user, may_edit=may_edit)
    asking = work.asking(statements, current)
    await asking.follow(hops(moving.asked), [current])
    (lookups,) = await asking.look_up([moving.lookups], current)
    said = asking.moment(lookups)
    machines.require_guard(code, moving, current, said)
    state = {machines.field_of(code): to}
    values = state | assigned(code, moving.sets, current | state, said)
    machine_wide = [one for each in behaviour.effects for one in each.values.values()]
    also = (*hops(machine_wide), *hops(moving.asked))
    prepared = await prepare(asking, statements, values, None, also=also)
    effects = [(one, asking.moment()) for one in behaviour.effects] + [(one, said) for one in moving.effects]
    return await _changed(work, statements, prepared, current, effects)


async def remove(work: Work, statements: Statements, record_id: UUID, access: Access) -> None:
    """What goes along with it by `cascade` is asked for no rules, and sets off no triggers."""
    code, triggers = statements.code, statements.behaviour.on("delete")
    asking, fired = work.asking(statements, None), list[Fired]()
    if triggers or "delete" in access.filters or any("delete" in rule.on for rule, _ in code.rules):
        current = await locked_for(work.connection, statements, record_id, access, "delete", work.acting)
        asking, draft = work.asking(statements, current), Draft(current)
        await asking.follow(statements.behaviour.hops("delete"), [current])
        await ask_rules(asking, code, draft, "delete")
        if draft.problems:
            raise refuse("invalid", *draft.problems)
        fired = await fire(asking, triggers, current)
    lost = await work.recomputing.bereft(work.connection, code, record_id)
    await writing.delete(work.connection, statements, record_id)
    await work.recomputing.lost(work.connection, lost)
    if fired:
        assert asking.old is not None
        await _react(work, statements, fired, asking.old, asking)


async def _changed(
    work: Work,
    statements: Statements,
    prepared: Prepared,
    current: Natives,
    effects: Sequence[tuple[Assigning, Moment]] = (),
) -> Draft:
    await writing.update(work.connection, statements, prepared.draft, current)
    if await work.recomputing.changed(work.connection, statements.code, current, prepared.draft.natives):
        work.tally.reacted = True
    return await _with_consequences(work, statements, prepared, effects)


async def _with_consequences(
    work: Work, statements: Statements, prepared: Prepared, effects: Sequence[tuple[Assigning, Moment]]
) -> Draft:
    draft = prepared.draft
    for one, said in effects:
        await _create(work, one, draft.natives, said, None)
    if prepared.fired:
        await _react(work, statements, prepared.fired, draft.natives, prepared.asking)
    if work.depth == 0 and work.tally.reacted:
        row = await work.connection.fetchrow(statements.read, draft.natives["id"])
        # Nothing that it entails deletes it.
        assert row is not None
        draft.natives = statements.row(row)
    return draft


async def _react(work: Work, statements: Statements, fired: Sequence[Fired], record: Natives, asking: Asking) -> None:
    """What triggers do beside setting fields, in order."""
    for one in fired:
        name = one.triggered.trigger.name
        for action in one.triggered.others:
            work.tally.reacted = True
            match action:
                case Assigning():
                    await _create(work, action, record, asking.moment(one.lookups), name)
                case Changing():
                    await _change(work, action, record, asking, one)
                case NotifyAction():
                    await notices.add(work.connection, statements, record, action, work.acting.now)


async def _create(work: Work, assigning: Assigning, record: Natives, said: Moment, trigger: str | None) -> None:
    target = work.of(assigning.entity)
    values = assigned(target.code, assigning, record, said)
    try:
        await create(work.entailed(target), target, values, None)
    except RecordRefused as refused:
        raise _through(refused, target, trigger) from refused


async def _change(work: Work, changing: Changing, record: Natives, asking: Asking, fired: Fired) -> None:
    """Change other records one by one, each as it is when its turn comes."""
    target, action = work.of(changing.action.entity), changing.action
    name, values = fired.triggered.trigger.name, list(changing.assigning.values.values())
    ids = await asking.find(target.code, changing, record, fired.lookups)
    if len(ids) > action.limit:
        count = await asking.count(target.code, changing, record, fired.lookups)
        params = {"trigger": name, "limit": action.limit, "count": count}
        raise refuse("conflict", problem("", "too_many_related", target.code.entity.plural, params))
    for record_id in ids:
        current, _ = await writing.locked(work.connection, target, record_id)
        await asking.follow(hops(values), [current], this=record)
        given = assigned(target.code, changing.assigning, current, asking.moment(fired.lookups, record))
        try:
            await change(work.entailed(target), target, given, current, None)
        except RecordRefused as refused:
            raise _through(refused, target, name) from refused


def _through(refused: RecordRefused, statements: Statements, trigger: str | None) -> RecordRefused:
    code = statements.code
    return refuse(refused.code, *(elsewhere(one, code.name, code.label, trigger) for one in refused.problems))
