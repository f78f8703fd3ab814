"""The CRM's own suite, read from the files in `scenarios/`: one per entity, and what holds between them."""

import hashlib
from functools import cache
from typing import Any

from shared.crm.files import DATA, read_yaml
from shared.patch.scenario import Scenario, Suite

FILES = ("customer", "order", "order_tracking", "financial_transaction", "relations", "permissions")
# What a file says once for all of its scenarios.
_SHARED = ("entity", "as", "at")


@cache
def suite() -> Suite:
    return Suite(scenarios=tuple(_scenario(file, one) for file in map(_read, FILES) for one in file["scenarios"]))


def suite_version() -> str:
    """Changes with any file of the suite."""
    contents = hashlib.sha256()
    for name in FILES:
        contents.update(DATA.joinpath(_path(name)).read_bytes())
    return f"sha256:{contents.hexdigest()}"


def _scenario(file: dict[str, Any], document: dict[str, Any]) -> Scenario:
    return Scenario.model_validate({name: file[name] for name in _SHARED if name in file} | document)


def _read(name: str) -> dict[str, Any]:
    return read_yaml(_path(name))


def _path(name: str) -> str:
    return f"scenarios/{name}.yaml"
