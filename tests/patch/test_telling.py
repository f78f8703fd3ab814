"""What reviewers read of a field: never what only the database or the code calls it."""

from typing import Any

import pytest

from shared.patch import Manifest, explain


@pytest.mark.parametrize(
    ("definition", "en", "zh"),
    [
        ({"type": "boolean", "default": True}, "yes or no; default yes", "是或否；默认 是"),
        ({"type": "boolean", "default": False}, "yes or no; default no", "是或否；默认 否"),
        (
            {
                "type": "enum",
                "options": [{"value": "b", "label": {"en": "Bronze", "zh": "铜牌"}}],
                "default": "b",
            },
            "choice: Bronze; default Bronze",
            "单选：铜牌；默认 铜牌",
        ),
        (
            {"type": "multi_enum", "options": [{"value": "a"}, {"value": "b"}, {"value": "c"}], "default": ["a", "c"]},
            "several choices: a, b, c; default a, c",
            "多选：a、b、c；默认 a、c",
        ),
        ({"type": "integer", "default": 0}, "whole number; default 0", "整数；默认 0"),
        ({"type": "ref", "target": "Customer"}, "reference: Customer", "引用：客户"),
    ],
)
def test_a_field_is_told_as_people_read_it(
    shop: Manifest, patch_of: Any, definition: dict[str, Any], en: str, zh: str
) -> None:
    patch = patch_of({"op": "add_field", "entity": "Order", "field": {"name": "extra", **definition}})
    [told] = explain(patch, shop)
    assert (f"({en})" in told["en"], f"（{zh}）" in told["zh"]) == (True, True), told
