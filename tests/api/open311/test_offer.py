"""Discovery, services and their definitions: told to everybody."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from gis.storage.session import transaction
from tests.api.open311.wire import FORMATS, W3, as_text, parsed, refused
from tests.world import COMMUNITY


@pytest.mark.parametrize("path", ["/open311/discovery", "/open311/v2/discovery"])
@pytest.mark.parametrize("format", FORMATS)
def test_discovery_names_the_endpoint_and_both_formats(nobody, path, format):
    found = parsed(nobody.get(f"{path}.{format}"))
    assert set(found) == {"changeset", "contact", "key_service", "endpoints"}
    (endpoint,) = found["endpoints"]
    assert set(endpoint) == {"specification", "url", "changeset", "type", "formats"}
    assert endpoint["specification"] == "http://wiki.open311.org/GeoReport_v2"
    assert endpoint["formats"] == ["text/xml", "application/json"]
    assert endpoint["type"] == "production"
    assert W3.fullmatch(found["changeset"])
    assert nobody.get(f"{endpoint['url']}/services.{format}").status_code == 200


def test_discovery_tells_that_services_have_changed(nobody, town_engine):
    before = nobody.get("/open311/discovery.json").json()["changeset"]
    with transaction(town_engine) as connection:
        connection.execute(text("UPDATE service SET changed_at = now() - interval '1 day'"))
        moved = connection.execute(text("SELECT max(changed_at) >= now() FROM service")).scalar_one()
    assert moved
    assert nobody.get("/open311/discovery.json").json()["changeset"] >= before


@pytest.mark.parametrize("format", FORMATS)
def test_services_are_listed_with_all_their_fields(nobody, format):
    found = parsed(nobody.get(f"/open311/v2/services.{format}"))
    assert len(found) == 12
    for each in found:
        assert set(each) == {
            "service_code", "service_name", "description", "metadata", "type", "keywords", "group",
        }  # fmt: skip
        assert each["type"] == "realtime"
        assert each["metadata"] in ((True, False) if format == "json" else ("true", "false"))
    fire = next(each for each in found if each["service_code"] == "FIRE")
    assert (fire["service_name"], fire["group"]) == ("消防安全", "应急")
    assert "灭火器" in fire["keywords"].split(",")


@pytest.mark.parametrize("format", FORMATS)
def test_definition_asks_its_questions_in_order(nobody, format):
    found = parsed(nobody.get(f"/open311/v2/services/PARKING.{format}"))
    assert found["service_code"] == "PARKING"
    (asked,) = found["attributes"]
    assert set(asked) == {
        "variable", "code", "datatype", "required", "datatype_description", "order", "description", "values",
    }  # fmt: skip
    assert asked["code"] == "OBSTRUCTS"
    assert asked["datatype"] == "singlevaluelist"
    assert str(asked["order"]) == "1"
    assert asked["required"] in (True, "true")
    assert {"key": "fire_lane", "name": "消防通道"} in asked["values"]


def test_only_services_with_questions_say_that_they_have_some(nobody):
    for each in nobody.get("/open311/v2/services.json").json():
        asked = nobody.get(f"/open311/v2/services/{each['service_code']}.json").json()["attributes"]
        assert each["metadata"] == bool(asked)


@pytest.mark.parametrize("path", ["discovery", "services", "services/NOISE"])
def test_json_says_what_xml_says(nobody, path):
    in_xml, in_json = (nobody.get(f"/open311/v2/{path}.{format}") for format in FORMATS)
    assert parsed(in_xml) == as_text(in_json.json())


@pytest.mark.parametrize("format", FORMATS)
def test_service_that_does_not_exist_is_404(nobody, format):
    refused(nobody.get(f"/open311/v2/services/NOTHING.{format}"), 404, "NOTHING")


@pytest.mark.parametrize(
    "path", ["services.json", "services/FIRE.json", "requests.json", "requests/1.json", "tokens/1.json"]
)
def test_jurisdiction_is_a_community_and_an_unknown_one_is_404(get, made, path):
    path = path.replace("/1.", f"/{made()}.")
    assert get(path, jurisdiction_id=COMMUNITY).status_code == 200
    assert get(path, jurisdiction_id="").status_code == 200
    refused(get(path, jurisdiction_id="city.gov"), 404, "jurisdiction_id")


@pytest.mark.parametrize("path", ["discovery.yaml", "services.html", "requests.csv"])
def test_other_formats_are_400(get, path):
    refused(get(path), 400, "xml", "json")
