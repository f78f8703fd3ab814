"""Merging: two drafts of one module, by two people, into one patch that says what both of them meant.

Parts are told apart as in a difference: an operation by what it does to what, a scenario by its name. What one of them
changed, added or took away since the version from which both set out is so in the merged patch. When that version is
not known, what only one of them says counts as added. Refused, with every place, is a part that both changed
differently, and two operations of which one undoes, hides or needs what the other does.
"""

from collections.abc import Iterator
from typing import Any

from shared.patch.applying import validate, walk
from shared.patch.canonical import document
from shared.patch.difference import Parts, parts_of
from shared.patch.errors import Problem, Refusal
from shared.patch.footprint import Footprint, clashes
from shared.patch.manifest import Manifest
from shared.patch.parsing import parse
from shared.patch.patch import Patch

_GROUPS = ("operations", "scenarios", "amends")


def merge(a: Patch, b: Patch, manifest: Manifest, ancestor: Patch | None = None) -> Patch:
    """The patch of both, in the order of `a`, with what only `b` says behind what it follows there.

    It applies to `manifest` and names the base that `a` names. Raises Refusal: `merge_conflict` points into `b`, its
    `other` into `a` (nowhere, when `a` took the part away); other problems point into the merged patch.
    """
    mine, theirs = parts_of(a), parts_of(b)
    since = parts_of(ancestor) if ancestor is not None else None
    merged: dict[str, Parts] = {}
    problems: list[Problem] = []
    for group, parts in mine.items():
        base = since[group] if since is not None else _common(parts, theirs[group])
        merged[group] = _ordered(parts, theirs[group], _merged(parts, theirs[group], base))
        problems += _contested(group, parts, theirs[group], base)
    if problems:
        raise Refusal.of(problems)
    module = {key.removeprefix("module/"): value for key, value in merged["module"].items()}
    plain: dict[str, Any] = {**document(a), "module": module}
    patch = parse({**plain, **{group: document(list(merged[group].values())) for group in _GROUPS}})
    problems = [*_crossing(patch, manifest, list(merged["operations"]), mine, theirs)] or validate(patch, manifest)
    if problems:
        raise Refusal.of(problems)
    return patch


def _common(mine: Parts, theirs: Parts) -> Parts:
    return {key: one for key, one in mine.items() if theirs.get(key) == one}


def _merged(mine: Parts, theirs: Parts, base: Parts) -> Parts:
    """Of every part the side that changed it; without those that one side took away."""
    found = {key: theirs.get(key) if mine.get(key) == base.get(key) else mine.get(key) for key in (mine | theirs)}
    return {key: one for key, one in found.items() if one is not None}


def _ordered(mine: Parts, theirs: Parts, merged: Parts) -> Parts:
    order = [key for key in mine if key in merged]
    last = -1
    for key in theirs:
        if key in mine:
            last = order.index(key) if key in merged else last
        elif key in merged:
            last += 1
            order.insert(last, key)
    return {key: merged[key] for key in order}


def _contested(group: str, mine: Parts, theirs: Parts, base: Parts) -> Iterator[Problem]:
    """Parts that both changed, and not to the same."""
    for key in mine | theirs:
        sides = mine.get(key), theirs.get(key)
        if sides[0] != sides[1] and base.get(key) not in sides:
            places = _pointer(group, theirs, key), _pointer(group, mine, key)
            yield Problem("merge_conflict", places[0], {"other": places[1], "places": [key]})


def _pointer(group: str, parts: Parts, key: str) -> str:
    if key not in parts:
        return ""
    return f"/{key}" if group == "module" else f"/{group}/{list(parts).index(key)}"


def _crossing(
    patch: Patch, manifest: Manifest, keys: list[str], mine: dict[str, Parts], theirs: dict[str, Parts]
) -> Iterator[Problem]:
    """Operations that only `b` says and that do not commute with those that only `a` says."""
    only_a: dict[str, Footprint] = {}
    only_b: dict[str, Footprint] = {}
    a, b = mine["operations"], theirs["operations"]
    for key, (_, operation, before) in zip(keys, walk(patch, manifest), strict=True):
        if a.get(key) != b.get(key):
            side = only_a if a.get(key) == operation else only_b
            side[key] = operation.footprint(before)
    whole = Footprint.union(only_a.values())
    for key, mark in only_b.items():
        if places := clashes(whole, mark):
            other = next(one for one, of_a in only_a.items() if clashes(of_a, mark))
            params = {"other": _pointer("operations", a, other), "places": places}
            yield Problem("merge_conflict", _pointer("operations", b, key), params)
