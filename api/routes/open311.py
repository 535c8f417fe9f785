"""`/open311`: discovery, services and requests by the standard GeoReport v2.

What is on offer is told to everybody. Requests want a key: the token of an account, as `api_key` or as a bearer
token, and for reading also as the browser's cookie. Whatever is added here is behind the key unless it is
put on the open router.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from sqlalchemy import Connection

from api.deps import Acting, Begin, SettingsNow, requires
from api.open311 import FOLDER, Format, answer, form_of, query_of, w3
from api.reader import language_of
from gis.actor import SYSTEM, Actor
from gis.boundaries.areas import communities
from gis.errors import Denied, Fault, InvalidInput, said
from gis.intake.open311 import read_request, take_request
from gis.intake.open311_requests import ServiceRequest, read_query, service_request, service_requests
from gis.intake.services import Attribute, Service, Services
from gis.issues.in_full import issue_in_full
from gis.storage.session import acting, transaction
from maps.language import Language
from maps.replies import recorded, stage_told

SPECIFICATION = "http://wiki.open311.org/GeoReport_v2"
FORMATS = ["text/xml", "application/json"]
ANYBODY = Actor(name="anybody", role="intake")
"""Who looks at what is on offer: sees no row of a person."""


async def _keyed(request: Request) -> None:
    """Let in who names a key. A cookie does not count for a change, which another site could ask a browser for."""
    posted = request.method == "POST"
    given = (await form_of(request) if posted else query_of(request)).get("api_key")
    if given:
        known = await request.app.state.actors.find(given[0])
        # Whoever's password was chosen by another changes it first, and not here.
        request.state.actor = known.actor if known is not None and not known.must_change_password else None
    elif posted and "authorization" not in request.headers:
        request.state.actor = None
    if request.state.actor is None:
        raise Denied(said("api_key is missing or invalid: it is the token of an account."))


open_router = APIRouter(prefix=FOLDER.rstrip("/"), include_in_schema=False)
router = APIRouter(prefix=f"{FOLDER}v2", include_in_schema=False, dependencies=[Depends(_keyed)])


async def _begin(request: Request) -> Callable[[], AbstractContextManager[Connection]]:
    return partial(transaction, request.app.state.engine, ANYBODY)


BeginAsAnybody = Annotated[Callable[[], AbstractContextManager[Connection]], Depends(_begin)]


@open_router.get("/discovery.{format}")
@open_router.get("/v2/discovery.{format}")
def discovery(format: Format, request: Request, begin: BeginAsAnybody, settings: SettingsNow) -> Response:
    """Where the service is, in which formats it speaks, and when its list of services last changed."""
    with begin() as connection:
        changed_at = Services(connection).changed_at
    changeset = w3(changed_at) if changed_at else ""
    endpoint = {
        "specification": SPECIFICATION,
        "url": f"{str(request.base_url).rstrip('/')}{FOLDER}v2",
        "changeset": changeset,
        "type": "production",
        "formats": FORMATS,
    }
    body = {
        "changeset": changeset,
        "contact": settings.open311_contact,
        "key_service": settings.open311_contact,
        "endpoints": [endpoint],
    }
    return answer("discovery", body, format)


@open_router.get("/v2/services.{format}")
def list_services(format: Format, request: Request, begin: BeginAsAnybody) -> Response:
    """What can be reported."""
    with begin() as connection:
        _check_jurisdiction(connection, request)
        found = list(Services(connection))
    return answer("services", [_service(each) for each in found], format)


@open_router.get("/v2/services/{code}.{format}")
def define_service(code: str, format: Format, request: Request, begin: BeginAsAnybody) -> Response:
    """What is asked of who reports one kind of matter."""
    with begin() as connection:
        _check_jurisdiction(connection, request)
        found = Services(connection).named(code)
    body = {
        "service_code": found.code,
        "attributes": [_attribute(order, each) for order, each in enumerate(found.attributes, start=1)],
    }
    return answer("service_definition", body, format)


@router.post("/requests.{format}", dependencies=[requires("report_issue")])
def post_request(
    format: Format,
    request: Request,
    sent: Annotated[dict[str, list[str]], Depends(form_of)],
    begin: Begin,
    settings: SettingsNow,
    actor: Acting,
) -> Response:
    """Report a matter; its id is its number at once."""
    with begin() as connection:
        posted = read_request(sent, Services(connection), _jurisdictions(connection), at=datetime.now(UTC))
        issue_id = take_request(connection, posted, settings=settings, actor=actor)
        with acting(connection, SYSTEM):  # who reports is told where it went, also where they see nothing else
            grid = issue_in_full(connection, issue_id).issue.grid_name
    notice = recorded(issue_id, grid, language_of(request))
    body = [{"service_request_id": str(issue_id), "service_notice": notice, "account_id": None}]
    return answer("service_requests", body, format)


@router.get("/tokens/{token}.{format}")
def request_of_token(token: str, format: Format, request: Request, begin: Begin) -> Response:
    """The request that a token stands for. Ids are told at once, so that none is given: an id is its own token."""
    with begin() as connection:
        _check_jurisdiction(connection, request)
        found = service_request(connection, token, Services(connection))
    return answer("service_requests", [{"service_request_id": str(found.id), "token": token}], format)


@router.get("/requests.{format}")
def list_requests(format: Format, request: Request, begin: Begin) -> Response:
    """The matters that are asked for and in the key's scope, latest first."""
    with begin() as connection:
        services = Services(connection)
        asked = read_query(query_of(request), services, _jurisdictions(connection), now=datetime.now(UTC))
        found = service_requests(connection, asked, services)
    return answer("service_requests", [_request(each, language_of(request)) for each in found], format)


@router.get("/requests/{number}.{format}")
def show_request(number: str, format: Format, request: Request, begin: Begin) -> Response:
    """One matter."""
    with begin() as connection:
        _check_jurisdiction(connection, request)
        found = service_request(connection, number, Services(connection))
    return answer("service_requests", [_request(found, language_of(request))], format)


def _jurisdictions(connection: Connection) -> set[str]:
    return {each.code for each in communities(connection)}


def _check_jurisdiction(connection: Connection, request: Request) -> None:
    given = query_of(request).get("jurisdiction_id", [None])[0]
    if given is not None and given not in _jurisdictions(connection):
        raise InvalidInput(
            [Fault("jurisdiction_id", "unknown_jurisdiction", said("there is no {given!r} here", given=given))]
        )


def _service(found: Service) -> dict[str, Any]:
    return {
        "service_code": found.code,
        "service_name": found.name,
        "description": found.description,
        "metadata": bool(found.attributes),
        "type": "realtime",
        "keywords": ",".join(found.keywords) or None,
        "group": found.line,
    }


def _attribute(order: int, asked: Attribute) -> dict[str, Any]:
    values = [{"key": key, "name": name} for key, name in asked.values.items()]
    return {
        "variable": True,
        "code": asked.code,
        "datatype": asked.datatype,
        "required": asked.required,
        "datatype_description": None,
        "order": order,
        "description": asked.description,
        **({"values": values} if asked.is_list else {}),
    }


def _request(found: ServiceRequest, language: Language) -> dict[str, Any]:
    return {
        "service_request_id": str(found.id),
        "status": found.status,
        "status_notes": stage_told(found.stage, found.answer, found.merged_into, language),
        "service_name": found.service.name if found.service else None,
        "service_code": found.service.code if found.service else "",
        "description": found.text,
        "agency_responsible": found.agency,
        "service_notice": None,
        "requested_datetime": w3(found.requested_at),
        "updated_datetime": w3(found.updated_at),
        "expected_datetime": w3(found.expected_at) if found.expected_at else None,
        "address": found.address,
        "address_id": found.address_id,
        "zipcode": None,
        "lat": found.lat,
        "long": found.lon,
        "media_url": found.media_url,
    }
