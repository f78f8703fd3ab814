"""What definitions and expressions read, for footprints. An expression that does not compile reads the whole entity."""

from shared.patch.errors import Refusal
from shared.patch.expression import compile_expression
from shared.patch.fields import Field, LinesField, RefField
from shared.patch.footprint import path, read_by
from shared.patch.manifest import Manifest


def expression_reads(entity: str, text: str, manifest: Manifest) -> frozenset[str]:
    try:
        return read_by(compile_expression(text, entity, manifest), entity)
    except Refusal:
        # It reads what an earlier operation of the same patch makes, or is refused when it is applied.
        return frozenset((path(entity, "field"),))


def reads_of(entity: str, definition: Field, manifest: Manifest) -> frozenset[str]:
    """Targets of references, and fields of a computed value."""
    lines = definition.fields if isinstance(definition, LinesField) else ()
    targets = frozenset(path(one.target, "exists") for one in (definition, *lines) if isinstance(one, RefField))
    computed = getattr(definition, "computed", None)
    return targets | expression_reads(entity, computed, manifest) if computed else targets
