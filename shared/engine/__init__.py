"""The engine: a manifest made real on PostgreSQL. It knows no entity of its own; the manifest says everything.

`plan` and `apply_plan` lay out a schema, `Application` works on its records, `scenarios` tries it out. All take the
caller's `asyncpg.Connection` and write inside the caller's transaction; nothing here begins or ends one.
"""

from shared.engine.application import Application
from shared.engine.applying import apply_plan, empty_schema
from shared.engine.files import Content, prune_files
from shared.engine.introspection import schema_fingerprint
from shared.engine.people import Clock, FixedClock, SystemClock, User
from shared.engine.plan import Plan, plan
from shared.engine.problems import Problem, RecordRefused
from shared.engine.queries import Page
from shared.engine.seeding import sow
from shared.engine.shown import Record

ENGINE_VERSION = "2"

__all__ = [
    "ENGINE_VERSION",
    "Application",
    "Clock",
    "Content",
    "FixedClock",
    "Page",
    "Plan",
    "Problem",
    "Record",
    "RecordRefused",
    "SystemClock",
    "User",
    "apply_plan",
    "empty_schema",
    "plan",
    "prune_files",
    "schema_fingerprint",
    "sow",
]
