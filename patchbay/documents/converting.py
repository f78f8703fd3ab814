"""`import`, `export`, `rebase` and `schema`: a patch in another form, on standard output."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from patchbay.documents.live import Base
from patchbay.documents.source import Source
from patchbay.documents.telling import Telling
from shared.patch import document, import_dsl10, patch_schema, provider_schema
from shared.patch.dsl10 import export_dsl10
from shared.patch.rebasing import rebase


def import_document(
    source: Source, live: Sequence[Source], telling: Telling, module: str | None, title: str | None
) -> int:
    """Prints the patch that the documents of the old language make."""
    base, patch = Base.of(live, telling), None
    with telling.about(source):
        manifest = base.without(*([module] if module else []))
        patch = document(import_dsl10(source.plain, module, {"en": title, "zh": title} if title else None, manifest))
    return telling.end(_printed(patch), patch=patch)


def export_document(source: Source, live: Sequence[Source], telling: Telling) -> int:
    """Prints the documents of the old language that say the same, if it has the words."""
    base, documents = Base.of(live, telling), None
    with telling.about(source):
        patch = source.patch
        now = datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
        documents = export_dsl10(patch, base.without(patch.module.name), now)
    return telling.end(_printed(documents), documents=documents)


def rebase_document(source: Source, was: Sequence[Source], live: Sequence[Source], telling: Telling) -> int:
    """Prints the patch, written when `was` was live, as it applies to what is live now."""
    before, after, patch = Base.of(was, telling), Base.of(live, telling), None
    with telling.about(source):
        read = source.patch
        name = read.module.name
        patch = document(rebase(read, after.without(name), before.without(name)))
    return telling.end(_printed(patch), patch=patch)


def print_schema(*, provider: bool) -> int:
    print(json.dumps(provider_schema() if provider else patch_schema(), ensure_ascii=False, indent=2))
    return 0


def _printed(value: Any) -> list[str]:
    return [] if value is None else [json.dumps(value, ensure_ascii=False, indent=2)]
