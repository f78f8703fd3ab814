from collections.abc import Iterator
from typing import Any, ClassVar, Literal

from shared.patch.errors import Problem, Refusal
from shared.patch.finding import find_entity
from shared.patch.footprint import Footprint, path
from shared.patch.keys import module_of
from shared.patch.manifest import Entity, Manifest, Menu
from shared.patch.menus import menu_path
from shared.patch.operations.outcome import Risk, Semver, Sentence, agreed, entity_label
from shared.patch.text import Closed, Identifier
from shared.patch.undoing import PutEntity, PutMenus, Step
from shared.patch.usage import User, users_of


class RemoveEntity(Closed):
    """Hide an entity, with its pages and its menu items. Its records stay; nothing in the language deletes them.

    Refused while another entity refers to it or writes its records, or another module has a menu item for it.
    """

    EXAMPLE: ClassVar[dict[str, Any]] = {"op": "remove_entity", "entity": "Order"}

    op: Literal["remove_entity"] = "remove_entity"
    entity: Identifier

    def apply(self, manifest: Manifest, _module: str) -> Manifest:
        entity = find_entity(manifest, self.entity)
        problems = list(_in_use(manifest, entity))
        if problems:
            raise Refusal.of(problems)
        own = _own_menus(manifest, entity)
        menus = tuple(one.having(hidden=True) if one in own else one for one in manifest.menus)
        after = manifest.having(menus=menus).with_entity(entity.having(removed=True))
        return agreed(manifest, after, "/entity")

    def inverse(self, before: Manifest, _module: str) -> tuple[Step, ...]:
        return (PutEntity(find_entity(before, self.entity)), PutMenus(before.menus))

    def footprint(self, manifest: Manifest) -> Footprint:
        entity = manifest.visible_entities.get(self.entity)
        menus = (menu_path(one.name) for one in (_own_menus(manifest, entity) if entity else ()))
        return Footprint(writes=frozenset((path(self.entity), *menus)))

    def risk(self, _manifest: Manifest) -> Risk:
        return "L2"

    def semver(self, _manifest: Manifest) -> Semver:
        return "major"

    def explain(self, manifest: Manifest) -> Sentence:
        en, zh = entity_label(manifest, self.entity)
        return Sentence(
            f"Hides the entity {en} with its pages and menu items. Its records are kept.",
            f"隐藏实体“{zh}”及其页面和菜单项，已有记录会保留。",
        )


def _in_use(manifest: Manifest, entity: Entity) -> Iterator[Problem]:
    """A problem for everything of others that would lead nowhere."""
    own = [User("the menu item", one.name) for one in _own_menus(manifest, entity)]
    for user in users_of(manifest, entity.name):
        itself = user.entity == entity.name and user.kind != "the menu item"
        if not itself and user not in own:
            params = {"entity": entity.name, "kind": user.kind, "user": user.place}
            yield Problem("entity_in_use", "/entity", params)


def _own_menus(manifest: Manifest, entity: Entity) -> list[Menu]:
    """Those of the module that made the entity."""
    home = module_of(entity.key)
    shown = (one for one in manifest.menus if one.entity == entity.name and not one.hidden)
    return [one for one in shown if module_of(one.key) == home]
