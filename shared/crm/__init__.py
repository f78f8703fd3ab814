"""The base module, as data: the CRM before any module is published, its scenarios, fixtures and example patches."""

from shared.crm.manifest_files import CRM_VERSION, base_manifest

__all__ = ["CRM_VERSION", "base_manifest"]
