"""One module a page."""

from types import ModuleType

from services.console.pages import (
    audit,
    crm,
    develop,
    models,
    modules,
    publish,
    review,
    sign_in,
    testing,
    versions,
)

PAGES: tuple[ModuleType, ...] = (sign_in, modules, models, develop, versions, testing, review, publish, audit, crm)
