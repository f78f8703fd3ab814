"""The manifest after a sentence."""

from collections.abc import Iterable
from typing import Any

from shared.patch import Patch, apply
from shared.patch.manifest import Manifest

# Only for the steps between two sentences: the name of the real module is not known to the phrase book.
_MODULE = {"name": "reading", "title": {"en": "Reading", "zh": "阅读"}}


def advance(manifest: Manifest, operations: Iterable[dict[str, Any]]) -> Manifest:
    """Raises `Refusal` where the operations do not apply, and `ValidationError` where they are none."""
    patch = Patch.model_validate({"patch": "1", "module": _MODULE, "operations": list(operations)})
    return apply(patch, manifest)
