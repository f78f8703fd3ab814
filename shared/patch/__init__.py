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
from shared.patch.difference import diff
from shared.patch.dsl10 import import_dsl10
from shared.patch.errors import Problem, Refusal
from shared.patch.identity import content_hash, fingerprint, visible
from shared.patch.liveset import base_fingerprint, candidate, dependents, fold
from shared.patch.manifest import Manifest
from shared.patch.merging import merge
from shared.patch.messages import message
from shared.patch.parsing import parse
from shared.patch.patch import Patch
from shared.patch.provider import from_provider, provider_schema, to_provider
from shared.patch.rebasing import rebase
from shared.patch.schema import patch_schema
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
    "dependents",
    "diff",
    "document",
    "explain",
    "fingerprint",
    "fold",
    "footprint",
    "from_provider",
    "import_dsl10",
    "inverse",
    "merge",
    "message",
    "parse",
    "patch_schema",
    "provider_schema",
    "rebase",
    "risk",
    "semver",
    "to_provider",
    "undo",
    "validate",
    "visible",
]
