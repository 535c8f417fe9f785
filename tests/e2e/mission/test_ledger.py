"""The third case: since April 2023, 103 disputes settled and 47 service requests handled.

Most of it is brought in from the community's own file. What was still to do is carried to its end over HTTP. Then the
ledger says these numbers, each beside what it is of: what is still open, and late, is not left out.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from api.app import create_app
from api.cli import main
from gis.boundaries.ground import DEMONSTRATION
from gis.importers.demonstration import COMMUNITY
from gis.security.accounts import create_account
from gis.security.vault import Vault
from gis.settings import Settings
from gis.storage.session import create_engine, transaction
from tests.e2e.conftest import PASSWORD, serving
from tests.e2e.mission.ledger import Ledger
from tests.e2e.mission.people import People, Person

SINCE = "2023-04-01"
DISPUTES, SERVICES = "矛盾纠纷", "便民服务"
GROUP = "QG07"
"""Of 金佛尚城, whose grid is that of W008."""
QUARREL, ERRAND = "楼上天天半夜跳绳，说了也不听，两家吵起来了", "老人不会用手机交医保，能不能上门帮一下"
COMMUNITY_FILES = {
    "boundaries": "grids.geojson",
    "compounds": "compounds.csv",
    "buildings": "buildings.geojson",
    "groups": "groups.csv",
    "workers": "workers.csv",
}


@pytest.fixture(scope="module")
def rows() -> dict[str, list[dict[str, str]]]:
    """What the community's own ledger holds of the two topics, by topic; all of it settled."""
    with (DEMONSTRATION / "issues.csv").open(encoding="utf-8") as file:
        held = list(csv.DictReader(file))
    return {topic: [row for row in held if row["topic"] == topic] for topic in (DISPUTES, SERVICES)}


@pytest.fixture(scope="module")
def people(
    new_database: Callable[..., str],
    template: str,
    vault: Vault,
    settings: Settings,
    tmp_path_factory: pytest.TempPathFactory,
    rows: dict[str, list[dict[str, str]]],
) -> Iterator[People]:
    """The service of a community that has brought in its ledger, with some of it still to do.

    Of the disputes 100 are settled and four are open, long after their time; of the service requests 45 and one.
    """
    database, folder = new_database(template), tmp_path_factory.mktemp("ledger")
    still_open = {"status": "accepted", "closed_at": "", "settled_level": "", "settled_way": ""}
    ledger = [*rows[DISPUTES][:100], *rows[SERVICES][:45]]
    ledger += [row | still_open | {"external_id": f"open-{n}"} for n, row in enumerate(rows[DISPUTES][-4:])]
    ledger += [row | still_open | {"external_id": "open-service"} for row in rows[SERVICES][-1:]]
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("DUALGRID_HOME", str(settings.home))
        patched.setenv("DUALGRID_DATABASE_URL", database)
        patched.setattr("signal.signal", lambda *_: None)
        for kind, name in COMMUNITY_FILES.items():
            assert main(["import", kind, str(DEMONSTRATION / name), "--community", COMMUNITY]) == 0
        assert main(["import", "issues", str(written(folder / "ledger.csv", ledger)), "--community", COMMUNITY]) == 0
    engine = create_engine(database, vault=vault)
    with transaction(engine) as connection:
        create_account(connection, username="admin", password=PASSWORD, role="admin")
    with serving(create_app(Settings(), engine)) as url, closing(People(url)) as people:
        yield people
    engine.dispose()


def written(path: Path, rows: list[dict[str, str]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    return path


@pytest.fixture(scope="module")
def dispatcher(people: People) -> Person:
    """Who checks what others have settled; once the rest of the ledger is done."""
    dispatcher = people.given_account("dispatcher", role="dispatcher")
    worker = people.given_account("liang", role="worker", worker="W008")

    def called(text: str, topic: str, number: int) -> str:
        told = {"text": f"{text}（第{number}次）", "source": "wechat_group", "group": GROUP, "category": topic}
        return str(worker.post("/api/issues", **told)["id"])

    def settled(issue_id: str, level: str, way: str) -> None:
        worker.take(issue_id, "accepted")
        worker.take(issue_id, "resolved", answer="双方已谈妥，握手言和", settled_at=level, settled_way=way)
        assert worker.tries(issue_id, "closed", seen="*", confirmation="check").status_code == 403
        dispatcher.take(issue_id, "closed", confirmation="check")

    for number, (level, way) in enumerate([("户", "上门"), ("格", "邻里"), ("网", "群内")], start=1):
        settled(called(QUARREL, DISPUTES, number), level, way)
    for number, (level, way) in enumerate([("格", "上门"), ("网", "线上")], start=1):
        settled(called(ERRAND, SERVICES, number), level, way)
    # What is told twice is settled once, and what was no matter after all is none.
    first, again = called(QUARREL, DISPUTES, 4), called(QUARREL, DISPUTES, 5)
    worker.take(again, "merged", into=first)
    dispatcher.take(first, "withdrawn", note="双方撤回")
    return dispatcher


def counted(reader: Person, **asked: str) -> int:
    """How many matters the list over HTTP has under a filter, page by page."""
    asked = {"from": SINCE, "limit": "40"} | asked
    page = reader.get("/api/issues", **asked)
    found: set[str] = set()
    while True:
        found |= {each["id"] for each in page["features"]}
        following = [link["href"] for link in page["links"] if link["rel"] == "next"]
        if not following:
            return len(found)
        page = reader.get(following[0])


def ledger(reader: Person, **asked: str) -> Ledger:
    return Ledger(reader.sees("/issues", **{"from": SINCE}, **asked))


def test_ledger_has_103_disputes_settled_beside_all_that_were_received(dispatcher: Person) -> None:
    page = ledger(dispatcher, topic=DISPUTES, status="settled")
    assert page.total == 103
    # Four are open, one was merged with another, one was taken back: received, and not settled.
    assert (page.figures["受理"], page.figures["已解决"]) == ("109", "103 94%")
    assert page.figures["已超时限"] == "4"
    assert page.on_time == "96% 107 件中 103 件 · 4 件未按时"
    levels = [int(page.tallies[level].split()[0]) for level in ("户内", "格内", "网内", "街道", "部门")]
    assert levels == [13, 52, 14, 9, 2]


def test_ledger_has_47_service_requests_handled_beside_the_one_that_waits(dispatcher: Person) -> None:
    page = ledger(dispatcher, topic=SERVICES, status="settled")
    assert page.total == 47
    assert (page.figures["受理"], page.figures["已解决"], page.figures["已超时限"]) == ("48", "47 98%", "1")
    assert page.on_time == "98% 48 件中 47 件 · 1 件未按时"


def test_happiness_bill_tells_both_numbers_on_one_page(dispatcher: Person) -> None:
    page = ledger(dispatcher, status="settled")
    assert (page.tallies[DISPUTES], page.tallies[SERVICES]) == ("103", "47")
    assert (page.total, page.figures["受理"]) == (150, "157")


@pytest.mark.parametrize(
    ("topic", "settled", "open_", "received"),
    [(DISPUTES, 103, 4, 109), (SERVICES, 47, 1, 48)],
    ids=["disputes", "services"],
)
def test_figures_are_the_matters_that_open_behind_them(
    dispatcher: Person, topic: str, settled: int, open_: int, received: int
) -> None:
    assert counted(dispatcher, topic=topic) == received
    assert counted(dispatcher, topic=topic, status="settled") == settled
    assert counted(dispatcher, topic=topic, status="open") == open_
    assert counted(dispatcher, topic=topic, due="kept") == settled
    assert counted(dispatcher, topic=topic, due="missed") == open_
    answer = dispatcher.client.get(f"/api/issues/export?topic={topic}&status=settled&from={SINCE}&format=csv")
    assert len(list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))) == settled


def test_what_was_settled_here_was_checked_by_another_person_and_answered(dispatcher: Person) -> None:
    page = dispatcher.get("/api/issues", **{"from": SINCE}, status="closed", group=GROUP, worker="W008", limit="1000")
    here = [each["id"] for each in page["features"] if each["properties"]["external_id"] is None]
    assert len(here) == 5
    for issue_id in here:
        events = dispatcher.get(f"/api/issues/{issue_id}/timeline")["events"]
        steps = {each["step"]: each for each in events if each["step"]}
        assert (steps["resolve"]["actor"], steps["close"]["actor"]) == ("liang", "dispatcher")
        assert (steps["close"]["confirmation"], bool(steps["resolve"]["answer"])) == ("check", True)
