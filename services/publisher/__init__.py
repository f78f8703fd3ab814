"""Publishing, withdrawing and rolling back: the gate before the live CRM, and the registry of what it runs.

Consumes: version.drafted, run.passed, run.failed, review.approved, review.lapsed, crm.activated, crm.deactivated,
    crm.activation_failed
Emits: release.authorised, release.failed, module.published, module.unpublished, module.rolled_back
"""
