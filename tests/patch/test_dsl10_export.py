"""What Patch DSL 1.0 can say of a patch, and that it says the same."""

from typing import Any, get_args

import pytest
import yaml

from shared.patch import Manifest, Refusal, apply, document, fingerprint, import_dsl10, parse
from shared.patch.dsl10 import export_dsl10
from shared.patch.operations import Operation
from tests.patch.conftest import PatchOf
from tests.patch.test_dsl10_corpus import CASES, GOOD, read

EXAMPLES = {one.model_fields["op"].default: one.EXAMPLE for one in get_args(get_args(Operation)[0])}
UNSAID = {"add_rule", "add_trigger", "add_index", "seed"}


def told(source: list[dict[str, Any]], shop: Manifest) -> str:
    return fingerprint(apply(import_dsl10(source, "loyalty", manifest=shop), shop))


@pytest.mark.parametrize("operation", sorted(EXAMPLES.keys() - UNSAID))
def test_an_example_says_the_same_when_it_comes_back(operation: str, shop: Manifest, patch_of: PatchOf) -> None:
    example = EXAMPLES[operation]
    # Transitions that set fields are beyond the old language.
    plain = yaml.safe_load(yaml.safe_dump(example))
    for one in (*plain.get("transitions", ()), *plain.get("machine", {}).get("transitions", ())):
        one.pop("sets", None)
    # A number of theirs is a decimal.
    plain["fields"] = [
        one | ({"type": "decimal"} if one["type"] == "integer" else {}) for one in plain.get("fields", ())
    ]
    patch = patch_of({name: one for name, one in plain.items() if one != []})
    assert told(export_dsl10(patch, shop), shop) == fingerprint(apply(patch, shop))


@pytest.mark.parametrize("name", GOOD)
def test_what_was_imported_can_be_exported_and_imported_again(name: str, shop: Manifest) -> None:
    imported = read(CASES[name], shop)
    patch = parse({**document(imported), "module": {"name": "loyalty", "title": {"en": "Loyalty", "zh": "会员"}}})
    if patch.operations:
        assert told(export_dsl10(patch, shop), shop) == fingerprint(apply(patch, shop))


@pytest.mark.parametrize("operation", sorted(UNSAID))
def test_what_the_old_language_has_no_words_for_is_refused(operation: str, patch_of: PatchOf) -> None:
    with pytest.raises(Refusal) as refused:
        export_dsl10(patch_of(EXAMPLES["add_field"], EXAMPLES[operation]))
    assert [(one.code, one.pointer) for one in refused.value.problems] == [("dsl10_inexpressible", "/operations/1")]


def test_everything_that_cannot_be_said_is_told_at_once_with_its_place(patch_of: PatchOf) -> None:
    field = {"type": "text", "name": "site", "format": "url", "computed": "email"}
    lookups = {"open": {"entity": "Order", "by": "customer", "find": "count"}}
    operations = [
        {"op": "add_field", "entity": "Customer", "field": field},
        {"op": "add_field", "entity": "Customer", "field": {"type": "json", "name": "raw"}},
        {
            "op": "grant",
            "entity": "Customer",
            "role": "sales",
            "allow": ["view"],
            "where": "@open > 0",
            "lookups": lookups,
        },
        EXAMPLES["add_machine"],
        {"op": "change_options", "entity": "Customer", "field": "status", "remove": ["inactive"]},
    ]
    scenario = {"name": "one", "entity": "Customer", "as": "admin", "steps": [{"step": "query", "entity": "Customer"}]}
    with pytest.raises(Refusal) as refused:
        export_dsl10(patch_of(*operations, scenarios=[scenario]))
    assert {one.pointer for one in refused.value.problems} == {
        "/scenarios",
        "/operations/0/field/format",
        "/operations/0/field/computed",
        "/operations/1/field/type",
        "/operations/2/lookups",
        "/operations/3/machine/transitions/0/sets",
        "/operations/4",
    }


def test_documents_are_numbered_and_wait_for_one_another(patch_of: PatchOf) -> None:
    first, second = export_dsl10(
        patch_of(EXAMPLES["add_field"], EXAMPLES["rename_field"]), timestamp="2026-01-01T00:00:00Z"
    )
    assert (first["patchId"], second["dependsOn"]) == ("loyalty-1", ["loyalty-1"])
    assert (first["description"], first["timestamp"]) == ("Loyalty", "2026-01-01T00:00:00Z")


def test_a_patch_that_does_not_apply_is_refused_at_its_place(shop: Manifest, patch_of: PatchOf) -> None:
    with pytest.raises(Refusal) as refused:
        export_dsl10(patch_of(EXAMPLES["add_field"], EXAMPLES["add_field"]), shop)
    assert (refused.value.code, refused.value.pointer) == ("field_taken", "/operations/1/field/name")


@pytest.mark.parametrize(
    "changes",
    [
        {"max_length": None, "required": True},
        {"type": "long_text", "help": {"en": "Write.", "zh": "写。"}},
        {"label": None, "read_only": True, "hidden": True},
        {"min_length": 3, "default": "none yet", "unique": False},
    ],
)
def test_a_changed_field_says_the_same_when_it_comes_back(
    changes: dict[str, Any], shop: Manifest, patch_of: PatchOf
) -> None:
    patch = patch_of({"op": "change_field", "entity": "Customer", "field": "address", "changes": changes})
    assert told(export_dsl10(patch, shop), shop) == fingerprint(apply(patch, shop))
