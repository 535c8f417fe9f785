"""The cookies of signing in: out of reach of scripts and of other sites' changes.

Over TLS they are Secure and carry the prefix `__Host-`, with which a browser takes a cookie from this very host
only; another name there would be one that somebody else may have set. `Lax` rather than `Strict`: a link in a
message must find its reader signed in, and changes need more than a cookie (`api/csrf.py`).
"""

from __future__ import annotations

from fastapi import Request, Response

SESSION = "dualgrid_session"
DOOR = "dualgrid_door"
"""Before there is a session: what the sign-in form is bound to."""
AWAY = "dualgrid_away"
"""While the reader is at the identity provider: what the way back is checked against."""


def cookie_name(request: Request, name: str) -> str:
    """What a cookie is called on this connection."""
    return f"__Host-{name}" if _is_secure(request) else name


def cookie(request: Request, name: str) -> str | None:
    """A cookie's value."""
    return request.cookies.get(cookie_name(request, name))


def set_cookie(request: Request, answer: Response, name: str, value: str, *, max_age_s: int) -> None:
    """Give the browser a cookie."""
    answer.set_cookie(
        cookie_name(request, name),
        value,
        max_age=max_age_s,
        httponly=True,
        samesite="lax",
        secure=_is_secure(request),
    )


def drop_cookie(request: Request, answer: Response, name: str) -> None:
    """Take a cookie back."""
    answer.delete_cookie(cookie_name(request, name), httponly=True, samesite="lax", secure=_is_secure(request))


def _is_secure(request: Request) -> bool:
    return bool(request.scope["scheme"] == "https")
