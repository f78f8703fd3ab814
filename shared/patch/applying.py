"""Apply: a manifest and a patch make a manifest, or a refusal with every reason. Invariants:

1. The same patch on the same manifest gives the same manifest.
2. Neither is changed; a refused patch leaves nothing behind.
3. Validation is this very function: what validates applies, and what applies validates.
4. After the last operation every name leads somewhere and every expression has its type, in every entity that is not
   as it was and in those that refer to one of these. Operations only ask about what they name themselves.
"""

from collections.abc import Collection, Iterator

from shared.patch.author import Author
from shared.patch.consequence import Missed
from shared.patch.course import Course, course, take
from shared.patch.errors import Problem, Refusal, bounded, nearest
from shared.patch.footprint import Footprint, clashes
from shared.patch.integrity import check_changed
from shared.patch.manifest import Manifest
from shared.patch.operations import Grant, Operation, RemovePart, RenameEntity, RenameField, ReplacePart
from shared.patch.operations.outcome import Risk, Semver
from shared.patch.patch import Patch
from shared.patch.trespass import trespasses
from shared.patch.undoing import Step

# Nobody may confirm these away.
FORBIDDEN = frozenset(("system_field", "grant_exceeds_author", "reading_exceeds_author", "state_exceeds_author"))


def apply(patch: Patch, manifest: Manifest) -> Manifest:
    """The manifest after all operations. Raises Refusal with all problems."""
    after = _at_once(patch, manifest, None)
    if after is None:
        raise Refusal.of(bounded(_one_by_one(patch, manifest, None)))
    return after


def validate(
    patch: Patch, manifest: Manifest, author: Author | None = None, live: Collection[str] | None = None
) -> list[Problem]:
    """Everything that is wrong, each with its place; nothing when the patch applies and its author may ask for it.

    With `live`, the names of the modules that are live, also whether what the module requires is among them. Of more
    than a person can take in, the rest are counted.
    """
    required = [] if live is None else list(_requirements(patch, live))
    return bounded([*required, *_problems(patch, manifest, author)])


def risk(patch: Patch, manifest: Manifest, author: Author | None = None) -> Risk:
    """The highest class of its operations; L3 when it must be refused whatever anybody confirms."""
    if any(problem.code in FORBIDDEN for problem in _problems(patch, manifest, author)):
        return "L3"
    return "L2" if any(operation.risk(before) == "L2" for _, operation, before in walk(patch, manifest)) else "L1"


def acknowledgements(patch: Patch, manifest: Manifest) -> tuple[str, ...]:
    """Pointers of the operations (L2) that a reviewer must confirm one by one."""
    return tuple(pointer for pointer, operation, before in walk(patch, manifest) if operation.risk(before) == "L2")


def semver(patch: Patch, manifest: Manifest) -> Semver:
    """How a release of this patch counts: safe, dangerous or breaking for whoever uses the CRM's records."""
    found = {operation.semver(before) for _, operation, before in walk(patch, manifest)}
    return "major" if "major" in found else "minor" if "minor" in found else "patch"


def explain(patch: Patch, manifest: Manifest) -> list[dict[str, str]]:
    """A sentence in each language per operation, with its pointer and risk class."""
    told: list[dict[str, str]] = []
    for pointer, operation, before in walk(patch, manifest):
        sentence = operation.explain(before)
        told.append({"pointer": pointer, "en": sentence.en, "zh": sentence.zh, "risk": operation.risk(before)})
    return told


def footprint(patch: Patch, manifest: Manifest) -> Footprint:
    """Everything that the patch reads, writes or touches."""
    return course(patch, manifest).footprint


def conflicts(a: Patch, b: Patch, manifest: Manifest) -> list[str]:
    """Paths at which the order of the two modules matters, or at which one stands in the way of the other."""
    return clashes(footprint(a, manifest), footprint(b, manifest))


def inverse(patch: Patch, manifest: Manifest) -> tuple[Step, ...]:
    """Steps for `undo` that lead from `apply(patch, manifest)` back to what people saw on `manifest`."""
    steps = [operation.inverse(before, patch.module.name) for _, operation, before in walk(patch, manifest)]
    return tuple(step for undoing in reversed(steps) for step in undoing)


def walk(patch: Patch, manifest: Manifest) -> tuple[tuple[str, Operation, Manifest], ...]:
    """Pointer, operation and the manifest that it meets; one that is refused is passed over."""
    return course(patch, manifest).steps


def _at_once(patch: Patch, manifest: Manifest, author: Author | None) -> Manifest | None:
    """The manifest after all operations, checked once; None when something is wrong with it."""
    after = _unscathed(course(patch, manifest), author)
    return None if after is None or any(_scenarios(patch, after)) else after


def _unscathed(taken: Course, author: Author | None) -> Manifest | None:
    """Where it led, when nothing was refused on the way."""
    if taken.refused or taken.broken:
        return None
    try:
        afters = [*(before for _, _, before in taken.steps[1:]), taken.after]
        for (_, operation, before), after in zip(taken.steps, afters, strict=False):
            _refuse_author(operation, (before, after), taken.patch, author)
    except Refusal:
        return None
    return taken.after


def _problems(patch: Patch, manifest: Manifest, author: Author | None) -> list[Problem]:
    author = author and author.within(manifest)
    return [] if _at_once(patch, manifest, author) is not None else _one_by_one(patch, manifest, author)


def _one_by_one(patch: Patch, manifest: Manifest, author: Author | None) -> list[Problem]:
    """What is wrong, told at the operation after which it first was; each operation meets what was accepted so far.

    As long as nothing is wrong it takes several at once, twice as many each time: every look at the whole costs time.
    """
    problems: list[Problem] = []
    missed, before = Missed(), manifest
    number, stride = 0, 1
    while number < len(patch.operations):
        several = patch.having(operations=patch.operations[number : number + stride])
        after = _unscathed(take(several, manifest), author) if stride > 1 else None
        if after is not None:
            manifest, number, stride = after, number + stride, stride * 2
            continue
        if stride > 1:
            stride //= 2
            continue
        operation = patch.operations[number]
        try:
            after = operation.apply(manifest, patch.module.name)
            _refuse_author(operation, (manifest, after), patch, author)
            manifest, stride = after, 2
        except Refusal as refusal:
            problems += [one.under(f"/operations/{number}") for one in refusal.problems if not missed.explains(one)]
            missed.add(operation)
        number += 1
    problems += [problem for problem in _scenarios(patch, manifest) if not missed.explains(problem)]
    return problems or check_changed(before, manifest)


def _refuse_author(
    operation: Operation, manifests: tuple[Manifest, Manifest], patch: Patch, author: Author | None
) -> None:
    """What the author holds, he holds before the patch: a grant does not justify itself, nor the one after it."""
    before, after = manifests
    if author is None or isinstance(operation, RenameEntity | RenameField):
        return
    if isinstance(operation, Grant | RemovePart | ReplacePart):
        operation.refuse_author(before, patch.module.name, author)
    if problems := list(trespasses(author, before, after, patch.module.name)):
        raise Refusal.of(problems)


def _requirements(patch: Patch, live: Collection[str]) -> Iterator[Problem]:
    for number, required in enumerate(patch.module.requires):
        if required not in live:
            params = {"module": patch.module.name, "requires": required, "known": sorted(live)}
            yield Problem("module_required", f"/module/requires/{number}", params, nearest(required, live))


def _scenarios(patch: Patch, manifest: Manifest) -> Iterator[Problem]:
    amended = [(f"/amends/{number}/with", one.replacement) for number, one in enumerate(patch.amends)]
    for pointer, scenario in [*((f"/scenarios/{n}", one) for n, one in enumerate(patch.scenarios)), *amended]:
        named = [(pointer, scenario), *((f"{pointer}/steps/{n}", step) for n, step in enumerate(scenario.steps))]
        for place, one in named:
            yield from _strangers(place, getattr(one, "entity", None), one.role, manifest)


def _strangers(place: str, entity: str | None, role: str | None, manifest: Manifest) -> Iterator[Problem]:
    """An entity or a role of a scenario, or of a step of it, that is not there."""
    if entity is not None and entity not in manifest.visible_entities:
        params = {"entity": entity, "known": [*manifest.visible_entities]}
        yield Problem("entity_unknown", f"{place}/entity", params, nearest(entity, manifest.visible_entities))
    if role is not None and role not in manifest.roles:
        params = {"role": role, "known": [*manifest.roles]}
        yield Problem("role_unknown", f"{place}/as", params, nearest(role, manifest.roles))
