"""Apply: a manifest and a patch make a manifest, or a refusal with every reason. Invariants:

1. The same patch on the same manifest gives the same manifest.
2. Neither is changed; a refused patch leaves nothing behind.
3. Validation is this very function: what validates applies, and what applies validates.
4. After every operation every name in the touched entity leads somewhere and every expression has its type.
"""

from collections.abc import Iterator

from shared.patch.author import Author
from shared.patch.errors import Problem, Refusal, nearest
from shared.patch.footprint import Footprint, clashes
from shared.patch.manifest import Manifest
from shared.patch.operations import AddEntity, AddField, Grant, Operation
from shared.patch.operations.outcome import Risk, Semver
from shared.patch.patch import Patch
from shared.patch.undoing import Step

# Nobody may confirm these away.
FORBIDDEN = frozenset(("system_field", "grant_exceeds_author"))


def apply(patch: Patch, manifest: Manifest) -> Manifest:
    """The manifest after all operations. Raises Refusal with all problems."""
    after, problems = _run(patch, manifest, None)
    if problems:
        raise Refusal.of(problems)
    return after


def validate(patch: Patch, manifest: Manifest, author: Author | None = None) -> list[Problem]:
    """Everything that is wrong, each with its place; nothing when the patch applies and its author may ask for it."""
    return _run(patch, manifest, author)[1]


def risk(patch: Patch, manifest: Manifest, author: Author | None = None) -> Risk:
    """The highest class of its operations; L3 when it must be refused whatever anybody confirms."""
    if any(problem.code in FORBIDDEN for problem in validate(patch, manifest, author)):
        return "L3"
    found = {operation.risk(before) for _, operation, before in _walk(patch, manifest)}
    return "L2" if "L2" in found else "L1"


def acknowledgements(patch: Patch, manifest: Manifest) -> tuple[str, ...]:
    """Pointers of the operations (L2) that a reviewer must confirm one by one."""
    return tuple(pointer for pointer, operation, before in _walk(patch, manifest) if operation.risk(before) == "L2")


def semver(patch: Patch, manifest: Manifest) -> Semver:
    """How a release of this patch counts: safe, dangerous or breaking for whoever uses the CRM's records."""
    found = {operation.semver(before) for _, operation, before in _walk(patch, manifest)}
    return "major" if "major" in found else "minor" if "minor" in found else "patch"


def explain(patch: Patch, manifest: Manifest) -> list[dict[str, str]]:
    """A sentence in each language per operation, with its pointer and risk class."""
    told: list[dict[str, str]] = []
    for pointer, operation, before in _walk(patch, manifest):
        sentence = operation.explain(before)
        told.append({"pointer": pointer, "en": sentence.en, "zh": sentence.zh, "risk": operation.risk(before)})
    return told


def footprint(patch: Patch, manifest: Manifest) -> Footprint:
    """Everything that the patch reads, writes or touches."""
    whole = Footprint()
    for _, operation, before in _walk(patch, manifest):
        whole |= operation.footprint(before)
    return whole


def conflicts(a: Patch, b: Patch, manifest: Manifest) -> list[str]:
    """Paths at which the order of the two modules matters, or at which one stands in the way of the other."""
    return clashes(footprint(a, manifest), footprint(b, manifest))


def inverse(patch: Patch, manifest: Manifest) -> tuple[Step, ...]:
    """Steps for `undo` that lead from `apply(patch, manifest)` back to what people saw on `manifest`."""
    steps: tuple[Step, ...] = ()
    for _, operation, before in _walk(patch, manifest):
        steps = (*operation.inverse(before, patch.module.name), *steps)
    return steps


def _walk(patch: Patch, manifest: Manifest) -> Iterator[tuple[str, Operation, Manifest]]:
    """Pointer, operation and the manifest that it meets; one that is refused is passed over."""
    for number, operation in enumerate(patch.operations):
        yield f"/operations/{number}", operation, manifest
        try:
            manifest = operation.apply(manifest, patch.module.name)
        except Refusal:
            continue


def _run(patch: Patch, manifest: Manifest, author: Author | None) -> tuple[Manifest, list[Problem]]:
    problems: list[Problem] = []
    missed: set[str] = set()
    for number, operation in enumerate(patch.operations):
        pointer = f"/operations/{number}"
        try:
            after = operation.apply(manifest, patch.module.name)
            # Asked of the manifest before it: a grant does not justify itself.
            if author is not None and isinstance(operation, Grant):
                operation.refuse_author(manifest, patch.module.name, author)
            manifest = after
        except Refusal as refusal:
            problems += [one.under(pointer) for one in refusal.problems if not _follows(one, missed)]
            missed |= _made_by(operation)
    problems += [problem for problem in _scenarios(patch, manifest) if not _follows(problem, missed)]
    return manifest, problems


def _follows(problem: Problem, missed: set[str]) -> bool:
    """Only because an earlier operation was refused; telling it too would hide what must be mended."""
    names = {"entity_unknown": "entity", "field_unknown": "field"}
    return problem.params.get(names.get(problem.code, "")) in missed


def _made_by(operation: Operation) -> set[str]:
    match operation:
        case AddEntity(entity=entity):
            return {entity}
        case AddField(field=field):
            return {field.name}
        case _:
            return set()


def _scenarios(patch: Patch, manifest: Manifest) -> Iterator[Problem]:
    amended = [(f"/amends/{number}/with", one.replacement) for number, one in enumerate(patch.amends)]
    for pointer, scenario in [*((f"/scenarios/{n}", one) for n, one in enumerate(patch.scenarios)), *amended]:
        known = list(manifest.visible_entities)
        if scenario.entity not in known:
            params = {"entity": scenario.entity, "known": known}
            yield Problem("entity_unknown", f"{pointer}/entity", params, nearest(scenario.entity, known))
        if scenario.role not in manifest.roles:
            params = {"role": scenario.role, "known": list(manifest.roles)}
            yield Problem("role_unknown", f"{pointer}/as", params, nearest(scenario.role, manifest.roles))
