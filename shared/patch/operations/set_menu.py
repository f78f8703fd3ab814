from typing import Any, ClassVar, Literal

from shared.patch.errors import Refusal
from shared.patch.finding import find_entity, refuse_taken
from shared.patch.footprint import Footprint, path
from shared.patch.keys import menu_key
from shared.patch.manifest import Manifest, Menu
from shared.patch.menus import MENUS_MAX, find_menu, menu_path, moved, visible_menus, with_menu
from shared.patch.operations.outcome import Risk, Semver, Sentence, entity_label
from shared.patch.text import Closed, Identifier, Text
from shared.patch.undoing import PutMenus, Step


class SetMenu(Closed):
    """Add a menu item that opens an entity's list, or change one: its label, its entity, its place.

    `hidden` takes an item off the menu; set again without it, the item comes back.
    """

    EXAMPLE: ClassVar[dict[str, Any]] = {
        "op": "set_menu",
        "menu": "orders",
        "entity": "Order",
        "label": {"en": "Orders", "zh": "订单"},
        "after": "customers",
    }

    op: Literal["set_menu"] = "set_menu"
    # The name by which it is known, never shown.
    menu: Identifier
    # What it opens. A new item needs it.
    entity: Identifier | None = None
    # A new item without one is called like the records of its entity.
    label: Text | None = None
    # Right behind this item. Without it an item stays where it is, and a new one goes to the end.
    after: Identifier | None = None
    hidden: bool = False

    def apply(self, manifest: Manifest, module: str) -> Manifest:
        known = self._known(manifest)
        if self.entity is not None:
            find_entity(manifest, self.entity)
        menu = self._made(manifest, module) if known is None else self._changed(known)
        if menu.entity not in manifest.visible_entities and not menu.hidden:
            find_entity(manifest, menu.entity)
        manifest = with_menu(manifest, menu)
        if self.after is None:
            return manifest
        if self.after == self.menu:
            raise Refusal("menu_after_itself", "/after", {"menu": self.menu})
        return moved(manifest, menu, find_menu(manifest, self.after, "/after"))

    def inverse(self, before: Manifest, _module: str) -> tuple[Step, ...]:
        return (PutMenus(before.menus),)

    def footprint(self, manifest: Manifest) -> Footprint:
        known = self._known(manifest)
        shown = known is not None and known in visible_menus(manifest)
        opened = [self.entity, None if known is None or shown else known.entity]
        reads = {path(one, "exists") for one in opened if one is not None}
        if self.after is not None:
            reads.add(menu_path(self.after, "exists"))
        if not shown or self.hidden:
            return Footprint(frozenset(reads), frozenset((menu_path(self.menu),)))
        parts = (name for name in ("entity", "label") if getattr(self, name) is not None)
        reads.add(menu_path(self.menu, "exists"))
        return Footprint(frozenset(reads), frozenset(menu_path(self.menu, name) for name in parts))

    def risk(self, manifest: Manifest) -> Risk:
        return "L2" if self.hidden or self._leads_elsewhere(manifest) else "L1"

    def semver(self, manifest: Manifest) -> Semver:
        return "minor" if self.hidden or self._leads_elsewhere(manifest) else "patch"

    def explain(self, manifest: Manifest) -> Sentence:
        known = self._known(manifest)
        label = self.label or (known.label if known else None)
        en, zh = (label.en, label.zh) if label else (self.menu, self.menu)
        if self.hidden:
            return Sentence(f"Takes “{en}” off the menu.", f"从菜单中隐藏“{zh}”。")
        name = self.entity or (known.entity if known else "")
        entity_en, entity_zh = entity_label(manifest, name)
        if known is None or known.hidden:
            return Sentence(
                f"Adds “{en}” to the menu, which opens {entity_en}.", f"在菜单中添加“{zh}”，打开“{entity_zh}”。"
            )
        return Sentence(
            f"Sets the menu item `{self.menu}`: “{en}”, which opens {entity_en}.",
            f"设置菜单项 `{self.menu}`：“{zh}”，打开“{entity_zh}”。",
        )

    def _leads_elsewhere(self, manifest: Manifest) -> bool:
        known = self._known(manifest)
        if known is None or known not in visible_menus(manifest):
            return False
        return self.entity not in (None, known.entity)

    def _known(self, manifest: Manifest) -> Menu | None:
        """The item of that name that people see, or else one that was hidden."""
        named = [one for one in manifest.menus if one.name == self.menu]
        shown = [one for one in visible_menus(manifest) if one.name == self.menu]
        return next(iter((*shown, *named)), None)

    def _changed(self, known: Menu) -> Menu:
        return known.having(label=self.label or known.label, entity=self.entity or known.entity, hidden=self.hidden)

    def _made(self, manifest: Manifest, module: str) -> Menu:
        if self.entity is None or self.hidden:
            return find_menu(manifest, self.menu, "/menu")
        refuse_taken(self.menu, (one.name for one in manifest.menus), "menu_taken", "/menu", "")
        if len(visible_menus(manifest)) >= MENUS_MAX:
            raise Refusal("too_many_menus", "/menu", {"limit": MENUS_MAX})
        label = self.label or find_entity(manifest, self.entity).plural
        return Menu(key=menu_key(module, self.menu), name=self.menu, label=label, entity=self.entity)
