"""Keys: under which name a part was first created, for ever. `module/kind/name`.

The physical name of a column or table comes from its key (the engine makes it, unique after PostgreSQL's cut), so that
a renamed part keeps its values and two modules never share a column.
"""

import re

BASE_MODULE = "crm"
POSTGRESQL_NAME_BYTES = 63


def entity_key(module: str, entity: str) -> str:
    return f"{module}/entity/{entity}"


def field_key(module: str, entity: str, field: str) -> str:
    return f"{module}/field/{entity}.{field}"


def rule_key(module: str, entity: str, rule: str) -> str:
    return f"{module}/rule/{entity}.{rule}"


def grant_key(module: str, entity: str, role: str, field: str | None = None) -> str:
    return f"{module}/grant/{entity}.{role}" + (f".{field}" if field else "")


def column_key(module: str, entity: str, lines: str, column: str) -> str:
    return f"{module}/field/{entity}.{lines}.{column}"


def trigger_key(module: str, entity: str, trigger: str) -> str:
    return f"{module}/trigger/{entity}.{trigger}"


def index_key(module: str, entity: str, index: str) -> str:
    return f"{module}/index/{entity}.{index}"


def seed_key(module: str, entity: str, seed: str) -> str:
    return f"{module}/seed/{entity}.{seed}"


def menu_key(module: str, menu: str) -> str:
    return f"{module}/menu/{menu}"


def module_of(key: str) -> str:
    return key.split("/", 1)[0]


def first_name(key: str) -> str:
    """What the part was called when it was made."""
    return re.split(r"[/.]", key)[-1]
