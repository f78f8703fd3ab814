"""From JSON to a file: with its content in base64, or named by the digest of what was sent before."""

import base64
import binascii
import re
import unicodedata
from typing import Any

from shared.patch.attachment import Attachment, digest_of
from shared.patch.bounds import Unfit
from shared.patch.plain import as_object

NAME_MAX = 200
_PARTS = frozenset(("name", "media_type", "size", "digest", "content"))
_WORD = "[a-z0-9][a-z0-9!#$&^_.+-]{0,79}"
_MEDIA_TYPE = re.compile(f"{_WORD}/{_WORD}")
_DIGEST = re.compile("sha256:[0-9a-f]{64}")
# Controls, half characters, separators of lines, and what is not seen or turns the writing round.
_UNSEEN = frozenset(("Cc", "Cf", "Cs", "Zl", "Zp"))
# They join letters and symbols in some scripts.
_JOINERS = "\u200c\u200d"


def attachment(value: Any) -> Attachment:
    """Raises Unfit for what is no file. Whether one may be so large, or of that type, is a matter of the field."""
    if isinstance(value, Attachment):
        return value
    parts = as_object(value)
    if parts is None or not parts.keys() <= _PARTS:
        raise Unfit("not_a_file", {})
    name, kind = _name(parts.get("name")), media_type(parts.get("media_type"))
    if parts.get("content") is None:
        digest = parts.get("digest")
        if not isinstance(digest, str) or not _DIGEST.fullmatch(digest):
            raise Unfit("not_a_file", {})
        return Attachment(name, kind, digest)
    content = _decoded(parts["content"])
    digest = digest_of(content)
    if parts.get("digest") not in (None, digest):
        raise Unfit("not_a_file", {})
    return Attachment(name, kind, digest, len(content), content)


def media_type(value: Any) -> str:
    """Without parameters, in lower case: `text/plain; charset=utf-8` is `text/plain`."""
    kind = value.partition(";")[0].strip().lower() if isinstance(value, str) else ""
    if not _MEDIA_TYPE.fullmatch(kind):
        raise Unfit("not_a_file", {})
    return kind


def _name(value: Any) -> str:
    """What may stand in a header and on a disk: the last part of a path, and seen as it is."""
    if not isinstance(value, str):
        raise Unfit("not_a_file", {})
    unseen = any(unicodedata.category(one) in _UNSEEN and one not in _JOINERS for one in value)
    if not value.strip(" .") or len(value) > NAME_MAX or unseen or "/" in value or "\\" in value:
        raise Unfit("file_name", {"max": NAME_MAX})
    return value


def _decoded(value: Any) -> bytes:
    try:
        return base64.b64decode(value, validate=True)
    except (TypeError, ValueError, binascii.Error):
        raise Unfit("not_a_file", {}) from None
