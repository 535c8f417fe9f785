"""`/sign-in`: the one page that needs no account."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from maps.page import Shell, render

SignInProblem = Literal["mismatch", "provider_failed", "not_known"]


@dataclass(frozen=True, slots=True)
class SignInView:
    """`next` is the own path to go to afterwards; `problem` is why the last try did not succeed.

    `provider` is the name of an identity provider where one may sign in too; "" if there is none.
    """

    next: str = "/"
    username: str = ""
    problem: SignInProblem | None = None
    provider: str = ""


def sign_in_page(view: SignInView, *, shell: Shell) -> str:
    """A form that posts `username`, `password` and `next` to `/sign-in`."""
    return render("sign_in.html", shell=shell, view=view)
