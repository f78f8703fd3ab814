"""A document as a person wrote it: its text, what it holds, and where in the text each part stands."""

import json
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from patchbay.documents.yaml_text import read_yaml
from shared.patch import Patch, Refusal, parse
from shared.patch.parsing import BYTES_MAX, read_json
from shared.patch.places import place_in
from shared.patch.plain import as_object

_YAML = (".yaml", ".yml")


@dataclass(frozen=True)
class Source:
    """Read lazily: who asks for what it holds gets a `Refusal` when it holds nothing that can be read."""

    name: str
    raw: bytes = field(repr=False)

    @cached_property
    def text(self) -> str:
        if len(self.raw) > BYTES_MAX:
            raise Refusal("document_too_large", "", {"limit": BYTES_MAX})
        try:
            return self.raw.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line, column = (
                self.raw.count(b"\n", 0, error.start) + 1,
                error.start - self.raw.rfind(b"\n", 0, error.start),
            )
            raise Refusal("json_invalid", "", {"line": line, "column": column, "reason": "not UTF-8"}) from None

    @cached_property
    def plain(self) -> Any:
        """What JSON would hold; YAML is read as JSON written with fewer marks."""
        return self._yaml[0] if self._is_yaml else read_json(self.text)

    @property
    def patch(self) -> Patch:
        plain = as_object(self.plain)
        return parse(json.dumps(self.plain) if plain is None else plain)

    def place(self, pointer: str) -> tuple[int, int]:
        """Line and column, from 1, of the part at `pointer`, or of the innermost one around it that is there."""
        if not self._is_yaml:
            return place_in(self.text, pointer)
        places = self._yaml[1]
        while pointer not in places:
            pointer = pointer.rpartition("/")[0]
        return places[pointer]

    @property
    def _is_yaml(self) -> bool:
        if self.name.endswith(".json"):
            return False
        return self.name.endswith(_YAML) or self.text.lstrip("\ufeff \t\r\n")[:1] not in ("{", "[")

    @cached_property
    def _yaml(self) -> tuple[Any, dict[str, tuple[int, int]]]:
        return read_yaml(self.text)
