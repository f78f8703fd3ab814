"""The generator: a description, an edit or an import becomes an immutable version of a module.

Consumes: CONSUMED
Emits: EMITTED
"""
