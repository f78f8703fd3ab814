"""Words for codes: states, refusals, and what was done. The gateway sends codes; text is made here."""

from typing import Any, Literal, cast

from services.console.gateway import Refused
from services.console.i18n import Tongue
from services.console.i18n import marked as _
from shared.patch.messages import message
from shared.patch.sentences import SENTENCES

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
    "skipped": _("skipped"),
    "added": _("added"),
    "removed": _("removed"),
    "changed": _("changed"),
    "static": _("the patch itself"),
    "crm": _("the CRM's suite"),
    "module": _("this module"),
    "rehearsal": _("rehearsal"),
    "ok": _("The connection works."),
    "unreachable": _("The provider cannot be reached at this address."),
    "tls": _("The connection to this address is not safe: its certificate does not hold."),
    "key_refused": _("The provider does not accept the key."),
    "model_unknown": _("The provider does not know this model."),
    "quota": _("The provider says that the quota is used up."),
    "overloaded": _("The provider is overloaded at the moment."),
    "no_tools": _("This model cannot fill in forms, which writing a patch needs."),
    "timeout": _("The provider did not answer in time."),
    "redirected": _("This address leads to another one. Enter that one."),
    "address_refused": _("This address may not be called from here. An operator can allow it."),
    "request_refused": _("The provider refused the request."),
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
    "ordered": _("Ordered. The CRM carries it out now; the list below says when it is done."),
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
    "sentence_empty": _("Describe the change in a sentence first."),
    "address_refused": _("This address may not be called from here. An operator can allow it."),
    "run_ended": _("The run had ended already."),
    "record_changed": _(
        "Somebody changed this record meanwhile. Look at it as it is now, then make your change again."
    ),
    "file_too_large": _("This file is too large: it has {bytes} bytes, and {max} are possible."),
    "form_too_large": _("The files of this form are too large to be sent at once. Send smaller ones."),
    "file_incomplete": _("The file did not arrive whole. Send it again."),
    "media_type_unknown": _("It cannot be told what kind of file this is. Send it under another name."),
    "model_key_missing": _("This model has no key yet. An administrator can add one under Model configuration."),
    "model_exists": _("There is a model of this name already. Choose another name."),
    "not_published": _("This module is not published, so there is nothing to take back."),
    "version_unknown": _("This version has not arrived here yet. Try again in a moment."),
    "module_missing": _("There is no such module."),
    "unexpected": _("Something went wrong on our side. It has been logged; what you see is as it was before."),
    "page_missing": _("There is no page at this address."),
}


def word(tongue: Tongue, code: str) -> str:
    """A state, risk or kind in words; a code we have no word for stands for itself."""
    return tongue.say(_WORDS[code]) if code in _WORDS else code


def done(tongue: Tongue, code: str | None) -> str | None:
    return tongue.say(_DONE[code]) if code in _DONE else None


def problems(tongue: Tongue, refused: Refused) -> list[dict[str, Any]]:
    """What was refused, part by part: the text with its remedy, and where."""
    return [{"text": tell(tongue, part), "pointer": part.get("pointer")} for part in refused.problems]


def tell(tongue: Tongue, part: dict[str, Any]) -> str:
    """One problem in words: as it was told, else ours for its code, else the patch language's, else the gateway's."""
    code = str(part.get("code", ""))
    params: dict[str, Any] = part.get("params") or {}
    told: dict[str, str] | None = part.get("message") or part.get("cause")
    if told:
        return tongue.pick(told)
    if code in _REFUSALS:
        return _filled(tongue.say(_REFUSALS[code]), params, tongue)
    if code in SENTENCES:
        return tongue.pick(message(code, params, part.get("suggestion")))
    return str(part.get("detail") or part.get("title") or code)


def listed(tongue: Tongue, codes: list[Any]) -> str:
    """Several words in a row."""
    return ("、" if tongue.language == "zh" else ", ").join(word(tongue, str(code)) for code in codes)


def _filled(text: str, params: dict[str, Any], tongue: Tongue) -> str:
    for name, value in params.items():
        told = listed(tongue, cast("list[Any]", value)) if isinstance(value, list) else word(tongue, str(value))
        text = text.replace("{" + name + "}", told)
    return text
