"""The parts of an entity that can be taken away or replaced, and finding them by what they are called."""

from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import Field

from shared.patch.errors import Problem, Refusal, nearest
from shared.patch.footprint import path
from shared.patch.manifest import Entity, Grant, Machine, Transition
from shared.patch.text import Closed, Identifier
from shared.patch.undoing import Entry


class NamedPart(Closed):
    """A rule, a trigger, an index or a seed, by its name."""

    kind: Literal["rule", "trigger", "index", "seed"]
    name: Identifier


class GrantPart(Closed):
    """Whatever the role is granted of the entity, or of the field."""

    kind: Literal["grant"] = "grant"
    role: Identifier
    field: Identifier | None = None


class TransitionPart(Closed):
    kind: Literal["transition"] = "transition"
    source: str
    target: str


class MachinePart(Closed):
    """The state machine; its field stays, and people edit it again."""

    kind: Literal["machine"] = "machine"


class PagePart(Closed):
    """The timeline; list and form are there for every entity."""

    kind: Literal["page"] = "page"
    page: Literal["timeline"] = "timeline"


Part = Annotated[NamedPart | GrantPart | TransitionPart | MachinePart | PagePart, Field(discriminator="kind")]


KEPT = {"rule": "rules", "grant": "grants", "trigger": "triggers", "index": "indexes", "seed": "seeds"}
KINDS = {
    "rule": ("rule", "规则"),
    "grant": ("grant", "授权"),
    "trigger": ("trigger", "触发器"),
    "index": ("index", "索引"),
    "seed": ("seed", "预置记录"),
    "transition": ("transition", "流转"),
    "machine": ("state machine", "状态流转"),
    "page": ("page", "页面"),
}


def entries_of(entity: Entity, part: NamedPart | GrantPart, pointer: str) -> list[Entry]:
    """The visible entries that the part is kept in: one, but for what several modules grant one role."""
    entries: tuple[Any, ...] = getattr(entity, KEPT[part.kind])
    shown = {one.key: _called(getattr(one, part.kind)) for one in entries if not one.removed}
    found = [one for one in entries if shown.get(one.key) == called(part)]
    if not found:
        raise _unknown(entity, part, pointer, sorted(set(shown.values())))
    return found


def machine_of(entity: Entity, part: TransitionPart | MachinePart, pointer: str) -> Machine:
    """The machine that has the transition."""
    if entity.machine is None:
        raise Refusal("machine_missing", pointer, {"entity": entity.name})
    transitions = entity.machine.transitions
    if isinstance(part, TransitionPart) and not any(_called(one) == called(part) for one in transitions):
        raise _unknown(entity, part, pointer, [_called(one) for one in transitions])
    return entity.machine


def called(part: NamedPart | GrantPart | TransitionPart | MachinePart | PagePart) -> str:
    match part:
        case NamedPart(name=name):
            return name
        case PagePart(page=page):
            return page
        case MachinePart():
            return ""
        case _:
            return _called(part)


def refuse_without_page(entity: Entity, part: PagePart, pointer: str) -> None:
    kinds = [page.kind for page in entity.pages]
    if part.page not in kinds:
        raise _unknown(entity, part, pointer, [kind for kind in kinds if kind == "timeline"])


def part_writes(entity: str, part: NamedPart | GrantPart | TransitionPart | MachinePart | PagePart) -> Iterator[str]:
    """The paths of what is replaced or taken away."""
    match part:
        case GrantPart(role=role, field=field):
            yield path(entity, "grant", role, field or "*")
        case TransitionPart(source=source, target=target):
            yield path(entity, "machine", "transition", f"{source}>{target}")
        case MachinePart():
            yield path(entity, "machine")
        case _:
            yield path(entity, part.kind, called(part))


def _called(part: Any) -> str:
    """How people tell apart parts of one kind; a grant by its role and field, a transition by its ends."""
    match part:
        case Grant(role=role, field=field) | GrantPart(role=role, field=field):
            return f"{role}.{field}" if field is not None else role
        case Transition(source=source, target=target) | TransitionPart(source=source, target=target):
            return f"{source} → {target}"
        case _:
            return part.name


def _unknown(entity: Entity, part: Any, pointer: str, known: list[str]) -> Refusal:
    name = called(part)
    params = {"kind": part.kind, "part": name, "entity": entity.name, "known": known}
    return Refusal.of([Problem("part_unknown", pointer, params, nearest(name, known))])
