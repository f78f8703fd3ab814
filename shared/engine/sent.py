"""What somebody sends to be written into a record: read, or blamed for not being what its field takes."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from shared.engine.compiled import Access, EntityCode
from shared.engine.draft import Draft
from shared.engine.field_code import FieldCode, LinesCode, Natives
from shared.engine.people import Acting
from shared.engine.values import moment
from shared.patch.bounds import Unfit
from shared.patch.errors import nearest
from shared.patch.manifest import SYSTEM_FIELDS
from shared.patch.readings import reader
from shared.patch.text import Text


@dataclass(frozen=True, slots=True)
class Sent:
    """Takes values into `draft`, one by one. `access` is None for what the system itself writes: nothing is closed."""

    draft: Draft
    code: EntityCode
    current: Natives | None
    acting: Acting
    access: Access | None

    def take(self, name: str, value: Any) -> None:
        lines, one = self.code.lines.get(name), self.code.fields.get(name)
        if lines is not None:
            if self.access is not None and name not in self.access.edit:
                self.draft.blame(name, "forbidden_field", lines.label)
            else:
                self.draft.natives[name] = self._links(lines, value) if lines.link else self._lines(lines, value)
        elif one is None:
            self._take_stranger(name, value)
        elif self.access is None or self._is_open(one, value, self.access):
            self.draft.natives[name] = self._read(one, name, value)

    def _is_open(self, one: FieldCode, value: Any, access: Access) -> bool:
        """Whoever sends a whole record back need not leave out what is closed: only a change of it is blamed."""
        machine = self.code.entity.machine
        closed: str | None = None
        params: dict[str, Any] = {}
        if one.by_system:
            closed = "read_only"
        elif one.name not in access.edit:
            closed = "forbidden_field"
        elif machine is not None and one.name == machine.field:
            closed, params = "machine_only", {"initial": machine.initial}
            if self.current is None and value == machine.initial:
                return False
        if closed is not None and not self._is_unchanged(one, value):
            self.draft.blame(one.name, closed, one.label, params, words=one.words)
        return closed is None

    def _take_stranger(self, name: str, value: Any) -> None:
        """A name that is no field: a system field sent back as it was read, or a mistake."""
        if name in SYSTEM_FIELDS:
            known = self.current and self.current[name]
            if known is None or value != (moment(known) if isinstance(known, datetime.datetime) else str(known)):
                self.draft.blame(name, "read_only", Text(en=name, zh=name))
            return
        suggestion = nearest(name, self.code.names)
        self.draft.blame(name, "unknown_field", self.code.label, {"field": name, "suggestion": suggestion})

    def _is_unchanged(self, one: FieldCode, value: Any) -> bool:
        if self.current is None:
            return False
        known = self.current[one.name]
        return value == (None if known is None else one.write(known))

    def _read(self, one: FieldCode, place: str, value: Any) -> Any:
        if value is None:
            return None
        try:
            return one.read(value)
        except Unfit as unfit:
            self.draft.blame(place, unfit.code, one.label, unfit.params)
            return None

    def _lines(self, lines: LinesCode, value: Any) -> list[Natives]:
        if value is None:
            return []
        rows = cast("list[Mapping[str, Any]]", value)
        if not isinstance(value, list) or not all(isinstance(row, Mapping) for row in cast("list[object]", value)):
            self.draft.blame(lines.name, "not_lines", lines.label)
            return []
        if len(rows) > lines.definition.max_items:
            self.draft.blame(lines.name, "too_many_lines", lines.label, {"max": lines.definition.max_items})
            return []
        return [self._line(lines, f"{lines.name}.{number}", row) for number, row in enumerate(rows)]

    def _links(self, lines: LinesCode, value: Any) -> list[Natives]:
        assert lines.link is not None
        try:
            found: list[Any] = [] if value is None else reader(lines.definition)(value)
        except Unfit as unfit:
            self.draft.blame(lines.name, unfit.code, lines.label, unfit.params)
            return []
        if len(found) > lines.definition.max_items:
            self.draft.blame(lines.name, "too_many_links", lines.label, {"max": lines.definition.max_items})
        return [{lines.link.name: one} for one in found]

    def _line(self, lines: LinesCode, place: str, row: Mapping[str, Any]) -> Natives:
        natives: Natives = {name: default(one, self.acting) for name, one in lines.fields.items()}
        for name, value in row.items():
            one = lines.fields.get(name)
            if one is None:
                params = {"field": name, "suggestion": nearest(name, lines.fields)}
                self.draft.blame(f"{place}.{name}", "unknown_field", lines.label, params)
            # A computed value may be sent back with the line that it was read with; it is computed again anyway.
            elif one.computed is None:
                natives[name] = self._read(one, f"{place}.{name}", value)
        return natives


def default(one: FieldCode, acting: Acting) -> Any:
    """The Python value that a field has when nothing was said."""
    match one.definition.type, one.default:
        case _, None:
            return None
        case "date", "today":
            return acting.today
        case "datetime", "now":
            return acting.now
        case _:
            return one.read(one.default)
