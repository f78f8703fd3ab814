"""What PostgreSQL holds of a manifest, as values: tables, columns, constraints, indexes."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Place:
    """What a constraint guards, in the words of the manifest."""

    entity: str
    code: str
    field: str | None = None
    rule: str | None = None


@dataclass(frozen=True, slots=True)
class Column:
    """`default` is what old rows get with a new column (SQL), `recompute` what all rows get.

    `required` says that rows which still have no value get the default too: when the column comes back, or its field
    becomes required.
    """

    name: str
    key: str
    kind: str
    default: str | None = None
    required: bool = False
    recompute: str | None = None


@dataclass(frozen=True, slots=True)
class Constraint:
    """`unfit` is true of a row that does not fit; the row is `t`. Without a `definition` only old rows are looked at.

    `kind` is that of the column it is about, so that it is made anew when the column's values are. `place` holds names,
    and another name makes no other constraint.
    """

    name: str
    definition: str
    unfit: str
    place: Place = field(compare=False)
    kind: str = ""

    @property
    def is_check(self) -> bool:
        return self.definition.startswith("CHECK")


@dataclass(frozen=True, slots=True)
class Index:
    """A unique index whose column holds a value twice already cannot be made; then it stands in as a plain one."""

    name: str
    columns: str
    unique: bool
    place: Place = field(compare=False)
    duplicates: str = ""
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """`owner` is the table whose record the lines belong to."""

    name: str
    key: str
    owner: str | None = None
    columns: dict[str, Column] = field(default_factory=dict[str, Column])
    constraints: dict[str, Constraint] = field(default_factory=dict[str, Constraint])
    indexes: dict[str, Index] = field(default_factory=dict[str, Index])
