"""What is kept for how long, and that it goes then."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, Engine, func, select, text, update
from sqlalchemy.exc import ProgrammingError

from gis.actor import SYSTEM
from gis.errors import InvalidInput
from gis.security.audit import AuditFilter, breaks, entries, record
from gis.security.retention import KEPT, keep, purge
from gis.security.sealed import SEALED
from gis.storage.session import OWNER, create_owner_engine, transaction
from gis.storage.tables import (
    account,
    attachment,
    audit_log,
    conversation,
    household,
    issue,
    message,
    move_request,
    notice,
    retention_rule,
    sign_in,
    unmasking,
)
from tests.world import NOON, add, build_world

OLD, NEW = text("now() - interval '2000 days'"), text("now() - interval '10 min'")


@pytest.fixture
def owner(engine: Engine) -> Iterator[Engine]:
    owner = create_owner_engine(engine.url.set(username=OWNER).render_as_string(hide_password=False))
    yield owner
    owner.dispose()


@pytest.fixture
def held(engine: Engine, owner: Engine) -> Engine:
    """Two of everything that is kept, an old one and a new one, and two old matters: open, just withdrawn."""
    with transaction(engine) as connection:
        world = build_world(connection)
        who = add(connection, account, username="w", password_hash="x", role="dispatcher")
        home = connection.scalar(select(household.c.id))
        matter = {"text": "停水", "source": "s", "location_method": "none", "receipt": {}, "reported_at": NOON}
        matter |= {"reporter_name": "周小七", "community_id": world.community_id}
        for at, key in ((OLD, b"a"), (NEW, b"b")):
            closed = add(
                connection, issue, **(matter | {"reported_at": OLD}), status="closed", closed_at=at, answer_sealed=b"x"
            )
            about = {"subject_kind": "household", "subject_id": home, "issue_id": closed, "purpose": "漏水"}
            add(connection, unmasking, account_id=who, expires_at=at, **about)
            add(connection, message, issue_id=closed, source="wechat", kind="text", sender_digest=key, at=at)
            told = {"event": "move_request", "household_id": home, "subject": "s", "body": "b"}
            sent = add(connection, notice, **told, state="sent", sent_at=at, created_at=at)
            asked = {"issue_id": closed, "plate_masked": "渝A***45", "message": "m", "notice_id": sent}
            add(connection, move_request, **asked, created_at=at)
            pasted = {"account_id": who, "group_id": world.groups["QA"], "text_sealed": b"x", "expires_at": at}
            add(connection, conversation, **pasted, created_at=at)
            connection.execute(sign_in.insert().values(token_hash=key, account_id=who, expires_at=at))
            shown = {"media_type": "image/jpeg", "width_px": 1, "height_px": 1, "bytes": 1, "digest": key}
            names = {"picture": f"p{closed}", "thumbnail": f"t{closed}"}
            add(connection, attachment, issue_id=closed, **shown, **names)
            record(connection, SYSTEM, "unmask")
        waiting = add(connection, issue, **(matter | {"reported_at": OLD}), recorded_at=OLD)
        add(connection, attachment, issue_id=waiting, **shown, picture="p", thumbnail="t", created_at=OLD)
        add(connection, issue, **matter, recorded_at=OLD, stage_since=NEW, status="withdrawn")
    with owner.begin() as connection:
        connection.execute(text("ALTER TABLE audit_log NO FORCE ROW LEVEL SECURITY"))
        connection.execute(text("UPDATE audit_log SET at = now() - interval '2000 days' WHERE id = 1"))
        connection.execute(text("ALTER TABLE audit_log FORCE ROW LEVEL SECURITY"))
    return owner


def rows(connection: Connection) -> dict[str, int]:
    counts = {what: connection.scalar(select(func.count()).select_from(kept.table)) or 0 for what, kept in KEPT.items()}
    counts["message"] = connection.scalar(select(func.count(message.c.sender_digest))) or 0
    counts["reporter"] = connection.scalar(select(func.count(issue.c.reporter_name))) or 0
    return counts


def test_purge_counts_first_and_changes_nothing(held):
    with transaction(held) as connection:
        before = rows(connection)
        done = purge(connection, actor=SYSTEM, apply=False)
        assert {each.what: each.rows for each in done} == dict.fromkeys(KEPT, 1)
        assert rows(connection) == before


def test_purge_lets_go_of_the_old_and_keeps_the_new(held):
    with transaction(held) as connection:
        before = rows(connection)
        done = purge(connection, actor=SYSTEM, apply=True)
        after = rows(connection)
    assert {each.what: each.rows for each in done} == dict.fromkeys(KEPT, 1)
    # The log has lost an entry and gained that of the purge itself.
    assert {what: before[what] - after[what] for what in KEPT} == dict.fromkeys(KEPT, 1) | {"audit_log": 0}


def test_matter_stays_when_its_reporter_is_forgotten_and_open_ones_keep_theirs(held):
    with transaction(held) as connection:
        purge(connection, actor=SYSTEM, apply=True)
        query = select(issue.c.text, issue.c.status, issue.c.reporter_name, issue.c.answer_sealed)
        assert connection.execute(query.order_by(issue.c.id)).all() == [
            ("停水", "closed", None, None),
            ("停水", "closed", "周小七", b"x"),
            ("停水", "reported", "周小七", None),
            ("停水", "withdrawn", "周小七", None),
        ]


def test_clear_words_of_a_matter_go_with_its_reporter(held):
    sealed = [each.sealed for each in SEALED if each.sealed.table is issue]
    with transaction(held) as connection:
        connection.execute(update(issue).values({column.name: b"sealed" for column in sealed}))
        purge(connection, actor=SYSTEM, apply=True)
        assert set(connection.execute(select(*sealed).order_by(issue.c.id)).first()) == {None}


def test_purge_is_on_record_and_the_log_is_still_whole(held):
    with transaction(held) as connection:
        purge(connection, actor=SYSTEM, apply=True)
        latest = entries(connection, AuditFilter(), limit=1)[0]
        assert (latest.action, latest.detail["rows"]["reporter"]) == ("purge", 1)
        assert breaks(connection) == []


def test_application_cannot_shorten_the_log_even_by_purging(held, engine):
    with pytest.raises(ProgrammingError, match="permission denied"), transaction(engine) as connection:
        purge(connection, actor=SYSTEM, apply=True)


def test_rules_can_be_changed_within_limits(connection):
    keep(connection, "notice", 7, actor=SYSTEM)
    assert connection.scalar(select(retention_rule.c.days).where(retention_rule.c.what == "notice")) == 7
    for what, days in (("audit_log", 30), ("notice", -1), ("diary", 5), ("notice", 10**9)):
        with pytest.raises(InvalidInput):
            keep(connection, what, days, actor=SYSTEM)


def test_every_rule_is_carried_out(connection):
    assert set(connection.scalars(select(retention_rule.c.what))) == set(KEPT)
    assert audit_log.c.at is KEPT["audit_log"].since
