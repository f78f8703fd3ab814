import time
from typing import Any

import pytest

from shared.patch import Manifest, apply, conflicts, explain, fingerprint, inverse, risk, semver, undo, validate

TEXT = {"en": "Text", "zh": "文本"}
TERRITORY: dict[str, Any] = {
    "op": "add_entity",
    "entity": "Territory",
    "label": {"en": "Territory", "zh": "区域"},
    "fields": [
        {"type": "text", "name": "name", "required": True, "max_length": 20},
        {"type": "text", "name": "code", "unique": True},
        {"type": "ref", "name": "within", "target": "Territory"},
        {"type": "integer", "name": "people", "min": 1},
        {"type": "many_to_many", "name": "near", "target": "Territory"},
        {"type": "ref_any", "name": "lead", "targets": ["Territory", "Customer"]},
        {"type": "enum", "name": "kind", "options": [{"value": "city"}, {"value": "land"}], "default": "land"},
        {"type": "integer", "name": "double", "computed": "people * 2"},
        {"type": "sequence", "name": "number"},
        {"type": "file", "name": "map"},
        {
            "type": "lines",
            "name": "goals",
            "max_items": 2,
            "fields": [
                {"type": "text", "name": "what", "required": True},
                {"type": "ref", "name": "place", "target": "Territory"},
                {"type": "integer", "name": "twice", "computed": "1 + 1"},
            ],
        },
    ],
}


def row(name: str, **values: Any) -> dict[str, Any]:
    return {"name": name, "values": {"name": name, **values}}


def ref(name: str, entity: str = "Territory") -> dict[str, str]:
    return {"$seed": f"{entity}.{name}"}


def seed(*rows: dict[str, Any], entity: str = "Territory") -> dict[str, Any]:
    return {"op": "seed", "entity": entity, "rows": [*rows]}


@pytest.fixture(scope="session")
def lands(shop: Manifest, patch_of: Any) -> Manifest:
    """The shop with territories, of which another module brings one along."""
    return apply(patch_of(TERRITORY, seed(row("world", code="W")), module="lands"), shop)


def test_rows_are_kept_by_their_names(lands: Manifest, patch_of: Any) -> None:
    goals = [{"what": "grow", "place": ref("south")}]
    north = row("north", within=ref("world"), near=[ref("south")], lead=ref("south"), people=3, goals=goals)
    patch = patch_of(seed(north, row("south", code="S", people=None)))
    after = apply(patch, lands)
    seeds = after.visible_entities["Territory"].visible_seeds
    assert [one.key for one in seeds] == [
        "lands/seed/Territory.world",
        "loyalty/seed/Territory.north",
        "loyalty/seed/Territory.south",
    ]
    assert seeds[1].seed.values["within"] == ref("world")
    assert (risk(patch, lands), semver(patch, lands)) == ("L1", "patch")


def test_the_same_name_again_changes_the_row(lands: Manifest, patch_of: Any) -> None:
    after = apply(patch_of(seed(row("north", people=1)), seed(row("north", people=2), row("east"))), lands)
    seeds = after.visible_entities["Territory"].visible_seeds
    assert [(one.seed.name, one.seed.values.get("people")) for one in seeds] == [
        ("world", None),
        ("north", 2),
        ("east", None),
    ]


def test_the_inverse_restores_the_rows(lands: Manifest, patch_of: Any) -> None:
    patch = patch_of(seed(row("north")), seed(row("north", people=2)))
    after = apply(patch, lands)
    assert fingerprint(after) != fingerprint(lands)
    assert fingerprint(undo(inverse(patch, lands), after)) == fingerprint(lands)


@pytest.mark.parametrize(
    ("rows", "code", "pointer", "suggestion"),
    [
        ([row("north", nme="x")], "field_unknown", "/rows/0/values/nme", "name"),
        ([row("north", id="x")], "system_field", "/rows/0/values/id", None),
        ([row("north", double=4)], "value_given", "/rows/0/values/double", None),
        ([row("north", number="1")], "value_given", "/rows/0/values/number", None),
        ([row("north", map={"name": "a.png"})], "value_misfit", "/rows/0/values/map", None),
        ([row("south"), row("north", people="many")], "value_misfit", "/rows/1/values/people", None),
        ([row("north", people=0)], "value_beyond", "/rows/0/values/people", None),
        ([row("north", kind="cty")], "option_unknown", "/rows/0/values/kind", "city"),
        ([row("a" * 21)], "value_beyond", "/rows/0/values/name", None),
        ([{"name": "north", "values": {"name": " "}}], "required_missing", "/rows/0/values", None),
        ([row("north", goals=[{"place": ref("world")}])], "required_missing", "/rows/0/values/goals/0", None),
        ([row("north", goals=[{"what": "x", "twice": 2}])], "value_given", "/rows/0/values/goals/0/twice", None),
        ([row("north", goals=[{"wht": "x"}])], "field_unknown", "/rows/0/values/goals/0/wht", "what"),
        ([row("north", goals=[{"what": 1}])], "value_misfit", "/rows/0/values/goals/0/what", None),
        ([row("north", goals=[{"what": "x"}] * 3)], "value_beyond", "/rows/0/values/goals", None),
        ([row("north", goals=["x"])], "value_misfit", "/rows/0/values/goals", None),
        ([row("north", code="W")], "seed_not_unique", "/rows/0/values/code", None),
        ([row("north", code="N"), row("south", code="N")], "seed_not_unique", "/rows/1/values/code", None),
        ([row("north", within=ref("worl"))], "seed_unknown", "/rows/0/values/within", "Territory.world"),
        ([row("north", near=[ref("no")])], "seed_unknown", "/rows/0/values/near/0", None),
        ([row("north", near=[ref("world")] * 2)], "value_misfit", "/rows/0/values/near", None),
        ([row("north", near=ref("world"))], "value_misfit", "/rows/0/values/near", None),
        ([row("north", lead=ref("no", "Order"))], "value_misfit", "/rows/0/values/lead", None),
        ([row("north", within="world")], "value_misfit", "/rows/0/values/within", None),
        (
            [row("north", goals=[{"what": "x", "place": ref("no")}])],
            "seed_unknown",
            "/rows/0/values/goals/0/place",
            None,
        ),
        ([row("north", within=ref("north"))], "seed_circle", "/rows/0", None),
        ([row("north"), row("North")], "seed_twice", "/rows/1/name", None),
        ([row("world")], "seed_taken", "/rows/0/name", None),
    ],
)
def test_a_row_that_could_not_be_written_is_refused(
    rows: list[Any], code: str, pointer: str, suggestion: str | None, lands: Manifest, patch_of: Any
) -> None:
    problems = validate(patch_of(seed(*rows)), lands)
    assert (problems[0].code, problems[0].pointer) == (code, f"/operations/0{pointer}")
    assert problems[0].suggestion == suggestion


def test_every_row_is_told_and_an_unknown_entity(lands: Manifest, patch_of: Any) -> None:
    problems = validate(patch_of(seed(row("north", people="x"), row("south", nme="x", people=0))), lands)
    assert [one.pointer.removeprefix("/operations/0/rows/") for one in problems] == [
        "0/values/people",
        "1/values/nme",
        "1/values/people",
    ]
    (problem,) = validate(patch_of(seed(row("north"), entity="Teritory")), lands)
    assert (problem.code, problem.suggestion) == ("entity_unknown", "Territory")


def test_a_row_known_in_another_case_is_the_same(lands: Manifest, patch_of: Any) -> None:
    (problem,) = validate(patch_of(seed(row("north")), seed(row("North"))), lands)
    assert (problem.code, problem.pointer, problem.suggestion) == ("seed_twice", "/operations/1/rows/0/name", "north")


def test_a_circle_through_two_entities_is_found(shop: Manifest, patch_of: Any) -> None:
    def entity(name: str, target: str) -> dict[str, Any]:
        fields = [{"type": "text", "name": "name"}, {"type": "ref", "name": "other", "target": target}]
        return {"op": "add_entity", "entity": name, "label": TEXT, "fields": fields}

    operations = [
        entity("A", "A"),
        entity("B", "A"),
        {"op": "add_field", "entity": "A", "field": {"type": "ref", "name": "b", "target": "B"}},
        seed(row("one"), entity="A"),
        seed(row("two", other=ref("one", "A")), entity="B"),
    ]
    assert validate(patch_of(*operations), shop) == []
    problems = validate(patch_of(*operations, seed(row("one", b=ref("two", "B")), entity="A")), shop)
    assert problems[0].code == "seed_circle"
    assert set(problems[0].params["seeds"]) == {"A.one", "B.two"}


def test_a_machine_begins_its_field_itself(shop: Manifest, patch_of: Any) -> None:
    values = {"customer": ref("us", "Customer"), "status": "shipped"}
    us = seed(row("us"), entity="Customer")
    (problem,) = validate(patch_of(us, seed({"name": "one", "values": values}, entity="Order")), shop)
    assert (problem.code, problem.pointer) == ("value_of_machine", "/operations/1/rows/0/values/status")


@pytest.mark.parametrize(
    "later",
    [
        {"op": "change_field", "entity": "Territory", "field": "name", "changes": {"max_length": 3}},
        {"op": "change_field", "entity": "Territory", "field": "people", "changes": {"required": True}},
        {"op": "change_options", "entity": "Territory", "field": "kind", "remove": ["city"]},
        {"op": "remove_field", "entity": "Territory", "field": "code"},
        {"op": "add_field", "entity": "Territory", "field": {"type": "text", "name": "colour", "required": True}},
        {
            "op": "add_index",
            "entity": "Territory",
            "index": {"name": "i", "fields": ["kind", "people"], "unique": True},
        },
    ],
)
def test_rows_hold_what_they_need_and_two_modules_meet_there(later: Any, lands: Manifest, patch_of: Any) -> None:
    rows = seed(row("north", kind="city", people=1, code="N"), row("south", kind="city", people=1))
    patch = patch_of(rows)
    assert validate(patch_of(later, module="other"), lands.with_entity(_emptied(lands))) == []
    assert validate(patch_of(later, module="other"), apply(patch, lands)) != []
    assert conflicts(patch, patch_of(later, module="other"), lands) != []


def _emptied(lands: Manifest) -> Any:
    return lands.visible_entities["Territory"].having(seeds=())


def test_two_modules_meet_at_one_name_and_at_one_unique_value(lands: Manifest, patch_of: Any) -> None:
    def meeting(one: dict[str, Any], other: dict[str, Any]) -> list[str]:
        return conflicts(patch_of(one), patch_of(other, module="other"), lands)

    assert meeting(seed(row("north", code="N")), seed(row("south", code="S"))) == []
    assert meeting(seed(row("north")), seed(row("North"))) == ["territory/seed/north"]
    assert meeting(seed(row("north", code="N")), seed(row("south", code="N"))) == ["territory/unique/code/n"]
    label = {"op": "set_text", "entity": "Territory", "field": "name", "label": TEXT}
    assert meeting(seed(row("north")), label) == []
    removal = {"op": "remove_part", "entity": "Territory", "part": {"kind": "seed", "name": "world"}}
    assert meeting(seed(row("north", within=ref("world"))), removal)


def test_ten_thousand_rows_are_checked_in_well_under_a_second(lands: Manifest, patch_of: Any) -> None:
    rows = [row(f"r{n}", code=str(n), people=n + 1, kind="city", within=ref("world")) for n in range(9_999)]
    patch = patch_of(seed(*rows))
    begun = time.process_time()
    assert validate(patch, lands) == []
    assert time.process_time() - begun < 1
    (problem,) = validate(patch_of(seed(*rows, row("last"))), lands)
    assert problem.code == "too_many_seeds"


def test_what_is_brought_along_is_told(lands: Manifest, patch_of: Any) -> None:
    (told,) = explain(patch_of(seed(*(row(f"r{n}") for n in range(11)))), lands)
    assert told["en"].startswith("Brings along 11 records of Territory: r0, r1")
    assert told["en"].endswith("r9, ….")
    assert told["zh"].startswith("附带 11 条“区域”记录：r0、r1")
