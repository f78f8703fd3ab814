"""A description, an edit or an import becomes an immutable version of a module; where each version stands is shown here.

Consumes: crm.activated, crm.deactivated, generation.requested, module.published, module.rolled_back, \
module.unpublished, release.authorised, release.failed, review.approved, review.lapsed, review.opened, \
review.rejected, review.started, review.withdrawn, run.cancelled, run.failed, run.passed, run.started
Emits: generation.refused, generation.requested, model.checked, model.configured, model.removed, version.drafted
"""
