"""GET requests: which, by all parameters and limits."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from gis.storage.session import transaction
from tests.api.open311.wire import FORMATS, REQUEST, W3, as_text, ids_of, parsed, refused


@pytest.mark.parametrize("format", FORMATS)
def test_one_request_has_all_fields_of_the_standard(made, get, format):
    number = made(address_string="梨园1栋旁")
    (found,) = parsed(get(f"requests/{number}.{format}"))
    assert set(found) == REQUEST
    assert found["service_request_id"] == number
    assert found["status"] == "open"
    assert found["status_notes"] == "网民呼叫"
    assert (found["service_code"], found["service_name"]) == ("FACILITIES", "公共设施")
    assert found["agency_responsible"] == "G1网格"
    assert W3.fullmatch(found["requested_datetime"])
    assert W3.fullmatch(found["updated_datetime"])
    assert (float(found["lat"]), float(found["long"])) == (29.0005, 107.0005)
    assert found["address"] == "梨园1栋旁"
    assert found["zipcode"] is None


def test_lists_say_the_same_in_both_formats(made, get):
    ids = ",".join([made(), made()])
    in_xml, in_json = (get(f"requests.{format}", service_request_id=ids) for format in FORMATS)
    assert parsed(in_xml) == as_text(in_json.json())
    assert len(in_json.json()) == 2


def test_nobody_learns_who_reported(made, get):
    number = made(
        first_name="三", last_name="张", phone="13812345678", email="z@example.org", description="请打13812345678找我"
    )
    told = get(f"requests/{number}.xml").text
    assert "张" not in told
    assert "13812345678" not in told
    assert "example.org" not in told
    assert "138****5678" in told


def test_ids_override_all_other_arguments(made, get):
    number = made()
    found = get(
        "requests.json", service_request_id=f"{number},999999999,x", status="closed", service_code="FIRE",
        start_date="2001-01-01T00:00:00Z", end_date="2001-01-02T00:00:00Z",
    )  # fmt: skip
    assert [each["service_request_id"] for each in found.json()] == [number]


@pytest.mark.parametrize("codes", ["FIRE,NOISE", ["FIRE", "NOISE"]])
def test_requests_of_several_services(made, get, codes):
    fire, noise, other = made(service_code="FIRE"), made(service_code="NOISE"), made()
    found = get("requests.json", service_code=codes).json()
    listed = [each["service_request_id"] for each in found]
    assert {fire, noise} <= set(listed)
    assert other not in listed
    assert {each["service_code"] for each in found} == {"FIRE", "NOISE"}


def test_service_without_a_topic_lists_what_no_other_has(made, get, report):
    unknown = made(service_code="OTHER", description="随便说说")
    foreign = report("随便说说", category="外星人")["id"]
    listed = {each["service_request_id"] for each in get("requests.json", service_code="OTHER").json()}
    assert {unknown, foreign} <= listed


@pytest.fixture
def of_day(report):
    """A matter of a day long ago."""

    def make(moment: str) -> str:
        return report(reported_at=moment, location={"lon": 107.0005, "lat": 29.0005})["id"]

    return make


def test_span_includes_both_its_ends_and_the_latest_comes_first(of_day, get):
    days = [of_day(f"2015-03-0{n}T00:00:00Z") for n in (1, 2, 3, 4)]
    span = {"start_date": "2015-03-02T08:00:00+08:00", "end_date": "2015-03-03T00:00:00Z"}
    assert ids_of(get("requests.json", **span)) == [days[2], days[1]]


def test_plus_that_was_not_escaped_is_understood(of_day, nobody, key):
    number = of_day("2015-04-02T00:00:00Z")
    span = "start_date=2015-04-02T08:00:00+08:00&end_date=2015-04-02T08:00:00+08:00"
    assert ids_of(nobody.get(f"/open311/v2/requests.json?api_key={key}&{span}")) == [number]


def test_one_end_of_a_span_stands_for_90_days(of_day, get):
    inside, outside = of_day("2014-03-31T00:00:00Z"), of_day("2014-04-02T00:00:00Z")
    assert ids_of(get("requests.json", start_date="2014-01-01T00:00:00Z")) == [inside]
    assert ids_of(get("requests.json", end_date="2014-06-30T00:00:00Z")) == [outside]


def test_without_a_span_it_is_the_last_90_days(of_day, get, made):
    old = of_day((datetime.now(UTC) - timedelta(days=91)).isoformat())
    recent = of_day((datetime.now(UTC) - timedelta(days=89)).isoformat())
    listed = ids_of(get("requests.json"))
    assert recent in listed
    assert old not in listed


@pytest.mark.parametrize(
    ("query", "part"),
    [
        ({"start_date": "2015-01-01T00:00:00Z", "end_date": "2015-04-02T00:00:00Z"}, "90 days"),
        ({"start_date": "2015-01-02T00:00:00Z", "end_date": "2015-01-01T00:00:00Z"}, "before start_date"),
        ({"start_date": "yesterday"}, "start_date"),
        ({"start_date": "2015-01-01T00:00:00"}, "zone"),
        ({"end_date": "2015-01-01"}, "end_date"),
        ({"end_date": "0001-01-01T00:00:00Z"}, "start_date"),
        ({"start_date": "9999-12-31T00:00:00Z"}, "start_date"),
        ({"status": "resolved"}, "open or closed"),
        ({"service_request_id": ",".join(map(str, range(1, 1002)))}, "1,000"),
    ],
)
def test_faulty_query_is_400(get, query, part):
    for format in FORMATS:
        refused(get(f"requests.{format}", **query), 400, part)


def test_query_of_an_unknown_service_is_404(get):
    refused(get("requests.xml", service_code="FIRE,NOTHING"), 404, "NOTHING")


def test_query_that_is_not_utf8_is_400(nobody):
    refused(nobody.get("/open311/v2/requests.xml?api_key=%ff"), 400, "UTF-8")


def test_at_most_1000_requests_are_told(get, town_engine, town):
    many = text("""
        INSERT INTO issue (source, text, reported_at, location_method, receipt, community_id)
        SELECT 'flood', '水', timestamptz '2012-02-01' + n * interval '1 minute', 'none', '{}', :community
        FROM generate_series(1, 1001) AS n
    """)
    with transaction(town_engine) as connection:
        connection.execute(many, {"community": town.community_id})
    span = {"start_date": "2012-02-01T00:00:00Z", "end_date": "2012-03-01T00:00:00Z"}
    found = get("requests.json", **span).json()
    assert len(found) == 1000
    assert found[0]["requested_datetime"] == "2012-02-01T16:41:00Z"
