"""The data files beside this one: YAML that means exactly what the same JSON would."""

import re
from importlib.resources import files
from typing import Any, ClassVar

import yaml

DATA = files("shared.crm")


class _JsonLoader(yaml.CSafeLoader):
    """What is no literal of JSON stays the text it is: a date, and the `on` of a trigger, which YAML takes for true."""

    yaml_implicit_resolvers: ClassVar[dict[str, Any]] = {}


for _tag, _literals in {
    "bool": r"true|false",
    "null": r"null|~|",
    "int": r"-?(0|[1-9][0-9]*)",
    "float": r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?",
}.items():
    _JsonLoader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(f"^(?:{_literals})$"), None)


def read_yaml(path: str) -> Any:
    loader = _JsonLoader(DATA.joinpath(path).read_text(encoding="utf-8"))
    try:
        return loader.get_single_data()
    finally:
        loader.dispose()
