"""Lookups: bounded questions about other records, asked before the expression that names them as `@name`."""

from typing import Literal

from pydantic import Field

from shared.patch.text import Closed, ExpressionText, Identifier

LOOKUPS_MAX = 5

Find = Literal["exists", "count", "sum", "min", "max", "one"]


class Lookup(Closed):
    """What `find` says of the records of `entity` whose `by` equals `equals`, an expression over this record.

    `by` is a reference, a unique field or the first field of an index, so that the answer never reads a whole table.
    `where` is an expression over the other record, in which `this.field` is this one. `value` is the field of the other
    record that sum, min, max and one are about. `one` is the value of the first by `sort`; without `sort`, of the only
    record, and unknown when there are several. A sum over nothing is 0, the others are unknown over nothing.
    """

    entity: Identifier
    by: Identifier
    equals: ExpressionText = "id"
    where: ExpressionText | None = None
    find: Find
    value: Identifier | None = None
    sort: str | None = Field(None, pattern=r"^-?[A-Za-z][A-Za-z0-9_]{0,47}$")


Lookups = dict[Identifier, Lookup]
