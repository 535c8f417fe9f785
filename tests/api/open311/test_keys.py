"""Who may ask, and what for."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from gis.security.sign_in import open_sign_in
from gis.storage.session import transaction
from tests.api.conftest import give_area
from tests.api.open311.wire import FORMATS, IN_G1, refused


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("given", [{}, {"api_key": ""}, {"api_key": "wrong"}])
def test_request_without_a_right_key_is_403(nobody, given, format):
    refused(nobody.post(f"/open311/v2/requests.{format}", data={"service_code": "FIRE", **given}), 403, "api_key")
    for path in ("requests", "requests/1", "tokens/1"):
        refused(nobody.get(f"/open311/v2/{path}.{format}", params=given), 403, "api_key")


def test_bearer_token_serves_as_the_key(client_for):
    client = client_for("dispatcher")
    assert client.post("/open311/v2/requests.json", data={"service_code": "FIRE", **IN_G1}).status_code == 200
    assert client.get("/open311/v2/requests.json").status_code == 200


def test_cookie_serves_for_reading_only(client_for):
    browser = client_for("dispatcher", browser=True)
    assert browser.get("/open311/v2/requests.json").status_code == 200
    refused(browser.post("/open311/v2/requests.json", data={"service_code": "FIRE", **IN_G1}), 403)


def test_wrong_key_is_not_mended_by_a_cookie(client_for):
    refused(client_for("dispatcher", browser=True).get("/open311/v2/requests.json", params={"api_key": "x"}), 403)


def test_account_that_may_not_report_is_403(client_for):
    for role in ("official", "planner"):
        refused(client_for(role).post("/open311/v2/requests.xml", data={"service_code": "FIRE", **IN_G1}), 403, role)


def test_intake_account_sees_what_it_entered_and_nothing_else(nobody, made, intake_key):
    own = nobody.post(
        "/open311/v2/requests.json", data={"api_key": intake_key, "service_code": "FIRE", **IN_G1}
    ).json()[0]["service_request_id"]
    other = made()
    listed = nobody.get(
        "/open311/v2/requests.json", params={"api_key": intake_key, "service_request_id": f"{own},{other}"}
    )
    assert [each["service_request_id"] for each in listed.json()] == [own]
    refused(nobody.get(f"/open311/v2/requests/{other}.json", params={"api_key": intake_key}), 404)
    refused(nobody.get(f"/open311/v2/tokens/{other}.json", params={"api_key": intake_key}), 404)


def test_planner_of_another_area_sees_nothing_of_this_one(client_for, made, town, town_engine):
    number = made()
    with transaction(town_engine) as connection:
        connection.execute(text("DELETE FROM account_area WHERE account_id = :id"), {"id": town.accounts["planner"]})
    try:
        refused(client_for("planner").get(f"/open311/v2/requests/{number}.json"), 404)
    finally:
        with transaction(town_engine) as connection:
            give_area(connection, town.accounts["planner"])


def test_path_that_does_not_exist_is_404_in_the_standards_form(nobody):
    refused(nobody.get("/open311/v2/nothing.xml"), 404)
    refused(nobody.get("/open311/v2/nothing.json", headers={"accept": "text/html"}), 404)


def test_method_that_is_not_there_is_400(nobody):
    refused(nobody.put("/open311/v2/requests.xml"), 400)


def test_key_of_an_account_whose_password_another_chose_is_403(nobody, town_engine, town):
    with transaction(town_engine) as connection:
        key = open_sign_in(connection, town.accounts["official"], 1)
        mark(connection, town.accounts["official"], must_change=True)
    try:
        refused(nobody.get("/open311/v2/requests.xml", params={"api_key": key}), 403)
    finally:
        with transaction(town_engine) as connection:
            mark(connection, town.accounts["official"], must_change=False)


def mark(connection, account_id, *, must_change):
    connection.execute(
        text("UPDATE account SET must_change_password = :must WHERE id = :id"), {"must": must_change, "id": account_id}
    )
