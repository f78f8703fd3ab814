"""Names and texts: the atoms of the language."""

from enum import Enum
from typing import Annotated, Any, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from shared.patch.legible import legible, legible_lines, seen

# PostgreSQL folds nothing that we quote, yet cuts at 63 bytes; 48 leaves room for the module's prefix.
IDENTIFIER = r"^[A-Za-z][A-Za-z0-9_]{0,47}$"

Identifier = Annotated[str, StringConstraints(pattern=IDENTIFIER)]
ModuleName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,47}$")]
# A column of records may refer to at most 2,000 characters of expression (the language's static limit).
ExpressionText = Annotated[str, StringConstraints(min_length=1, max_length=2000), AfterValidator(seen)]
Words = Annotated[str, StringConstraints(min_length=1, max_length=200), AfterValidator(legible)]
Description = Annotated[str, StringConstraints(max_length=4000), AfterValidator(legible_lines)]


class Unsaid(Enum):
    """What stands for a key that was left out, where `null` and `false` say something."""

    UNSAID = "unsaid"


def unsaid() -> Any:
    """The default of such a key; it never stands in a document."""
    return Field(default_factory=lambda: Unsaid.UNSAID, exclude_if=lambda value: value is Unsaid.UNSAID)


class Closed(BaseModel):
    """An immutable part of a document in which unknown keys are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    def having(self, **changes: Any) -> Self:
        """A copy with some parts changed, unchecked. Unlike `model_copy` it leaves cached properties behind."""
        kind, inner = type(self), self.__dict__
        made = kind.__new__(kind)
        # What `model_construct` does, without its search for aliases and defaults: three times as fast.
        parts = {name: inner[name] for name in kind.__pydantic_fields__}
        parts.update(changes)
        object.__setattr__(made, "__dict__", parts)
        given = self.__pydantic_fields_set__
        object.__setattr__(
            made, "__pydantic_fields_set__", given if changes.keys() <= given else given | changes.keys()
        )
        object.__setattr__(made, "__pydantic_extra__", None)
        object.__setattr__(made, "__pydantic_private__", None)
        return made


class Text(Closed):
    """What people read, in English and 简体中文."""

    en: Words
    zh: Words
