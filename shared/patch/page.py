"""The pages of an entity: which of its fields people see there, in which order."""

from typing import Annotated, Literal

from pydantic import Field as PydanticField

from shared.patch.text import Closed, Identifier


class ListPage(Closed):
    kind: Literal["list"] = "list"
    columns: tuple[Identifier, ...]
    sort: str | None = None


class FormPage(Closed):
    kind: Literal["form"] = "form"
    fields: tuple[Identifier, ...]


class TimelinePage(Closed):
    """Records of this entity that belong to one record of another, in the order of `time`."""

    kind: Literal["timeline"] = "timeline"
    parent: Identifier
    time: Identifier
    title: Identifier
    details: tuple[Identifier, ...] = ()


Page = Annotated[ListPage | FormPage | TimelinePage, PydanticField(discriminator="kind")]
