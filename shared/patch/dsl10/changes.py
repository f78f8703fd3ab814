"""`update` and `replace` of a field: what becomes different, as operations of ours."""

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import TypeAdapter, ValidationError

from shared.patch.canonical import document
from shared.patch.dsl10.draft import Step
from shared.patch.dsl10.fields import PLACES, attributes, flat, name_of, strange, type_problems
from shared.patch.errors import Problem, Refusal
from shared.patch.fields import Field
from shared.patch.operations.change_field import FieldChanges
from shared.patch.plain import as_list, as_object
from shared.patch.widening import refuse_incompatible

_FIELD: TypeAdapter[Field] = TypeAdapter(Field)
_TEXTS = ("label", "help")
_UNKNOWN = "what is there now is not known here; import it with the CRM at hand, or leave it out"
_FIXED = "a field keeps what it is; add another one and hide this one"


def change(step: Step, described: Any, path: tuple[str, ...], place: str) -> None:
    """The field at `path` as `described`: with the CRM at hand only what differs from it, else all that is said."""
    inner = flat(described)
    if inner is None:
        step.draft.refuse_document("a field must be an object", place)
        return
    new = inner.get("newName")
    inner = {key: one for key, one in inner.items() if key != "newName"}
    *outer, name = dict.fromkeys(path or (name_of(inner, "")[0],))
    called = name_of(inner, name)[0]
    problems = [*(type_problems(inner, called) if "type" in inner else ()), *strange(inner, called)]
    problems += [Problem("dsl10_key", f"/{key}", {"key": key, "field": called}) for key in PLACES & inner.keys()]
    step.draft.problems += [problem.under(place) for problem in problems]
    if problems:
        return
    told = attributes(inner)
    if inner.get("multiple") is True and told.get("type") == "ref":
        told["type"] = "many_to_many"
    names = {"entity": step.name, "field": name, **({"lines": ".".join(outer)} if outer else {})}
    present = _present(step, names)
    if present is not None:
        told = _different(step, present, told, place)
    _put(step, names, told, present, place)
    called = str(new or called)
    if called != name:
        step.draft.put(place, "rename_field", **names, to=called)


def _present(step: Step, names: Mapping[str, str]) -> Field | None:
    entity = step.draft.entity(step.name)
    entry = entity.visible_fields.get(names.get("lines", names["field"])) if entity is not None else None
    if entry is None or "lines" not in names:
        return entry.definition if entry is not None else None
    columns = (one.definition for one in entry.line_columns if not one.removed)
    return next((one for one in columns if one.name == names["field"]), None)


def _different(step: Step, present: Field, told: dict[str, Any], place: str) -> dict[str, Any]:
    """What of `told` is otherwise than it is; of a `replace`, what is not told goes back to how it is by itself."""
    plain: dict[str, Any] = document(present)
    kind = told.get("type", present.type)
    # A number kept as money or as a whole number is a `number` all the same.
    if kind == "decimal" and present.type in ("integer", "money"):
        kind = present.type
    try:
        after: Any = _FIELD.validate_python({"type": kind, "name": present.name, **_without(told, "type")})
    except ValidationError:
        after = None
    if step.operation == "replace" and after is not None:
        _refuse_incompatible(step, present, after, place)
        told |= {name: None for name in FieldChanges.model_fields if name in plain and name not in told}
        told = {name: False if one is None and plain.get(name) is True else one for name, one in told.items()}
    told["type"] = kind
    return {name: one for name, one in told.items() if not _same(present, after, name, one)}


def _same(present: Field, after: Field | None, name: str, value: Any) -> bool:
    before = getattr(present, name, None)
    if value is None or after is None:
        return before == value
    return before == getattr(after, name, value)


def _refuse_incompatible(step: Step, present: Field, after: Field, place: str) -> None:
    try:
        refuse_incompatible(present, after, place)
    except Refusal as refusal:
        step.draft.problems += refusal.problems


def _put(step: Step, names: Mapping[str, str], told: dict[str, Any], present: Field | None, place: str) -> None:
    if "options" in told:
        _options(step, names, told.pop("options"), present, place)
    if "target" in told:
        _refuse_fixed(step, names, "target", place, _UNKNOWN if present is None else _FIXED)
    elif told and all(name in _TEXTS and told[name] is not None for name in told):
        step.draft.put(place, "set_text", **names, **told)
    elif told:
        step.draft.put(place, "change_field", **names, changes=told)


def _options(step: Step, names: Mapping[str, str], options: Any, present: Field | None, place: str) -> None:
    """Against the present choices: what is new, gone, or called otherwise."""
    if present is None:
        _refuse_fixed(step, names, "options", place, _UNKNOWN)
        return
    if not isinstance(options, list):
        step.draft.refuse_document("options must be a list", f"{place}/options")
        return
    given: dict[str, Any] = {str(one.get("value")): one for one in as_list(options) or ()}
    now: dict[str, Any] = {one["value"]: one for one in document(getattr(present, "options", ()))}
    staying = [value for value in given if value in now]
    if staying != [value for value in now if value in given] or next(iter(given), None) not in (*staying[:1], None):
        _refuse_fixed(step, names, "options", place, "choices keep their order, and new ones stand behind others")
        return
    changed = [given[value] for value in staying if given[value].get("label") != now[value].get("label")]
    parts = {
        "remove": [value for value in now if value not in given],
        "label": [one for one in changed if as_object(one.get("label")) is not None],
    }
    runs = list(_runs(given, now)) or [{}]
    for number, run in enumerate(runs):
        told = run | {name: one for name, one in parts.items() if one and number == 0}
        if told:
            step.draft.put(f"{place}/options", "change_options", **names, **told)


def _runs(given: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """The new choices, by the old one that they stand behind; nothing is said of those at the end."""
    old, run = "", list[Any]()
    for value, one in (*given.items(), ("", None)):
        if value and value not in now:
            run.append(one)
            continue
        if run:
            yield {"add": run} if old == list(now)[-1] else {"add": run, "after": old}
        old, run = value, []


def _refuse_fixed(step: Step, names: Mapping[str, str], key: str, place: str, reason: str) -> None:
    params = {"key": key, "field": names["field"], "reason": reason}
    step.draft.problems.append(Problem("dsl10_fixed", f"{place}/{key}", params))


def _without(parts: Mapping[str, Any], key: str) -> dict[str, Any]:
    return {name: one for name, one in parts.items() if name != key}
