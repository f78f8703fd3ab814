"""Whatever stands where in a document: it comes to a patch or is refused, with places that are in the document."""

import copy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.patch import Manifest, Refusal, document, import_dsl10
from shared.patch.errors import escape
from shared.patch.plain import as_list, as_object
from tests.patch.test_dsl10_corpus import CASES, GOOD

_LEAVES: list[Any] = [
    None,
    True,
    0,
    -1,
    2.5,
    "",
    "x",
    "Customer",
    "Customer.status",
    "add",
    "form",
    [],
    {},
    [None],
    [[]],
    {"a": 1},
    {"": {}},
]
LEAVES: st.SearchStrategy[Any] = st.sampled_from(_LEAVES)


def places(value: Any, place: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner, items = as_object(value), as_list(value)
    parts = list(inner.items()) if inner is not None else list(enumerate(items or ()))
    return [place, *(one for key, part in parts for one in places(part, (*place, key)))]


def changed(document: Any, place: tuple[Any, ...], value: Any) -> Any:
    if not place:
        return value
    document = copy.deepcopy(document)
    here = document
    for step in place[:-1]:
        here = here[step]
    here[place[-1]] = value
    return document


@settings(deadline=None, max_examples=200)
@given(data=st.data(), name=st.sampled_from(sorted(CASES)), known=st.booleans())
def test_anything_comes_to_a_patch_or_is_refused(shop: Manifest, data: st.DataObject, name: str, known: bool) -> None:
    source = CASES[name]["document"]
    source = changed(source, data.draw(st.sampled_from(places(source))), data.draw(LEAVES))
    inside = {pointer(place) for place in places(source)}
    for place in refused_at(source, shop if known else None) or ():
        # A key that is missing has its place inside what is there.
        assert {place, place.rpartition("/")[0]} & inside


@pytest.mark.parametrize("name", GOOD)
@pytest.mark.parametrize("known", [True, False])
def test_nothing_is_dropped_silently(name: str, known: bool, shop: Manifest) -> None:
    source = CASES[name]["document"]
    for place in places(source):
        here = found(source, place)
        if isinstance(here, dict):
            if "scope" in here and "payload" not in here:
                surprised = changed(source, (*place, "payload"), {"surprise": 1})
                assert refused_at(surprised, shop if known else None), place
            surprised = changed(source, (*place, "surprise"), 1)
            assert refused_at(surprised, shop if known else None), place


@pytest.mark.parametrize("name", GOOD)
def test_every_word_of_a_payload_matters(name: str, shop: Manifest) -> None:
    source = CASES[name]["document"]
    said = operations(source, shop)
    for place in places(source):
        here = found(source, place)
        if "payload" in place and isinstance(here, (str, int)):
            other = not here if isinstance(here, bool) else "zzz" if isinstance(here, str) else here + 1
            assert operations(changed(source, place, other), shop) != said, place


def operations(source: Any, shop: Manifest) -> Any:
    try:
        return document(import_dsl10(source, "one", manifest=shop))["operations"]
    except Refusal as refusal:
        return [problem.code for problem in refusal.problems]


def pointer(place: tuple[Any, ...]) -> str:
    return "".join(escape(step) for step in place)


def found(document: Any, place: tuple[Any, ...]) -> Any:
    for step in place:
        document = document[step]
    return document


def refused_at(document: Any, manifest: Manifest | None) -> list[str] | None:
    """The places of what is wrong; None when it comes to a patch."""
    try:
        import_dsl10(document, manifest=manifest)
    except Refusal as refusal:
        return [problem.pointer for problem in refusal.problems]
    return None
