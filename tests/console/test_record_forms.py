"""The form of a record: every type of field has its input, and what is typed goes to the CRM as it takes it."""

from typing import Any

import httpx
import pytest

from services.console.i18n import Tongue
from services.console.inputs import clock, meant
from services.console.records import shown
from tests.console.gateway import Gateway

ID, FRIEND = "00000000-0000-4000-8000-00000000000a", "00000000-0000-4000-8000-00000000000b"
SIZES = [{"value": "s", "label": "Small"}, {"value": "l", "label": "Large"}]


def field(name: str, kind: str, **more: Any) -> dict[str, Any]:
    known: dict[str, Any] = {"name": name, "label": name.title(), "help": None, "type": kind, "required": False}
    return known | {"read_only": False, "hidden": False, "default": None} | more


FIELDS = [
    field("opens", "time"),
    field("patience", "duration"),
    field("sizes", "multi_enum", options=SIZES),
    field("extra", "json"),
    field("friends", "many_to_many", target="Customer"),
    field("about", "ref_any", targets=["Customer", "Order"]),
    field("visits", "lines", max_items=5, fields=[field("stay", "duration")]),
]
RECORD: dict[str, Any] = {
    "id": ID,
    "updatedAt": "2026-03-31T09:30:00Z",
    "opens": "08:30:15",
    "patience": "P1DT2H30M",
    "sizes": ["s"],
    "extra": {"a": "<b>"},
    "friends": [FRIEND],
    "about": {"entity": "Customer", "id": FRIEND},
    "visits": [{"stay": "PT1H"}],
    "_titles": {"friends": ["Bo"], "about": "Bo"},
}


@pytest.fixture
def form(gateway: Gateway) -> Gateway:
    view: dict[str, Any] = {"title": "Customer", "plural": "Customers", "title_field": "name", "moves": []}
    view |= {"state_field": None, "can": {"create": True, "edit": True, "delete": False}, "fields": FIELDS}
    for entity in ("Customer", "Order"):
        gateway.says(f"GET /views/{entity}/form", view)
        gateway.says(f"GET /crm/{entity}", {"items": [{"id": FRIEND, "name": "Bo"}], "next": None})
    gateway.says(f"GET /crm/Customer/{ID}", RECORD)
    gateway.says("GET /manifest", {"manifest": {"entities": []}})
    gateway.says(f"PATCH /crm/Customer/{ID}", RECORD)
    return gateway


async def test_every_type_has_its_input(signed_in: httpx.AsyncClient, form: Gateway) -> None:
    text = (await signed_in.get(f"/crm/Customer/{ID}")).text
    assert form.asked
    assert 'type="time" step="1" value="08:30:15"' in text
    assert 'name="patience" aria-describedby' not in text
    assert 'value="26:30"' in text
    assert 'name="sizes" value="s" checked' in text
    assert 'name="sizes" value="l" >' in text
    assert "&#34;a&#34;: &#34;&lt;b&gt;&#34;" in text
    assert f'<option value="{FRIEND}" selected>Bo</option>' in text
    assert f'<option value="Customer/{FRIEND}" selected>Bo</option>' in text
    assert f'<option value="Order/{FRIEND}" >Bo</option>' in text
    assert 'name="visits.0.stay"' in text
    assert 'value="1:00"' in text


async def test_what_is_typed_is_sent_as_the_crm_takes_it(signed_in: httpx.AsyncClient, form: Gateway) -> None:
    typed = {
        "opens": "10:00",
        "patience": "1:30",
        "sizes": ["s", "l"],
        "extra": '{"b": 1}',
        "friends": [FRIEND],
        "about": f"Order/{FRIEND}",
        "visits.count": "1",
        "visits.0.stay": "0:05:10",
    }
    answer = await signed_in.post(f"/crm/Customer/{ID}", data=typed)
    assert answer.status_code == 303
    (sent,) = [body for asked, body in form.asked if asked.startswith("PATCH")]
    assert sent == {
        "opens": "10:00",
        "patience": "PT1H30M0S",
        "sizes": ["s", "l"],
        "extra": {"b": 1},
        "friends": [FRIEND],
        "about": f"Order/{FRIEND}",
        "visits": [{"stay": "PT0H5M10S"}],
    }


async def test_what_was_refused_stays_as_it_was_typed(signed_in: httpx.AsyncClient, form: Gateway) -> None:
    form.refuses(f"PATCH /crm/Customer/{ID}", 422, "not_json", problems=[{"field": "extra", "code": "not_json"}])
    typed = {"patience": "soon", "extra": '{"b": ', "sizes": "l", "about": f"Order/{FRIEND}"}
    text = (await signed_in.post(f"/crm/Customer/{ID}", data=typed)).text
    assert 'value="soon"' in text
    assert "{&#34;b&#34;:" in text
    assert 'name="sizes" value="l" checked' in text
    assert f'<option value="Order/{FRIEND}" selected>Bo</option>' in text


def test_values_are_shown_as_people_read_them() -> None:
    said = [shown(Tongue("en"), one, RECORD) for one in FIELDS]
    assert said == ["08:30:15", "26:30", "Small", '{\n  "a": "<b>"\n}', "Bo", "Bo", "1"]
    many = RECORD | {"sizes": ["s", "l"], "friends": [FRIEND, ID], "_titles": {"friends": ["Bo", None]}}
    assert shown(Tongue("zh"), FIELDS[2], many) == "Small、Large"
    assert shown(Tongue("zh"), FIELDS[4], many) == f"Bo、{ID}"
    assert shown(Tongue("en"), FIELDS[5], many) == f"Customer/{FRIEND}"


@pytest.mark.parametrize(
    ("span", "said"), [("PT0S", "0:00"), ("-PT5M10S", "-0:05:10"), ("PT90M", "1:30"), ("P100D", "2400:00")]
)
def test_a_span_is_told_by_the_clock_and_read_again(span: str, said: str) -> None:
    assert clock(span) == said
    assert clock(meant(field("x", "duration"), [said])) == said


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("integer", "--5"),
        ("integer", "5" * 5000),
        ("json", "[" * 100_000),
        ("json", '{"a": 1, "a": 2}'),
        ("json", "NaN"),
    ],
)
def test_what_no_field_could_hold_stays_as_typed(kind: str, said: str) -> None:
    assert meant(field("x", kind), [said]) == said
