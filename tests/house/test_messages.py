"""What the docstring of each service says about its events is what it does."""

import ast
import inspect
import re
from functools import cache

from shared.contracts import commands
from shared.contracts.lifecycle import Command
from shared.contracts.topology import EVENTS, LISTENERS
from tests.support.sources import ROOT, SERVICES, calls, tree, under, words

_BY_CLASS = {event.__name__: topic for topic, event in EVENTS.items()}
# A command of the lifecycle says which event tells of it, so naming the command is enough.
_BY_COMMAND = {
    name: _BY_CLASS[says.__name__]
    for name, command in inspect.getmembers(commands, inspect.isclass)
    if issubclass(command, Command) and (says := getattr(command, "says", None)) is not None
}


@cache
def _told(service: str, heading: str) -> frozenset[str]:
    text = ast.get_docstring(tree(ROOT / "services" / service / "__init__.py")) or ""
    found = re.search(rf"^{heading}:(.*(?:\n[ \t]+.*)*)", text, re.MULTILINE)
    assert found, f"services/{service}/__init__.py says nothing about what it {heading.lower()}"
    return frozenset(topic for topic in re.split(r"[\s,.]+(?=\w+\.|$)", found[1].strip()) if topic) - {"nothing"}


def _used(service: str) -> set[str]:
    names = set[str]().union(*(words(path) for path in under(f"services/{service}")))
    by_command = {_BY_COMMAND[name] for name in names & _BY_COMMAND.keys()}
    return {_BY_CLASS[name] for name in names & _BY_CLASS.keys()} | by_command


def test_every_service_consumes_what_its_docstring_says() -> None:
    for service in SERVICES:
        listed = {event.topic for event, listeners in LISTENERS.items() if service in listeners}
        assert _told(service, "Consumes") == listed, service


def test_every_service_builds_only_the_events_that_it_says_it_emits() -> None:
    for service in SERVICES:
        built = {
            _BY_CLASS[call.func.id]
            for path in under(f"services/{service}")
            for call in calls(path)
            if isinstance(call.func, ast.Name) and call.func.id in _BY_CLASS
        }
        assert built <= _told(service, "Emits"), service


def test_every_service_can_emit_what_it_says() -> None:
    for service in SERVICES:
        assert _told(service, "Emits") <= _used(service), service


def test_every_event_has_exactly_one_service_that_emits_it() -> None:
    emitted = sorted(topic for service in SERVICES for topic in _told(service, "Emits"))
    assert emitted == sorted(EVENTS)
