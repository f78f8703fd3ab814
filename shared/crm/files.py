"""The data files beside this one: YAML that means exactly what the same JSON would."""

import re
from importlib.resources import files
from typing import Any

import yaml

DATA = files("shared.crm")


class _JsonLoader(yaml.CSafeLoader):
    """What is no literal of JSON stays the text it is: a date, and the `on` of a trigger, which YAML takes for true."""


_LITERALS = {
    "bool": r"true|false",
    "null": r"null|~|",
    "int": r"-?(0|[1-9][0-9]*)",
    "float": r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?",
}
# By what a text begins with; under None for all.
_JsonLoader.yaml_implicit_resolvers = {
    None: [(f"tag:yaml.org,2002:{tag}", re.compile(f"^(?:{form})$")) for tag, form in _LITERALS.items()]
}


def read_yaml(path: str) -> Any:
    loader = _JsonLoader(DATA.joinpath(path).read_text(encoding="utf-8"))
    try:
        return loader.get_single_data()
    finally:
        loader.dispose()
