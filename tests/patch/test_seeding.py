"""A value fits a field exactly when the engine could read and keep it; references are names of other seeds."""

from typing import Any

import pytest
from pydantic import TypeAdapter

from shared.patch.fields import Field
from shared.patch.messages import message
from shared.patch.seeding import fits, referred, seed_name

FIELD: TypeAdapter[Field] = TypeAdapter(Field)


def field(kind: str, **parts: Any) -> Field:
    return FIELD.validate_python({"type": kind, "name": "f", **parts})


CHOICES = [{"value": "a"}, {"value": "b"}]
FITTING: list[tuple[Field, list[Any]]] = [
    (field("text", format="email"), ["a@b.cn", "", " "]),
    (field("long_text"), ["x" * 10_000]),
    (field("integer", min=1), [1, "2", 3.0]),
    (field("decimal", precision=4, scale=1), [100.5, "-999.9", 0]),
    (field("money"), ["12.50", 0.1]),
    (field("boolean"), [True, False]),
    (field("date"), ["2026-01-31"]),
    (field("datetime"), ["2026-01-31T09:30:00+08:00"]),
    (field("time"), ["09:30", "23:59:59"]),
    (field("duration", max="P1D"), ["PT90M"]),
    (field("enum", options=CHOICES), ["a"]),
    (field("multi_enum", options=CHOICES), [["b", "a"], []]),
    (field("json"), [{"a": [1]}, []]),
    (field("ref", target="T"), [{"$seed": "T.x"}]),
    (field("ref_any", targets=["T", "U"]), [{"$seed": "U.x"}]),
    (field("many_to_many", target="T"), [[], [{"$seed": "T.x"}, {"$seed": "T.y"}]]),
]


@pytest.mark.parametrize(("definition", "values"), FITTING)
def test_what_the_engine_could_keep_fits(definition: Field, values: list[Any]) -> None:
    assert [fits(definition, one) for one in values] == [None] * len(values)


@pytest.mark.parametrize(
    ("definition", "value", "code", "told"),
    [
        (field("text", max_length=2), "abc", "value_beyond", "its greatest length is 2"),
        (field("text", min_length=2), "a", "value_beyond", "its least length is 2"),
        (field("text"), 1, "value_misfit", "it is no text"),
        (field("text", format="email"), "a", "value_misfit", "not written like its format"),
        (field("integer"), 1.5, "value_misfit", "no whole number"),
        (field("integer", max=3), 4, "value_beyond", "the greatest is 3"),
        (field("integer", min=3), 2, "value_beyond", "the least is 3"),
        (field("money"), "1.234", "value_beyond", "its decimals are at most 2"),
        (field("decimal", precision=3, scale=1), 100, "value_beyond", "before the point are at most 2"),
        (field("decimal"), "x", "value_misfit", "it is no number"),
        (field("boolean"), "true", "value_misfit", "neither true nor false"),
        (field("date"), "31.1.2026", "value_misfit", "no date such as"),
        (field("datetime"), "2026-01-31T09:30:00", "value_misfit", "no time zone"),
        (field("time"), "25:00", "value_misfit", "no time such as"),
        (field("duration"), "90", "value_misfit", "no span of time"),
        (field("enum", options=CHOICES), "c", "option_unknown", "no option “c”"),
        (field("multi_enum", options=CHOICES), "a", "value_misfit", "no list of options"),
        (field("multi_enum", options=CHOICES), ["a", "a"], "value_misfit", "stands in it twice"),
        (field("multi_enum", options=CHOICES, max_items=1), ["a", "b"], "value_beyond", "its choices are at most 1"),
        (field("json"), "x", "value_misfit", "no JSON object"),
        (field("json", max_bytes=2), [1], "value_beyond", "its bytes are at most 2"),
        (field("file"), {"name": "x"}, "value_misfit", "attached by people"),
        (field("ref", target="T"), {"$seed": "U.x"}, "value_misfit", "another entity"),
        (field("ref", target="T"), {"$seed": "T"}, "value_misfit", "it is no seed"),
        (field("many_to_many", target="T"), [{"$seed": "T.x"}] * 2, "value_misfit", "a seed stands in it twice"),
        (
            field("many_to_many", target="T", max_items=1),
            [{"$seed": "T.x"}, {"$seed": "T.y"}],
            "value_beyond",
            "most 1",
        ),
    ],
)
def test_what_does_not_fit_is_told_with_its_reason(definition: Field, value: Any, code: str, told: str) -> None:
    problem = fits(definition, value)
    assert problem is not None
    assert problem.code == code
    sentences = message(problem.code, problem.params)
    assert told in sentences["en"]
    assert "it " not in sentences["zh"]
    assert "its " not in sentences["zh"]


def test_references_are_found_wherever_they_stand() -> None:
    lines = field("lines", fields=[{"type": "ref", "name": "place", "target": "T"}, {"type": "text", "name": "x"}])
    assert list(referred(lines, [{"x": "y"}, {"place": {"$seed": "T.a"}}])) == [("/1/place", ("T", "a"))]
    assert list(referred(field("many_to_many", target="T"), [{"$seed": "T.a"}])) == [("/0", ("T", "a"))]
    assert list(referred(field("json"), {"$seed": "T.a"})) == []


@pytest.mark.parametrize("value", [None, "T.a", {"$seed": "T"}, {"$seed": "T."}, {"$seed": "T.a", "x": 1}, {}])
def test_anything_else_is_no_reference(value: Any) -> None:
    assert seed_name(value) is None
