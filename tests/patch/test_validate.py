"""Everything that is wrong is told at once, each at its place, and nothing that only follows from something told."""

from typing import Any

import pytest

from shared.patch import Manifest, apply, message, parse, risk, validate
from shared.patch.plain import as_list
from tests.patch.drawing import TEXT
from tests.patch.making import document_of

Plain = dict[str, Any]


def _field(name: str, entity: str = "Customer", **parts: Any) -> Plain:
    return {"op": "add_field", "entity": entity, "field": {"type": "text", "name": name, **parts}}


def _rule(expression: str, entity: str = "Customer") -> Plain:
    return {"op": "add_rule", "entity": entity, "rule": {"name": "r", "expression": expression, "message": TEXT}}


def _told(manifest: Manifest, *operations: Plain) -> list[tuple[str, str]]:
    return [(one.code, one.pointer) for one in validate(parse(document_of("m", *operations)), manifest)]


def test_every_problem_is_told_with_what_to_do_in_both_languages(shop: Manifest) -> None:
    operations = [_field("phone"), _field("id"), _rule("fone != null"), _field("x", "Custmer")]
    problems = validate(parse(document_of("m", *operations)), shop)
    assert [(one.code, one.pointer, one.suggestion) for one in problems] == [
        ("field_taken", "/operations/0/field/name", None),
        ("system_field", "/operations/1/field/name", None),
        ("field_unknown", "/operations/2/rule/expression", "phone"),
        ("entity_unknown", "/operations/3/entity", "Customer"),
    ]
    for one in problems:
        said = message(one.code, one.params, one.suggestion)
        assert said["en"]
        assert any("\u4e00" <= letter <= "\u9fff" for letter in said["zh"])


@pytest.mark.parametrize(
    ("refused", "following"),
    [
        (_field("x", max_length=1, min_length=3), _rule("x != null")),
        ({"op": "rename_field", "entity": "Customer", "field": "fone", "to": "mobile"}, _rule("mobile != null")),
        (
            {"op": "rename_entity", "entity": "Custmer", "to": "Client"},
            _field("x", "Client"),
        ),
        (
            {"op": "change_options", "entity": "Customer", "field": "statuss", "add": [{"value": "lost"}]},
            _rule("status == 'lost'"),
        ),
        (
            {"op": "add_entity", "entity": "Order", "label": TEXT, "fields": [{"type": "text", "name": "spare"}]},
            _rule("spare != null", "Order"),
        ),
        ({"op": "remove_field", "entity": "Order", "field": "tax"}, {**_field("tax", "Order")}),
    ],
)
def test_what_only_follows_from_a_refused_operation_is_left_out(
    shop: Manifest, refused: Plain, following: Plain
) -> None:
    told = _told(shop, refused, following)
    assert told
    assert {pointer.split("/")[2] for _, pointer in told} == {"0"}
    assert _told(shop, following)


def test_a_module_that_requires_what_is_not_live_is_told_so(shop: Manifest) -> None:
    plain = document_of("m", _field("x"))
    patch = parse({**plain, "module": {**plain["module"], "requires": ["billing", "stock"]}})
    assert validate(patch, shop) == []
    (problem,) = validate(patch, shop, live=["billing", "stocks"])
    assert (problem.code, problem.pointer, problem.suggestion) == ("module_required", "/module/requires/1", "stocks")
    assert validate(patch, shop, live={"billing", "stock"}) == []


def test_the_same_two_are_asked_about_again_and_answer_the_same(shop: Manifest) -> None:
    for _ in range(40):
        patch = parse(document_of("m", _field("x"), _rule("x != null")))
        assert apply(patch, shop) is apply(patch, shop)
        assert risk(patch, shop) == "L2"
        assert as_list(validate(patch, shop)) == []
