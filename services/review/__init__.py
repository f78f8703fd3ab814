"""The human decision on a version: submitted, taken up, approved or rejected, by somebody who did not write it.

Consumes: version.drafted, run.passed, run.failed, module.published, module.unpublished, module.rolled_back,
    crm.activated, crm.deactivated
Emits: review.opened, review.withdrawn, review.started, review.approved, review.rejected, review.lapsed
"""
