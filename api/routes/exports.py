"""`/api/issues/export`: what the ledger shows, as a file."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import FileResponse
from starlette.background import BackgroundTask

from api.deps import Acting, Begin, problems, requires
from api.routes.issues import filter_of
from api.schemas.issues import ExportQuery
from gis.exporters.exporting import export
from gis.issues.filters import conditions
from gis.security.audit import record

router = APIRouter(prefix="/api/issues", tags=["issues"], responses=problems(401, 403, 422, 503))

MEDIA_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "geojson": "application/geo+json",
    "gpkg": "application/geopackage+sqlite3",
}


@router.get(
    "/export",
    response_class=FileResponse,
    responses={200: {"content": {kind.partition(";")[0]: {} for kind in MEDIA_TYPES.values()}}},
    dependencies=[requires("read")],
)
def export_issues(asked: Annotated[ExportQuery, Query()], begin: Begin, actor: Acting) -> FileResponse:
    """The issues that pass the filters, as far as the reader sees them and always masked, in one file.

    It is written whole before the first byte is sent: a file that breaks off would look like a shorter one. Who
    took how many away is on record.
    """
    folder = tempfile.TemporaryDirectory(prefix="dualgrid-export-")
    try:
        file = Path(folder.name) / f"issues.{asked.format}"
        with begin() as connection:
            narrowed = conditions(connection, filter_of(connection, asked, actor))
            rows = export(connection, "issues", file, community=asked.community, narrowed=narrowed)
            told = {"kind": "issues", "rows": rows, "community": asked.community, "in_clear": False}
            record(connection, actor, "export", detail=told)
    except BaseException:
        folder.cleanup()
        raise
    return FileResponse(
        file, media_type=MEDIA_TYPES[asked.format], filename=file.name, background=BackgroundTask(folder.cleanup)
    )
