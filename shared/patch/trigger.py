"""Triggers: what else happens when a record is written. Bounded: no circle, three steps deep."""

from typing import Annotated, Literal

from pydantic import Field

from shared.patch.lookup import LOOKUPS_MAX, Lookup, Lookups
from shared.patch.text import Closed, ExpressionText, Identifier, Text

ACTIONS_MAX = 10
RELATED_MAX = 100
VALUES_MAX = 50

Values = Annotated[dict[Identifier, ExpressionText], Field(min_length=1, max_length=VALUES_MAX)]


class SetAction(Closed):
    """Set fields of the record itself, before it is written and before its rules are asked."""

    action: Literal["set"] = "set"
    values: Values


class CreateAction(Closed):
    """Write a record of another entity, in the same transaction."""

    action: Literal["create"] = "create"
    entity: Identifier
    values: Values


class UpdateAction(Closed):
    """Change records of `entity` whose `by` equals `equals`; more than `limit` of them refuse the write.

    `where` and `values` are expressions over the other record, in which `this.field` is this one.
    """

    action: Literal["update"] = "update"
    entity: Identifier
    by: Identifier
    equals: ExpressionText = "id"
    where: ExpressionText | None = None
    values: Values
    limit: int = Field(50, ge=1, le=RELATED_MAX)


class NotifyAction(Closed):
    """Tell everybody with a CRM role about the record."""

    action: Literal["notify"] = "notify"
    role: Identifier
    message: Text


Action = Annotated[SetAction | CreateAction | UpdateAction | NotifyAction, Field(discriminator="action")]


class Trigger(Closed):
    """When a record is written and `when` is true (always, without one), the actions are taken in order."""

    name: Identifier
    on: tuple[Literal["create", "update", "delete"], ...] = Field(min_length=1)
    when: ExpressionText | None = None
    lookups: Lookups = Field(default_factory=dict[str, Lookup], max_length=LOOKUPS_MAX)
    actions: tuple[Action, ...] = Field(min_length=1, max_length=ACTIONS_MAX)
