"""Documents meant to do harm: each is refused under a code of its own, soon, and with its place."""

import json
import math
import time
from collections.abc import Callable
from typing import Any

import pytest

from shared.patch import Manifest, Refusal, apply, content_hash, message, parse, validate
from shared.patch.parsing import BYTES_MAX, read_json

FIELD = {"type": "text", "name": "nickname"}
ADD = {"op": "add_field", "entity": "Customer", "field": FIELD}
PATCH: dict[str, Any] = {
    "patch": "1",
    "module": {"name": "loyalty", "title": {"en": "Loyalty", "zh": "会员"}},
    "operations": [ADD],
}
HEAD = '{"patch": "1", "module": {"name": "loyalty", "title": {"en": "L", "zh": "L"}}, "operations": ['
# Of the processor: far more than it takes. Whatever grows with the square takes minutes.
SOON_SECONDS = 3.0


def refusal(source: Any) -> Refusal:
    begun = time.process_time()
    with pytest.raises(Refusal) as refused:
        parse(source)
    assert time.process_time() - begun < SOON_SECONDS
    return refused.value


@pytest.mark.parametrize(
    ("source", "code", "pointer"),
    [
        (b"", "json_invalid", ""),
        (b"\xff\xfe", "json_invalid", ""),
        ("{", "json_invalid", ""),
        ("\ufeff\ufeff{}", "json_invalid", ""),
        ('{"a": "\ud800"}', "not_json", "/a"),
        ('{"a": "\\ud800"}', "not_json", "/a"),
        ('{"a": ["\\u0000"]}', "not_json", "/a/0"),
        ('{"\\u0000": 1}', "not_json", ""),
        ("[1, NaN]", "number_unfit", "/1"),
        ('{"a": {"b": -Infinity}}', "number_unfit", "/a/b"),
        ('{"a/b": 1e400}', "number_unfit", "/a~1b"),
        ('{"a": 9223372036854775808}', "number_unfit", "/a"),
        ('{"a": %s}' % ("9" * 5000), "number_unfit", "/a"),
        ('{"a": [{"b": 1, "c": {"b": 2}, "b": 3}]}', "key_twice", "/a/0"),
        ('{"a": 1, "\\u0061": 2}', "key_twice", ""),
        ("[" * 100, "document_too_deep", ""),
        ("[" * 300 + "]" * 300, "document_too_deep", ""),
        ("[]", "wrong_type", ""),
        ("1", "wrong_type", ""),
        ("-0", "wrong_type", ""),
        ('"\\"', "json_invalid", ""),
        ({}, "key_missing", "/module"),
        ({**PATCH, "x": object()}, "not_json", "/x"),
        ({**PATCH, "x": {1: 2}}, "not_json", "/x"),
        ({**PATCH, "x": math.nan}, "number_unfit", "/x"),
        ({**PATCH, "x": 10**5000}, "number_unfit", "/x"),
    ],
)
def test_what_is_no_document_has_a_code_and_a_place(source: Any, code: str, pointer: str) -> None:
    found = refusal(source)
    assert (found.code, found.pointer) == (code, pointer)
    assert all("?" not in text for text in message(code, found.params).values())


def filled(head: str, unit: str, tail: str) -> str:
    """As large as a document may be."""
    return head + unit * ((BYTES_MAX - len(head) - len(tail)) // len(unit)) + tail


LARGE: list[tuple[str, Callable[[], Any], str]] = [
    ("spaces", lambda: b" " * (BYTES_MAX + 1), "document_too_large"),
    ("Chinese, which takes three bytes each", lambda: "中" * (BYTES_MAX // 2), "document_too_large"),
    ("only spaces", lambda: " " * BYTES_MAX, "json_invalid"),
    ("one text", lambda: filled('{"patch": "', "a", '"}'), "value_unknown"),
    ("a text of quotes", lambda: filled('"', '\\"', ""), "json_invalid"),
    ("empty texts", lambda: filled("", '"', ""), "json_invalid"),
    ("one number", lambda: filled("0.", "9", ""), "wrong_type"),
    ("one integer", lambda: filled("", "9", ""), "number_unfit"),
    ("zeros", lambda: filled("[", "0,", "0]"), "too_many_parts"),
    ("brackets", lambda: filled("", "[", ""), "too_many_parts"),
    ("lists in lists", lambda: filled("[", "[" * 30 + "]" * 30 + ",", "0]"), "too_many_parts"),
    ("one key, again and again", lambda: filled("{", '"a":0,', '"a":0}'), "key_twice"),
    ("keys", lambda: "{" + ",".join(f'"k{one}": 0' for one in range(300_000)) + "}", "too_many_parts"),
    ("ten thousand operations", lambda: json.dumps({**PATCH, "operations": [ADD] * 10_000}), "too_many_operations"),
    ("numbers for operations", lambda: filled(HEAD, "0,", "0]}"), "too_many_operations"),
    ("an operation of a long name", lambda: filled(HEAD + '{"op": "', "x", '"}]}'), "op_unknown"),
    ("too many operations in Python", lambda: {**PATCH, "operations": [ADD] * 501}, "too_many_operations"),
    ("a large text in Python", lambda: {**PATCH, "x": "x" * BYTES_MAX}, "document_too_large"),
]


@pytest.mark.parametrize(("make", "code"), [one[1:] for one in LARGE], ids=[one[0] for one in LARGE])
def test_a_large_document_is_refused_soon(make: Callable[[], Any], code: str) -> None:
    assert refusal(make()).code == code


NAUGHTY = [
    json.dumps({**PATCH, "operations": [{"op": "add_field", **{f"k{one}": 0 for one in range(90_000)}}]}),
    json.dumps({**PATCH, "scenarios": [{"steps": [{}] * 470}] * 200}),
    json.dumps({**PATCH, "operations": [{**ADD, "field": {"type": "enum", "name": "x", "options": [0] * 180}}] * 500}),
]


@pytest.mark.parametrize("source", NAUGHTY, ids=["keys", "steps", "options"])
def test_of_very_many_problems_the_first_hundred_are_told_and_the_rest_counted(source: str) -> None:
    found = refusal(source)
    assert len(found.problems) == 101
    assert found.problems[-1].code == "more_problems"
    assert found.problems[-1].params["count"] > 1000


def test_a_document_that_holds_itself_or_one_part_many_times_ends_too() -> None:
    endless: dict[str, Any] = {}
    endless["again"] = endless
    assert refusal(endless).code == "document_too_deep"
    doubled: Any = "ha"
    for _ in range(30):
        doubled = [doubled, doubled]
    assert refusal({"laughs": doubled}).code == "too_many_parts"


def test_five_hundred_operations_are_read_soon() -> None:
    operations = [{**ADD, "field": {**FIELD, "name": f"field{number}"}} for number in range(500)]
    begun = time.process_time()
    assert len(parse(json.dumps({**PATCH, "operations": operations})).operations) == 500
    assert time.process_time() - begun < SOON_SECONDS


def test_a_key_that_stands_twice_is_told_at_its_second_place() -> None:
    found = refusal('{\n  "a": {"b": 1,\n        "b": 2}\n}')
    assert (found.pointer, found.params["key"]) == ("/a", "b")
    assert (found.params["line"], found.params["column"]) == (3, 9)


def test_bytes_that_are_no_text_are_told_at_their_place() -> None:
    found = refusal('{\n  "名": "'.encode() + b"\xff")
    assert (found.params["line"], found.params["column"]) == (2, 9)


def test_the_mark_with_which_some_editors_begin_is_passed_over() -> None:
    text = json.dumps(PATCH)
    assert parse("\ufeff" + text) == parse(b"\xef\xbb\xbf" + text.encode()) == parse(text)


def test_a_negative_zero_and_other_spellings_mean_the_same_number() -> None:
    assert read_json("[-0, 0]") == read_json("[0, -0]")
    assert read_json("1e2") == read_json("100.0")


def test_odd_keys_are_named_in_the_pointer_as_it_is_written() -> None:
    found = refusal({**PATCH, "a/b~": 1, "": 2, "\u202e": 3})
    assert {problem.pointer for problem in found.problems} == {"/a~1b~0", "/", "/\u202e"}


@pytest.mark.parametrize("default", ["9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00+14:00"])
def test_a_moment_that_some_zones_do_not_have_is_refused(shop: Manifest, default: str) -> None:
    operation = {**ADD, "field": {"type": "datetime", "name": "moment", "default": default}}
    (problem,) = validate(parse({**PATCH, "operations": [operation]}), shop)
    assert (problem.code, problem.pointer) == ("default_misfit", "/operations/0/field/default")


@pytest.mark.parametrize("zero", ["-0", -0.0, "-0.00"])
def test_a_zero_has_no_sign(zero: Any) -> None:
    def hashed(default: Any) -> str:
        operation = {**ADD, "field": {"type": "money", "name": "deposit", "default": default}}
        return content_hash(parse({**PATCH, "operations": [operation]}))

    assert hashed(zero) == hashed(str(zero).removeprefix("-"))


def test_of_very_many_problems_on_a_manifest_the_rest_are_counted_too(shop: Manifest) -> None:
    patch = parse({**PATCH, "operations": [{**ADD, "entity": "Nobody"}] * 300})
    problems = validate(patch, shop)
    assert len(problems) == 101
    assert (problems[-1].code, problems[-1].params["count"]) == ("more_problems", 200)
    with pytest.raises(Refusal) as refused:
        apply(patch, shop)
    assert list(refused.value.problems) == problems


def test_one_wrong_operation_among_many_is_told_alone_and_soon(shop: Manifest) -> None:
    entity = {"op": "add_entity", "entity": "City", "label": {"en": "City", "zh": "城市"}}
    operations: list[dict[str, Any]] = [{**entity, "fields": [{"type": "text", "name": "name", "unique": True}]}]
    for group in range(180):
        rows = [{"name": f"city{group}x{one}", "values": {"name": f"City {group} {one}"}} for one in range(20)]
        operations.append({"op": "seed", "entity": "City", "rows": rows})
    operations[100]["rows"][7]["values"] = {"name": "City 3 5"}
    patch = parse({**PATCH, "operations": operations})
    begun = time.process_time()
    (problem,) = validate(patch, shop)
    assert (problem.code, problem.pointer[:16]) == ("seed_not_unique", "/operations/100/")
    assert time.process_time() - begun < SOON_SECONDS
