"""The quick reader lets through only what the careful one reads, and reads it as the careful one does."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.patch import Refusal
from shared.patch.parsing import _carefully_read
from shared.patch.plain import quickly_read, refuse_unplain

VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["a", '":', "b c", "\\"]), inner),
    max_leaves=8,
)
# What is put into a document at random: a key again, an escape, a number of many digits.
ADDED = st.sampled_from(
    ['"a":1,', '"a" : 1,', '"\\u0022:",', "\\u0000", "9223372036854775808,", "1e999,", "\ufeff", " "]
)


@settings(deadline=None, max_examples=400)
@given(VALUES, st.booleans(), st.lists(st.tuples(st.integers(0, 60), ADDED), max_size=2))
def test_both_readers_agree(value: Any, ascii_only: bool, added: list[tuple[int, str]]) -> None:
    text = json.dumps(value, ensure_ascii=ascii_only)
    for at, one in added:
        text = text[:at] + one + text[at:]
    source = text.encode(errors="surrogatepass")
    quick = quickly_read(source)
    if quick is not None:
        assert repr(quick) == repr(_carefully_read(source, source))


UNPLAIN: list[Any] = [
    *(float("nan"), float("inf"), 2**63, -(2**63), "\0", "\ud800", {"\0": 1}, {1: 2}, frozenset(), b"x"),
    [[[[[]]]]],
]


@pytest.mark.parametrize("value", UNPLAIN, ids=ascii)
def test_what_is_refused_alone_is_refused_among_others(value: Any) -> None:
    for document in (value, [1, value], {"a": {"b": [value, "text"]}}):
        with pytest.raises(Refusal):
            refuse_unplain(document, 4)


def test_whatever_is_plain_is_let_through() -> None:
    plain: dict[str, Any] = {"a": [1, 2.5, True, None, "文本", {}, [], [[]]], "b": 2**63 - 1}
    refuse_unplain(plain, 4)
