"""The one public door: people, sessions, roles, `/api/v1` over all services, one live stream.

Consumes: crm.activated, crm.activation_failed, crm.deactivated, generation.refused, generation.requested,
    module.published, module.rolled_back, module.unpublished, release.authorised, release.failed, review.approved,
    review.lapsed, review.opened, review.rejected, review.started, review.withdrawn, run.cancelled, run.failed,
    run.passed, run.requested, run.started, version.drafted
Emits: command.refused, person.added, person.changed, signin.failed
"""
