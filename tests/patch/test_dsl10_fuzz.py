"""Whatever stands where in a document: it comes to a patch or is refused, with places that are in the document."""

import copy
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from shared.patch import Manifest, Refusal, import_dsl10
from shared.patch.plain import as_list, as_object
from tests.patch.test_dsl10_corpus import CASES

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
    document = CASES[name]["document"]
    document = changed(document, data.draw(st.sampled_from(places(document))), data.draw(LEAVES))
    assert all(place == "" or place.startswith("/") for place in refused_at(document, shop if known else None))


def refused_at(document: Any, manifest: Manifest | None) -> list[str]:
    try:
        import_dsl10(document, manifest=manifest)
    except Refusal as refusal:
        return [problem.pointer for problem in refusal.problems]
    return []
