"""`/health`, the bearer token, and the API's own description."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse
from pydantic import BaseModel
from sqlalchemy import text

from api.deps import SettingsNow, problems, requires
from api.reader import page, shell_of
from api.signing import sign_in
from gis.actor import SYSTEM
from gis.errors import NotSignedIn, said
from gis.storage.session import transaction
from maps.pages.docs import docs_page

router = APIRouter(tags=["service"])


class Health(BaseModel):
    status: str


class Token(BaseModel):
    access_token: str
    token_type: Literal["bearer"] = "bearer"  # noqa: S105
    expires_in: int


@router.get("/health", response_model=Health, responses=problems(503))
def health(request: Request) -> Health:
    """Whether the service can serve: it has just asked its database."""
    with transaction(request.app.state.engine, SYSTEM) as connection:
        connection.execute(text("SELECT 1"))
    return Health(status="ok")


@router.post("/api/token", response_model=Token, responses=problems(401, 422, 429, 503))
def issue_token(
    request: Request,
    settings: SettingsNow,
    username: Annotated[str, Form()],
    password: Annotated[str, Form()],
    grant_type: Annotated[Literal["password"], Form()] = "password",  # noqa: ARG001
) -> Token:
    """A bearer token for a name and a password (the OAuth2 password form)."""
    token = sign_in(request, username, password)
    if token is None:
        raise NotSignedIn(said("Name and password do not match."))
    return Token(access_token=token, expires_in=int(settings.sign_in_hours * 3600))


@router.get("/docs", include_in_schema=False, dependencies=[requires("read")])
def docs(request: Request) -> HTMLResponse:
    """The API described for people."""
    return page(request, docs_page(openapi_path="/openapi.json", shell=shell_of(request)))
