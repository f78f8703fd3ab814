"""Which records are asked for: by comparisons of their fields, each a condition over the row `t`.

A field of several choices or references `contains` one, and is `in` a list if it holds any of it. Of documents and
files only whether there is one (`eq` or `ne` null) can be asked.
"""

from collections.abc import Iterator, Mapping
from typing import Any, cast

from shared.engine.compiled import Access, EntityCode
from shared.engine.field_code import SYSTEM_CODES, FieldCode, LinesCode
from shared.engine.problems import RecordRefused, problem, refuse
from shared.engine.values import parameter, sent, storage
from shared.patch.bounds import Unfit
from shared.patch.errors import nearest

_EQUALITY = {"eq": "=", "ne": "<>"}
_COMPARISONS = {**_EQUALITY, "lt": "<", "le": "<=", "gt": ">", "ge": ">="}
# Types of which not everything can be asked; the others may be compared, listed and, if they are text, searched.
_POSSIBLE = {
    "ref": ("eq", "ne", "in"),
    "ref_any": ("eq", "ne", "in"),
    "multi_enum": ("contains", "in", "eq", "ne"),
    "many_to_many": ("contains", "in", "eq", "ne"),
    "json": ("eq", "ne"),
    "file": ("eq", "ne"),
}
_UNSORTABLE = frozenset(("lines", "many_to_many", "ref_any", "multi_enum", "json", "file"))


def conditions(code: EntityCode, access: Access, where: Mapping[str, Any], parameters: list[Any]) -> Iterator[str]:
    """Appends what the conditions refer to. Raises RecordRefused for a filter that means nothing."""
    for name, wanted in where.items():
        lines = code.lines.get(name)
        one = lines.link if lines is not None and lines.link and name in access.view else _seen(code, access, name)
        for filter_name, value in _filters(one, wanted).items():
            if lines is not None:
                yield _linked(lines, one, filter_name, value, parameters)
            else:
                yield _condition(one, filter_name, value, parameters)


def sortable(code: EntityCode, access: Access, name: str) -> FieldCode:
    one = _seen(code, access, name)
    if is_sortable(one):
        return one
    raise refuse("invalid", problem(name, "not_filterable", one.label))


def is_sortable(one: FieldCode) -> bool:
    return one.definition.type not in _UNSORTABLE


def _filters(one: FieldCode, wanted: Any) -> Mapping[str, Any]:
    if not isinstance(wanted, Mapping):
        return {"eq": wanted}
    filters = cast("Mapping[str, Any]", wanted)
    return {"eq": filters} if one.targets and set(filters) == {"entity", "id"} else filters


def _condition(one: FieldCode, name: str, value: Any, parameters: list[Any]) -> str:
    column, kind = f"t.{one.column}", storage(one.definition)
    possible = _possible(one.definition.type, kind)
    if name not in possible or (name == "in" and not isinstance(value, list)):
        raise _unknown(one, name, possible)
    if name == "contains" and kind == "text":
        escaped = str(cast("object", value)).replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        parameters.append(f"%{escaped}%")
        return f"{column} ILIKE ${len(parameters)}"
    if kind == "text[]" and name in ("contains", "in"):
        parameters.append(_native(one, _listed(value)))
        return f"{column} {'@>' if name == 'contains' else '&&'} ${len(parameters)}::text[]"
    if name == "in":
        parameters.append([_native(one, each) for each in _listed(value)])
        return f"{column} = ANY({parameter(len(parameters), f'{kind}[]')})"
    if value is None:
        return f"{column} IS {'NOT ' if name == 'ne' else ''}NULL"
    if one.definition.type in ("json", "file"):
        raise refuse("invalid", problem(one.name, "not_filterable", one.label))
    parameters.append(_native(one, value))
    here = parameter(len(parameters), kind or "")
    return f"{column} IS DISTINCT FROM {here}" if name == "ne" else f"{column} {_COMPARISONS[name]} {here}"


def _linked(lines: LinesCode, link: FieldCode, name: str, value: Any, parameters: list[Any]) -> str:
    possible = _POSSIBLE["many_to_many"]
    if name not in possible:
        raise _unknown(link, name, possible)
    among = ""
    if name in ("contains", "in") or value is not None:
        parameters.append([_native(link, each) for each in _listed(value)])
        among = f" AND x.{link.column} = ANY(${len(parameters)}::uuid[])"
    none = (name == "eq") is (value is None) and name in _EQUALITY
    return f'{"NOT " if none else ""}EXISTS (SELECT FROM {lines.table} x WHERE x."_record" = t."id"{among})'


def _possible(field_type: str, kind: str | None) -> tuple[str, ...]:
    return _POSSIBLE.get(field_type) or (*_COMPARISONS, "in", *(["contains"] if kind == "text" else []))


def _listed(value: Any) -> list[Any]:
    return cast("list[Any]", value) if isinstance(value, list) else [value]


def _unknown(one: FieldCode, name: str, possible: tuple[str, ...]) -> RecordRefused:
    return refuse("invalid", problem(one.name, "unknown_filter", one.label, {"filter": name, "possible": [*possible]}))


def _native(one: FieldCode, value: Any) -> Any:
    # In an address every value is a text.
    value = {"true": True, "false": False}.get(value, value) if one.definition.type == "boolean" else value
    try:
        return sent(one.read(value))
    except Unfit as unfit:
        raise refuse("invalid", problem(one.name, unfit.code, one.label, unfit.params)) from None


def _seen(code: EntityCode, access: Access, name: str) -> FieldCode:
    if name in SYSTEM_CODES:
        return SYSTEM_CODES[name]
    one = code.fields.get(name)
    if one is not None and name in access.view:
        return one
    if name in code.lines:
        raise refuse("invalid", problem(name, "not_filterable", code.lines[name].label))
    suggestion = nearest(name, access.view)
    raise refuse("invalid", problem(name, "unknown_field", code.label, {"field": name, "suggestion": suggestion}))
