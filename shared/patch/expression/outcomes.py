"""What may come out of a typed tree, held against what is asked of it: kind, options, and where a reference leads."""

from collections.abc import Iterator

from shared.patch.errors import Refusal, nearest
from shared.patch.expression.kinds import KINDS, Kind
from shared.patch.expression.typed import Choice, FirstKnown, Hop, Literally, Looked, OverLines, Stored, Typed
from shared.patch.expression.values import CONSTANTS
from shared.patch.fields import EnumField, Field, LineField, RefField


def fit(typed: Typed, expect: Kind | Field | LineField | None, place: int) -> None:
    """Refuses a tree that answers something else than the kind, or than what the field can hold."""
    if expect is None:
        return
    if isinstance(expect, str):
        of_kind(typed, expect, place)
        return
    if expect.type not in KINDS:
        raise Refusal("expression_links", params={"field": expect.name, "place": place + 1})
    of_kind(typed, KINDS[expect.type], place)
    if isinstance(expect, EnumField):
        _options(expect.name, tuple(one.value for one in expect.options), typed, place)
    if isinstance(expect, RefField):
        _leads_to({expect.target}, typed, place)


def of_kind(typed: Typed, kind: Kind, place: int) -> None:
    if typed.kind != kind:
        raise mistyped(place, kind, typed.kind)


def agree(left: Typed, right: Typed, place: int) -> None:
    """Refuses what can never be equal; `right` stands at `place`."""
    if left.kind != right.kind:
        raise mistyped(place, left.kind, right.kind, _written(left.kind, right))
    for field, value in ((left, right), (right, left)):
        for one in outcomes(field):
            if isinstance(one, Stored) and one.options:
                _literals(one.name, one.options, value, place)
    targets = _targets(left)
    if targets:
        _leads_to(targets, right, place)


def is_enum(typed: Typed) -> bool:
    return any(isinstance(one, Stored) and one.options for one in outcomes(typed))


def outcomes(typed: Typed) -> Iterator[Typed]:
    """What the value is taken from: fields, constants, and anything that is reckoned."""
    match typed:
        case Choice(cases=cases, otherwise=otherwise):
            for _, value in cases:
                yield from outcomes(value)
            yield from outcomes(otherwise)
        case FirstKnown(operands=operands):
            for one in operands:
                yield from outcomes(one)
        case Hop(of=of):
            yield of
        case Looked(question=question) if question.value is not None and question.find != "sum":
            yield question.value
        case OverLines(macro="min" | "max", body=body):
            yield from outcomes(body)
        case _:
            yield typed


def unknown_option(field: str, options: tuple[str, ...], value: object, place: int) -> Refusal:
    params = {"option": value, "field": field, "known": list(options), "place": place + 1}
    return Refusal("option_unknown", params=params, suggestion=nearest(str(value), options))


def mistyped(place: int, expected: str, got: str, suggestion: str | None = None) -> Refusal:
    params = {"expected": expected, "got": got, "place": place + 1}
    return Refusal("expression_type", params=params, suggestion=suggestion)


def _written(kind: Kind, typed: Typed) -> str | None:
    """How a constant of that kind is written, when a bare text stands for it."""
    if kind not in CONSTANTS or not isinstance(typed, Literally) or not isinstance(typed.value, str):
        return None
    read, _, example = CONSTANTS[kind]
    return example if read(typed.value) is None else f"{kind}('{typed.value}')"


def _literals(field: str, options: tuple[str, ...], typed: Typed, place: int) -> None:
    for one in outcomes(typed):
        if isinstance(one, Literally) and one.value is not None and one.value not in options:
            raise unknown_option(field, options, one.value, place)


def _options(field: str, options: tuple[str, ...], typed: Typed, place: int) -> None:
    _literals(field, options, typed, place)
    for one in outcomes(typed):
        held = one.options if isinstance(one, Stored) else ()
        strange = next((value for value in held if value not in options), None)
        if strange is not None:
            raise unknown_option(field, options, strange, place)
        if not held and not isinstance(one, Literally):
            raise Refusal("expression_options", params={"field": field, "known": list(options), "place": place + 1})


def _targets(typed: Typed) -> set[str]:
    return {one.target for one in outcomes(typed) if isinstance(one, Stored) and one.target}


def _leads_to(targets: set[str], typed: Typed, place: int) -> None:
    for target in sorted(_targets(typed) - targets):
        params = {"expected": min(targets), "got": target, "place": place + 1}
        raise Refusal("expression_reference", params=params)
