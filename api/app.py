"""The web service, made from settings. Nothing happens when this module is imported."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from anyio.to_thread import run_sync
from fastapi import FastAPI, Response
from fastapi.staticfiles import StaticFiles
from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError
from starlette.middleware.gzip import GZipMiddleware
from starlette.types import Scope
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

import maps
from api import errors
from api.actors import Actors
from api.border import OPEN_PATHS, BodyLimit, Failures, Gate, HeadAsGet, Headers
from api.csrf_check import CsrfCheck
from api.deps import SIGNED_IN, WAYS_TO_SIGN_IN, described_refusals
from api.intake import Intake, StraightToIntake
from api.limits import HeadLimit
from api.long_answers import LongAnswers
from api.ogc.service import PREFIX as OGC
from api.ogc.service import ogc_service
from api.oidc import Provider
from api.points import PointsFromMemory
from api.routes import (
    account,
    account_pages,
    accounts,
    admin_pages,
    aliases,
    attachments,
    audit,
    base_map,
    cells,
    conversations,
    desk,
    exports,
    grid_layer,
    hotspots,
    inbox,
    intake_pages,
    issues,
    locating,
    network,
    network_pages,
    notice_pages,
    notices,
    oidc,
    open311,
    pages,
    people,
    permissions,
    places,
    reports,
    rules,
    service,
    signing,
    taking,
    topics,
    vehicles,
    wechat,
    workflow,
)
from api.schemas.issues import IssueIn
from api.throttle import Throttle
from gis.errors import Unavailable, said
from gis.files.store import Store
from gis.files.tilesets import open_tiles
from gis.geolocation.clues import Knowledge
from gis.geolocation.points import follow_points
from gis.security.rotation import check_keys
from gis.security.vault import Vault
from gis.settings import Settings
from gis.storage.cluster import Cluster
from gis.storage.following import Followed
from gis.storage.migrate import revision
from gis.storage.session import create_engine
from maps.base_tiles import BaseTiles, base_tiles, is_tile_file

LOOK_AGAIN_S = 0.5
OWN_STATIC = Path(maps.__file__).parent / "static"
DESCRIPTION = "Reports become located issues with a responsible worker. Coordinates are longitude first, EPSG:4326."


class Static(StaticFiles):
    """Static files, which a browser may keep for a time and then asks about; a changed file is seen."""

    def __init__(self, directory: Path, *, kept_s: int) -> None:
        super().__init__(directory=directory, check_dir=False)
        self._cache_control = f"public, max-age={kept_s}"

    async def check_config(self) -> None:
        """Nothing: of a folder that is not there (a home without its assets) each file is not there, which is a 404."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        answer = await super().get_response(path, scope)
        answer.headers["Cache-Control"] = self._cache_control
        return answer


def create_app(settings: Settings | None = None, engine: Engine | None = None, *, patience_s: float = 0.0) -> FastAPI:
    """The service for these settings (those of the environment if left out).

    At its start it makes its engine, unless it is given one, and sees that the schema is the one it needs and
    the keys of personal data are there: `Unavailable` is raised if not so within `patience_s`, before any request
    is answered.
    """
    chosen = settings or Settings()

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        app.state.engine = engine or create_engine(Cluster(chosen).url, vault=Vault.of(chosen))
        ogc.state.engine = app.state.engine
        app.state.actors = actors = Actors(app.state.engine)
        await run_sync(_check, app.state.engine, patience_s)
        app.state.intake = Intake(app.state.engine, chosen)
        actors.start()
        app.state.photos = Store.of(chosen)
        app.state.hotspots = LongAnswers()
        app.state.points = follow_points(app.state.engine)
        app.state.points.start()
        yield
        await run_sync(app.state.points.stop)
        await run_sync(actors.stop)
        await run_sync(app.state.hotspots.close)
        if engine is None:
            app.state.engine.dispose()

    app = FastAPI(
        title="双网格 dualgrid",
        description=DESCRIPTION,
        version="0.1.0",
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        # FastAPI would look, for each request, whether the environment asks it to send traces somewhere.
        telemetry={"tracing": False, "metrics": False, "logs": False},
    )
    app.state.settings = chosen
    app.state.tile_file = open_tiles(Path(chosen.base_map)) if is_tile_file(chosen.base_map) else None
    app.state.base_tiles = base_tiles(chosen, app.state.tile_file)
    app.state.provider = Provider.of(chosen)
    app.state.throttle = Throttle(chosen.sign_ins_per_minute)
    of_issues = (exports, taking, reports, issues, locating, workflow, attachments, inbox, topics, rules, conversations)
    of_places_and_people = (base_map, places, network, people, vehicles, aliases, cells, grid_layer)
    for routes in (*of_issues, *of_places_and_people, permissions, account, accounts, audit, notices):
        app.include_router(routes.router)
    ways_in = [oidc] if app.state.provider else []
    of_pages = (account_pages, admin_pages, notice_pages, network_pages, intake_pages, desk, hotspots, pages)
    for routes in (service, signing, *ways_in, open311, wechat, *of_pages):
        app.include_router(routes.router)
    app.include_router(open311.open_router)
    app.include_router(taking.open_router)
    ogc = ogc_service(app.title)
    ogc.state.settings, ogc.state.base_tiles = chosen, app.state.base_tiles
    app.mount(OGC, ogc)
    app.include_router(reports.pages)
    app.mount("/static/vendor", Static(chosen.home / "assets" / "node_modules", kept_s=24 * 3600))
    app.mount("/static", Static(OWN_STATIC, kept_s=0))
    errors.install(app)
    _add_border(app)
    _complete_description(app)
    return app


def _add_border(app: FastAPI) -> None:
    """What holds for every request; the last one added is the outermost."""

    def actors() -> Actors:
        found: Actors = app.state.actors
        return found

    def points() -> Knowledge | None:
        followed: Followed[Knowledge] = app.state.points
        return followed()

    tiles: BaseTiles | None = app.state.base_tiles
    proxies = [each.strip() for each in app.state.settings.trusted_proxies.split(",") if each.strip()]
    border: tuple[tuple[Any, dict[str, Any]], ...] = (
        (GZipMiddleware, {"minimum_size": 1000, "compresslevel": 5}),
        (StraightToIntake, {"route": issues.report_issue}),
        (PointsFromMemory, {"points": points, "settings": app.state.settings}),
        (CsrfCheck, {}),
        (Gate, {"actors": actors}),
        (BodyLimit, {}),
        (HeadLimit, {}),
        (Failures, {}),
        (HeadAsGet, {}),
        (Headers, {"tile_hosts": tiles.hosts if tiles else ()}),
        *([(ProxyHeadersMiddleware, {"trusted_hosts": proxies})] if proxies else []),
    )
    for layer, options in border:
        app.add_middleware(layer, **options)


def _complete_description(app: FastAPI) -> None:
    """Add to the OpenAPI document what FastAPI does not know of: the report's body, problems, what the border asks."""
    described = app.openapi

    def openapi() -> dict[str, Any]:
        document = described()
        schemas = document["components"]["schemas"]
        document["components"]["securitySchemes"] = WAYS_TO_SIGN_IN
        for model in (IssueIn, errors.Problem):
            schema = model.model_json_schema(ref_template="#/components/schemas/{model}")
            schemas.update(schema.pop("$defs"))
            schemas[model.__name__] = schema
        for path, operations in document["paths"].items():
            for operation in operations.values():
                if path not in OPEN_PATHS:
                    operation["security"] = SIGNED_IN
                operation["responses"] |= described_refusals(has_body="requestBody" in operation)
        return document

    app.openapi = openapi  # type: ignore[method-assign]


def _check(engine: Engine, patience_s: float) -> None:
    until = time.monotonic() + patience_s
    while True:
        try:
            _check_schema(engine)
            check_keys(engine)
        except (Unavailable, OperationalError):
            if time.monotonic() >= until:
                raise
            time.sleep(LOOK_AGAIN_S)
        else:
            return


def _check_schema(engine: Engine) -> None:
    held, needed = revision(engine)
    if held != needed:
        raise Unavailable(
            said(
                "The database holds schema {value}; this version needs {needed}: `db migrate`.",
                value=held or "none",
                needed=needed,
            )
        )
