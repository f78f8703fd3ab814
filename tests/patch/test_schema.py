import json
from collections.abc import Iterator
from typing import Any

from shared.patch import from_provider, parse, patch_schema, provider_schema
from shared.patch.operations.add_field import AddField
from shared.patch.plain import as_list, as_object

MODULE = {"name": "loyalty", "title": {"en": "Loyalty", "zh": "会员"}}


def schemas(part: Any, *, properties: bool = False) -> Iterator[dict[str, Any]]:
    """Every schema within a schema; the keys of a map of properties are names, not keywords."""
    if (inner := as_object(part)) is not None:
        if not properties:
            yield inner
        for name, one in inner.items():
            yield from schemas(one, properties=not properties and name in {"properties", "$defs"})
    for one in as_list(part) or ():
        yield from schemas(one)


def test_the_full_schema_knows_every_operation_and_demands_its_tag() -> None:
    schema = patch_schema()
    assert schema["$defs"]["AddField"]["properties"]["op"]["const"] == "add_field"
    assert "op" in schema["$defs"]["AddField"]["required"]
    assert schema["$defs"]["AddField"]["additionalProperties"] is False
    assert "key" not in schema["$defs"]["AddField"]["properties"]


def test_the_provider_schema_holds_nothing_that_providers_refuse() -> None:
    for schema in schemas(provider_schema()):
        assert not schema.keys() & {"oneOf", "discriminator", "format", "default", "propertyNames", "const"}
        assert "required" not in schema.get("properties", {})
        assert set(schema.get("required", [])) <= set(schema.get("properties", {}))


def test_every_reference_in_the_provider_schema_leads_somewhere() -> None:
    whole = provider_schema()
    referred = {str(schema["$ref"]).rsplit("/", 1)[-1] for schema in schemas(whole) if "$ref" in schema}
    assert referred == set(whole["$defs"])


def test_an_answer_in_the_provider_form_reads_as_a_patch() -> None:
    field = {"type": "text", "name": "taxNumber", "is_required": True}
    answer = {"patch": "1", "module": MODULE, "operations": [{"op": "add_field", "entity": "Customer", "field": field}]}
    patch = parse(from_provider(answer))
    assert isinstance(patch.operations[0], AddField)
    assert patch.operations[0].field.required
    plain = json.loads(patch.model_dump_json(by_alias=True))
    assert from_provider(plain) == plain
    assert from_provider([1]) == [1]
