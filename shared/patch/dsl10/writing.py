"""Export to Patch DSL 1.0, of what it has words for. What it cannot say is refused, all of it, with its place.

The documents hold the operations; a module's name, its titles and its description are no part of the old language.
"""

from collections.abc import Callable, Mapping
from typing import Any

from shared.patch.canonical import document
from shared.patch.dsl10.saying import Saying
from shared.patch.errors import Problem, Refusal
from shared.patch.manifest import Manifest
from shared.patch.operations import Operation
from shared.patch.patch import Patch


def export_dsl10(patch: Patch, manifest: Manifest | None = None, timestamp: str | None = None) -> list[dict[str, Any]]:
    """The documents, each depending on the one before it. Raises Refusal with all that they cannot say.

    With `manifest`, the CRM that the patch meets, changes of choices can be said too: the old language wants them all.
    """
    said: list[dict[str, Any]] = []
    problems: list[Problem] = []
    for number, operation in enumerate(patch.operations):
        pointer = f"/operations/{number}"
        manifest = _after(operation, manifest, patch.module.name, pointer)
        saying = Saying(document(operation), pointer, _options(operation, manifest))
        _SAID.get(operation.op, Saying.refuse)(saying)
        said += saying.said
        problems += saying.problems
    beside = {"module/requires": patch.module.requires, "scenarios": patch.scenarios, "amends": patch.amends}
    problems += [Problem("dsl10_inexpressible", f"/{part}", {"part": part}) for part, one in beside.items() if one]
    if problems:
        raise Refusal.of(problems)
    return [_numbered(one, number, patch, timestamp) for number, one in enumerate(said, start=1)]


def _numbered(said: dict[str, Any], number: int, patch: Patch, timestamp: str | None) -> dict[str, Any]:
    told = {
        "version": "1.0",
        "patchId": f"{patch.module.name}-{number}",
        "timestamp": timestamp,
        "actor": "human",
        **said,
        "dependsOn": [f"{patch.module.name}-{number - 1}"] if number > 1 else None,
        "description": patch.module.title.en if number == 1 else None,
    }
    return {name: one for name, one in told.items() if one is not None}


def _after(operation: Operation, manifest: Manifest | None, module: str, pointer: str) -> Manifest | None:
    try:
        return operation.apply(manifest, module) if manifest is not None else None
    except Refusal as refusal:
        raise refusal.under(pointer) from None


def _options(operation: Operation, manifest: Manifest | None) -> list[Any] | None:
    """All choices of the field that it is about, as they are after it."""
    plain = document(operation)
    entity = manifest.visible_entities.get(str(plain.get("entity"))) if manifest is not None else None
    entry = entity.visible_fields.get(str(plain.get("lines") or plain.get("field"))) if entity is not None else None
    if entry is None:
        return None
    fields = [entry.definition] if "lines" not in plain else [one.definition for one in entry.line_columns]
    found = next((one for one in fields if one.name == plain.get("field")), None)
    return document(getattr(found, "options", ()))


def _add_entity(saying: Saying) -> None:
    plain = saying.plain
    fields = [saying.described(one, "fields", number) for number, one in enumerate(plain["fields"])]
    told = {"label": plain["label"], "plural": plain.get("plural"), "titleField": plain.get("title"), "fields": fields}
    payload = {name: one for name, one in told.items() if one is not None}
    saying.say("object", "add", "object", plain["entity"], payload=payload)


def _add_field(saying: Saying) -> None:
    plain = saying.plain
    payload = saying.described({name: one for name, one in plain["field"].items() if name != "name"}, "field")
    payload |= {theirs: plain[ours] for ours, theirs in (("after", "after"), ("list", "showInList")) if ours in plain}
    names = (plain["entity"], plain.get("lines"), plain["field"]["name"])
    saying.say("object", "add", "field", *names, payload=payload)


def _field(operation: str, payload: Callable[[Saying], dict[str, Any] | None]) -> Callable[[Saying], None]:
    """About a field that is there."""

    def say(saying: Saying) -> None:
        plain = saying.plain
        names = (plain["entity"], plain.get("lines"), plain["field"])
        saying.say("object", operation, "field", *names, payload=payload(saying))

    return say


def _options_told(saying: Saying) -> dict[str, Any]:
    if saying.options is None:
        saying.refuse()
    return {"options": saying.options}


def _set_text(saying: Saying) -> None:
    plain = saying.plain
    texts = {name: plain[name] for name in ("label", "plural") if name in plain}
    if "rule" in plain:
        saying.refuse()
    elif "menu" in plain:
        saying.say("menu", "update", "menu", plain["menu"], payload=texts)
    elif "option" in plain:
        _CHANGE_OPTIONS(saying)
    elif "field" in plain:
        told = {name: plain[name] for name in ("label", "help") if name in plain}
        _field("update", lambda one: one.described(told))(saying)
    else:
        saying.say("object", "update", "object", plain["entity"], payload=texts)


def _set_page(saying: Saying) -> None:
    page = dict(saying.plain["page"])
    kind = page.pop("kind")
    saying.say("page", "replace", kind, saying.plain["entity"], payload={"type": kind, **page})


def _set_menu(saying: Saying) -> None:
    plain = saying.plain
    names = {"label": "label", "entity": "object", "after": "after", "hidden": "hidden"}
    payload = {theirs: plain[ours] for ours, theirs in names.items() if ours in plain}
    saying.say("menu", "update", "menu", plain["menu"], payload=payload)


def _grant(operation: str) -> Callable[[Saying], None]:
    def say(saying: Saying) -> None:
        plain = saying.plain
        grant: Mapping[str, Any] = plain["part"]["grant"] if "part" in plain else plain
        at = ("part", "grant") if "part" in plain else ()
        saying.refuse_beyond(grant, ("op", "entity", "role", "allow", "field", "where"), *at)
        names = {"role": "role", "allow": "actions", "field": "field", "where": "condition"}
        payload = {theirs: grant[ours] for ours, theirs in names.items() if ours in grant}
        saying.say("permission", operation, "permission", plain["entity"], payload=payload)

    return say


def _transitions(saying: Saying, transitions: list[dict[str, Any]], *at: str) -> list[dict[str, Any]]:
    told: list[dict[str, Any]] = []
    names = {"source": "from", "target": "to", "roles": "roles", "guard": "guard"}
    for number, one in enumerate(transitions):
        saying.refuse_beyond(one, names, *at, *([number] if at[-1:] == ("transitions",) else []))
        told.append({theirs: one[ours] for ours, theirs in names.items() if ours in one})
    return told


def _add_machine(saying: Saying) -> None:
    machine: dict[str, Any] = saying.plain["machine"]
    saying.refuse_beyond(machine, ("field", "initial", "transitions"), "machine")
    transitions = _transitions(saying, machine["transitions"], "machine", "transitions")
    payload = {"field": machine["field"], "initial": machine["initial"], "transitions": transitions}
    saying.say("state", "add", "machine", saying.plain["entity"], payload=payload)


def _extend_machine(saying: Saying) -> None:
    plain = saying.plain
    saying.refuse_beyond(plain, ("op", "entity", "states", "after", "transitions"))
    states, transitions = plain.get("states", []), plain.get("transitions", [])
    told: dict[str, Any] = {"transitions": _transitions(saying, transitions, "transitions")}
    if len(states) == 1:
        told |= {name: one for name, one in (("after", plain.get("after")), ("label", states[0].get("label"))) if one}
        saying.say("state", "add", "state", plain["entity"], states[0]["value"], payload=told)
        return
    if "after" in plain:
        saying.refuse("after")
    saying.say("state", "update", "machine", plain["entity"], payload={"states": states, **told})


def _replace_part(saying: Saying) -> None:
    part: dict[str, Any] = saying.plain["part"]
    if part["kind"] == "grant":
        _grant("replace")(saying)
    elif part["kind"] == "transition":
        [transition] = _transitions(saying, [part["transition"]], "part", "transition")
        saying.say("state", "replace", "transition", saying.plain["entity"], payload=transition)
    else:
        saying.refuse("part", "kind")


def _remove_part(saying: Saying) -> None:
    entity, part = saying.plain["entity"], saying.plain["part"]
    about = {name: one for name, one in part.items() if name != "kind"}
    match part["kind"]:
        case "grant":
            saying.say("permission", "remove", "permission", entity, payload=about)
        case "transition":
            payload = {"from": part["source"], "to": part["target"]}
            saying.say("state", "remove", "transition", entity, payload=payload)
        case "machine":
            saying.say("state", "remove", "machine", entity)
        case "page":
            saying.say("page", "remove", "timeline", entity)
        case _:
            saying.refuse("part", "kind")


_CHANGE_OPTIONS = _field("update", _options_told)
_SAID: Mapping[str, Callable[[Saying], None]] = {
    "add_entity": _add_entity,
    "rename_entity": lambda one: one.say(
        "object", "update", "object", one.plain["entity"], payload={"newName": one.plain["to"]}
    ),
    "remove_entity": lambda one: one.say("object", "remove", "object", one.plain["entity"]),
    "add_field": _add_field,
    "rename_field": _field("update", lambda one: {"newName": one.plain["to"]}),
    "change_field": _field("update", lambda one: one.described(one.plain["changes"], "changes")),
    "remove_field": _field("remove", lambda _: None),
    "change_options": _CHANGE_OPTIONS,
    "set_text": _set_text,
    "set_page": _set_page,
    "set_menu": _set_menu,
    "grant": _grant("add"),
    "add_machine": _add_machine,
    "extend_machine": _extend_machine,
    "replace_part": _replace_part,
    "remove_part": _remove_part,
}
