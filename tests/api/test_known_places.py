"""Known places, own homes and accepted names over HTTP, on a town of its own: what is accepted changes how it reads."""

from __future__ import annotations

from itertools import count

import pytest
from sqlalchemy import insert

from api.app import create_app
from gis.security.accounts import create_account
from gis.security.sealed import RESIDENT_PHONE
from gis.security.sign_in import open_sign_in
from gis.storage.session import create_engine, transaction
from gis.storage.tables import building, compound, household, resident
from tests.api.conftest import PASSWORD
from tests.client import TestClient
from tests.world import add, add_other_community, add_places, add_to_the_road, build_world, point

PHONE = "14200000077"
SHARED_PHONE = "14200000078"
_numbers = count(1)


@pytest.fixture(scope="module")
def client(new_database, template, settings, vault):
    engine = create_engine(new_database(template), vault=vault)
    with transaction(engine) as connection:
        world = build_world(connection)
        add_places(connection, world)
        add_to_the_road(connection, world)
        for code, name, lon in (("B21", "阳光苑1栋", 107.0016), ("B22", "花香苑1栋", 107.0026)):
            of = add(
                connection, compound, community_id=world.community_id, name=name.removesuffix("1栋"), aliases=["老花园"]
            )
            house = {"community_id": world.community_id, "code": code, "name": name, "compound_id": of}
            add(connection, building, **house, geom=point(lon, 29.0004))
        for door, phones in (("1", [PHONE]), ("3", [SHARED_PHONE, SHARED_PHONE])):
            of_b4 = {"community_id": world.community_id, "building_id": world.buildings["B4"]}
            home = add(connection, household, **of_b4, unit="1", floor=1, door=door)
            for phone in phones:
                connection.execute(
                    insert(resident).values(household_id=home, name="某人", **RESIDENT_PHONE.values(vault, phone))
                )
        dispatcher = create_account(connection, username="dispatcher", password=PASSWORD, role="dispatcher")
        token = open_sign_in(connection, dispatcher, 1)
    with TestClient(create_app(settings, engine), headers={"authorization": f"Bearer {token}"}) as client:
        yield client
    engine.dispose()


@pytest.fixture
def report(client):
    def send(text, **known):
        known.setdefault("source", f"places_{next(_numbers)}")
        answer = client.post("/api/issues", json={"text": text, **known})
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
    answer = client.post(f"/api/issues/{issue['id']}/location", json=where)
    assert answer.status_code == 200, answer.text
    return answer.json()


def accept(client, words):
    (proposal,) = [each for each in client.get("/api/aliases").json() if each["words"] == words]
    return client.post(f"/api/aliases/{proposal['id']}/accept").json()


def test_places_are_listed_and_narrowed(client):
    def codes(**asked):
        return [each["properties"]["id"] for each in client.get("/api/places", params=asked).json()["features"]]

    first = client.get("/api/places").json()["features"][0]
    assert first["properties"] == {
        "id": "P1",
        "name": "梨园东门",
        "aliases": ["东门口"],
        "kind": "gate",
        "compound": "梨园",
        "community": "999119003004",
    }
    assert codes() == ["P1", "P2", "P3", "P4"]
    assert codes(q="kindergarten 红星") == ["P4"]
    assert codes(bbox="107.0003,29,107.0009,29.1") == ["P1", "P3"]
    page = client.get("/api/places", params={"limit": 3}).json()
    assert [each["properties"]["id"] for each in client.get(page["next"]).json()["features"]] == ["P4"]


def test_answer_on_a_text_names_a_place_that_is_no_building(client):
    answer = client.get("/api/locate", params={"text": "东门口垃圾堆", "group": "QA"}).json()
    assert answer["decision"] == "assigned"
    first = answer["candidates"][0]
    assert (first["building"], first["household"]) == (None, None)
    assert first["place"] == {"code": "P1", "name": "梨园东门"}
    assert first["grid"] == {"code": "G1", "name": "G1网格"}
    assert {"confidence", "why"} <= first.keys()
    assert answer["place"] == {"code": "P1", "name": "梨园东门"}
    assert answer["grid"]["code"] == "G1"


def test_matter_at_a_gate_tells_the_gate_on_its_page(client, report):
    issue = report("东门口垃圾堆", group="QA")
    assert (issue["grid"]["code"], issue["receipt"]["read"]["place"]) == ("G1", "梨园东门")
    assert "梨园东门" in client.get(f"/issues/{issue['id']}", headers={"accept": "text/html"}).text


def test_doubtful_gate_waits_with_each_gates_grid_and_is_settled_by_one(client, report):
    issue = report("东门口垃圾堆")
    shown = waiting(client, issue)
    for told in ("长坡东门", "G2网格", "<small>G2</small>", """data-place='{"place": "P2"}'"""):
        assert told in shown
    assert "长坡东门" in client.get(f"/issues/{issue['id']}", headers={"accept": "text/html"}).text
    settled = confirm(client, issue, place="P2")
    assert (settled["grid"]["code"], settled["doubt"], settled["building"]) == ("G2", None, None)
    assert settled["location"]["lon"] == 107.0018
    assert waiting(client, issue) == ""


def test_bare_road_waits_with_its_grids_and_is_settled_by_one(client, report):
    issue = report("河街路面破了，有个大坑")
    assert """data-place='{"grid": "G3"}'""" in waiting(client, issue)
    assert confirm(client, issue, grid="G3")["grid"]["code"] == "G3"


def test_building_that_does_not_exist_is_told_so(client, report):
    issue = report("梨园99栋漏水")
    assert (issue["grid"]["code"], issue["location"]["confidence"]) == ("G1", 0.5)
    assert "那里没有99栋" in client.get(f"/issues/{issue['id']}", headers={"accept": "text/html"}).text
    assert report("长坡99栋漏水")["doubt"] == "ambiguous"


def test_reporters_home_is_what_they_call_so(report):
    reporter = {"name": "某人", "phone": PHONE}
    issue = report("我家楼下堆满了垃圾", reporter=reporter)
    assert (issue["building"]["id"], issue["grid"]["code"]) == ("B4", "G4")
    assert PHONE not in str(issue["receipt"])
    assert report("1栋楼道灯坏了", reporter=reporter)["building"]["name"] == "长坡1栋"
    assert report("我家楼下堆满了垃圾")["grid"] is None


def test_phone_of_several_residents_tells_no_home(report):
    assert report("我家楼下堆满了垃圾", reporter={"phone": SHARED_PHONE})["grid"] is None


def test_candidate_of_another_community_is_tapped_with_its_community(client, report):
    issue = report("我们这里停水了")
    with transaction(client.app.state.engine) as connection:
        add_other_community(connection)
    moved = confirm(client, issue, grid="G1", community="boston")
    assert (moved["grid"]["code"], moved["community"]) == ("G1", "boston")
    assert moved["receipt"]["grid_version"]["community"] == "boston"
    assert confirm(client, issue, grid="G1", community="999119003004")["community"] == "999119003004"


def test_accepted_name_of_a_road_settles_the_next_message_and_those_that_wait(client, report):
    known = {"community": "999119003004"}
    first, waits, other = (report(text, **known) for text in ("河街路面破了", "河街那里停水", "老花园停水"))
    assert [each["doubt"] for each in (first, waits, other)] == ["ambiguous"] * 3
    confirm(client, first, building_id="B5")
    assert accept(client, "河街") == {"decided_again": 1}
    settled = client.get(f"/api/issues/{waits['id']}").json()
    assert (settled["building"]["id"], settled["grid"]["code"], settled["doubt"]) == ("B5", "G3", None)
    event = settled["events"][-1]
    assert event["kind"] == "located"
    assert event["detail"]["why"] == {"alias": "河街", "building": "河街12号"}
    assert event["detail"]["before"]["doubt"] == "ambiguous"
    assert "河街 → 河街12号" in client.get(f"/issues/{waits['id']}", headers={"accept": "text/html"}).text
    assert report("河街路面破了", **known)["building"]["id"] == "B5"
    assert report("河街30号漏水", **known)["building"]["id"] == "B12"


def test_accepted_nickname_of_several_compounds_settles_what_it_means(client, report):
    known = {"community": "999119003004"}
    first, waits = report("老花园门口停水", **known), report("老花园的灯坏了", **known)
    confirm(client, first, building_id="B22")
    again = accept(client, first["receipt"]["read"]["words"])
    assert again["decided_again"] >= 1
    assert client.get(f"/api/issues/{waits['id']}").json()["building"]["id"] == "B22"
    assert report("老花园门口停水", **known)["building"]["id"] == "B22"


def test_rejected_name_decides_nothing_again(client, report):
    first = report("东门口停水", community="999119003004")
    with transaction(client.app.state.engine) as connection:
        from gis.actor import SYSTEM
        from gis.population.aliases import propose_alias

        house = connection.scalar(building.select().with_only_columns(building.c.id).where(building.c.code == "B1"))
        propose_alias(connection, "东门口", house, actor=SYSTEM)
    (proposal,) = [each for each in client.get("/api/aliases").json() if each["words"] == "东门口"]
    assert client.post(f"/api/aliases/{proposal['id']}/reject").json() == {"decided_again": 0}
    assert client.get(f"/api/issues/{first['id']}").json()["doubt"] == "ambiguous"
