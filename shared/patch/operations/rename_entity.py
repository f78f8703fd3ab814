from typing import Any, ClassVar, Literal

from shared.patch.errors import Refusal
from shared.patch.finding import find_entity, refuse_reserved, refuse_taken
from shared.patch.footprint import Footprint, path
from shared.patch.keys import first_name, menu_key, module_of
from shared.patch.manifest import Entity, Manifest
from shared.patch.menus import menu_path, taken_menus
from shared.patch.operations.outcome import Risk, Semver, Sentence, agreed, entity_label
from shared.patch.renaming import Renamed, renamed
from shared.patch.text import Closed, Identifier
from shared.patch.undoing import PutName, Step


class RenameEntity(Closed):
    """Give an entity another name.

    Everything in the CRM that refers to it follows, and records stay where they are. What people read on screen is
    another matter (`set_text`). Other systems that use the name must be told, so it asks for a person's confirmation.
    """

    EXAMPLE: ClassVar[dict[str, Any]] = {"op": "rename_entity", "entity": "Customer", "to": "Client"}

    op: Literal["rename_entity"] = "rename_entity"
    entity: Identifier
    # The new name, which no other entity may have.
    to: Identifier

    def apply(self, manifest: Manifest, _module: str) -> Manifest:
        entity = find_entity(manifest, self.entity)
        refuse_reserved(self.to, "/to")
        if self.to == entity.name:
            raise Refusal("name_unchanged", "/to", {"name": self.to})
        others = (name for name in manifest.visible_entities if name != entity.name)
        refuse_taken(self.to, others, "entity_taken", "/to", self.to)
        for menu in taken_menus(manifest, self.to, self._item(entity)):
            raise Refusal("menu_taken", "/to", {"name": self.to, "other": menu.name})
        return agreed(manifest, renamed(manifest, Renamed(entity.name, None, self.to)), "/to")

    def inverse(self, before: Manifest, _module: str) -> tuple[Step, ...]:
        entity = find_entity(before, self.entity)
        return (PutName(entity.key, None, entity.name),)

    def footprint(self, manifest: Manifest) -> Footprint:
        names, entity = (self.entity, self.to), manifest.visible_entities.get(self.entity)
        # Whoever names the entity needs it to be there; what only follows a reference to it follows.
        writes = {path(self.entity, "exists"), path(self.to)}
        if entity is not None and any(one.key == self._item(entity) for one in manifest.menus):
            writes |= {menu_path(name) for name in names}
        return Footprint(writes=frozenset(writes))

    def risk(self, _manifest: Manifest) -> Risk:
        return "L2"

    def semver(self, _manifest: Manifest) -> Semver:
        return "major"

    def explain(self, manifest: Manifest) -> Sentence:
        en, zh = entity_label(manifest, self.entity)
        return Sentence(
            f"Renames the entity {en} from `{self.entity}` to `{self.to}`. Its records stay; "
            "other systems must use the new name.",
            f"将实体“{zh}”由 `{self.entity}` 改名为 `{self.to}`。记录保留；其他系统须改用新名称。",
        )

    def _item(self, entity: Entity) -> str:
        """The key of the menu item that came with it, and follows."""
        return menu_key(module_of(entity.key), first_name(entity.key))
