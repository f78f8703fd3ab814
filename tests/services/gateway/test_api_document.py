from typing import Any

from services.gateway.merging import Merged
from tests.services.gateway.running import Gateway, Service


def document(path: str, schemas: dict[str, Any], points_at: str) -> dict[str, Any]:
    content = {"application/json": {"schema": {"$ref": f"#/components/schemas/{points_at}"}}}
    operation = {"responses": {"200": {"content": content}}, "operationId": "x"}
    return {
        "openapi": "3.1.0",
        "info": {"title": "x", "version": "1"},
        "paths": {path: {"get": operation}, "/livez": {"get": operation}},
        "components": {"schemas": schemas, "securitySchemes": {"theirs": {}}},
    }


async def test_the_document_has_everybodys_paths_and_names_who_is_away(
    city: Gateway, services: dict[str, Service]
) -> None:
    services["generator"].says("/openapi.json", document("/modules", {"Page": {"type": "object"}}, "Page"))
    services["tester"].says("/openapi.json", document("/runs", {"Page": {"type": "array"}}, "Page"))

    merged = (await city.client.get("/openapi.json")).json()

    assert merged["openapi"].startswith("3.1")
    assert {"/api/v1/modules", "/api/v1/runs", "/api/v1/session", "/api/v1/stream"} <= set(merged["paths"])
    assert not [path for path in merged["paths"] if "livez" in path]
    assert set(merged["components"]["securitySchemes"]) == {"session"}
    assert [gap["service"] for gap in merged["x-gaps"]] == ["review", "publisher", "audit", "crm"]
    assert merged["paths"]["/api/v1/modules"]["get"]["security"] == [{"session": []}]
    assert "security" not in merged["paths"]["/api/v1/session"]["post"]


async def test_every_refusal_is_described_as_it_is(gateway: Gateway) -> None:
    merged = (await gateway.client.get("/openapi.json")).json()
    operations = [each for item in merged["paths"].values() for each in item.values()]
    kinds = {tuple(each["responses"]["default"]["content"]) for each in operations}
    assert kinds == {("application/problem+json",)}
    assert not [each for each in operations if "422" in each["responses"]]
    assert "Problem" in merged["components"]["schemas"]
    assert "HTTPValidationError" not in str(merged)


async def test_the_document_is_kept_for_a_while(city: Gateway, services: dict[str, Service]) -> None:
    services["generator"].says("/openapi.json", document("/modules", {}, "Page"))
    await city.client.get("/openapi.json")
    await city.client.get("/openapi.json")
    assert len(services["generator"].asked) == 1


def test_names_that_clash_are_prefixed_and_so_is_what_points_at_them() -> None:
    inner = {"$ref": "#/components/schemas/Inner"}
    merged = Merged({"info": {"version": "1"}, "paths": {}, "components": {}})
    merged.add("generator", document("/modules", {"Inner": {"type": "string"}, "Outer": inner, "Same": {}}, "Outer"))
    merged.add("tester", document("/runs", {"Inner": {"type": "integer"}, "Outer": inner, "Same": {}}, "Outer"))

    schemas = merged.document["components"]["schemas"]
    assert set(schemas) == {"Problem", "Inner", "Outer", "Same", "TesterInner", "TesterOuter"}
    assert schemas["TesterOuter"] == {"$ref": "#/components/schemas/TesterInner"}
    answer = merged.document["paths"]["/api/v1/runs"]["get"]["responses"]["200"]
    assert answer["content"]["application/json"]["schema"] == {"$ref": "#/components/schemas/TesterOuter"}


def test_a_service_describes_its_own_paths_only() -> None:
    merged = Merged({"info": {"version": "1"}, "paths": {}, "components": {}})
    merged.add("tester", document("/modules", {}, "Page"))
    assert merged.document["paths"] == {}
