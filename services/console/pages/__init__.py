"""One module a page."""

from types import ModuleType

from services.console.pages import (
    audit,
    configuration,
    crm,
    develop,
    modules,
    publish,
    review,
    sign_in,
    testing,
    versions,
)

PAGES: tuple[ModuleType, ...] = (
    sign_in,
    modules,
    configuration,
    develop,
    versions,
    testing,
    review,
    publish,
    audit,
    crm,
)
