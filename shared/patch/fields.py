"""The field types. A definition says what a value may be; the manifest adds the key under which it was created."""

import datetime
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field as PydanticField

from shared.patch.text import Closed, ExpressionText, Identifier, Text

ENUM_OPTIONS_MAX = 200
LINES_MAX = 500

type_tag = PydanticField(discriminator="type")


class _Definition(Closed):
    name: Identifier
    # Without a label the name is shown, split at capitals.
    label: Text | None = None
    help: Text | None = None
    required: bool = False
    unique: bool = False
    read_only: bool = False
    hidden: bool = False


class TextField(_Definition):
    type: Literal["text"] = "text"
    min_length: int = PydanticField(0, ge=0, le=4000)
    max_length: int = PydanticField(200, ge=1, le=4000)
    format: Literal["email", "phone", "url"] | None = None
    default: str | None = None


class LongTextField(_Definition):
    type: Literal["long_text"] = "long_text"
    max_length: int = PydanticField(10_000, ge=1, le=100_000)
    default: str | None = None


class IntegerField(_Definition):
    type: Literal["integer"] = "integer"
    # Within what a JSON number carries exactly.
    min: int = PydanticField(-(2**53) + 1, ge=-(2**53) + 1)
    max: int = PydanticField(2**53 - 1, le=2**53 - 1)
    default: int | None = None
    computed: ExpressionText | None = None


class DecimalField(_Definition):
    type: Literal["decimal"] = "decimal"
    precision: int = PydanticField(18, ge=1, le=38)
    scale: int = PydanticField(4, ge=0, le=12)
    min: Decimal | None = None
    max: Decimal | None = None
    default: Decimal | None = None
    computed: ExpressionText | None = None


class MoneyField(_Definition):
    type: Literal["money"] = "money"
    min: Decimal | None = None
    max: Decimal | None = None
    default: Decimal | None = None
    computed: ExpressionText | None = None


class BooleanField(_Definition):
    type: Literal["boolean"] = "boolean"
    default: bool | None = None


class DateField(_Definition):
    type: Literal["date"] = "date"
    default: Literal["today"] | datetime.date | None = None


class DatetimeField(_Definition):
    type: Literal["datetime"] = "datetime"
    default: Literal["now"] | datetime.datetime | None = None


class Option(Closed):
    """One choice of an enum. `value` is what is stored."""

    value: Annotated[str, PydanticField(pattern=r"^[A-Za-z0-9][A-Za-z0-9_ -]{0,59}$")]
    label: Text | None = None


class EnumField(_Definition):
    type: Literal["enum"] = "enum"
    options: tuple[Option, ...] = PydanticField(min_length=1, max_length=ENUM_OPTIONS_MAX)
    default: str | None = None


class SequenceField(_Definition):
    """A number given by the system at creation: prefix and a counter, such as `ORD-000042`."""

    type: Literal["sequence"] = "sequence"
    prefix: str = PydanticField("", pattern=r"^[A-Z0-9-]{0,12}$")
    digits: int = PydanticField(6, ge=1, le=12)


class RefField(_Definition):
    """Many-to-one; `unique` makes it one-to-one. The inverse list is derived."""

    type: Literal["ref"] = "ref"
    target: Identifier
    on_delete: Literal["restrict", "set_null", "cascade"] = "restrict"


LineField = Annotated[
    TextField | IntegerField | DecimalField | MoneyField | BooleanField | DateField | EnumField | RefField,
    type_tag,
]


class LinesField(_Definition):
    """An owned one-to-many: the lines live and die with their record."""

    type: Literal["lines"] = "lines"
    fields: tuple[LineField, ...] = PydanticField(min_length=1, max_length=50)
    max_items: int = PydanticField(LINES_MAX, ge=1, le=LINES_MAX)


Field = Annotated[
    TextField
    | LongTextField
    | IntegerField
    | DecimalField
    | MoneyField
    | BooleanField
    | DateField
    | DatetimeField
    | EnumField
    | SequenceField
    | RefField
    | LinesField,
    type_tag,
]
