"""The data files beside this one: YAML that means exactly what the same JSON would."""

from importlib.resources import files
from typing import Any

import yaml

DATA = files("shared.crm")


class _JsonLoader(yaml.CSafeLoader):
    """A date stays the text it is: JSON has none, and the field it is for reads it."""


_JsonLoader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.CSafeLoader.yaml_implicit_resolvers.items()
}


def read_yaml(path: str) -> Any:
    loader = _JsonLoader(DATA.joinpath(path).read_text(encoding="utf-8"))
    try:
        return loader.get_single_data()
    finally:
        loader.dispose()
