"""The sentences themselves. `tests/patch/test_messages.py` keeps them complete for every code that is raised."""

from shared.patch.expression.sentences import EXPRESSIONS
from shared.patch.sentences.algebra import ALGEBRA
from shared.patch.sentences.behaviour import BEHAVIOUR
from shared.patch.sentences.document import DOCUMENT
from shared.patch.sentences.entities import ENTITIES
from shared.patch.sentences.fields import FIELDS
from shared.patch.sentences.imports import IMPORTS

SENTENCES: dict[str, tuple[str, str]] = {
    **DOCUMENT,
    **FIELDS,
    **ENTITIES,
    **BEHAVIOUR,
    **EXPRESSIONS,
    **ALGEBRA,
    **IMPORTS,
}
