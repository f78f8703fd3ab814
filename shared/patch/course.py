"""A patch taken over a manifest, operation by operation: what every question about the two is answered from.

A patch is asked about at every step of its life, each time read anew from where it is stored. Neither of the two ever
changes, so the courses of the last few pairs are remembered: of a patch by what it says, of a manifest as this very
one. The course holds the manifest, so that nothing else can ever be taken for it.
"""

from dataclasses import dataclass
from functools import cached_property

from orjson import JSONEncodeError

from shared.patch.drafting import Draft, finished
from shared.patch.errors import Problem, Refusal
from shared.patch.footprint import Footprint
from shared.patch.integrity import check_changed
from shared.patch.manifest import Manifest
from shared.patch.operations import Operation
from shared.patch.patch import Patch

REMEMBERED_MAX = 16

_courses: dict[tuple[str, int], "Course"] = {}


@dataclass(frozen=True)
class Course:
    """Pointer, operation and the manifest that it meets, one after the other; one that is refused is passed over."""

    patch: Patch
    manifest: Manifest
    steps: tuple[tuple[str, Operation, Manifest], ...]
    after: Manifest
    refused: bool

    @cached_property
    def broken(self) -> list[Problem]:
        """What the operations together leave that does not hold."""
        return check_changed(self.manifest, self.after)

    @cached_property
    def footprint(self) -> Footprint:
        """Everything that the operations read, write or touch."""
        return Footprint.union(operation.footprint(before) for _, operation, before in self.steps)


def course(patch: Patch, manifest: Manifest) -> Course:
    try:
        pair = patch.content_hash, id(manifest)
    except JSONEncodeError:
        # Put together in Python, of what is no JSON; it is told where that stands.
        return take(patch, manifest)
    found = _courses.get(pair)
    if found is None:
        if len(_courses) >= REMEMBERED_MAX:
            _courses.clear()
        found = _courses[pair] = take(patch, manifest)
    return found


def take(patch: Patch, manifest: Manifest) -> Course:
    """The same, without remembering it."""
    steps: list[tuple[str, Operation, Manifest]] = []
    draft, refused = Draft.of(manifest), False
    for number, operation in enumerate(patch.operations):
        steps.append((f"/operations/{number}", operation, draft))
        try:
            draft = operation.apply(draft, patch.module.name)
        except Refusal:
            refused = True
    return Course(patch, manifest, tuple(steps), finished(draft), refused)
