"""What must hold of expressions: each names what is there, and answers the kind that is wanted."""

from collections.abc import Iterator

from shared.patch.errors import Problem, Refusal
from shared.patch.expression import compile_expression
from shared.patch.integrity.said import said_by
from shared.patch.manifest import Entity, Manifest


def expressions(entity: Entity, manifest: Manifest) -> Iterator[Problem]:
    for said in said_by(entity, manifest):
        try:
            compile_expression(said.text, said.entity, manifest, expect=said.expect, within=said.within)
        except Refusal as refusal:
            yield from refusal.under(said.where).problems
