"""`/sign-in`: the one page that needs no account."""

from __future__ import annotations

from dataclasses import dataclass

from maps.page import Shell, render


@dataclass(frozen=True, slots=True)
class SignInView:
    """`next` is the own path to go to afterwards; `failed` after a wrong name or password."""

    next: str = "/"
    username: str = ""
    failed: bool = False


def sign_in_page(view: SignInView, *, shell: Shell) -> str:
    """A form that posts `username`, `password` and `next` to `/sign-in`."""
    return render("sign_in.html", shell=shell, view=view)
