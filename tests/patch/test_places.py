"""A pointer leads to the line and column at which the value begins."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.patch.errors import escape
from shared.patch.places import place_in
from shared.patch.plain import as_list, as_object

SOURCE = """\
{
  "module": {"name": "loyalty", "a/b~c": [ ]},
  "operations": [
    {"op": "grant", "allow": ["view", "edi\\"t]"]},
    [], 17,
    {"n\\u0061me": true}
  ]
}
"""


@pytest.mark.parametrize(
    ("pointer", "place"),
    [
        ("", (1, 1)),
        ("/module", (2, 13)),
        ("/module/a~1b~0c", (2, 42)),
        ("/operations/0/allow/1", (4, 39)),
        ("/operations/2", (5, 9)),
        ("/operations/3/name", (6, 19)),
    ],
)
def test_a_pointer_leads_to_where_the_value_begins(pointer: str, place: tuple[int, int]) -> None:
    assert place_in(SOURCE, pointer) == place


@pytest.mark.parametrize("pointer", ["/operations/0/entity", "/operations/0/op/deeper"])
def test_what_is_not_there_is_told_at_the_part_around_it(pointer: str) -> None:
    around = pointer.rpartition("/")[0]
    assert place_in(SOURCE, pointer) == place_in(SOURCE, around)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=15,
)


def _pointers(value: Any, pointer: str = "") -> list[tuple[str, Any]]:
    parts: list[tuple[Any, Any]] = [*(as_object(value) or {}).items(), *enumerate(as_list(value) or ())]
    return [(pointer, value), *(pair for key, one in parts for pair in _pointers(one, pointer + escape(key)))]


@given(JSON, st.sampled_from([None, 0, 2]))
@settings(deadline=None)
def test_what_stands_at_the_place_of_a_pointer_is_its_value(value: Any, indent: int | None) -> None:
    source = json.dumps(value, indent=indent)
    for pointer, inner in _pointers(value):
        line, column = place_in(source, pointer)
        rest = "\n".join([source.split("\n")[line - 1][column - 1 :], *source.split("\n")[line:]])
        assert json.JSONDecoder().raw_decode(rest)[0] == inner


@given(st.text(max_size=60), st.text(max_size=10))
def test_in_any_text_a_pointer_leads_somewhere(source: str, pointer: str) -> None:
    line, column = place_in(source, pointer)
    assert 1 <= line <= source.count("\n") + 1
    assert 1 <= column <= len(source) + 1
