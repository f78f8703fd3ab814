"""The menu: its items in order, known by their names. An item that came with an entity is called like it."""

from shared.patch.errors import Refusal
from shared.patch.finding import meant
from shared.patch.footprint import path
from shared.patch.manifest import Manifest, Menu

MENUS_MAX = 100


def visible_menus(manifest: Manifest) -> tuple[Menu, ...]:
    """Those that people see: not hidden, and of an entity that is there."""
    return tuple(one for one in manifest.menus if not one.hidden and one.entity in manifest.visible_entities)


def find_menu(manifest: Manifest, name: str, pointer: str) -> Menu:
    shown = {one.name: one for one in visible_menus(manifest)}
    if name not in shown:
        keys = {one.name: one.key for one in shown.values()}
        raise Refusal("menu_unknown", pointer, {"menu": name, "known": list(shown)}, meant(name, keys))
    return shown[name]


def taken_menus(manifest: Manifest, name: str, but: str) -> list[Menu]:
    """Items that people see under that name, apart from the one with the key `but`."""
    return [one for one in visible_menus(manifest) if one.name.casefold() == name.casefold() and one.key != but]


def with_menu(manifest: Manifest, menu: Menu) -> Manifest:
    """The menu with the item in the place of the one with its key, or at the end."""
    menus = tuple(menu if one.key == menu.key else one for one in manifest.menus)
    known = any(one is menu for one in menus)
    return manifest.having(menus=menus if known else (*menus, menu))


def moved(manifest: Manifest, menu: Menu, after: Menu) -> Manifest:
    """The menu with one item right behind another."""
    menus = [one for one in manifest.menus if one is not menu]
    at = menus.index(after) + 1
    return manifest.having(menus=(*menus[:at], menu, *menus[at:]))


def menu_path(name: str, *parts: str) -> str:
    """For footprints; no entity is called so."""
    return path("#menu", name, *parts)
