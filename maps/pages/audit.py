"""`/admin/audit`: who looked at whom; what a resident gets who asks who saw their data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import urlencode

from maps.page import Shell, render


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One entry; `subject` is an id of its `kind`, "" where it has none."""

    id: str
    at: datetime
    actor: str
    action: str
    kind: str = ""
    subject: str = ""
    issue: str = ""
    purpose: str = ""
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class AuditView:
    """One page of the log. `person` (a resident's id) or `phone` narrow it to one person's data.

    `breaks` are entries that do not follow from those before them: somebody changed the log. `chain` is the hash
    of the latest entry that is shown. `older` is the entry behind which the next page begins.
    """

    entries: tuple[AuditEntry, ...]
    at: datetime
    person: str = ""
    phone: str = ""
    actor: str = ""
    since: date | None = None
    until: date | None = None
    older: int | None = None
    breaks: tuple[int, ...] = ()
    chain: str = ""

    @property
    def onward(self) -> str:
        """The address of the next page."""
        asked = {
            "resident_id": self.person,
            "phone": self.phone,
            "actor": self.actor,
            "from": self.since or "",
            "to": self.until or "",
            "before": self.older or "",
        }
        return f"/admin/audit?{urlencode({name: value for name, value in asked.items() if value})}"


def audit_page(view: AuditView, *, shell: Shell) -> str:
    """The log with its filters; printed, it is the answer to a resident's request."""
    return render("audit.html", shell=shell, view=view)
