"""`/api/households` and `/api/residents`: what each role sees of who lives where."""

from __future__ import annotations

import pytest

CLEAR = ("张三丰", "李小四", "王五", "14200000001", "14200000003", "渝A·12345", "渝A12345", "渝B67890")


def ids(answer, name="households"):
    assert answer.status_code == 200, answer.text
    return [each["id"] for each in answer.json()[name]]


def test_household_comes_with_its_people_and_cars_masked(sign_in, lived):
    home = sign_in("赵一").get(f"/api/households/{lived.homes['张家']}").json()
    assert (home["building"]["name"], home["unit"], home["floor"], home["grid"]) == ("梨园1栋", "1", 5, "G1")
    assert home["door"] == "*"
    assert [each["plate"] for each in home["vehicles"]] == ["渝A·***45"]
    assert [(each["name"], each["phone"]) for each in home["residents"]] == [("张**", "142****0001"), ("李**", None)]
    assert home["unmasked_until"] is None


@pytest.mark.parametrize("who", ["admin", "dispatcher", "official", "planner", "赵一", "周九"])
@pytest.mark.parametrize("path", ["/api/households", "/api/residents"])
def test_no_list_shows_anybody_in_clear(sign_in, who, path):
    answer = sign_in(who).get(path)
    assert answer.status_code == 200
    assert not [each for each in CLEAR if each in answer.text]


@pytest.mark.parametrize(
    ("who", "homes", "people"),
    [
        ("admin", 10, 4),
        ("dispatcher", 10, 4),
        ("赵一", 9, 3),
        ("周九", 9, 3),
        ("孙三", 1, 1),
        ("钱二", 0, 0),
        ("官", 0, 0),
    ],
)
def test_each_sees_the_own_part_of_the_town(sign_in, who, homes, people):
    client = sign_in(who)
    assert len(ids(client.get("/api/households"))) == homes
    assert len(ids(client.get("/api/residents"), "residents")) == people


@pytest.mark.parametrize("path", ["/api/households", "/api/residents", "/api/households/1"])
def test_intake_clients_see_nobody(sign_in, path):
    assert sign_in("intake").get(path).status_code == 403


def test_foreign_household_answers_as_one_that_does_not_exist(sign_in, lived):
    client = sign_in("赵一")
    foreign = client.get(f"/api/households/{lived.homes['B3 1']}")
    missing = client.get("/api/households/999999")
    assert foreign.status_code == missing.status_code == 404
    assert foreign.json()["detail"].replace(str(lived.homes["B3 1"]), "") == missing.json()["detail"].replace(
        "999999", ""
    )


def test_pages_follow_one_another_without_gap_or_repeat(sign_in):
    client = sign_in("dispatcher")
    whole = ids(client.get("/api/households"))
    found, path = [], "/api/households?limit=3"
    while path:
        page = client.get(path).json()
        found += [each["id"] for each in page["households"]]
        path = page["next"]
    assert found == whole
    first = client.get("/api/residents?limit=2").json()
    second = client.get(first["next"]).json()
    assert len({each["id"] for page in (first, second) for each in page["residents"]}) == 4


def test_next_page_gives_no_door_away(sign_in):
    assert sign_in("赵一").get("/api/households?limit=1").json()["next"].rpartition("=")[2].isdigit()


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"building": "B1"}, 6),
        ({"grid": "G1"}, 9),
        ({"grid": "G2"}, 1),
        ({"q": "1栋1单元5楼"}, 1),
        ({"q": "梨园1栋"}, 6),
        ({"q": "梨园"}, 9),
        ({"q": "老梨园二栋"}, 3),
        ({"q": "一栋一单元"}, 7),
        ({"q": "梨园1栋1单元502"}, 1),
        ({"q": "梨园1栋502"}, 1),
        ({"q": "2单元"}, 0),
        ({"q": "B1"}, 6),
        ({"q": "142 0000 0001"}, 1),
        ({"q": "+86 142-0000-0001"}, 1),
        ({"q": "14200000001"}, 1),
        ({"q": "1420000000"}, 0),
        ({"q": "渝a12345"}, 1),
        ({"q": "渝A·12345"}, 1),
        ({"q": "渝A1234"}, 0),
        ({"grid": "G2", "q": "14200000001"}, 0),
    ],
)
def test_households_are_found_by_place_address_number_and_plate(sign_in, asked, expected):
    answer = sign_in("dispatcher").get("/api/households", params=asked)
    assert len(ids(answer)) == answer.json()["counts"]["households"] == expected


def test_residents_are_found_by_their_household(sign_in, lived):
    client = sign_in("赵一")
    found = client.get("/api/residents", params={"household": lived.homes["张家"]})
    assert set(ids(found, "residents")) == {str(lived.people["张三丰"]), str(lived.people["李小四"])}
    found = client.get("/api/residents", params={"q": "142-0000-0001"})
    assert ids(found, "residents") == [str(lived.people["张三丰"])]
    assert ids(client.get("/api/residents", params={"household": lived.homes["B3 1"]}), "residents") == []


@pytest.mark.parametrize("asked", [{"grid": "G9"}, {"building": "B9"}, {"community": "x"}, {"after": "x"}, {"w": 1}])
def test_what_does_not_exist_is_told(sign_in, asked):
    assert sign_in("admin").get("/api/households", params=asked).status_code == 422


@pytest.mark.parametrize("q", ["14200000001", "渝A12345"])
def test_who_may_not_unmask_does_not_find_people_by_number_or_plate(sign_in, q):
    assert sign_in("周九").get("/api/households", params={"q": q}).status_code == 403


def test_search_for_a_number_is_on_record(sign_in):
    sign_in("赵一").get("/api/households", params={"q": "14200000001"})
    latest = sign_in("admin").get("/api/audit", params={"actor": "赵一"}).json()["entries"][0]
    assert (latest["action"], latest["detail"]["by"]) == ("search", "phone")
    assert "14200000001" not in str(latest)


class TestOfficials:
    """Who may know numbers but no persons."""

    @pytest.mark.parametrize("who", ["official", "planner"])
    def test_see_of_a_household_only_that_there_is_one(self, sign_in, lived, who):
        client = sign_in(who)
        home = client.get(f"/api/households/{lived.homes['张家']}").json()
        assert (home["resident_count"], home["vehicles"], home["residents"], home["door"]) == (None, None, None, "*")
        assert {each["resident_count"] for each in client.get("/api/households").json()["households"]} == {None}

    def test_see_residents_by_house_where_enough_others_live(self, sign_in):
        found = sign_in("official").get("/api/residents").json()["residents"]
        assert {each["building"]["id"] for each in found} == {"B1"}
        told = {(each["name"], each["phone"], each["household_id"], each["floor"]) for each in found}
        assert told == {("*", None, None, None)}

    def test_do_not_find_a_household_by_its_number_where_few_others_live(self, sign_in, lived):
        hidden, missing = lived.homes["B2 1"], 99_999_999
        for path in ("/api/households", "/households"):
            answers = [sign_in("official").get(f"{path}/{id}") for id in (hidden, missing)]
            assert [each.status_code for each in answers] == [404, 404]
            assert sign_in("dispatcher").get(f"{path}/{hidden}").status_code == 200

    @pytest.mark.parametrize(
        "asked", [{"q": "1单元"}, {"q": "5楼"}, {"q": "502"}, {"q": "14200000001"}, {"q": "渝A12345"}]
    )
    def test_do_not_look_behind_doors(self, sign_in, asked):
        for path in ("/api/households", "/api/residents"):
            assert sign_in("official").get(path, params=asked).status_code == 403

    def test_do_not_ask_for_one_household_s_residents(self, sign_in, lived):
        asked = {"household": lived.homes["张家"]}
        assert sign_in("official").get("/api/residents", params=asked).status_code == 403

    @pytest.mark.parametrize(
        ("asked", "homes", "people"),
        [
            ({"building": "B1"}, 5, 10),
            ({"building": "B2"}, 0, 0),
            ({"grid": "G1"}, 5, 10),
            ({"grid": "G2"}, 0, 0),
            ({}, 5, 10),
        ],
    )
    def test_count_people_by_houses_of_five_and_in_fives(self, sign_in, asked, homes, people):
        counts = sign_in("official").get("/api/households", params=asked).json()["counts"]
        assert (counts["households"], counts["residents"], counts["vehicles"]) == (homes, people, 0)
        assert counts["least"] == 5


@pytest.mark.parametrize(("who", "households"), [("admin", 9), ("official", 5), ("赵一", 5), ("孙三", 5)])
def test_grid_tells_its_households_in_fives(sign_in, who, households):
    counts = sign_in(who).get("/api/grids/G1").json()["counts"]
    assert (counts["buildings"], counts["households"]) == (2, households)
