"""The blocked car: asked to be moved, answered, and nobody's number told."""

from __future__ import annotations

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, HTTPServer
from types import SimpleNamespace

import pytest
from pydantic import SecretStr
from sqlalchemy import select, text, update

from gis.notify.sender import Sender, send_due
from gis.notify.sending import MOST_TRIES
from gis.population.move_requests import MOST_AN_HOUR, ask_to_move
from gis.population.residents import numbers_of
from gis.storage.session import transaction
from gis.storage.tables import move_request, notice

PATH = "/api/vehicles/move-requests"
OWNERS = ("王五", "14200000003", "王*", "142****0003")


@pytest.fixture(autouse=True)
def afresh(lived_engine):
    yield
    with transaction(lived_engine) as connection:
        connection.execute(move_request.delete())
        connection.execute(notice.delete())


def ask(client, issue_id, plate="渝B67890", message="您的车堵住了消防通道"):
    return client.post(PATH, json={"plate": plate, "issue_id": issue_id, "message": message})


def test_one_who_asks_sees_what_was_answered_and_never_whose_car_it_is(sign_in, matter):
    asker, owner_s_worker = sign_in("赵一"), sign_in("孙三")
    asked = ask(asker, matter("B1"))
    assert asked.status_code == 201
    path = asked.headers["location"]
    assert asker.get(path).json()["state"] == asked.json()["state"] == "sent"
    seen = owner_s_worker.get(path).json()["owner"]
    assert [(each["name"], each["phone"]) for each in seen["residents"]] == [("王*", "142****0003")]
    assert (seen["building"]["name"], seen["door"]) == ("长坡1栋", "*")
    answered = owner_s_worker.post(f"{path}/answer", json={"answer": "五分钟后下楼"})
    assert answered.status_code == 200
    told = asker.get(path)
    assert (told.json()["state"], told.json()["answer"]) == ("answered", "五分钟后下楼")
    assert told.json()["owner"] is None
    assert not [each for each in OWNERS if each in told.text + asked.text]


def test_numbers_in_what_is_asked_and_answered_are_told_and_kept_masked(sign_in, matter, lived_engine):
    words = "回电14200000003，我的车是渝B67890"
    path = ask(sign_in("赵一"), matter("B1"), message=words).headers["location"]
    assert sign_in("孙三").post(f"{path}/answer", json={"answer": words}).status_code == 200
    told = sign_in("赵一").get(path).json()
    assert told["message"] == told["answer"] == "回电142****0003，我的车是渝B***90"
    with transaction(lived_engine) as connection:
        assert connection.scalar(select(notice.c.body)) == told["message"]


@pytest.mark.parametrize("plate", ["渝b67890", "渝B·67890", "渝B 678 90", "渝Ｂ６７８９０"])
def test_plate_is_found_however_it_is_written(sign_in, matter, plate):
    assert ask(sign_in("赵一"), matter("B1"), plate).json()["state"] == "sent"


def test_plate_is_taken_from_the_matter_s_own_words(sign_in, matter):
    issue = matter("B1", text="渝B67890挡住了我的车，麻烦挪一下")
    assert ask(sign_in("赵一"), issue, None).json()["state"] == "sent"
    assert ask(sign_in("赵一"), matter("B1"), None).status_code == 422


def test_two_who_ask_for_the_same_car_at_once_have_asked_once(sign_in, matter, lived_engine):
    client, issue = sign_in("赵一"), matter("B1")
    with ThreadPoolExecutor(4) as pool:
        asked = {answer.json()["id"] for answer in pool.map(lambda _: ask(client, issue), range(4))}
    assert len(asked) == 1
    with transaction(lived_engine) as connection:
        assert len(connection.execute(select(notice)).all()) == 1


def test_unknown_car_is_told_as_such_and_tells_nothing_else(sign_in, matter):
    asked = ask(sign_in("赵一"), matter("B1"), "渝C00000").json()
    assert (asked["state"], asked["sent_at"], asked["owner"]) == ("unknown_vehicle", None, None)


def test_nobody_finds_out_who_has_cars_by_asking_on_and_on(sign_in, matter, lived, lived_engine):
    client, issue = sign_in("赵一"), matter("B1")
    for number in range(MOST_AN_HOUR):
        assert ask(client, issue, f"渝C{number:05}").status_code == 201
    held = ask(client, issue)
    assert held.status_code == 429
    assert 0 < int(held.headers["retry-after"]) <= 3600
    with transaction(lived_engine) as connection:
        connection.execute(update(move_request).values(created_at=text("now() - interval '61 min'")))
    assert ask(client, issue).status_code == 201


def test_owner_is_not_asked_twice_for_the_same_matter(sign_in, matter):
    issue = matter("B1")
    first, second = (ask(sign_in(who), issue).json() for who in ("赵一", "dispatcher"))
    assert first["id"] == second["id"]


def test_matter_has_to_be_in_sight_and_open(sign_in, matter):
    assert ask(sign_in("赵一"), matter("B3")).status_code == 404
    assert ask(sign_in("赵一"), matter("B1", status="closed")).status_code == 403


@pytest.mark.parametrize("who", ["official", "planner", "intake"])
def test_roles_that_may_not_ask_are_refused(sign_in, matter, who):
    assert ask(sign_in(who), matter("B1")).status_code == 403


def test_request_is_seen_with_its_matter_and_by_who_answers_for_the_owner(sign_in, matter):
    path = ask(sign_in("dispatcher"), matter("B1")).headers["location"]
    assert sign_in("赵一").get(path).json()["owner"] is None
    assert sign_in("孙三").get(path).json()["owner"] is not None
    assert [each["state"] for each in sign_in("孙三").get(PATH).json()] == ["sent"]


def test_others_requests_are_out_of_sight(sign_in, matter):
    path = ask(sign_in("dispatcher"), matter("B3")).headers["location"]
    assert sign_in("赵一").get(path).status_code == 404
    assert sign_in("赵一").get(PATH).json() == []


def test_one_who_asked_does_not_answer_for_the_owner(sign_in, matter):
    path = ask(sign_in("赵一"), matter("B1")).headers["location"]
    assert sign_in("赵一").post(f"{path}/answer", json={"answer": "好"}).status_code == 403
    assert sign_in("孙三").post(f"{path}/answer", json={"answer": "好"}).status_code == 200
    assert sign_in("孙三").post(f"{path}/answer", json={"answer": "不好"}).status_code == 409


@pytest.mark.filterwarnings("ignore:'imghdr' is deprecated")  # Apprise looks for it as it loads its plugins
class TestChannel:
    """Where the operator has set one."""

    @pytest.fixture
    def server(self):
        """Takes what a channel sends; `refuses` makes it answer 500."""
        state = SimpleNamespace(taken=[], refuses=False, arrived=threading.Event())

        class Taker(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["content-length"]))
                state.taken.append((self.path, json.loads(body)))
                self.send_response(500 if state.refuses else 200)
                self.end_headers()
                state.arrived.set()

            def log_message(self, *_):
                pass

        server = HTTPServer(("127.0.0.1", 0), Taker)
        state.url = f"json://127.0.0.1:{server.server_port}/sms/{{phone}}"
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield state
        server.shutdown()
        thread.join()
        server.server_close()

    @pytest.fixture
    def waiting(self, lived, lived_engine, settings, server, matter):
        """A request whose notice waits for the channel; gives the settings with it."""
        chosen = settings.model_copy(update={"notice_url": SecretStr(server.url)})
        with transaction(lived_engine, lived.actors["赵一"]) as connection:
            asked = ask_to_move(
                connection,
                lived.actors["赵一"],
                plate="渝B67890",
                issue_id=int(matter("B1")),
                message="请挪车",
                settings=chosen,
            )
        assert asked.state == "waiting"
        return chosen

    def states(self, engine):
        with transaction(engine) as connection:
            return connection.execute(select(notice.c.state, notice.c.tries)).all()

    def test_owner_gets_the_message_and_the_number_stays_out_of_the_database(self, waiting, lived_engine, server):
        done = send_due(lived_engine, waiting, numbers_of)
        assert (done.sent, done.failed) == (1, 0)
        ((path, body),) = server.taken
        assert path == "/sms/14200000003"
        assert (body["title"], body["message"]) == ("请协助挪车 渝B***90", "请挪车")
        assert self.states(lived_engine) == [("sent", 1)]
        assert send_due(lived_engine, waiting, numbers_of).sent == 0

    def test_failure_is_tried_again_later_and_told_in_the_end(self, waiting, lived_engine, server, sign_in):
        server.refuses = True
        for tries in range(1, MOST_TRIES + 1):
            assert send_due(lived_engine, waiting, numbers_of).failed == 1
            assert send_due(lived_engine, waiting, numbers_of).failed == 0
            assert self.states(lived_engine)[0].tries == tries
            with transaction(lived_engine) as connection:
                connection.execute(text("UPDATE procrastinate_jobs SET scheduled_at = now() WHERE status = 'todo'"))
        assert self.states(lived_engine) == [("failed", MOST_TRIES)]
        assert sign_in("赵一").get(PATH).json()[0]["state"] == "failed"

    def test_service_sends_by_itself(self, waiting, lived_engine, server):
        sender = Sender(lived_engine, waiting, numbers_of)
        sender.start()
        try:
            assert server.arrived.wait(15)
        finally:
            sender.stop()
        assert self.states(lived_engine) == [("sent", 1)]
