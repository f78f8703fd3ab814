"""What field definitions need to be as it is, as paths for footprints."""

from collections.abc import Collection

from shared.patch.finding import targets
from shared.patch.footprint import field_path, path
from shared.patch.integrity.fields import reached
from shared.patch.integrity.said import Said, computed
from shared.patch.manifest import Entity, Manifest
from shared.patch.operations.needs import said_needs


def definition_needs(entity: Entity, names: Collection[str], manifest: Manifest) -> frozenset[str]:
    """Targets of references, and what computed values read, of some fields that `entity` is just given."""
    found = frozenset(
        path(target, "exists")
        for name in names
        if name in entity.visible_fields
        for _, target in targets(entity.visible_fields[name].definition)
    )
    said = [one for one in computed(entity) if one.where.split("/")[2] in names]
    return found | said_needs(said, manifest.with_entity(entity))


def computing_needs(said: Said, manifest: Manifest) -> frozenset[str]:
    """What a computed value reads, and how all of that is computed: two changes could close a circle together."""
    computing = {field_path(owner, name, "computed") for owner, name in reached(said, manifest)}
    return said_needs((said,), manifest) | computing
