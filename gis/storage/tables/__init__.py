"""The tables, by name. Rules that must hold whatever writes to the database are constraints here."""

from gis.storage.tables.accounts import ACCOUNT_ROLES, AREA_ROLES, POST_OF_ROLE, account, account_area, sign_in
from gis.storage.tables.base import SCHEMA, SRID, metadata
from gis.storage.tables.boundaries import LEVELS, area, grid, grid_version
from gis.storage.tables.issues import (
    CONFIRMATIONS,
    DOUBTS,
    LEVELS_SETTLED,
    METHODS,
    STATUSES,
    UNITS,
    URGENCIES,
    WAYS_SETTLED,
    calendar_day,
    deadline_rule,
    issue,
    issue_event,
    lexicon_term,
)
from gis.storage.tables.keys import data_key
from gis.storage.tables.population import alias_proposal, building, compound, household, place, resident, vehicle
from gis.storage.tables.versions import data_version
from gis.storage.tables.workforce import (
    ROLES,
    group_building,
    group_grid,
    leave,
    online_group,
    post,
    worker,
)

__all__ = [
    "ACCOUNT_ROLES",
    "AREA_ROLES",
    "CONFIRMATIONS",
    "DOUBTS",
    "LEVELS",
    "LEVELS_SETTLED",
    "METHODS",
    "POST_OF_ROLE",
    "ROLES",
    "SCHEMA",
    "SRID",
    "STATUSES",
    "UNITS",
    "URGENCIES",
    "WAYS_SETTLED",
    "account",
    "account_area",
    "alias_proposal",
    "area",
    "building",
    "calendar_day",
    "compound",
    "data_key",
    "data_version",
    "deadline_rule",
    "grid",
    "grid_version",
    "group_building",
    "group_grid",
    "household",
    "issue",
    "issue_event",
    "leave",
    "lexicon_term",
    "metadata",
    "online_group",
    "place",
    "post",
    "resident",
    "sign_in",
    "vehicle",
    "worker",
]
