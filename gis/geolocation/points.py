"""What is kept at hand to decide on a point without asking the database."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import Connection, Engine

from gis.geolocation.boundaries import current_boundaries
from gis.geolocation.clues import Knowledge
from gis.geolocation.gazetteer import Gazetteer
from gis.storage.following import Followed
from gis.storage.memory import versions
from gis.workforce.covers import Groups
from gis.workforce.posts import current_posts

_NO_PLACES = Gazetteer([], [])
_NO_GROUPS = Groups([])


def follow_points(engine: Engine) -> Followed[Knowledge]:
    """What coordinates alone are decided from, as it is now: boundaries and posts.

    It knows no places and no groups, so that an import of buildings holds up nobody who asks about a point.
    Clues with words or codes are for `Knowledge.current`.
    """
    return Followed(engine, ("boundaries", "posts"), _load, _prepare)


def _load(connection: Connection) -> Knowledge:
    counted = versions(connection)
    return Knowledge(
        current_boundaries(connection, counted), _NO_PLACES, _NO_GROUPS, current_posts(connection, counted)
    )


def _prepare(knowledge: Knowledge) -> None:
    knowledge.boundaries.prepare(datetime.now(UTC))
