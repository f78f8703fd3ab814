"""The manifest while a patch is taken over it."""

from shared.patch.manifest import Manifest
from shared.patch.text import made


class Draft(Manifest):
    """A manifest in the making: what an operation did to the whole is checked by whoever made the draft, at the end."""

    @classmethod
    def of(cls, manifest: Manifest) -> "Draft":
        return made(cls, {**manifest.__dict__}, manifest.__pydantic_fields_set__)


def finished(draft: Manifest) -> Manifest:
    return made(Manifest, {**vars(draft)}, draft.__pydantic_fields_set__)
