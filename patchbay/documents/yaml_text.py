"""YAML read as JSON written with fewer marks: what JSON reads as a number, `true` or `null` is one, all else is text.

So `on: [create]`, `no` and `2026-01-01` stay what they look like. Anchors, tags and keys that are no text are refused:
they have no like in JSON.
"""

import json
import re
from dataclasses import dataclass, field
from typing import Any

import yaml

from shared.patch import Refusal
from shared.patch.errors import escape

Places = dict[str, tuple[int, int]]
_DEPTH_MAX = 32
_LITERAL = re.compile(r"true|false|null|-?(0|[1-9][0-9]{0,19})(\.[0-9]+)?([eE][+-]?[0-9]{1,3})?")
_BEGINS = (yaml.MappingStartEvent, yaml.SequenceStartEvent)
_ENDS = (yaml.MappingEndEvent, yaml.SequenceEndEvent)


@dataclass(slots=True)
class _Open:
    """An object or a list that is being read; `key` is set while the value of a key is awaited."""

    pointer: str
    value: dict[str, Any] | list[Any]
    key: str | None = None


@dataclass(slots=True)
class _Reading:
    opened: list[_Open] = field(default_factory=list[_Open])
    places: Places = field(default_factory=dict[str, tuple[int, int]])
    whole: Any = None

    def take(self, event: yaml.Event) -> None:
        mark: Any = event.start_mark
        place = (mark.line + 1, mark.column + 1)
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None) or getattr(event, "tag", None):
            raise _invalid("anchors and tags are not taken; write the value out", place)
        if isinstance(event, yaml.ScalarEvent):
            self._scalar(event, place)
        elif isinstance(event, _BEGINS):
            self._begin([] if isinstance(event, yaml.SequenceStartEvent) else {}, place)
        elif isinstance(event, _ENDS):
            self.opened.pop()
        elif isinstance(event, yaml.DocumentStartEvent) and self.places:
            raise _invalid("one document is enough; put several into a list", place)

    def _scalar(self, event: yaml.ScalarEvent, place: tuple[int, int]) -> None:
        holder = self.opened[-1] if self.opened else None
        if holder is None or isinstance(holder.value, list) or holder.key is not None:
            self._put(_value(event), place)
        elif event.value in holder.value:
            params = {"key": event.value, "line": place[0], "column": place[1]}
            raise Refusal("key_twice", holder.pointer, params)
        else:
            holder.key = event.value

    def _begin(self, value: dict[str, Any] | list[Any], place: tuple[int, int]) -> None:
        if len(self.opened) >= _DEPTH_MAX:
            raise Refusal("document_too_deep", "", {"limit": _DEPTH_MAX})
        self.opened.append(_Open(self._put(value, place), value))

    def _put(self, value: Any, place: tuple[int, int]) -> str:
        """Where the value stands now, as a pointer."""
        if not self.opened:
            self.whole, pointer = value, ""
        else:
            holder = self.opened[-1]
            if isinstance(holder.value, list):
                pointer = holder.pointer + escape(len(holder.value))
                holder.value.append(value)
            elif holder.key is None:
                raise _invalid("a key must be a text", place)
            else:
                pointer = holder.pointer + escape(holder.key)
                holder.value[holder.key], holder.key = value, None
        self.places[pointer] = place
        return pointer


def read_yaml(text: str) -> tuple[Any, Places]:
    """What the text holds, and line and column of every part. Raises Refusal with line and column."""
    reading = _Reading()
    try:
        for event in yaml.parse(text, Loader=yaml.CSafeLoader):
            reading.take(event)
    except yaml.MarkedYAMLError as error:
        mark: Any = error.problem_mark
        raise _invalid(str(error.problem), (mark.line + 1, mark.column + 1) if mark else (1, 1)) from None
    except yaml.YAMLError as error:
        raise _invalid(str(error).splitlines()[0], (1, 1)) from None
    if not reading.places:
        raise _invalid("there is nothing in it", (1, 1))
    return reading.whole, reading.places


def _value(event: yaml.ScalarEvent) -> Any:
    text = event.value
    # A plain one has none, or an empty one.
    if event.style:
        return text
    if text in ("", "~"):
        return None
    return json.loads(text) if _LITERAL.fullmatch(text) else text


def _invalid(reason: str, place: tuple[int, int]) -> Refusal:
    return Refusal("yaml_invalid", "", {"line": place[0], "column": place[1], "reason": reason})
