"""The kinds of value that expressions know, and which field type holds which."""

from typing import Literal

Kind = Literal["number", "text", "boolean", "date", "datetime", "time", "duration", "reference", "choices", "opaque"]
ORDERED: tuple[Kind, ...] = ("number", "text", "date", "datetime", "time", "duration")
# What is neither is only compared with null.
COMPARED: tuple[Kind, ...] = (*ORDERED, "boolean", "reference")

# Lines and many_to_many are no values of their own.
KINDS: dict[str, Kind] = {
    "text": "text",
    "long_text": "text",
    "enum": "text",
    "sequence": "text",
    "integer": "number",
    "decimal": "number",
    "money": "number",
    "boolean": "boolean",
    "date": "date",
    "datetime": "datetime",
    "time": "time",
    "duration": "duration",
    "multi_enum": "choices",
    "ref": "reference",
    "file": "opaque",
    "json": "opaque",
    "ref_any": "opaque",
}
SYSTEM: dict[str, Kind] = {"id": "reference", "createdAt": "datetime", "updatedAt": "datetime"}
