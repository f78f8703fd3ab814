import json
from collections.abc import Iterator
from typing import Any, get_args

import jsonschema
import pytest

from shared.patch import document, from_provider, parse, patch_schema, provider_schema, to_provider
from shared.patch.operations import Operation
from shared.patch.operations.add_field import AddField
from shared.patch.plain import as_list, as_object

MODULE = {"name": "loyalty", "title": {"en": "Loyalty", "zh": "会员"}}
EXAMPLES = {one.model_fields["op"].default: one.EXAMPLE for one in get_args(get_args(Operation)[0])}
FULL, REDUCED = patch_schema(), provider_schema()
FITS_FULL: Any = jsonschema.Draft202012Validator(FULL)
FITS_REDUCED: Any = jsonschema.Draft202012Validator(REDUCED)
# What a model pays for with every request: a quarter of it in tokens.
CHARACTERS_MAX = 40_000


def schemas(part: Any, *, properties: bool = False) -> Iterator[dict[str, Any]]:
    """Every schema within a schema; the keys of a map of properties are names, not keywords."""
    if (inner := as_object(part)) is not None:
        if not properties:
            yield inner
        for name, one in inner.items():
            yield from schemas(one, properties=not properties and name in {"properties", "$defs"})
    for one in as_list(part) or ():
        yield from schemas(one)


def patch_with(operation: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"patch": "1", "module": MODULE, "operations": [operation], **more}


def test_the_full_schema_knows_every_operation_and_demands_its_tag() -> None:
    schema = FULL
    assert schema["$defs"]["AddField"]["properties"]["op"]["const"] == "add_field"
    assert "op" in schema["$defs"]["AddField"]["required"]
    assert schema["$defs"]["AddField"]["additionalProperties"] is False
    assert "key" not in schema["$defs"]["AddField"]["properties"]


def test_the_provider_schema_holds_nothing_that_providers_refuse() -> None:
    refused = {"oneOf", "discriminator", "format", "default", "propertyNames", "patternProperties", "const", "$schema"}
    for schema in schemas(REDUCED):
        assert not schema.keys() & refused
        assert "required" not in schema.get("properties", {})
        assert set(schema.get("required", [])) <= set(schema.get("properties", {}))
        assert "enum" not in schema or schema["type"] == "string"
        assert not schema.keys() & {"$ref", "anyOf"} or len(schema.keys() - {"$defs"}) == 1
        assert schema.get("additionalProperties") in (None, True, False)


def test_every_reference_in_the_provider_schema_leads_somewhere() -> None:
    whole = REDUCED
    referred = {str(schema["$ref"]).rsplit("/", 1)[-1] for schema in schemas(whole) if "$ref" in schema}
    assert referred == set(whole["$defs"])


def test_the_provider_schema_stays_affordable() -> None:
    assert len(json.dumps(REDUCED, separators=(",", ":"))) <= CHARACTERS_MAX


@pytest.mark.parametrize("schema", [FULL, REDUCED], ids=["full", "provider"])
def test_the_schemas_are_schemas(schema: dict[str, Any]) -> None:
    jsonschema.Draft202012Validator.check_schema(schema)


@pytest.mark.parametrize("operation", EXAMPLES)
def test_every_example_fits_both_schemas_and_comes_back_from_a_provider(operation: str) -> None:
    plain = document(parse(patch_with(EXAMPLES[operation])))
    assert FITS_FULL.is_valid(plain)
    assert FITS_REDUCED.is_valid(to_provider(plain))
    assert from_provider(to_provider(plain)) == plain
    assert from_provider(plain) == plain


@pytest.mark.parametrize("operation", EXAMPLES)
def test_an_unknown_key_fits_neither_schema(operation: str) -> None:
    plain = patch_with({**EXAMPLES[operation], "surprise": 1})
    assert not FITS_FULL.is_valid(plain)
    assert not FITS_REDUCED.is_valid(to_provider(plain))


def test_an_answer_in_the_provider_form_reads_as_a_patch() -> None:
    field = {"type": "text", "name": "taxNumber", "is_required": True}
    patch = parse(from_provider(patch_with({"op": "add_field", "entity": "Customer", "field": field})))
    assert isinstance(patch.operations[0], AddField)
    assert patch.operations[0].field.required


def lookups(*entries: dict[str, Any]) -> dict[str, Any]:
    rule = {"name": "few", "expression": "@open < 3", "message": MODULE["title"], "lookups": [*entries]}
    return patch_with({"op": "add_rule", "entity": "Customer", "rule": rule})


def test_a_map_of_shaped_values_is_a_list_of_entries_for_a_provider() -> None:
    lookup = {"entity": "Order", "by": "customer", "find": "count"}
    theirs = lookups({"name": "open", "value": lookup})
    assert FITS_REDUCED.is_valid(theirs)
    ours = from_provider(theirs)
    assert ours["operations"][0]["rule"]["lookups"] == {"open": lookup}
    assert from_provider(ours) == ours
    assert to_provider(ours) == theirs


@pytest.mark.parametrize("entries", [[{"name": "open"}], [{"name": "a", "value": {}}, {"name": "a", "value": {}}], [1]])
def test_a_list_that_is_no_map_is_left_for_the_parser_to_refuse(entries: list[Any]) -> None:
    assert from_provider(lookups(*entries)) == lookups(*entries)


def test_free_values_are_not_looked_into() -> None:
    values = {"is_required": True, "values": [{"name": "a", "value": 1}]}
    step = {"step": "create", "entity": "Customer", "values": values}
    scenario = {"name": "one", "entity": "Customer", "as": "admin", "steps": [step]}
    ours = patch_with(EXAMPLES["add_field"], scenarios=[scenario])
    assert FITS_REDUCED.is_valid(to_provider(ours))
    assert to_provider(ours)["scenarios"] == from_provider(ours)["scenarios"] == [scenario]


@pytest.mark.parametrize(
    "answer", [[1], None, "x", 5, {"operations": 5}, {"operations": [{"op": "no_such", "a": [1]}]}]
)
def test_what_is_no_patch_comes_back_as_it_is(answer: Any) -> None:
    assert from_provider(answer) == answer


def test_a_deep_answer_is_not_followed_down() -> None:
    deep: list[Any] = []
    for _ in range(5000):
        deep = [deep]
    assert from_provider({"operations": deep})["operations"][0] is deep[0]
