"""What field definitions need to be as it is, as paths for footprints; and what they show."""

from collections.abc import Collection

from shared.patch.finding import targets
from shared.patch.footprint import field_path, path
from shared.patch.integrity.fields import reached
from shared.patch.integrity.said import Said, computed
from shared.patch.manifest import Entity, Manifest
from shared.patch.operations.needs import said_needs
from shared.patch.operations.outcome import Sentence
from shared.patch.trespass import disclosed


def definition_needs(entity: Entity, names: Collection[str], manifest: Manifest) -> frozenset[str]:
    """Targets of references, and what computed values read, of some fields that `entity` is just given."""
    found = frozenset(
        path(target, "exists")
        for name in names
        if name in entity.visible_fields
        for _, target in targets(entity.visible_fields[name].definition)
    )
    computing = list(computed(entity, names))
    return found | said_needs(computing, manifest.with_entity(entity)) if computing else found


def disclosure(entity: Entity, names: Collection[str], manifest: Manifest) -> Sentence | None:
    """What computed ones of these fields show to roles that may not see it where it is from."""
    found = disclosed(list(computed(entity, names)), manifest.with_entity(entity), manifest)
    if not found:
        return None
    said = [f"{owner.name}.{field}" for owner, field in found]
    return Sentence(
        f" It shows {', '.join(said)} to roles that may not see that there.",
        f"无权查看 {'、'.join(said)} 的角色可由此看到其内容。",
    )


def computing_needs(said: Said, manifest: Manifest) -> frozenset[str]:
    """What a computed value reads, and how all of that is computed: two changes could close a circle together."""
    computing = {field_path(owner, name, "computed") for owner, name in reached(said, manifest)}
    return said_needs((said,), manifest) | computing
