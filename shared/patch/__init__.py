"""THE LANGUAGE: a manifest, operations on it, and patches made of these. Pure: no I/O, no clock, no database.

Everything raises `Refusal` and nothing else; `messages.py` has the sentences.
"""

from shared.patch.applying import (
    acknowledgements,
    apply,
    conflicts,
    explain,
    footprint,
    inverse,
    risk,
    semver,
    validate,
)
from shared.patch.author import Author
from shared.patch.canonical import document
from shared.patch.errors import Problem, Refusal
from shared.patch.identity import content_hash, fingerprint, visible
from shared.patch.liveset import base_fingerprint, candidate, fold
from shared.patch.manifest import Manifest
from shared.patch.parsing import parse
from shared.patch.patch import Patch
from shared.patch.undoing import undo

__all__ = [
    "Author",
    "Manifest",
    "Patch",
    "Problem",
    "Refusal",
    "acknowledgements",
    "apply",
    "base_fingerprint",
    "candidate",
    "conflicts",
    "content_hash",
    "document",
    "explain",
    "fingerprint",
    "fold",
    "footprint",
    "inverse",
    "parse",
    "risk",
    "semver",
    "undo",
    "validate",
    "visible",
]
