"""What must hold of expressions: each names what is there, and answers the kind that is wanted."""

from collections.abc import Iterator

from shared.patch.errors import Problem, Refusal
from shared.patch.integrity.lookups import part
from shared.patch.integrity.said import Said, reading, said_by
from shared.patch.manifest import Entity, Manifest


def expressions(entity: Entity, manifest: Manifest) -> Iterator[Problem]:
    """What expressions say wrongly; of a lookup that several of them ask once."""
    told: set[tuple[str, str]] = set()
    for said in said_by(entity, manifest):
        for problem in () if said.nested else _problems(said, manifest):
            if (problem.code, problem.pointer) not in told:
                told.add((problem.code, problem.pointer))
                yield problem


def _problems(said: Said, manifest: Manifest) -> Iterator[Problem]:
    try:
        reading(said, manifest, said.expect)
    except Refusal as refusal:
        # A lookup stands beside the expression that asks it.
        for problem in refusal.problems:
            yield problem.under(part(said.where) if problem.pointer.startswith("/lookups/") else said.where)
