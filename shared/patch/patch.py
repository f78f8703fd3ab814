"""The patch document: an ordered list of operations, with its module, its scenarios and what it means to alter."""

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from shared.patch.canonical import digest
from shared.patch.keys import BASE_MODULE
from shared.patch.operations import Operation
from shared.patch.scenario import SCENARIOS_MAX, Scenario, ScenarioName, refuse_twins
from shared.patch.text import Closed, Description, ModuleName, Text, derived

OPERATIONS_MAX = 500
RESERVED_MODULES = frozenset((BASE_MODULE, "patchbay", "public", "pg_catalog", "information_schema"))


def _unreserved(name: str) -> str:
    if name in RESERVED_MODULES:
        raise PydanticCustomError("name_reserved", "“{name}” is reserved", {"name": name})
    return name


class Module(Closed):
    """The unit of change that the patch belongs to."""

    # For ever; the columns that it adds are named after it.
    name: Annotated[ModuleName, AfterValidator(_unreserved)]
    title: Text
    description: Description = ""
    # Modules that must be live before it.
    requires: Annotated[tuple[ModuleName, ...], Field(max_length=50)] = ()


class Base(Closed):
    """The live set on which the author saw it apply."""

    fingerprint: Annotated[str, StringConstraints(pattern=r"^sha256:[0-9a-f]{64}$")]


class Amendment(Closed):
    """A scenario of the CRM's suite that the change means to alter, and what is true instead."""

    scenario: ScenarioName
    replacement: Scenario = Field(alias="with")


class Patch(Closed):
    """A whole module, not a delta on the version before it."""

    patch: Literal["1"] = "1"
    module: Module
    # May be left out; then it is held against what is live.
    base: Base | None = None
    # Applied in this order.
    operations: Annotated[tuple[Operation, ...], Field(max_length=OPERATIONS_MAX)]
    # What must be true with the module: played in every test of it, and of whatever is published later.
    scenarios: Annotated[tuple[Scenario, ...], Field(max_length=SCENARIOS_MAX)] = ()
    # Scenarios of the CRM that the change means to alter; one that breaks without being named fails the run.
    amends: Annotated[tuple[Amendment, ...], Field(max_length=SCENARIOS_MAX)] = ()

    @derived("patch", "module", "base", "operations", "scenarios", "amends")
    def content_hash(self) -> str:
        """`sha256:…` over everything that it says: patches of one hash mean the same."""
        return digest(self)

    @model_validator(mode="after")
    def _scenario_names_are_distinct(self) -> Self:
        refuse_twins(self.scenarios)
        return self
