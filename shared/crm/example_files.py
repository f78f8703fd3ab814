"""Example patches, in `examples/`: what people look at first, and what the tests publish."""

from typing import Any

from shared.crm.files import read_yaml

EXAMPLES = ("loyalty",)


def example(name: str) -> dict[str, Any]:
    """The patch document, as `shared.patch.parse` takes it."""
    return read_yaml(f"examples/{name}.yaml")
