"""POST request."""

from __future__ import annotations

import pytest
from sqlalchemy import select, text

from gis.security.sealed import REPORTER_NAME
from gis.security.vault import vault_of
from gis.storage.session import transaction
from gis.storage.tables import issue
from tests.api.open311.wire import FORMATS, IN_G1, parsed, refused


@pytest.mark.parametrize("format", FORMATS)
def test_request_is_answered_with_its_id_and_what_will_happen(post, format):
    (told,) = parsed(post(format))
    assert set(told) == {"service_request_id", "service_notice", "account_id"}
    assert told["service_request_id"].isdecimal()
    assert "G1网格" in told["service_notice"]


def test_request_becomes_a_matter_with_its_reporter_topic_and_grid(made, admin):
    number = made(first_name="三", last_name="张", phone="13812345678", email="a@b.c", device_id="d", account_id="7")
    found = admin.get(f"/api/issues/{number}").json()
    assert found["source"] == "open311"
    assert found["text"] == "路灯不亮"
    assert found["grid"]["code"] == "G1"
    assert found["category"] == {"topic": "公共设施", "line": "信访"}
    assert found["location"]["method"] == "coordinate"
    assert found["reporter"] == {"name": "张*", "phone": "138****5678"}


def test_western_name_keeps_its_order(made, town_engine):
    number = int(made(first_name="john", last_name="smith"))
    with transaction(town_engine) as connection:
        names = select(issue.c.reporter_name, REPORTER_NAME.sealed).where(issue.c.id == number)
        masked, sealed = connection.execute(names).one()
        assert (masked, REPORTER_NAME.open(vault_of(connection), sealed)) == ("j**", "john smith")


@pytest.mark.parametrize(
    ("place", "building", "grid"),
    [({"address_string": "老梨园二栋"}, "B2", "G1"), ({"address_id": "B3"}, "B3", "G2")],
)
def test_place_may_be_an_address_or_an_address_id(made, admin, place, building, grid):
    found = admin.get(f"/api/issues/{made(lat=None, long=None, **place)}").json()
    assert found["building"]["id"] == building
    assert found["grid"]["code"] == grid


def test_place_that_is_not_certain_is_said_to_be_so(post):
    (told,) = post(lat=None, long=None, address_string="那边路口").json()
    assert "地点尚不确定" in told["service_notice"]


def test_coordinates_are_taken_as_wgs84_whatever_other_sources_send(made, admin):
    place = admin.get(f"/api/issues/{made()}").json()["location"]
    assert (place["lon"], place["lat"]) == pytest.approx((107.0005, 29.0005), abs=1e-9)


def test_service_without_a_topic_leaves_it_to_the_words(made, admin, get):
    number = made(service_code="OTHER", description="楼下烧烤摊太吵了")
    assert admin.get(f"/api/issues/{number}").json()["category"]["topic"] == "噪音扰民"
    assert get(f"requests/{number}.json").json()[0]["service_code"] == "NOISE"


def test_request_without_description_is_what_its_service_is(made, get):
    assert get(f"requests/{made(description=None)}.json").json()[0]["description"] == "公共设施"


def test_answers_to_questions_are_read_by_people_and_decide_the_hazard(made, admin):
    number = made(service_code="FIRE", description="飞线充电", **{"attribute[HAZARD]": "no"})
    found = admin.get(f"/api/issues/{number}").json()
    assert found["hazard"] is False
    assert found["text"] == "飞线充电\n现在有危险吗？ 没有危险"


def test_several_answers_to_one_question(made, get):
    number = made(service_code="NOISE", **{"attribute[WHEN][]": ["evening", "night"]})
    assert get(f"requests/{number}.json").json()[0]["description"].endswith("什么时段？ 傍晚、夜间")


def test_address_of_an_image_is_given_back(made, get):
    number = made(media_url="https://example.org/a.jpg")
    assert get(f"requests/{number}.json").json()[0]["media_url"] == "https://example.org/a.jpg"


@pytest.mark.parametrize(
    ("fields", "status", "parts"),
    [
        ({"service_code": None}, 400, ["service_code"]),
        ({"service_code": "NOTHING"}, 404, ["service_code"]),
        ({"jurisdiction_id": "city.gov"}, 404, ["jurisdiction_id"]),
        ({"lat": None, "long": None}, 400, ["lat, long", "address_string"]),
        ({"lat": None}, 400, ["lat: is required"]),
        ({"lat": "north"}, 400, ["lat: must be a number"]),
        ({"lat": "nan"}, 400, ["lat, long"]),
        ({"lat": "107.0005", "long": "29.0005"}, 400, ["swapped"]),
        ({"lat": "0", "long": "0"}, 400, ["missing position"]),
        ({"lat": None, "long": None, "address_id": "B99"}, 400, ["address_id", "B99"]),
        ({"description": "长" * 4001}, 400, ["4,000"]),
        ({"description": "a\x00b"}, 400, ["NUL"]),
        ({"phone": "1" * 201}, 400, ["phone"]),
        ({"media_url": "javascript:alert(1)"}, 400, ["media_url"]),
        ({"media_url": "http://["}, 400, ["media_url"]),
        ({"service_code": "PARKING"}, 400, ["attribute[OBSTRUCTS]: is required"]),
        ({"service_code": "PARKING", "attribute[OBSTRUCTS]": "moon"}, 400, ["one of"]),
        ({"service_code": "PARKING", "attribute[OBSTRUCTS]": ["car", "entrance"]}, 400, ["one value"]),
        ({"attribute[NOTHING]": "1"}, 400, ["is not asked"]),
        ({"service_code": "NOTHING", "lat": "x", "media_url": "x"}, 404, ["service_code", "lat", "media_url"]),
    ],
)
def test_faulty_request_is_refused_with_every_fault_and_stores_nothing(post, fields, status, parts, town_engine):
    with transaction(town_engine) as connection:
        before = connection.scalar(text("SELECT count(*) FROM issue"))
    for format in FORMATS:
        refused(post(format, **fields), status, *parts)
    with transaction(town_engine) as connection:
        assert connection.scalar(text("SELECT count(*) FROM issue")) == before


def test_request_must_be_a_form(nobody, key):
    fields = {"api_key": key, "service_code": "FIRE", **IN_G1}
    refused(nobody.post("/open311/v2/requests.xml", json=fields), 400, "x-www-form-urlencoded")
    raw = {"content-type": "application/x-www-form-urlencoded"}
    refused(nobody.post("/open311/v2/requests.xml", content=b"api_key=%FF%FE", headers=raw), 400, "UTF-8")
    many = "&".join(f"a{n}=1" for n in range(300))
    refused(nobody.post("/open311/v2/requests.xml", content=many, headers=raw), 400, "fields")
    refused(nobody.post("/open311/v2/requests.xml", content=b" " * 1_000_001, headers=raw), 400)


def test_charset_of_the_form_may_be_named(nobody, key):
    form = f"api_key={key}&service_code=FIRE&lat=29.0005&long=107.0005"
    kind = {"content-type": "application/x-www-form-urlencoded; charset=utf-8"}
    assert nobody.post("/open311/v2/requests.json", content=form, headers=kind).status_code == 200
