"""One step of the lifecycle, and the sentence for each of its refusals."""

from typing import cast

from shared.contracts.event import Event
from shared.contracts.lifecycle import Command, Life, State, TransitionRefused, step
from shared.runtime.errors import Conflict

_SENTENCES = {
    "role_missing": "This takes another role: {needs}.",
    "state_forbids": "This version is {state}: that cannot be done with it now.",
    "risk_refused": "This version touches what no module may touch (risk {risk}): it cannot be submitted.",
    "run_missing": "No passed run of this version has been heard of. If it has just passed, try again in a moment.",
    "run_stale": "What is live has changed since this version was tested. Run it again, then submit.",
    "person_required": "Only a person may decide about a version.",
    "four_eyes": "You wrote this version, or a part of it: somebody else must review it.",
    "acknowledgement_missing": "Acknowledge first what needs it: {pointers}.",
    "reason_missing": "Say why: a rejection needs a reason.",
}


def take_step(life: Life, command: Command) -> tuple[State, type[Event]]:
    """The new state and the event to say. Raises 409 with the lifecycle's code, and a sentence to show a person."""
    try:
        changed, (says,) = step(life, command)
    except TransitionRefused as refused:
        told = {name: _told(value) for name, value in refused.params.items()}
        detail = _SENTENCES[refused.code].format(**told)
        raise Conflict(detail, code=refused.code, params=refused.params) from refused
    return changed.state, says


def _told(value: object) -> str:
    return ", ".join(cast("list[str]", value)) if isinstance(value, list) else str(value)
