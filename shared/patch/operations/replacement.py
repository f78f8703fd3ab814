"""What takes the place of a part: what it needs, what it says, and whom it leaves with less."""

from typing import Annotated, Literal

from pydantic import Field

from shared.patch.footprint import Footprint, path
from shared.patch.integrity.said import said_by_transition
from shared.patch.manifest import Entity, Grant, Index, Manifest, Rule, Transition
from shared.patch.operations.add_rule import rule_needs, told_rule
from shared.patch.operations.add_trigger import trigger_needs
from shared.patch.operations.grant import grant_needs
from shared.patch.operations.needs import machine_needs, said_needs
from shared.patch.operations.outcome import Sentence, field_label
from shared.patch.operations.parts import GrantPart, NamedPart, TransitionPart
from shared.patch.operations.telling import options_of, told_grant, told_transition, told_trigger
from shared.patch.text import Closed
from shared.patch.trigger import Trigger


class RuleIs(Closed):
    kind: Literal["rule"] = "rule"
    rule: Rule


class GrantIs(Closed):
    kind: Literal["grant"] = "grant"
    grant: Grant


class TriggerIs(Closed):
    kind: Literal["trigger"] = "trigger"
    trigger: Trigger


class IndexIs(Closed):
    kind: Literal["index"] = "index"
    index: Index


class TransitionIs(Closed):
    kind: Literal["transition"] = "transition"
    transition: Transition


PartIs = Annotated[RuleIs | GrantIs | TriggerIs | IndexIs | TransitionIs, Field(discriminator="kind")]


def part_of(part: PartIs) -> NamedPart | GrantPart | TransitionPart:
    """Which part is replaced: the one that is called the same."""
    if isinstance(part, TransitionIs):
        return TransitionPart(source=part.transition.source, target=part.transition.target)
    return entry_part(part)


def entry_part(part: RuleIs | GrantIs | TriggerIs | IndexIs) -> NamedPart | GrantPart:
    match part:
        case GrantIs(grant=grant):
            return GrantPart(role=grant.role, field=grant.field)
        case RuleIs(rule=one) | TriggerIs(trigger=one) | IndexIs(index=one):
            return NamedPart(kind=part.kind, name=one.name)


def part_needs(part: PartIs, entity: str, manifest: Manifest) -> Footprint:
    exists = frozenset((path(entity, "exists"),))
    match part:
        case RuleIs(rule=rule):
            return Footprint(rule_needs(rule, entity, manifest))
        case GrantIs(grant=grant):
            return Footprint(grant_needs(grant, entity, manifest))
        case TriggerIs(trigger=trigger):
            return trigger_needs(trigger, entity, manifest)
        case IndexIs(index=index):
            reads = {path(entity, "field", name, "type") for name in index.fields}
            indexed = path(entity, "indexed", ",".join(index.fields))
            return Footprint(exists | reads, frozenset((indexed,)))
        case TransitionIs(transition=one):
            said = said_needs(said_by_transition("", one, entity, manifest), manifest)
            return machine_needs((), (one,), entity, manifest) | Footprint(exists | said)


def is_told(part: PartIs, entity: str, manifest: Manifest) -> Sentence:
    match part:
        case RuleIs(rule=rule):
            return told_rule(rule, manifest)
        case GrantIs(grant=grant):
            return told_grant(grant, entity, manifest)
        case TriggerIs(trigger=trigger):
            return told_trigger(trigger, entity, manifest)
        case IndexIs(index=index):
            names = [field_label(manifest, entity, name) for name in index.fields]
            en, zh = ("; each combination once", "；组合不可重复") if index.unique else ("", "")
            return Sentence(f"{', '.join(one[0] for one in names)}{en}.", f"{'、'.join(one[1] for one in names)}{zh}。")
        case TransitionIs(transition=one):
            found = manifest.visible_entities.get(entity)
            field = found.machine.field if found is not None and found.machine is not None else None
            told = told_transition(one, entity, manifest, options_of(entity, field, manifest))
            return Sentence(f"{told.en}.", f"{told.zh}。")


def narrower(part: PartIs, entity: Entity) -> bool:
    """Somebody may do less than before: a role with records, or with a transition."""
    match part:
        case GrantIs(grant=grant):
            known = [one.grant for one in entity.grants if not one.removed]
            return any(_loses(one, grant) for one in known if (one.role, one.field) == (grant.role, grant.field))
        case TransitionIs(transition=now):
            known = entity.machine.transitions if entity.machine is not None else ()
            return any(_stops(one, now) for one in known if (one.source, one.target) == (now.source, now.target))
        case _:
            return False


def _loses(before: Grant, now: Grant) -> bool:
    filtered = now.where is not None and (now.where, now.lookups) != (before.where, before.lookups)
    return filtered or not set(before.allow) <= set(now.allow)


def _stops(before: Transition, now: Transition) -> bool:
    guarded = now.guard is not None and (now.guard, now.lookups) != (before.guard, before.lookups)
    # No role named is every role.
    return guarded or (bool(now.roles) and not (before.roles and set(before.roles) <= set(now.roles)))
