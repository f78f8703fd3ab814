from uuid import uuid4

from tests.services.gateway.running import Gateway, Service

MODULE = str(uuid4())


def everything(services: dict[str, Service]) -> None:
    services["generator"].says(f"/modules/{MODULE}", {"id": MODULE, "name": "loyalty"})
    services["generator"].says(f"/modules/{MODULE}/versions", {"items": [{"number": 1}], "next": None})
    services["tester"].says("/runs", {"items": [{"id": "run"}], "next": None})
    services["review"].says("/reviews", {"items": [{"id": "review"}], "next": None})
    services["publisher"].says("/releases", {"items": [{"id": "release"}], "next": None})
    services["publisher"].says(f"/published/{MODULE}", {"module_id": MODULE, "state": "published"})


async def test_a_module_is_one_answer_from_four_services(city: Gateway, services: dict[str, Service]) -> None:
    everything(services)
    answer = await city.client.get(f"/modules/{MODULE}/overview", headers=await city.sign_in("developer"))
    assert answer.json() == {
        "module": {"id": MODULE, "name": "loyalty"},
        "versions": [{"number": 1}],
        "runs": [{"id": "run"}],
        "reviews": [{"id": "review"}],
        "releases": [{"id": "release"}],
        "published": {"module_id": MODULE, "state": "published"},
        "gaps": [],
    }
    assert services["tester"].asked[0].url.query == f"module_id={MODULE}"


async def test_parts_degrade_one_by_one_and_are_named(city: Gateway, services: dict[str, Service]) -> None:
    everything(services)
    services["review"].says("/reviews", {"code": "database_away"}, 503)
    services["publisher"].says("/releases", ["unexpected"], 500)
    city.app.state.settings.__dict__["tester_url"] = "http://127.0.0.1:9"

    overview = (await city.client.get(f"/modules/{MODULE}/overview", headers=await city.sign_in("developer"))).json()

    assert overview["module"]["name"] == "loyalty"
    assert (overview["runs"], overview["reviews"], overview["releases"]) == (None, None, None)
    assert overview["gaps"] == [
        {"part": "runs", "service": "tester", "code": "service_unavailable"},
        {"part": "reviews", "service": "review", "code": "database_away"},
        {"part": "releases", "service": "publisher", "code": "http_500"},
    ]


async def test_never_published_is_not_a_gap_and_an_unknown_module_is_not_found(
    city: Gateway, services: dict[str, Service]
) -> None:
    everything(services)
    del services["publisher"].endpoints[f"/published/{MODULE}"]
    headers = await city.sign_in("developer")

    known = await city.client.get(f"/modules/{MODULE}/overview", headers=headers)
    unknown = await city.client.get(f"/modules/{uuid4()}/overview", headers=headers)

    assert (known.json()["published"], known.json()["gaps"]) == (None, [])
    assert (unknown.status_code, unknown.json()["code"]) == (404, "not_found")


async def test_with_nobody_behind_it_the_overview_is_all_gaps(gateway: Gateway) -> None:
    answer = await gateway.client.get(f"/modules/{MODULE}/overview", headers=await gateway.sign_in("developer"))
    assert (answer.status_code, len(answer.json()["gaps"])) == (200, 6)
