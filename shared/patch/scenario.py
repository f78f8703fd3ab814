"""The scenario language: steps performed on records, and what must come of them.

The CRM's own suite and the scenarios that ship with a patch are written in it; `shared/engine` interprets it.
A value `"$order1"` stands for the id of the record saved under that alias, `"$order1.total"` for one of its fields,
`{"$ref": "order1"}` says the same as `"$order1"`. A text that begins with `$` is written with two: `"$$5"`.
"""

import datetime
import re
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal, Self

from pydantic import Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from shared.patch.text import Closed, Identifier, Text

STEPS_MAX = 100
SCENARIOS_MAX = 200

Alias = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_]{0,47}$")]
ScenarioName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,79}$")]
Code = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,59}$")]
Values = dict[Identifier, Any]

_REFERENCE = re.compile(r"\$([A-Za-z][A-Za-z0-9_]{0,47})(?:\.([A-Za-z][A-Za-z0-9_]{0,47}))?")


class _Step(Closed):
    # Another CRM role than the scenario's, for this step.
    role: Identifier | None = Field(None, alias="as")
    # The code with which it must be refused; without it, it must succeed.
    fails: Code | None = None
    # With `fails`: which field the refusal must name.
    field: Identifier | None = None
    # With `fails: rule_broken`: which rule it must be.
    rule: Identifier | None = None

    @model_validator(mode="after")
    def _one_outcome(self) -> Self:
        if self.field is not None and self.fails is None:
            raise PydanticCustomError(
                "field_without_fails", "`field` names the field that is refused; it needs `fails`"
            )
        if self.rule is not None and self.fails is None:
            raise PydanticCustomError("rule_without_fails", "`rule` names the rule that is broken; it needs `fails`")
        if self.fails is not None and any(getattr(self, name, None) for name in ("expect", "save", "warns")):
            raise PydanticCustomError("two_outcomes", "a step that fails leaves nothing to expect or save")
        return self


class _Write(_Step):
    # The rules of severity warning that it must break, by name, and no others; without it, whichever.
    warns: tuple[Identifier, ...] | None = None


class Create(_Write):
    """A record is made; `save` gives it an alias for later steps."""

    step: Literal["create"] = "create"
    entity: Identifier
    values: Values = Field(default_factory=dict[str, Any])
    save: Alias | None = None
    expect: Values = Field(default_factory=dict[str, Any])


class Read(_Step):
    """A record is looked at."""

    step: Literal["read"] = "read"
    record: str
    save: Alias | None = None
    expect: Values = Field(default_factory=dict[str, Any])


class Update(_Write):
    """Fields of a record are changed."""

    step: Literal["update"] = "update"
    record: str
    values: Values
    save: Alias | None = None
    expect: Values = Field(default_factory=dict[str, Any])


class Delete(_Step):
    """A record is deleted."""

    step: Literal["delete"] = "delete"
    record: str


class Transit(_Write):
    """A record is taken to another state."""

    step: Literal["transition"] = "transition"
    record: str
    to: str
    save: Alias | None = None
    expect: Values = Field(default_factory=dict[str, Any])


class Query(_Step):
    """`expect` holds for the records found, one by one and in order; `count` for how many there are.

    `save` gives the first of them an alias: so later steps reach a seed's record, or one that a trigger wrote.
    """

    step: Literal["query"] = "query"
    entity: Identifier
    where: Values = Field(default_factory=dict[str, Any])
    sort: str | None = None
    count: int | None = Field(None, ge=0)
    save: Alias | None = None
    expect: tuple[Values, ...] = ()


class View(_Step):
    """A page renders: `columns` or `fields` it must show (in that order, others may stand between), and not show."""

    step: Literal["view"] = "view"
    entity: Identifier
    page: Literal["list", "form", "timeline"]
    # The record whose timeline it is.
    record: str | None = None
    shows: tuple[Identifier, ...] = ()
    hides: tuple[Identifier, ...] = ()
    count: int | None = Field(None, ge=0)


class Told(_Step):
    """Triggers have told the role about a record: this many times."""

    step: Literal["told"] = "told"
    record: str
    count: int = Field(1, ge=0)


Step = Annotated[Create | Read | Update | Delete | Transit | Query | View | Told, Field(discriminator="step")]


class Scenario(Closed):
    """What somebody does, and what must come of it. It begins on an empty database, on a clock that stands at `at`."""

    name: ScenarioName
    title: Text | None = None
    # What it is about.
    entity: Identifier
    tags: tuple[Code, ...] = ()
    # The CRM role in which the steps are taken.
    role: Identifier = Field(alias="as")
    # What the clock says; today, without it.
    at: datetime.datetime | None = None
    steps: tuple[Step, ...] = Field(min_length=1, max_length=STEPS_MAX)

    @model_validator(mode="after")
    def _aliases_come_first(self) -> Self:
        saved: set[str] = set()
        for number, step in enumerate(self.steps, start=1):
            for alias in aliases(step):
                if alias not in saved:
                    raise PydanticCustomError(
                        "alias_unknown",
                        "step {number} uses “{alias}”, which no earlier step saved",
                        {"number": number, "alias": alias},
                    )
            name = getattr(step, "save", None)
            if name is not None and name in saved:
                raise PydanticCustomError(
                    "alias_taken", "step {number} saves “{alias}” a second time", {"number": number, "alias": name}
                )
            saved |= {name} if name else set()
        return self


class Suite(Closed):
    """Scenarios with distinct names."""

    scenarios: tuple[Scenario, ...] = Field(max_length=2000)

    @model_validator(mode="after")
    def _names_are_distinct(self) -> Self:
        refuse_twins(self.scenarios)
        return self


def refuse_twins(scenarios: tuple[Scenario, ...]) -> None:
    names: set[str] = set()
    for scenario in scenarios:
        if scenario.name in names:
            raise PydanticCustomError("scenario_taken", "two scenarios are called “{name}”", {"name": scenario.name})
        names.add(scenario.name)


def reference(value: Any) -> tuple[str, str | None] | None:
    """Alias and field (None: the id) if `value` stands for something saved."""
    text = f"${value['$ref']}" if _is_reference(value) else value
    if not isinstance(text, str) or text.startswith("$$"):
        return None
    match = _REFERENCE.fullmatch(text)
    return (match.group(1), match.group(2)) if match else None


def resolve(value: Any, saved: Mapping[str, Mapping[str, Any]]) -> Any:
    """`value` with every reference replaced by what was saved; lists and objects too."""
    found = reference(value)
    if found is not None:
        alias, field = found
        return saved[alias].get(field or "id")
    if isinstance(value, list | tuple):
        return [resolve(one, saved) for one in _items(value)]
    if isinstance(value, dict):
        return {name: resolve(one, saved) for name, one in _entries(value).items()}
    return value[1:] if isinstance(value, str) and value.startswith("$$") else value


def aliases(step: Step) -> Iterator[str]:
    """Every alias that the step uses."""
    waiting: list[Any] = [getattr(step, part, None) for part in ("record", "values", "where", "expect")]
    while waiting:
        value = waiting.pop()
        found = reference(value)
        if found is not None:
            yield found[0]
        elif isinstance(value, dict):
            waiting += _entries(value).values()
        elif isinstance(value, list | tuple):
            waiting += _items(value)


def _is_reference(value: Any) -> bool:
    return isinstance(value, dict) and list(_entries(value)) == ["$ref"]


def _items(value: Any) -> list[Any]:
    return list(value)


def _entries(value: Any) -> dict[str, Any]:
    return dict(value)
