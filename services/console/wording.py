"""Words for codes: states, refusals, and what was done. The gateway sends codes; text is made here."""

from typing import Any, Literal, cast

from services.console.gateway import Refused
from services.console.i18n import Tongue

Look = Literal["good", "bad", "wait", ""]

_LOOKS: dict[str, Look] = {
    "passed": "good",
    "approved": "good",
    "published": "good",
    "live": "good",
    "done": "good",
    "ok": "good",
    "failed": "bad",
    "rejected": "bad",
    "refused": "bad",
    "L3": "bad",
    "testing": "wait",
    "running": "wait",
    "queued": "wait",
    "writing": "wait",
    "pending": "wait",
    "reviewing": "wait",
    "publishing": "wait",
    "unpublishing": "wait",
    "authorised": "wait",
    "L2": "wait",
}


def look(code: str) -> Look:
    """The meaning of a state, for its colour and icon; the word stands beside it always."""
    return _LOOKS.get(code, "")


def _(message: str) -> str:
    """Marks a message for the catalogue; it is translated when it is shown."""
    return message


_WORDS = {
    "draft": _("draft"),
    "testing": _("testing"),
    "failed": _("failed"),
    "passed": _("passed"),
    "pending": _("waiting for review"),
    "reviewing": _("in review"),
    "approved": _("approved"),
    "rejected": _("rejected"),
    "publishing": _("being published"),
    "published": _("published"),
    "unpublishing": _("being withdrawn"),
    "unpublished": _("withdrawn from the CRM"),
    "lapsed": _("lapsed"),
    "withdrawn": _("taken back"),
    "queued": _("queued"),
    "running": _("running"),
    "cancelled": _("cancelled"),
    "broken": _("could not run"),
    "writing": _("being written"),
    "done": _("done"),
    "refused": _("refused"),
    "authorised": _("on its way to the CRM"),
    "live": _("live"),
    "L1": _("safe"),
    "L2": _("needs confirmation"),
    "L3": _("not allowed"),
    "publish": _("publish"),
    "unpublish": _("withdraw"),
    "rollback": _("roll back"),
    "generated": _("generated"),
    "saved": _("saved by hand"),
    "imported": _("imported"),
    "restored": _("restored"),
    "administrator": _("administrator"),
    "developer": _("developer"),
    "reviewer": _("reviewer"),
}

_DONE = {
    "saved": _("Saved as a new version."),
    "unchanged": _("Nothing was changed, so there is no new version."),
    "restored": _("Restored as a new version."),
    "submitted": _("Submitted. A reviewer decides next."),
    "started": _("You are reviewing this now."),
    "approved": _("Approved. An administrator can publish it."),
    "rejected": _("Rejected. The developer sees your reason."),
    "withdrawn": _("Taken back."),
    "model-saved": _("The model is configured."),
    "model-removed": _("The model is removed."),
    "record-saved": _("Saved."),
    "record-deleted": _("Deleted."),
}

_REFUSALS = {
    "state_forbids": _("This cannot be done while the version is “{state}”."),
    "role_missing": _("You need the role {needs} for this. An administrator can give it to you."),
    "run_missing": _("No full run of this very content has passed yet. Run the whole suite first."),
    "run_stale": _("Something else was published since the run. Run the suite again."),
    "run_selective": _("Only a part of the suite was run. Run the whole suite."),
    "approval_missing": _("Nobody has approved this very content yet. Submit it for review."),
    "four_eyes": _("You wrote a part of this version, so somebody else must decide about it."),
    "person_required": _("Only a person can decide this."),
    "acknowledgement_missing": _("Tick each change that needs your confirmation before you approve."),
    "reason_missing": _("Say why, so that the developer knows what to change."),
    "risk_refused": _("This patch touches something that no patch may touch."),
    "never_live": _("This version was never live, so there is nothing to go back to."),
    "release_in_flight": _("Another release is being carried out. Try again in a moment."),
    "base_unknown": _("The CRM has not reported yet. Try again in a few seconds."),
    "base_moved": _("The CRM changed in the meantime. Run the suite again."),
    "service_unavailable": _("A part of Patchbay is away at the moment. Nothing was lost; try again in a few seconds."),
    "sign_in_refused": _("No account matches this e-mail and password."),
    "json_invalid": _("This is not valid JSON: look at line {line}, column {column}."),
    "page_missing": _("There is no page at this address."),
}


def word(tongue: Tongue, code: str) -> str:
    """A state, risk or kind in words; a code we have no word for stands for itself."""
    return tongue.say(_WORDS[code]) if code in _WORDS else code


def done(tongue: Tongue, code: str | None) -> str | None:
    return tongue.say(_DONE[code]) if code in _DONE else None


def problems(tongue: Tongue, refused: Refused) -> list[dict[str, Any]]:
    """What was refused, part by part: the text, where, and the remedy or suggestion."""
    return [_problem(tongue, part) for part in refused.problems] or [{"text": refused.detail, "pointer": None}]


def _problem(tongue: Tongue, part: dict[str, Any]) -> dict[str, Any]:
    code = str(part.get("code", ""))
    params: dict[str, Any] = part.get("params") or {}
    message: dict[str, str] | None = part.get("message")
    if message:
        text = tongue.pick(message)
    elif code in _REFUSALS:
        text = tongue.say(_REFUSALS[code])
    else:
        text = str(part.get("detail") or part.get("title") or code)
    return {"text": _filled(text, params, tongue), "pointer": part.get("pointer"), "suggestion": part.get("suggestion")}


def _filled(text: str, params: dict[str, Any], tongue: Tongue) -> str:
    for name, value in params.items():
        text = text.replace("{" + name + "}", _listed(value, tongue))
    return text


def _listed(value: object, tongue: Tongue) -> str:
    if not isinstance(value, list):
        return word(tongue, str(value))
    words = [word(tongue, str(one)) for one in cast("list[Any]", value)]
    return ("、" if tongue.language == "zh" else ", ").join(words)
