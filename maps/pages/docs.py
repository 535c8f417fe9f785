"""`/docs`: the API, described by its own OpenAPI document, with the viewer's files from this service."""

from __future__ import annotations

from maps.assets import STATIC
from maps.page import Shell, render

VIEWER = f"{STATIC}/vendor/swagger-ui-dist"


def docs_page(*, openapi_path: str, shell: Shell) -> str:
    """Swagger UI without its inline script."""
    return render("docs.html", shell=shell, viewer=VIEWER, openapi_path=openapi_path)
