"""The field types. A definition says what a value may be; the manifest adds the key under which it was created."""

import datetime
from decimal import Decimal
from typing import Annotated, Literal, get_args

from pydantic import Field as PydanticField

from shared.patch.text import Closed, ExpressionText, Identifier, Text

ENUM_OPTIONS_MAX = 200
LINES_MAX = 500
LINKS_MAX = 500
FILE_BYTES_MAX = 25 * 1024 * 1024
JSON_BYTES_MAX = 64 * 1024
COLUMNS_MAX = 50
# A hundred years, either way.
DURATION_MAX = datetime.timedelta(days=36_525)

type_tag = PydanticField(discriminator="type")
# More digits than any field holds would only cost time.
Number = Annotated[Decimal, PydanticField(max_digits=38, decimal_places=12)]


class _Definition(Closed):
    # What expressions, pages and other systems call it.
    name: Identifier
    # Without a label the name is shown, split at capitals.
    label: Text | None = None
    # A sentence beside it on the form.
    help: Text | None = None
    # No record is saved without a value.
    required: bool = False
    # No two records have the same value.
    unique: bool = False
    # People do not write it; defaults, transitions and triggers do.
    read_only: bool = False
    # It is kept, and left out where people look.
    hidden: bool = False


class TextField(_Definition):
    """A text on one line; lengths are in characters."""

    type: Literal["text"] = "text"
    min_length: int = PydanticField(0, ge=0, le=4000)
    max_length: int = PydanticField(200, ge=1, le=4000)
    # What it must look like.
    format: Literal["email", "phone", "url"] | None = None
    default: str | None = None
    computed: ExpressionText | None = None


class LongTextField(_Definition):
    """A text of several lines."""

    type: Literal["long_text"] = "long_text"
    max_length: int = PydanticField(10_000, ge=1, le=100_000)
    default: str | None = None


class IntegerField(_Definition):
    """A whole number."""

    type: Literal["integer"] = "integer"
    # Within what a JSON number carries exactly.
    min: int = PydanticField(-(2**53) + 1, ge=-(2**53) + 1)
    max: int = PydanticField(2**53 - 1, le=2**53 - 1)
    default: int | None = None
    computed: ExpressionText | None = None


class DecimalField(_Definition):
    """An exact number of at most `precision` digits, `scale` of them after the point."""

    type: Literal["decimal"] = "decimal"
    precision: int = PydanticField(18, ge=1, le=38)
    scale: int = PydanticField(4, ge=0, le=12)
    min: Number | None = None
    max: Number | None = None
    default: Number | None = None
    computed: ExpressionText | None = None


class MoneyField(_Definition):
    """An exact amount with two digits after the point."""

    type: Literal["money"] = "money"
    min: Number | None = None
    max: Number | None = None
    default: Number | None = None
    computed: ExpressionText | None = None


class BooleanField(_Definition):
    """Yes or no, or nothing said."""

    type: Literal["boolean"] = "boolean"
    default: bool | None = None
    computed: ExpressionText | None = None


class DateField(_Definition):
    """A day; the default `today` is the day of creation."""

    type: Literal["date"] = "date"
    default: Literal["today"] | datetime.date | None = None
    computed: ExpressionText | None = None


class DatetimeField(_Definition):
    """A moment, with its time zone; the default `now` is the moment of creation."""

    type: Literal["datetime"] = "datetime"
    default: Literal["now"] | datetime.datetime | None = None
    computed: ExpressionText | None = None


class TimeField(_Definition):
    """A time of day without a date or a zone, to the second."""

    type: Literal["time"] = "time"
    default: datetime.time | None = None


class DurationField(_Definition):
    """A span of time in whole seconds; bounds and default are ISO 8601, such as `PT90M` or `P2D`."""

    type: Literal["duration"] = "duration"
    min: datetime.timedelta | None = None
    max: datetime.timedelta | None = None
    default: datetime.timedelta | None = None


class Option(Closed):
    """One choice of an enum. `value` is what is stored."""

    value: Annotated[str, PydanticField(pattern=r"^[A-Za-z0-9][A-Za-z0-9_ -]{0,59}$")]
    label: Text | None = None


class EnumField(_Definition):
    """One of the options, or none."""

    type: Literal["enum"] = "enum"
    options: tuple[Option, ...] = PydanticField(min_length=1, max_length=ENUM_OPTIONS_MAX)
    default: str | None = None
    # Every outcome must be one of the options, which is checked before anything runs.
    computed: ExpressionText | None = None


class MultiEnumField(_Definition):
    """Any number of the options, each at most once."""

    type: Literal["multi_enum"] = "multi_enum"
    options: tuple[Option, ...] = PydanticField(min_length=1, max_length=ENUM_OPTIONS_MAX)
    max_items: int = PydanticField(ENUM_OPTIONS_MAX, ge=1, le=ENUM_OPTIONS_MAX)
    default: tuple[str, ...] | None = None


MediaType = Annotated[str, PydanticField(pattern=r"^[a-z]+/(\*|[a-z0-9][a-z0-9.+-]{0,79})$")]


class FileField(_Definition):
    """A file that people attach: what it may weigh, and of which media types it may be (all, when none is named)."""

    type: Literal["file"] = "file"
    max_bytes: int = PydanticField(10 * 1024 * 1024, ge=1, le=FILE_BYTES_MAX)
    accept: tuple[MediaType, ...] = PydanticField((), max_length=20)


class JsonField(_Definition):
    """A JSON document that another system keeps with the record; the language itself does not look into it."""

    type: Literal["json"] = "json"
    max_bytes: int = PydanticField(JSON_BYTES_MAX, ge=2, le=JSON_BYTES_MAX)


class SequenceField(_Definition):
    """A number given by the system at creation: prefix and a counter, such as `ORD-000042`."""

    type: Literal["sequence"] = "sequence"
    prefix: str = PydanticField("", pattern=r"^[A-Z0-9-]{0,12}$")
    digits: int = PydanticField(6, ge=1, le=12)
    # A number whose record was not written in the end is given to the next one; writers then wait for one another.
    gapless: bool = False


class RefField(_Definition):
    """Many-to-one; `unique` makes it one-to-one. The inverse list is derived."""

    type: Literal["ref"] = "ref"
    # The entity that it refers to.
    target: Identifier
    # When the record that it refers to is deleted: that is refused, the field is emptied, or this record goes too.
    on_delete: Literal["restrict", "set_null", "cascade"] = "restrict"


class ManyToManyField(_Definition):
    """Any number of records of `target`, each at most once."""

    type: Literal["many_to_many"] = "many_to_many"
    target: Identifier
    max_items: int = PydanticField(LINKS_MAX, ge=1, le=LINKS_MAX)


class RefAnyField(_Definition):
    """A reference to a record of one of several entities."""

    type: Literal["ref_any"] = "ref_any"
    targets: tuple[Identifier, ...] = PydanticField(min_length=1, max_length=20)


LineField = Annotated[
    TextField
    | IntegerField
    | DecimalField
    | MoneyField
    | BooleanField
    | DateField
    | DatetimeField
    | TimeField
    | DurationField
    | EnumField
    | RefField,
    type_tag,
]


class LinesField(_Definition):
    """An owned one-to-many: the lines live and die with their record."""

    type: Literal["lines"] = "lines"
    fields: tuple[LineField, ...] = PydanticField(min_length=1, max_length=COLUMNS_MAX)
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
    | TimeField
    | DurationField
    | EnumField
    | MultiEnumField
    | SequenceField
    | FileField
    | JsonField
    | RefField
    | LinesField
    | ManyToManyField
    | RefAnyField,
    type_tag,
]

TypeName = Literal[
    "text",
    "long_text",
    "integer",
    "decimal",
    "money",
    "boolean",
    "date",
    "datetime",
    "time",
    "duration",
    "enum",
    "multi_enum",
    "sequence",
    "file",
    "json",
    "ref",
    "lines",
    "many_to_many",
    "ref_any",
]
COLUMN_TYPES: frozenset[str] = frozenset(one.model_fields["type"].default for one in get_args(get_args(LineField)[0]))
