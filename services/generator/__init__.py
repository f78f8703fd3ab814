"""A description, an edit or an import becomes an immutable version of a module; here is shown where each one stands.

Consumes: generation.requested, run.started, run.passed, run.failed, run.cancelled, review.opened, review.withdrawn,
    review.started, review.approved, review.rejected, review.lapsed, release.authorised, release.failed,
    module.published, module.unpublished, module.rolled_back, crm.activated, crm.deactivated
Emits: model.configured, model.removed, model.checked, generation.requested, generation.refused, version.drafted
"""
