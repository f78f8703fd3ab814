"""`import`, `export` and `schema`: a patch in other forms, on standard output."""

import json
from collections.abc import Sequence
from typing import Any

from patchbay.documents.base import Base
from patchbay.documents.source import Source
from patchbay.documents.telling import Telling
from shared.patch import document, import_dsl10, patch_schema, provider_schema


def import_document(
    source: Source, live: Sequence[Source], telling: Telling, module: str | None, title: str | None
) -> int:
    """Prints the patch that the documents of the old language make."""
    base, patch = Base.of(live, telling), None
    with telling.about(source):
        manifest = base.without(*([module] if module else []))
        patch = document(import_dsl10(source.plain, module, {"en": title, "zh": title} if title else None))
    return telling.end(_printed(patch), patch=patch)


def print_schema(*, provider: bool) -> int:
    print(json.dumps(provider_schema() if provider else patch_schema(), ensure_ascii=False, indent=2))
    return 0


def _printed(value: Any) -> list[str]:
    return [] if value is None else [json.dumps(value, ensure_ascii=False, indent=2)]
