"""What a definition may be, type by type: nothing that no record could fit, and no default that would not."""

from typing import Any, get_args

import pytest
from pydantic import TypeAdapter

from shared.patch import Manifest, validate
from shared.patch.definition import senseless
from shared.patch.fields import COLUMN_TYPES, Field, TypeName
from shared.patch.widening import FIELD_MODELS, WIDENINGS, incompatible, narrows, widened

FIELD: TypeAdapter[Field] = TypeAdapter(Field)
SIZES = [{"value": "small"}, {"value": "large"}]
LINE = {"type": "text", "name": "product"}


def made(kind: str, **parts: Any) -> Field:
    return FIELD.validate_python({"type": kind, "name": "field", **parts})


def lines(*columns: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"fields": [*columns], **more}


GOOD: list[tuple[str, dict[str, Any]]] = [
    ("text", {"min_length": 2, "max_length": 4, "default": "abc", "required": True}),
    ("text", {"format": "email", "default": "a@b.example"}),
    ("text", {"format": "phone", "max_length": 30}),
    ("text", {"computed": "name", "unique": True}),
    ("text", {"required": True, "read_only": True, "default": "x"}),
    ("long_text", {"default": "x" * 300}),
    ("integer", {"min": -5, "max": 5, "default": 0}),
    ("decimal", {"precision": 4, "scale": 4, "default": "0.1234"}),
    ("decimal", {"min": "0.5", "max": "0.5", "scale": 1}),
    ("money", {"min": 0, "default": "0.05"}),
    ("boolean", {"default": False, "hidden": True, "required": True}),
    ("date", {"default": "today", "read_only": True, "required": True}),
    ("date", {"default": "2026-03-31"}),
    ("datetime", {"default": "2026-03-31T09:00:00+08:00"}),
    ("time", {"default": "09:30:00"}),
    ("duration", {"min": "PT0S", "max": "P1D", "default": "PT90M"}),
    ("enum", {"options": SIZES, "default": "large", "unique": False}),
    ("multi_enum", {"options": SIZES, "max_items": 2, "default": ["large", "small"]}),
    ("multi_enum", {"options": SIZES}),
    ("sequence", {"prefix": "A-", "required": True, "read_only": True, "gapless": True}),
    ("file", {"accept": ["image/png", "application/*"], "max_bytes": 1}),
    ("json", {"max_bytes": 2}),
    ("ref", {"target": "Customer", "unique": True, "required": True, "on_delete": "cascade"}),
    ("many_to_many", {"target": "Customer", "required": True}),
    ("ref_any", {"targets": ["Customer", "Order"]}),
    ("lines", lines(LINE, {"type": "money", "name": "price", "required": True}, required=True)),
]


@pytest.mark.parametrize(("kind", "parts"), GOOD)
def test_a_definition_that_records_can_fit_has_no_problem(kind: str, parts: Any) -> None:
    assert senseless(made(kind, **parts), "/field") == []


BAD: list[tuple[str, dict[str, Any], str, str]] = [
    ("text", {"min_length": 5, "max_length": 4}, "bounds_crossed", "/min_length"),
    ("text", {"format": "email", "max_length": 4}, "bounds_crossed", "/min_length"),
    ("text", {"format": "phone", "min_length": 42, "max_length": 50}, "bounds_crossed", "/max_length"),
    ("text", {"default": "abc", "max_length": 2}, "default_misfit", "/default"),
    ("text", {"default": "  "}, "default_misfit", "/default"),
    ("text", {"default": "me", "format": "email"}, "default_misfit", "/default"),
    ("text", {"default": "https://a.example\n", "format": "url"}, "default_misfit", "/default"),
    ("long_text", {"default": "abc", "max_length": 2}, "default_misfit", "/default"),
    ("integer", {"min": 2, "max": 1}, "bounds_crossed", "/min"),
    ("integer", {"min": 2, "default": 1}, "default_misfit", "/default"),
    ("decimal", {"precision": 2, "scale": 3}, "bounds_crossed", "/scale"),
    ("decimal", {"precision": 2, "scale": 0, "min": 100}, "bounds_crossed", "/min"),
    ("decimal", {"precision": 2, "scale": 0, "max": -100}, "bounds_crossed", "/max"),
    ("decimal", {"scale": 1, "min": "0.11", "max": "0.19"}, "bounds_crossed", "/min"),
    ("decimal", {"scale": 1, "default": "0.25"}, "default_misfit", "/default"),
    ("decimal", {"precision": 3, "scale": 1, "default": 100}, "default_misfit", "/default"),
    ("money", {"default": "0.005"}, "default_misfit", "/default"),
    ("money", {"max": 5, "default": 6}, "default_misfit", "/default"),
    ("datetime", {"default": "2026-03-31T09:00:00"}, "default_without_zone", "/default"),
    ("time", {"default": "09:30:00Z"}, "default_not_plain_time", "/default"),
    ("time", {"default": "09:30:00.5"}, "default_not_plain_time", "/default"),
    ("duration", {"default": "PT0.5S"}, "duration_fraction", "/default"),
    ("duration", {"max": "P40000D"}, "duration_too_long", "/max"),
    ("duration", {"min": "PT2H", "max": "PT1H"}, "bounds_crossed", "/min"),
    ("duration", {"max": "PT1H", "default": "PT2H"}, "default_misfit", "/default"),
    ("enum", {"options": [*SIZES, {"value": "Small"}]}, "option_taken", "/options/2/value"),
    ("enum", {"options": [*SIZES, {"value": "small "}]}, "option_taken", "/options/2/value"),
    ("enum", {"options": SIZES, "default": "smal"}, "option_unknown", "/default"),
    ("multi_enum", {"options": [*SIZES, SIZES[0]]}, "option_taken", "/options/2/value"),
    ("multi_enum", {"options": SIZES, "default": ["smal"]}, "option_unknown", "/default"),
    ("multi_enum", {"options": SIZES, "default": ["small", "small"]}, "default_misfit", "/default"),
    ("multi_enum", {"options": SIZES, "default": []}, "default_misfit", "/default"),
    ("multi_enum", {"options": SIZES, "default": ["small", "large"], "max_items": 1}, "default_misfit", "/default"),
    ("multi_enum", {"options": SIZES, "max_items": 3}, "more_than_options", "/max_items"),
    ("file", {"accept": ["image/png", "image/png"]}, "listed_twice", "/accept/1"),
    ("ref", {"target": "Customer", "required": True, "on_delete": "set_null"}, "required_set_null", "/on_delete"),
    ("ref_any", {"targets": ["Customer", "Order", "Customer"]}, "listed_twice", "/targets/2"),
    ("lines", lines(LINE, {"type": "date", "name": "Product"}), "field_taken", "/fields/1/name"),
    ("lines", lines({"type": "text", "name": "id"}), "system_field", "/fields/0/name"),
    ("lines", lines({"type": "text", "name": "old"}), "name_reserved", "/fields/0/name"),
    ("lines", lines({**LINE, "unique": True}), "unique_in_lines", "/fields/0/unique"),
    ("lines", lines({**LINE, "max_length": 1, "default": "xy"}), "default_misfit", "/fields/0/default"),
]


@pytest.mark.parametrize(("kind", "parts", "code", "pointer"), BAD)
def test_a_definition_that_no_record_could_fit_is_told_where_it_is_wrong(
    kind: str, parts: Any, code: str, pointer: str
) -> None:
    found = senseless(made(kind, **parts), "/field")
    assert [(one.code, one.pointer) for one in found] == [(code, f"/field{pointer}")]


OWN: dict[str, dict[str, Any]] = {
    "enum": {"options": SIZES},
    "multi_enum": {"options": SIZES},
    "ref": {"target": "Customer"},
    "many_to_many": {"target": "Customer"},
    "ref_any": {"targets": ["Customer"]},
    "lines": lines(LINE),
}
DEFAULTS: dict[str, Any] = {
    "text": "x",
    "long_text": "x",
    "integer": 1,
    "decimal": 1,
    "money": 1,
    "boolean": True,
    "date": "today",
    "datetime": "now",
    "time": "09:00:00",
    "duration": "PT1S",
    "enum": "small",
    "multi_enum": ["small"],
}
NOT_UNIQUE = {"long_text", "boolean", "multi_enum", "file", "json", "many_to_many", "lines"}
COMPUTED = {"text", "integer", "decimal", "money", "boolean", "date", "datetime", "enum"}


def test_every_type_is_told_by_its_name() -> None:
    assert set(get_args(TypeName)) == FIELD_MODELS.keys()
    assert FIELD_MODELS.keys() > COLUMN_TYPES


@pytest.mark.parametrize("kind", get_args(TypeName))
def test_demands_that_contradict_one_another_are_refused_of_every_type(kind: str) -> None:
    def codes(**parts: Any) -> list[str]:
        return [one.code for one in senseless(made(kind, **OWN.get(kind, {}), **parts), "")]

    assert codes() == []
    assert codes(unique=True) == (["unique_impossible"] if kind in NOT_UNIQUE else [])
    unreachable = [] if kind == "sequence" else ["required_unreachable"]
    assert codes(required=True, read_only=True) == unreachable
    assert codes(required=True, hidden=True) == unreachable
    if kind in DEFAULTS:
        default = {"default": DEFAULTS[kind]}
        assert codes(required=True, read_only=True, **default) == []
        assert "unique_default" in codes(unique=True, **default)
    if kind in COMPUTED:
        assert codes(computed="null", read_only=True) == []
        assert codes(computed="null", required=True) == ["computed_required"]
        assert codes(computed="null", default=DEFAULTS[kind]) == ["computed_default"]


def test_every_reason_is_told_at_once() -> None:
    found = senseless(made("integer", min=3, max=2, unique=True, default=9, required=True, computed="1"), "")
    assert [one.code for one in found] == ["bounds_crossed", "unique_default", "computed_default", "computed_required"]


@pytest.mark.parametrize("kind", get_args(TypeName))
def test_a_type_becomes_only_one_in_which_every_value_has_one_reading(kind: str) -> None:
    before = made(kind, **OWN.get(kind, {}))
    for other in get_args(TypeName):
        allowed = other == kind or other in WIDENINGS.get(kind, ())
        after = FIELD.validate_python(widened(before, other)) if allowed else made(other, **OWN.get(other, {}))
        codes = [one.code for one in incompatible(before, after, "")]
        assert codes == ([] if allowed else ["type_incompatible"]), (kind, other)


@pytest.mark.parametrize(
    ("before", "after", "code", "pointer"),
    [
        (made("ref", target="A"), made("ref", target="B"), "target_fixed", "/target"),
        (made("many_to_many", target="A"), made("many_to_many", target="B"), "target_fixed", "/target"),
        (made("ref_any", targets=["A", "B"]), made("ref_any", targets=["B", "C"]), "targets_narrowed", "/targets"),
        (made("decimal", scale=4), made("decimal", scale=2), "precision_narrowed", "/precision"),
        (made("integer"), made("decimal", precision=10, scale=0), "precision_narrowed", "/precision"),
        (made("integer"), made("integer", computed="1"), "computed_overwrites", "/computed"),
        (made("text", computed="name"), made("long_text"), "computed_type", "/type"),
    ],
)
def test_what_stored_values_would_not_survive_is_refused(before: Any, after: Any, code: str, pointer: str) -> None:
    assert [(one.code, one.pointer) for one in incompatible(before, after, "")] == [(code, pointer)]


@pytest.mark.parametrize(
    ("wide", "narrow"),
    [
        (made("text"), made("text", required=True)),
        (made("text"), made("text", unique=True)),
        (made("text"), made("text", hidden=True)),
        (made("text"), made("text", read_only=True)),
        (made("text"), made("text", max_length=199)),
        (made("text"), made("text", min_length=1)),
        (made("text"), made("text", format="url")),
        (made("decimal"), made("decimal", min=0)),
        (made("decimal", max=2), made("decimal", max=1)),
        (made("duration", max="PT2H"), made("duration", max="PT1H")),
        (made("file"), made("file", accept=["image/*"])),
        (made("file", accept=["image/*", "text/*"]), made("file", accept=["image/*"])),
        (made("json"), made("json", max_bytes=100)),
        (made("many_to_many", target="A"), made("many_to_many", target="A", max_items=3)),
    ],
)
def test_one_direction_narrows_and_the_other_does_not(wide: Any, narrow: Any) -> None:
    assert narrows(wide, narrow)
    assert not narrows(narrow, wide)
    assert not narrows(wide, wide)


def test_what_stored_values_mean_is_narrow_either_way() -> None:
    one, other = made("integer", computed="1"), made("integer", computed="2")
    assert narrows(one, other)
    assert narrows(other, one)
    assert narrows(made("ref", target="A"), made("ref", target="A", on_delete="cascade"))


def test_what_is_given_to_a_field_may_depend_on_the_moment_whatever_the_field_is_called(
    shop: Manifest, patch_of: Any
) -> None:
    field = {"op": "add_field", "entity": "Order", "field": {"type": "datetime", "name": "computed"}}
    trigger = {"name": "at", "on": ["create"], "actions": [{"action": "set", "values": {"computed": "now"}}]}
    patch = patch_of(field, {"op": "add_trigger", "entity": "Order", "trigger": trigger})
    assert validate(patch, shop) == []


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("daysBetween(orderDate, today)", "today"),
        ("user.name == 'Ada' ? 1 : 0", "user.name"),
        ("old.tax", "old"),
        ("year(date(now))", "now"),
    ],
)
def test_what_is_computed_and_kept_depends_on_no_passing_moment(
    shop: Manifest, patch_of: Any, text: str, name: str
) -> None:
    field = {"type": "integer", "name": "age", "computed": text}
    (problem,) = validate(patch_of({"op": "add_field", "entity": "Order", "field": field}), shop)
    assert (problem.code, problem.params["names"]) == ("computed_passing", [name])
    assert problem.pointer == "/operations/0/field/computed"
