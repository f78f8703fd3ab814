"""The record of everything: one entry for each event, kept as it was told and never changed.

Consumes: model.configured, model.removed, model.checked, generation.requested, generation.refused, version.drafted,
    run.requested, run.started, run.passed, run.failed, run.cancelled, review.opened, review.withdrawn,
    review.started, review.approved, review.rejected, review.lapsed, release.authorised, release.failed,
    module.published, module.unpublished, module.rolled_back, crm.activated, crm.deactivated, crm.activation_failed,
    person.added, person.changed, signin.failed, command.refused
Emits: nothing
"""
