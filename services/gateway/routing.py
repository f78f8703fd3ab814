"""The one routing table: whose path is it. Services serve the public paths without `/api/v1`; nothing is rewritten."""

from collections.abc import Mapping

PREFIX = "/api/v1"

# First part of the path → the service that owns it.
OWNERS: Mapping[str, str] = {
    "models": "generator",
    "modules": "generator",
    "generations": "generator",
    "patches": "generator",
    "runs": "tester",
    "suite": "tester",
    "reviews": "review",
    "releases": "publisher",
    "published": "publisher",
    "audit": "audit",
    "crm": "crm",
    "manifest": "crm",
    "menus": "crm",
    "views": "crm",
}

SERVICES: tuple[str, ...] = tuple(dict.fromkeys(OWNERS.values()))


def first_part(path: str) -> str:
    """`/api/v1/modules/7` → `modules`; the same without the prefix."""
    return path.removeprefix(PREFIX).lstrip("/").split("/", 1)[0]
