"""A contract may gain an optional field; nothing else about it may change."""

import json
import re
from pathlib import Path

import pytest

from shared.contracts.event import Event
from shared.contracts.topology import EVENTS, LISTENERS

SNAPSHOTS = Path(__file__).parent / "snapshots"
SERVICES = {"generator", "tester", "review", "publisher", "audit", "crm", "gateway"}


def subclasses(event: type[Event]) -> set[type[Event]]:
    found = set(event.__subclasses__())
    return found | {deeper for one in found for deeper in subclasses(one)}


def test_every_event_with_a_topic_is_in_the_topology() -> None:
    # Other rings have events of their own, in the same process.
    ours = {event for event in subclasses(Event) if event.__module__.startswith("shared.contracts.")}
    named = {event for event in ours if "topic" in vars(event)}
    assert named == set(LISTENERS)
    assert len(EVENTS) == len(LISTENERS), "no topic is written twice"


def test_every_topic_is_a_noun_and_a_participle_and_every_listener_a_service() -> None:
    for event, services in LISTENERS.items():
        assert re.fullmatch(r"[a-z]+\.[a-z_]+(ed|wn|back)", event.topic)
        assert set(services) <= SERVICES
        assert "audit" in services


@pytest.mark.parametrize("topic", sorted(EVENTS))
def test_a_contract_only_ever_gains_optional_fields(topic: str) -> None:
    schema = EVENTS[topic].model_json_schema()
    snapshot = SNAPSHOTS / f"{topic}.json"
    assert snapshot.exists(), f"write it: {topic} is new (python -m tests.contracts.write_snapshots)"
    kept = json.loads(snapshot.read_text())
    for name, definition in kept["properties"].items():
        assert schema["properties"].get(name) == definition, f"{topic}: `{name}` was removed or changed"
    assert set(schema["required"]) <= set(kept["required"]), f"{topic}: a new field must be optional"
    for name, definition in kept.get("$defs", {}).items():
        assert definition["properties"].items() <= schema["$defs"][name]["properties"].items()
