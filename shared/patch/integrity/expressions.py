"""What must hold of expressions: each names what is there, and answers the kind that is wanted."""

from collections.abc import Iterator

from shared.patch.errors import Problem, Refusal
from shared.patch.expression import compile_expression
from shared.patch.integrity.lookups import part
from shared.patch.integrity.said import Said, said_by
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
        expression = compile_expression(
            *(said.text, said.entity, manifest),
            expect=said.expect,
            within=said.within,
            lookups=said.lookups,
            this=said.this,
        )
    except Refusal as refusal:
        # A lookup stands beside the expression that asks it.
        for problem in refusal.problems:
            yield problem.under(part(said.where) if problem.pointer.startswith("/lookups/") else said.where)
    else:
        # What is computed is stored, and stays right without anybody asking again.
        if said.where.endswith("/computed") and expression.passing:
            params = {"entity": said.entity, "names": sorted(expression.passing)}
            yield Problem("computed_passing", said.where, params)
