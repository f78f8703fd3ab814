"""The base module, as data: the CRM before any module is published, its scenarios, fixtures and example patches."""

from shared.crm.example_files import EXAMPLES, example
from shared.crm.fixtures import fixtures, lay_out_fixtures
from shared.crm.manifest_files import CRM_VERSION, base_manifest
from shared.crm.suite_files import suite, suite_version

SUITE_VERSION = suite_version()

__all__ = [
    "CRM_VERSION",
    "EXAMPLES",
    "SUITE_VERSION",
    "base_manifest",
    "example",
    "fixtures",
    "lay_out_fixtures",
    "suite",
]
