"""MySociety's MapIt over the same polygons: in an environment of its own, served by gunicorn."""

from __future__ import annotations

import ctypes.util
import json
import os
import subprocess
import sys
import urllib.request
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import psycopg
import shapely
from sqlalchemy.engine import make_url

PACKAGES = ("django-mapit==3.0", "Django~=3.2.0", "gunicorn", "psycopg2-binary", "setuptools<81")
"""MapIt 3.0 is of Django's days before 4.0, which took away what it imports."""
DATABASE = "mapit"
HERE = Path(__file__).parent


class CannotRun(Exception):
    """MapIt cannot be had on this machine; says why."""


class MapIt:
    """MapIt in a folder of its own, on a database of its own in the cluster at `url`."""

    def __init__(self, folder: Path, url: str) -> None:
        self._bin = folder / "mapit" / "bin"
        address = make_url(url)
        self._url = address.set(database=DATABASE).render_as_string(hide_password=False)
        self._server_url = url
        libraries = {name: ctypes.util.find_library(name) for name in ("gdal", "geos_c")}
        if not all(libraries.values()):
            raise CannotRun("GeoDjango needs the libraries of GDAL and GEOS, which are not installed")
        self._environment = os.environ | {
            "PYTHONPATH": str(HERE),
            "DJANGO_SETTINGS_MODULE": "mapit_settings",
            "MAPIT_HOST": str(address.query.get("host") or address.host or ""),
            "MAPIT_PORT": str(address.port or ""),
            "MAPIT_USER": address.username or "",
            "MAPIT_DATABASE": DATABASE,
            "MAPIT_GDAL": str(libraries["gdal"]),
            "MAPIT_GEOS": str(libraries["geos_c"]),
        }
        self._install()

    def _install(self) -> None:
        self._run([sys.executable, "-m", "venv", str(self._bin.parent)])
        self._run([str(self._bin / "python"), "-m", "pip", "install", "-q", *PACKAGES])

    def fill(self, codes: Sequence[str], geoms: Sequence[Any]) -> None:
        """Make the tables as MapIt does, and fill them: an area with a name, a code and a polygon for each."""
        with psycopg.connect(self._server_url, autocommit=True) as server:
            server.execute(f"CREATE DATABASE {DATABASE}")
        with psycopg.connect(self._url, autocommit=True) as database:
            database.execute("CREATE EXTENSION postgis")
            self._run([str(self._bin / "django-admin"), "migrate", "-v0"])
            database.execute("INSERT INTO mapit_type (id, code, description) VALUES (1, 'GRD', 'Grid')")
            database.execute("INSERT INTO mapit_codetype (id, code, description) VALUES (1, 'code', 'Code')")
            database.execute(
                "INSERT INTO mapit_generation (id, active, created, description) VALUES (1, true, now(), 'now')"
            )
            database.execute("CREATE TEMP TABLE given (code text, geom geometry)")
            with database.cursor().copy("COPY given FROM STDIN") as copy:
                for code, geom in zip(codes, shapely.to_wkb(geoms, hex=True, include_srid=True), strict=True):
                    copy.write_row((code, geom))
            database.execute(
                "INSERT INTO mapit_area (name, type_id, generation_low_id, generation_high_id) "
                "SELECT code, 1, 1, 1 FROM given"
            )
            database.execute("INSERT INTO mapit_code (area_id, type_id, code) SELECT id, 1, name FROM mapit_area")
            database.execute(
                "INSERT INTO mapit_geometry (area_id, polygon) "
                "SELECT id, ST_SetSRID(geom, 4326) FROM mapit_area JOIN given ON code = name"
            )
            database.execute("VACUUM ANALYZE")

    def serve(self, port: int, *, workers: int) -> subprocess.Popen[bytes]:
        """The service, started; it may not answer yet."""
        application = "django.core.wsgi:get_wsgi_application()"
        command = [str(self._bin / "gunicorn"), "-w", str(workers), "-b", f"127.0.0.1:{port}", application]
        return subprocess.Popen([*command, "--log-level", "error"], env=self._environment)

    @staticmethod
    def path(lon: float, lat: float) -> str:
        """What to ask for to learn which areas have a point."""
        return f"/point/4326/{lon:.7f},{lat:.7f}"

    @staticmethod
    def answer(base: str, lon: float, lat: float) -> str | None:
        """The code of the area that has a point."""
        with urllib.request.urlopen(base + MapIt.path(lon, lat)) as answer:  # noqa: S310 (our own service)
            areas = json.load(answer)
        return min((area["codes"]["code"] for area in areas.values()), default=None)

    def _run(self, command: list[str]) -> None:
        done = subprocess.run(command, env=self._environment, capture_output=True, text=True, check=False)
        if done.returncode:
            lines = (done.stderr or done.stdout).strip().splitlines()
            raise CannotRun(f"`{' '.join(command[-3:])}` failed: {lines[-1] if lines else 'no reason given'}")
