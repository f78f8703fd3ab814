"""Several OpenAPI documents made one: paths under our prefix, names that clash prefixed by their service."""

from collections.abc import Mapping
from typing import Any, cast

from services.gateway.routing import OWNERS, PREFIX, first_part

Document = dict[str, Any]

_REFERENCE = "#/components/"


# Whatever is refused is refused like this, also where a framework's own document says otherwise.
PROBLEM: Document = {
    "type": "object",
    "description": "RFC 9457. Decide by `code`; `detail` is for people.",
    "required": ["type", "title", "status", "detail", "code", "params"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "code": {"type": "string"},
        "params": {"type": "object"},
        "pointer": {"type": "string"},
        "suggestion": {"type": "string"},
        "problems": {"type": "array", "items": {"type": "object"}},
        "request_id": {"type": "string"},
    },
}
_REFUSAL: Document = {
    "description": "Refused",
    "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
}
_NOT_OURS = frozenset({"HTTPValidationError", "ValidationError"})


class Merged:
    """The document so far; `add` takes one service's in."""

    def __init__(self, own: Document) -> None:
        self._components: dict[str, dict[str, Any]] = {"schemas": {"Problem": PROBLEM}}
        for kind, named in own.get("components", {}).items():
            taken = {name: body for name, body in named.items() if name not in _NOT_OURS}
            self._components[kind] = self._components.get(kind, {}) | taken
        self.document: Document = {
            "openapi": "3.1.0",
            "info": {"title": "Patchbay", "version": own["info"]["version"]},
            "paths": {
                path: {method: _refusing(each) for method, each in item.items()} for path, item in own["paths"].items()
            },
            "components": self._components,
            "x-gaps": [],
        }

    def leave_gap(self, service: str, code: str) -> None:
        """Name a service whose document could not be had."""
        self.document["x-gaps"].append({"service": service, "code": code})

    def add(self, service: str, document: Mapping[str, Any]) -> None:
        """Take in what `service` serves of the public paths; its own probes and documents stay inside."""
        names = self._take_components(service, document.get("components", {}))
        for path, item in document.get("paths", {}).items():
            if OWNERS.get(first_part(path)) == service:
                operations = _renamed(item, names)
                self.document["paths"][f"{PREFIX}{path}"] = {
                    method: _public(operation, service) for method, operation in operations.items()
                }

    def _take_components(self, service: str, components: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
        theirs = {
            (kind, name): body
            for kind, named in components.items()
            if kind != "securitySchemes"
            for name, body in named.items()
            if name not in _NOT_OURS
        }
        names = self._clashes(service, theirs)
        for (kind, name), body in theirs.items():
            new = names.get(f"{_REFERENCE}{kind}/{name}", f"{_REFERENCE}{kind}/{name}").rsplit("/", 1)[1]
            self._components.setdefault(kind, {})[new] = _renamed(body, names)
        return names

    def _clashes(self, service: str, theirs: Mapping[tuple[str, str], Any]) -> dict[str, str]:
        """Old reference → new one. Again until nothing changes: who points at a renamed one is another one too."""
        names: dict[str, str] = {}
        while True:
            before = len(names)
            for (kind, name), body in theirs.items():
                ours = self._components.get(kind, {}).get(name)
                if ours is not None and ours != _renamed(body, names):
                    names[f"{_REFERENCE}{kind}/{name}"] = f"{_REFERENCE}{kind}/{service.capitalize()}{name}"
            if len(names) == before:
                return names


def _renamed(node: Any, names: Mapping[str, str]) -> Any:
    if isinstance(node, dict):
        items = cast("dict[str, Any]", node).items()
        return {key: names.get(value, value) if key == "$ref" else _renamed(value, names) for key, value in items}
    if isinstance(node, list):
        return [_renamed(one, names) for one in cast("list[Any]", node)]
    return node


def _public(operation: Any, service: str) -> Any:
    if not isinstance(operation, dict):
        return operation
    security: list[dict[str, list[str]]] = [{"session": []}]
    return {"tags": [service], **_refusing(cast("dict[str, Any]", operation)), "security": security}


def _refusing(operation: dict[str, Any]) -> dict[str, Any]:
    """The operation with our own refusals in the place of the framework's."""
    said = {status: answer for status, answer in operation["responses"].items() if status != "422"}
    return {**operation, "responses": {**said, "default": _REFUSAL}}
