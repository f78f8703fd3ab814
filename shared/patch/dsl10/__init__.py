"""Patch DSL 1.0, the language of the system that this one grows out of: in and, where it has the words, out again."""

from shared.patch.dsl10.reading import import_dsl10
from shared.patch.dsl10.writing import export_dsl10

__all__ = ["export_dsl10", "import_dsl10"]
