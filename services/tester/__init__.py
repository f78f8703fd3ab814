"""Runs versions against the CRM's own suite in a sandbox, and says what came of it, with the evidence.

Consumes: crm.activated, crm.deactivated, run.requested, version.drafted
Emits: run.cancelled, run.failed, run.passed, run.requested, run.started
"""
