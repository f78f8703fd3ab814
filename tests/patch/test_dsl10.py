from typing import Any

import pytest

from shared.patch import Manifest, Refusal, document, import_dsl10, validate


def dsl(payload: Any, **more: Any) -> dict[str, Any]:
    return {
        "version": "1.0",
        "patchId": "tier-1",
        "timestamp": "2025-11-04T08:00:00Z",
        "actor": "human",
        "scope": "object",
        "operation": "add",
        "target": {"type": "field", "identifier": "Customer"},
        "payload": payload,
        **more,
    }


def field(kind: str, name: str = "extra", **more: Any) -> dict[str, Any]:
    return {"name": name, "type": kind, **more}


def refusal(source: Any) -> Refusal:
    with pytest.raises(Refusal) as refused:
        import_dsl10(source)
    return refused.value


@pytest.mark.parametrize(
    ("described", "expected"),
    [
        (field("text", maxLength=40), {"type": "text", "name": "extra", "max_length": 40}),
        (field("number", min=0, defaultValue=5), {"type": "decimal", "name": "extra", "min": "0", "default": "5"}),
        (field("email", required=True), {"type": "text", "name": "extra", "format": "email", "required": True}),
        (
            field("select", options=["a", {"value": "b", "label": "B"}], default="a"),
            {
                "type": "enum",
                "name": "extra",
                "options": [{"value": "a"}, {"value": "b", "label": {"en": "B", "zh": "B"}}],
                "default": "a",
            },
        ),
        (field("checkbox"), {"type": "boolean", "name": "extra"}),
        (field("date"), {"type": "date", "name": "extra"}),
        (field("datetime"), {"type": "datetime", "name": "extra"}),
        (
            field("textarea", label="Story"),
            {"type": "long_text", "name": "extra", "label": {"en": "Story", "zh": "Story"}},
        ),
        (field("relation", target="Order"), {"type": "ref", "name": "extra", "target": "Order"}),
        (
            field("relation", relatedObject="Order", multiple=True, maxItems=9),
            {"type": "many_to_many", "name": "extra", "target": "Order", "max_items": 9},
        ),
        (field("multiselect", options=["a"]), {"type": "multi_enum", "name": "extra", "options": [{"value": "a"}]}),
        (field("file", maxSize=1000), {"type": "file", "name": "extra", "max_bytes": 1000}),
    ],
)
def test_every_field_type_has_its_own_in_the_language(described: Any, expected: Any, shop: Manifest) -> None:
    patch = import_dsl10(dsl(described), "tier", {"en": "Tier", "zh": "等级"})
    assert document(patch)["operations"] == [{"op": "add_field", "entity": "Customer", "field": expected}]
    assert validate(patch, shop) == []


def test_a_type_without_its_like_is_refused_with_the_reason() -> None:
    refused = refusal(dsl(field("password")))
    assert (refused.code, refused.pointer) == ("dsl10_field_type", "/payload/type")
    assert refused.params["reason"]


def test_who_made_it_and_when_is_kept() -> None:
    patch = import_dsl10(dsl(field("text"), description="Tiers for customers"))
    assert patch.module.name == "tier_1"
    assert patch.module.title.en == "Tiers for customers"
    assert "tier-1 · human · 2025-11-04T08:00:00Z" in patch.module.description


@pytest.mark.parametrize(
    "source",
    [
        dsl({"fields": [field("text", "a"), field("date", "b")]}, target={"type": "object", "identifier": "Customer"}),
        dsl({"fields": {"a": {"type": "text"}, "b": {"type": "date"}}}),
        [dsl(field("text", "a")), dsl(field("date", "b"), patchId="tier-2")],
        {"version": "1.0", "objects": {"Customer": {"fields": [field("text", "a"), field("date", "b")]}}},
        [
            dsl({"type": "text"}, target={"type": "field", "identifier": "Customer.a"}),
            dsl({"type": "date"}, patchId="2", target={"type": "field", "identifier": "Customer", "path": "fields.b"}),
        ],
    ],
)
def test_several_fields_may_be_said_in_several_ways(source: Any) -> None:
    operations = document(import_dsl10(source))["operations"]
    assert [(one["entity"], one["field"]["name"], one["field"]["type"]) for one in operations] == [
        ("Customer", "a", "text"),
        ("Customer", "b", "date"),
    ]


def test_documents_come_after_those_that_they_depend_on() -> None:
    first, second = dsl(field("text", "a"), patchId="1", dependsOn=["2"]), dsl(field("text", "b"), patchId="2")
    operations = document(import_dsl10([first, second]))["operations"]
    assert [one["field"]["name"] for one in operations] == ["b", "a"]


@pytest.mark.parametrize(
    ("source", "code", "pointer"),
    [
        ([dsl({}, patchId="1", dependsOn=["2"]), dsl({}, patchId="2", dependsOn=["1"])], "dsl10_cycle", "/0/dependsOn"),
        (dsl({}, dependsOn=["gone"]), "dsl10_dependency_missing", "/dependsOn"),
        ([dsl(field("text")), dsl(field("text"))], "dsl10_twice", "/1/patchId"),
        ([], "dsl10_empty", ""),
        ([dsl(field("text"), patchId=str(number)) for number in range(501)], "too_many_operations", ""),
        (dsl([field("text", f"a{number}") for number in range(501)]), "too_many_operations", "/payload/500"),
        ("x", "dsl10_not_document", ""),
        (dsl(field("text"), version="2.0"), "dsl10_not_document", "/version"),
        (dsl(field("text"), operation="remove"), "dsl10_key", "/payload/name"),
        (dsl(field("text"), scope="menu"), "dsl10_word", "/target/type"),
        (dsl(field("text"), target={"type": "widget"}), "dsl10_word", "/target/type"),
        (dsl({"fields": [field("text", maxLength="x")]}), "wrong_type", "/payload/fields/0/maxLength"),
        (dsl(field("text"), targt={}), "key_unknown", "/targt"),
        (dsl(field("text", pattern="x")), "dsl10_key", "/payload/pattern"),
        (dsl({"field": field("text"), "after": "name"}), "dsl10_key", "/payload/after"),
        (dsl(field("txet")), "dsl10_field_type", "/payload/type"),
        (dsl(field("text", "no spaces")), "name_invalid", "/payload/name"),
        (dsl(field("select")), "key_missing", "/payload/options"),
        (dsl({"fields": [field("text"), 5]}), "dsl10_not_document", "/payload/fields/1"),
    ],
)
def test_what_is_not_understood_is_refused_at_its_place(source: Any, code: str, pointer: str) -> None:
    refused = refusal(source)
    assert (refused.code, refused.pointer) == (code, pointer)
