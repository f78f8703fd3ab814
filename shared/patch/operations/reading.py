"""What definitions and expressions read, for footprints. An expression that does not compile reads the whole entity."""

from shared.patch.errors import Refusal
from shared.patch.expression import compile_expression
from shared.patch.fields import Field, LinesField
from shared.patch.finding import targets
from shared.patch.footprint import path, read_by
from shared.patch.manifest import Manifest


def expression_reads(entity: str, text: str, manifest: Manifest, within: str | None = None) -> frozenset[str]:
    try:
        return read_by(compile_expression(text, entity, manifest, within=within), entity)
    except Refusal:
        # It reads what an earlier operation of the same patch makes, or is refused when it is applied.
        return frozenset((path(entity, "field"),))


def reads_of(entity: str, definition: Field, manifest: Manifest, within: str | None = None) -> frozenset[str]:
    """Targets of references, and fields of computed values; `within` names the lines of which it is a column."""
    reads = frozenset(path(target, "exists") for _, target in targets(definition))
    computed: str | None = getattr(definition, "computed", None)
    if computed is not None:
        reads |= expression_reads(entity, computed, manifest, within)
    if isinstance(definition, LinesField) and any(getattr(one, "computed", None) for one in definition.fields):
        # Columns that are just being made are about one another.
        reads |= {path(entity, "exists")}
    return reads


def computed_reads(entity: str, text: str, manifest: Manifest, within: str | None = None) -> frozenset[str]:
    """What a computed value reads, and how all that is computed: two changes could close a circle together."""
    return expression_reads(entity, text, manifest, within) | {path(entity, "computing")}
