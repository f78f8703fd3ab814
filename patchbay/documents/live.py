"""What a patch is held against: the CRM's base module, with the modules of other files folded onto it."""

from collections.abc import Sequence
from dataclasses import dataclass

from patchbay.documents.source import Source
from patchbay.documents.telling import Telling, Told
from shared.crm import base_manifest
from shared.patch import Manifest, Patch, Refusal, fold


@dataclass(frozen=True)
class Base:
    live: tuple[tuple[Source, Patch], ...]
    telling: Telling

    @classmethod
    def of(cls, live: Sequence[Source], telling: Telling) -> "Base":
        """What cannot be read is told, and left out."""
        found: list[tuple[Source, Patch]] = []
        for source in live:
            with telling.about(source):
                found.append((source, source.patch))
        return cls(tuple(found), telling)

    def without(self, *modules: str) -> Manifest:
        """The CRM that a version of `modules` meets. Raises `Told` when the live files do not fold."""
        folded = [(source, patch) for source, patch in self.live if patch.module.name not in modules]
        try:
            return fold(base_manifest(), [patch for _, patch in folded])
        except Refusal as refusal:
            source = next(one for one, patch in folded if patch.module.name == refusal.params["module"])
            self.telling.complain(source, refusal.problems)
            raise Told from None
