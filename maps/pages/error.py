"""What a person sees when a page cannot be shown, and what to do then."""

from __future__ import annotations

from dataclasses import dataclass

from maps.language import N_
from maps.page import Shell, render

ADVICE = {
    403: (N_("Not yours to see"), N_("Your account has no right to this page. Ask an administrator if you need it.")),
    404: (N_("Nothing here"), N_("There is no such page or matter, or none that you may see. Check the address.")),
    422: (
        N_("The address does not fit"),
        N_("Something in the address cannot be read. What is wrong is listed below."),
    ),
    429: (N_("Too many tries"), N_("Wait as long as is said below, then try again. An administrator can help sooner.")),
    503: (N_("Not ready"), N_("The service is starting or its database is not reachable. Try again in a moment.")),
}
OTHERWISE = (
    N_("Something went wrong"),
    N_("It is not your fault. Try again; if it stays, tell the administrator the number below."),
)


@dataclass(frozen=True, slots=True)
class ErrorView:
    """A failed request. `details` are safe sentences; `reference` finds the failure in the log.

    `plain` is the page's address without the terms that cannot be read, where that helps.
    """

    status: int
    details: tuple[str, ...] = ()
    reference: str = ""
    plain: str = ""


def error_page(view: ErrorView, *, shell: Shell) -> str:
    """The failure in words, with a way on."""
    title, advice = ADVICE.get(view.status, OTHERWISE)
    return render("error.html", shell=shell, view=view, title=title, advice=advice)
