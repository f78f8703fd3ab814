"""From values to a record that may be written: what it refers to is read, triggers set fields, rules are asked.

All triggers are asked about the same record, with what is computed, as it was before any of them set a field; so the
order of triggers matters only where two set the same field, and then the later one is right.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from shared.engine.asking import Asking
from shared.engine.behaviour import Assigning, Occasion, Triggered
from shared.engine.compiled import Access, EntityCode
from shared.engine.draft import Draft
from shared.engine.drafts import begun, finish, foreseen, judge
from shared.engine.field_code import Natives
from shared.engine.sent import Sent
from shared.engine.statements import Statements
from shared.patch.expression import Moment, Needed


@dataclass(frozen=True, slots=True)
class Fired:
    """A trigger whose condition was true, with what its lookups found then."""

    triggered: Triggered
    lookups: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Prepared:
    draft: Draft
    asking: Asking
    fired: Sequence[Fired] = ()


async def prepare(
    asking: Asking,
    statements: Statements,
    values: Mapping[str, Any],
    access: Access | None,
    *,
    also: Sequence[Needed] = (),
    quietly: bool = False,
) -> Prepared:
    """What is wrong with it stands in the draft. `also` is what will be followed once it is written; `quietly` sets off
    no trigger."""
    code, behaviour = statements.code, statements.behaviour
    occasion: Occasion = "create" if asking.old is None else "update"
    draft = begun(code, values, asking.old, asking.acting, access)
    await asking.attach(draft)
    needed, held = (*behaviour.hops(occasion), *also), behaviour.computed
    if needed or held:
        await asking.follow(needed, [draft.natives], held=held)
    fired: Sequence[Fired] = ()
    triggers = () if quietly else behaviour.on(occasion)
    if triggers:
        record = foreseen(draft, code, asking.moment())
        fired = await fire(asking, triggers, record)
        given = _given(code, asking, fired, record)
        sent = Sent(draft, code, asking.old, asking.acting, None)
        for name, value in given.items():
            sent.take(name, value)
        if given and (needed or held):
            await asking.follow(needed, [draft.natives], held=held)
    finish(draft, code, asking.moment())
    if code.rules:
        await ask_rules(asking, code, draft, occasion)
    return Prepared(draft, asking, fired)


async def fire(asking: Asking, triggers: Sequence[Triggered], record: Natives) -> list[Fired]:
    """Those whose condition is true of the record."""
    found = await asking.look_up([one.lookups for one in triggers], record)
    return [
        Fired(one, lookups)
        for one, lookups in zip(triggers, found, strict=True)
        if one.when is None or one.when.evaluate(record, asking.moment(lookups)) is True
    ]


async def ask_rules(asking: Asking, code: EntityCode, draft: Draft, occasion: Occasion) -> None:
    wanting = [(rule.name, one.lookups) for rule, one in code.rules if one.lookups and occasion in rule.on]
    found = await asking.look_up([lookups for _, lookups in wanting], draft.natives)
    named = {name: one for (name, _), one in zip(wanting, found, strict=True)}
    judge(draft, code, occasion, asking.moment(), named)


def assigned(code: EntityCode, assigning: Assigning, record: Natives, said: Moment) -> dict[str, Any]:
    """What the fields of a record of `code` are given, rounded as what is computed is."""
    found = {name: expression.evaluate(record, said) for name, expression in assigning.values.items()}
    return {name: None if value is None else code.fields[name].fit(value) for name, value in found.items()}


def _given(code: EntityCode, asking: Asking, fired: Sequence[Fired], record: Natives) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for one in fired:
        for assigning in one.triggered.sets:
            found |= assigned(code, assigning, record, asking.moment(one.lookups))
    return found
