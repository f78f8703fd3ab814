"""Names and texts: the atoms of the language."""

from collections.abc import Callable
from enum import Enum
from functools import lru_cache
from typing import Annotated, Any, ClassVar, Generic, Self, TypeVar, overload

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


Holder = TypeVar("Holder")
T = TypeVar("T")


class Derived(Generic[Holder, T]):
    """What follows from the attributes named in `sources`: reckoned once, and kept by copies that change none of them.

    Nothing else may be read by it. Unlike `cached_property` it takes no lock: reckoned twice it is the same.
    """

    def __init__(self, sources: frozenset[str], reckon: Callable[[Holder], T]) -> None:
        self.sources = sources
        self._reckon = reckon
        self.__doc__ = reckon.__doc__

    def __set_name__(self, _owner: type, name: str) -> None:
        self._name = name

    @overload
    def __get__(self, one: None, owner: type) -> Self: ...
    @overload
    def __get__(self, one: Holder, owner: type) -> T: ...
    def __get__(self, one: Holder | None, owner: type) -> Self | T:
        if one is None:
            return self
        # Found here from now on, before this is asked.
        value = one.__dict__[self._name] = self._reckon(one)
        return value


def derived(*sources: str) -> Callable[[Callable[[Holder], T]], Derived[Holder, T]]:
    return lambda reckon: Derived(frozenset(sources), reckon)


_new = object.__new__
_put_inner, _put_given, _put_extra, _put_private = (
    BaseModel.__dict__[name].__set__
    for name in ("__dict__", "__pydantic_fields_set__", "__pydantic_extra__", "__pydantic_private__")
)
C = TypeVar("C", bound="Closed")


def made(kind: type[C], parts: dict[str, Any], given: set[str]) -> C:
    """What `model_construct` does, without its search for aliases and defaults: five times as fast. Takes `parts`."""
    one = _new(kind)
    _put_inner(one, parts)
    _put_given(one, given)
    _put_extra(one, None)
    _put_private(one, None)
    return one


class Closed(BaseModel):  # noqa: PLW1641 - pydantic makes the hash of whatever is frozen
    """An immutable part of a document in which unknown keys are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", ignored_types=(Derived,))

    derivations: ClassVar[tuple[tuple[str, frozenset[str]], ...]] = ()

    @classmethod
    def __pydantic_init_subclass__(cls, **_given: Any) -> None:
        every = {name: one for kind in reversed(cls.__mro__) for name, one in vars(kind).items()}
        cls.derivations = tuple((name, one.sources) for name, one in every.items() if isinstance(one, Derived))

    def __eq__(self, other: object) -> bool:
        """As pydantic has it, which asks more slowly: what is derived follows from what is compared."""
        if self is other:
            return True
        if type(self) is not type(other):
            return False
        inner, others = vars(self), vars(other)
        return inner == others or (
            bool(self.derivations) and all(inner[name] == others[name] for name in type(self).__pydantic_fields__)
        )

    def having(self, **changes: Any) -> Self:
        """A copy with some parts changed, unchecked. What is derived from others stays."""
        kind, given = type(self), self.__pydantic_fields_set__
        parts = {**self.__dict__, **changes}
        if self.derivations:
            for name in _stale(kind, tuple(changes)):
                parts.pop(name, None)
        return made(kind, parts, given if changes.keys() <= given else given | changes.keys())

    def knowing(self, **parts: Any) -> Self:
        """This one, of which somebody else reckoned what is derived. Only for whoever has just made it."""
        vars(self).update(parts)
        return self


@lru_cache(maxsize=1024)
def _stale(kind: type[Closed], changed: tuple[str, ...]) -> tuple[str, ...]:
    """What is derived from any of these."""
    return tuple(name for name, sources in kind.derivations if not sources.isdisjoint(changed))


class Text(Closed):
    """What people read, in English and 简体中文."""

    en: Words
    zh: Words
