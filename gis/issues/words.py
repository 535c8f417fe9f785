"""What a matter's reporter wrote, and who that is: as it was sent, for who has been let see it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from gis.actor import Actor
from gis.security.sealed import ISSUE_ADDRESS, ISSUE_ANSWER, ISSUE_TEXT, REPORTER_NAME, REPORTER_PHONE
from gis.security.unmasking import in_clear
from gis.security.vault import vault_of
from gis.storage.tables import issue


@dataclass(frozen=True, slots=True)
class Words:
    """A matter's words and reporter, in clear, and until when they are so."""

    text: str
    address: str | None
    answer: str | None
    reporter_name: str | None
    reporter_phone: str | None
    until: datetime


def words_in_clear(connection: Connection, issue_id: int, actor: Actor) -> Words | None:
    """The words of a matter as they were sent, for an actor who has been let see them; None: they are masked."""
    until = in_clear(connection, actor)("issue", issue_id)
    if until is None:
        return None
    query = select(
        issue.c.text,
        ISSUE_TEXT.sealed,
        issue.c.address,
        ISSUE_ADDRESS.sealed,
        issue.c.answer,
        ISSUE_ANSWER.sealed,
        issue.c.reporter_name,
        REPORTER_NAME.sealed,
        REPORTER_PHONE.sealed,
    )
    row = connection.execute(query.where(issue.c.id == issue_id)).one_or_none()
    if row is None:
        return None
    vault = vault_of(connection)
    text, text_sealed, address, address_sealed, answer, answer_sealed, name, name_sealed, phone = row
    return Words(
        text=ISSUE_TEXT.opened(vault, text, text_sealed) or "",
        address=ISSUE_ADDRESS.opened(vault, address, address_sealed),
        answer=ISSUE_ANSWER.opened(vault, answer, answer_sealed),
        reporter_name=REPORTER_NAME.opened(vault, name, name_sealed),
        reporter_phone=REPORTER_PHONE.open(vault, phone),
        until=until,
    )
