"""A file as a record holds it: its name, its kind, and the digest under which its content is kept."""

import hashlib
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Attachment:
    """`size` is not known of a file that is only named by its digest; `content` is there until it is kept."""

    name: str
    media_type: str
    digest: str
    size: int | None = field(default=None, compare=False)
    content: bytes | None = field(default=None, compare=False, repr=False)

    def as_dict(self) -> dict[str, Any]:
        return {"name": self.name, "media_type": self.media_type, "size": self.size, "digest": self.digest}


def digest_of(content: bytes) -> str:
    return f"sha256:{hashlib.sha256(content).hexdigest()}"
