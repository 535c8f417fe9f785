"""Issues in doubt: told apart, shown to the dispatcher with what they may be, and settled with one answer.

On a town of its own: what is accepted here changes how messages are read.
"""

from __future__ import annotations

from itertools import count

import pytest
from sqlalchemy import insert, select

from api.app import create_app
from gis.security.accounts import create_account
from gis.security.sign_in import open_sign_in
from gis.storage.session import create_engine, transaction
from gis.storage.tables import AREA_ROLES, account, building
from tests.api.conftest import PASSWORD, give_area
from tests.client import TestClient
from tests.world import build_world, point

EDGE = {"lon": 107.00097, "lat": 29.0005, "accuracy_m": 20}
"""In G1, 3 m from G2."""

UNKNOWN = {"lon": 107.0015, "lat": 29.0005, "crs": "unknown"}
"""In G2 if it is WGS84, outside every grid if it is not."""

_numbers = count(1)


@pytest.fixture(scope="module")
def clients(new_database, template, settings, vault):
    engine = create_engine(new_database(template), vault=vault)
    with transaction(engine) as connection:
        world = build_world(connection)
        for code, name, lon in (("B6", "老供销社", 107.0015), ("B7", "新供销社", 107.0025)):
            shop = {"community_id": world.community_id, "code": code, "name": name, "geom": point(lon, 29.0005)}
            connection.execute(insert(building).values(**shop))
        ids = {"dispatcher": create_account(connection, username="dispatcher", password=PASSWORD, role="dispatcher")}
        hashed = connection.scalar(select(account.c.password_hash))
        for role in ("planner", "official", "worker"):
            worker_id = world.workers["赵一"] if role == "worker" else None
            made = insert(account).values(username=role, role=role, password_hash=hashed, worker_id=worker_id)
            ids[role] = connection.execute(made.returning(account.c.id)).scalar_one()
            if role in AREA_ROLES:
                give_area(connection, ids[role])
        tokens = {role: open_sign_in(connection, id, 1) for role, id in ids.items()}
    app = create_app(settings, engine)
    with TestClient(app):
        yield {
            role: TestClient(app, headers={"authorization": f"Bearer {token}", "accept": "text/html"})
            for role, token in tokens.items()
        }
    engine.dispose()


@pytest.fixture(scope="module")
def dispatcher(clients):
    return clients["dispatcher"]


@pytest.fixture
def report(dispatcher):
    def send(text="路灯不亮", **known):
        known.setdefault("source", f"doubt_{next(_numbers)}")
        answer = dispatcher.post("/api/issues", json={"text": text, **known})
        assert answer.status_code == 201, answer.text
        return answer.json()

    return send


def waiting(client, issue):
    """What the desk shows of an issue; empty when it waits in neither list for its place."""
    html = {"accept": "text/html"}
    lists = (client.get(f"/desk?part=list&list={name}", headers=html).text for name in ("unlocated", "doubtful"))
    if not any(f'<li id="{issue["id"]}">' in each for each in lists):
        return ""
    return client.get(f"/desk/matters/{issue['id']}", headers=html).text


def confirm(client, issue, **where):
    return client.post(f"/api/issues/{issue['id']}/location", json=where)


def test_list_tells_the_doubtful_from_the_rest(dispatcher, report):
    source = f"doubt_{next(_numbers)}"
    report("一", source=source, location=EDGE)
    report("长坡门口堆了垃圾", source=source)
    report("二", source=source, location=UNKNOWN)
    report("三", source=source, location={**EDGE, "lon": 107.0005})
    report("四", source=source)

    def listed(**asked):
        found = dispatcher.get("/api/issues", params={"source": source, **asked}).json()["features"]
        return {each["properties"]["text"][:1]: each["properties"]["doubt"] for each in found}

    assert listed(doubtful="true") == {"一": "near_edge", "长": "ambiguous", "二": "unknown_datum"}
    assert listed(doubtful="false") == {"三": None, "四": None}
    assert len(listed()) == 5
    assert dispatcher.get("/api/issues?doubtful=perhaps").status_code == 422


def test_place_near_an_edge_waits_with_both_grids_and_their_workers(dispatcher, report):
    issue = report(location=EDGE)
    assert (issue["grid"]["code"], issue["doubt"]) == ("G1", "near_edge")
    shown = waiting(dispatcher, issue)
    for name in ("G1网格", "赵一", "G2网格", "孙三", "当前"):
        assert name in shown
    assert """data-place='{"grid": "G2"}'""" in shown
    assert "位置不在任何网格内" not in shown
    page = dispatcher.get(f"/issues/{issue['id']}").text
    assert "存疑" in page
    assert "孙三" in page


@pytest.mark.parametrize("grid", ["G1", "G2"])
def test_confirmed_grid_settles_it_and_keeps_the_point(dispatcher, report, grid):
    issue = report(location=EDGE)
    settled = confirm(dispatcher, issue, grid=grid).json()
    assert (settled["grid"]["code"], settled["doubt"]) == (grid, None)
    assert settled["location"]["lon"] == EDGE["lon"]
    assert waiting(dispatcher, issue) == ""


def test_doubtful_words_wait_with_the_buildings_that_they_may_mean(dispatcher, report):
    issue = report("长坡门口堆了垃圾")
    shown = waiting(dispatcher, issue)
    assert "“长坡”可能指几个地方" in shown
    assert "长坡1栋" in shown
    assert """data-place='{"building_id": "B4"}'""" in shown
    settled = confirm(dispatcher, issue, building_id="B4").json()
    assert (settled["building"]["id"], settled["grid"]["code"], settled["doubt"]) == ("B4", "G4", None)
    assert waiting(dispatcher, issue) == ""


def test_unknown_datum_waits_with_a_reading_in_each_and_is_settled_by_one(dispatcher, report):
    issue = report(location=UNKNOWN)
    assert issue["doubt"] == "unknown_datum"
    shown = waiting(dispatcher, issue)
    for name in ("WGS84", "GCJ-02", "BD-09"):
        assert name in shown
    assert "可能的读法" in dispatcher.get(f"/issues/{issue['id']}").text
    assert """data-place='{"crs": "wgs84", "lat": 29.0005, "lon": 107.0015}'""" in shown
    settled = confirm(dispatcher, issue, **{**UNKNOWN, "crs": "wgs84"}).json()
    assert (settled["grid"]["code"], settled["doubt"]) == ("G2", None)
    assert waiting(dispatcher, issue) == ""


def test_matter_that_nobody_located_waits_without_an_answer(dispatcher, report):
    shown = waiting(dispatcher, report())
    assert shown
    assert "data-place" not in shown


def test_only_who_may_decide_is_given_answers_to_tap(clients, report):
    issue = report(location=EDGE)
    assert "disabled" in waiting(clients["official"], issue)
    assert "disabled" not in waiting(clients["worker"], issue)
    assert confirm(clients["official"], issue, grid="G2").status_code == 403
    assert confirm(clients["worker"], issue, grid="G2").status_code == 200


def proposal_of(client, words, building_id):
    found = client.get("/api/aliases", headers={"accept": "application/json"}).json()
    return next((each for each in found if (each["words"], each["building_id"]) == (words, building_id)), None)


def test_confirmed_words_are_read_as_the_building_once_a_planner_accepts_them(clients, report):
    first = report("供销社门口堆了垃圾")
    assert first["doubt"] == "ambiguous"
    words = first["receipt"]["read"]["words"]
    assert confirm(clients["worker"], first, building_id="B6").status_code == 404  # nobody's grid yet
    confirm(clients["dispatcher"], first, building_id="B6")
    proposal = proposal_of(clients["official"], words, "B6")
    page = clients["planner"].get("/desk?list=doubtful").text
    assert f"<q>{words}</q> → <b>老供销社</b>" in page
    assert 'data-verdict="accept"' in page
    assert 'data-verdict="accept"' not in clients["worker"].get("/desk?list=doubtful").text
    assert "由规划员或调度员决定" in clients["worker"].get("/desk?list=doubtful").text
    for role in ("worker", "official"):
        assert clients[role].post(f"/api/aliases/{proposal['id']}/accept").status_code == 403
    assert clients["planner"].post(f"/api/aliases/{proposal['id']}/accept").status_code == 200
    assert clients["dispatcher"].post(f"/api/aliases/{proposal['id']}/reject").status_code == 409
    assert proposal_of(clients["official"], words, "B6") is None
    again = report("供销社门口堆了垃圾")
    assert (again["doubt"], again["building"]["id"]) == (None, "B6")


def test_fold_of_names_says_what_would_be_there(engine, settings):
    with transaction(engine) as connection:
        made = create_account(connection, username="a", password=PASSWORD, role="admin")
        token = open_sign_in(connection, made, 1)
    with TestClient(create_app(settings, engine), headers={"authorization": f"Bearer {token}"}) as client:
        page = client.get("/desk?list=doubtful", headers={"accept": "text/html"}).text
    assert "等待规划员或调度员采纳" in page
