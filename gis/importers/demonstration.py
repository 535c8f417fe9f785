"""Loads 长远社区, the synthetic community of `data/boundaries`, through the same importers as any other data."""

from __future__ import annotations

from sqlalchemy import Connection, exists, select

from gis.actor import SYSTEM, Actor
from gis.boundaries.ground import DEMONSTRATION
from gis.importers.importing import apply, check_file
from gis.importers.options import Options
from gis.importers.plan import Counts
from gis.progress import Progress, silent
from gis.settings import Settings
from gis.storage.tables import area, issue

COMMUNITY = "500119003004"

_FILES = (
    ("boundaries", "grids.geojson"),
    ("compounds", "compounds.csv"),
    ("buildings", "buildings.geojson"),
    ("places", "places.geojson"),
    ("households", "households.csv"),
    ("groups", "groups.csv"),
    ("workers", "workers.csv"),
    ("issues", "issues.csv"),
)


def is_loaded(connection: Connection) -> bool:
    """Whether the demonstration community is there, with its issues (the last of its files)."""
    ours = select(area.c.id).where(area.c.code == COMMUNITY, area.c.synthetic).scalar_subquery()
    return bool(connection.scalar(select(exists().where(issue.c.community_id == ours))))


def load(
    connection: Connection, *, settings: Settings, actor: Actor = SYSTEM, progress: Progress = silent
) -> dict[str, Counts]:
    """Load what is not there yet; the counts by kind. The caller's transaction commits all or nothing."""
    options = Options(
        community=COMMUNITY,
        community_name="长远社区",
        street_name="西城街道",
        district_name="南川区",
        timezone="Asia/Shanghai",
        synthetic=True,
        footprints=DEMONSTRATION / "footprints.geojson",
    )
    counts = {}
    for number, (kind, name) in enumerate(_FILES):
        progress("loading 长远社区", number, len(_FILES))
        plan = check_file(connection, kind, DEMONSTRATION / name, options, settings=settings, actor=actor)
        apply(connection, plan)
        counts[kind] = plan.changes.counts
    return counts
