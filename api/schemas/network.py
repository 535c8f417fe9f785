"""The network grid over the wire: groups, houses and figures."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from api.schemas.fields import Code, Day, DayOrMoment, Limit, Query, Words, none_if_blank
from gis.network.activity import Activity
from gis.network.cover import House
from gis.network.figures import Figures, homes_of
from gis.network.groups import Group, Problem, Seat
from gis.network.one_group import DatedCover, GroupInFull

PageProblem = Literal["uncovered", "shared", "missing_role", "silent", "spanning", "no_cover"]
Role = Literal["grid_worker", "network_commentator", "property_manager", "group_head"]


class NetworkQuery(Query):
    """`area` is a district's or street's code, with all below it. `at` is a day or moment; now if left out. `until` is
    the day to whose end activity is
    counted: that of `at` if left out, in an invented community that of its latest matter."""

    community: Code = None
    area: Code = None
    grid: Code = None
    at: DayOrMoment | None = None
    until: DayOrMoment | None = None
    silent_days: int | None = Field(None, ge=1, le=3650)


class GroupQuery(NetworkQuery):
    """`problem` and `role` (a role that nobody holds) narrow the groups."""

    problem: Problem | None = None
    role: Role | None = None


class HouseQuery(NetworkQuery):
    """`cover` narrows to houses that no group covers, that one does, or several; `group` to those that a group (its
    code) covers."""

    cover: Literal["none", "one", "several"] | None = None
    group: Code = None
    limit: Limit = 100
    after: Words | None = None


class NetworkPageQuery(NetworkQuery):
    """What narrows the page. A form sends every field, chosen or not: blank is the same as not given."""

    model_config = ConfigDict(extra="ignore")

    at: Day = None
    problem: Annotated[PageProblem | None, BeforeValidator(none_if_blank)] = None
    role: Annotated[Role | None, BeforeValidator(none_if_blank)] = None
    silent_days: Annotated[int | None, BeforeValidator(none_if_blank), Field(ge=1, le=3650)] = None


class SeatOut(BaseModel):
    """A role that a worker holds in a group, from a day up to, not including, another."""

    role: str
    worker_id: str
    worker_name: str
    stand_in: bool
    valid_from: date
    valid_to: date | None

    @classmethod
    def of(cls, seat: Seat) -> SeatOut:
        return cls(
            role=seat.role,
            worker_id=seat.worker_code,
            worker_name=seat.worker_name,
            stand_in=seat.stand_in,
            valid_from=seat.valid_from,
            valid_to=seat.valid_to,
        )


class ActivityOut(BaseModel):
    """Matters that came from the group in twelve weeks, also withdrawn and merged ones; `weeks` is oldest first.

    The four `placed_…` and `unplaced` add up to `matters`. `settled_in_group` is of the `way_known` settled ones,
    `median_answer_minutes` of the `answered` ones. `last_at` is of all time.
    """

    last_at: datetime | None
    weeks: list[int]
    matters: int
    placed_by_message: int
    placed_by_group: int
    placed_by_hand: int
    unplaced: int
    settled: int
    way_known: int
    settled_in_group: int
    answered: int
    median_answer_minutes: float | None

    @classmethod
    def of(cls, activity: Activity) -> ActivityOut:
        median = activity.median_answer_s
        return cls(
            last_at=activity.last_at,
            weeks=list(activity.weeks),
            matters=activity.matters,
            placed_by_message=activity.by_message,
            placed_by_group=activity.by_group,
            placed_by_hand=activity.by_hand,
            unplaced=activity.unplaced,
            settled=activity.settled,
            way_known=activity.way_known,
            settled_in_group=activity.settled_in_group,
            answered=activity.answered,
            median_answer_minutes=None if median is None else round(median / 60, 1),
        )


class GroupOut(BaseModel):
    """An online group on a day. `grid_codes` and `building_ids` are what its covers name, `reaches` the grids in which
    they lie. `households` is told as `NetworkOut.households` is."""

    code: str
    name: str
    community: str
    grid_codes: list[str]
    building_ids: list[str]
    reaches: list[str]
    buildings: int
    households: int
    roles: list[SeatOut]
    missing_roles: list[str]
    problems: list[Problem]
    activity: ActivityOut

    @classmethod
    def of(cls, group: Group, *, least: int) -> GroupOut:
        return cls(**_group(group, least))


class DatedCoverOut(BaseModel):
    """A grid or building that a group covers, from a day up to, not including, another."""

    kind: Literal["grid", "building"]
    code: str
    name: str
    valid_from: date
    valid_to: date | None

    @classmethod
    def of(cls, cover: DatedCover) -> DatedCoverOut:
        return cls(
            kind=cover.kind,
            code=cover.code,
            name=cover.name,
            valid_from=cover.valid_from,
            valid_to=cover.valid_to,
        )


class GroupInFullOut(GroupOut):
    """A group with every cover and every role that it has had, has, or is to have."""

    all_covers: list[DatedCoverOut]
    all_roles: list[SeatOut]

    @classmethod
    def of_full(cls, full: GroupInFull, *, least: int) -> GroupInFullOut:
        return cls(
            **_group(full.group, least),
            all_covers=[DatedCoverOut.of(each) for each in full.covers],
            all_roles=[SeatOut.of(each) for each in full.seats],
        )


class HouseProperties(BaseModel):
    """A house and the groups that cover it. Fewer households than a reader may be told of are 0."""

    id: str
    name: str
    compound: str | None
    address: str
    community: str
    grid_code: str | None
    groups: list[str]
    households: int

    @classmethod
    def of(cls, house: House, *, least: int) -> HouseProperties:
        return cls(
            id=house.code,
            name=house.name,
            compound=house.compound,
            address=house.address,
            community=house.community,
            grid_code=house.grid_code,
            groups=list(house.groups),
            households=homes_of([house.homes], least=least),
        )


class FigureOut(BaseModel):
    """A count, of how many, and the address of the rows that it counts."""

    count: int
    of: int
    rows: str


class NetworkOut(BaseModel):
    """The network grid in figures, of what who asks may see.

    To all but administrators and dispatchers households are sums over houses in multiples of `least`, without houses
    that have fewer.
    """

    at: datetime
    until: datetime
    silent_days: int
    least: int
    uncovered_households: FigureOut
    uncovered_buildings: FigureOut
    shared_buildings: FigureOut
    missing_role: FigureOut
    missing_by_role: dict[str, FigureOut]
    silent: FigureOut
    spanning: FigureOut
    no_cover: FigureOut


def network_out(counted: Figures, *, at: datetime, until: datetime, silent_days: int, asked: str) -> NetworkOut:
    """Figures, each with the address of its rows; `asked` is the query that narrows all of them."""

    def rows(path: str, query: str) -> str:
        return f"/api/{path}?{'&'.join(filter(None, (query, asked)))}"

    def houses(count: int, cover: str, of: int) -> FigureOut:
        return FigureOut(count=count, of=of, rows=rows("network/buildings", f"cover={cover}"))

    def groups(count: int, query: str) -> FigureOut:
        return FigureOut(count=count, of=counted.groups, rows=rows("groups", query))

    return NetworkOut(
        at=at,
        until=until,
        silent_days=silent_days,
        least=counted.least,
        uncovered_households=houses(counted.uncovered_households, "none", counted.households),
        uncovered_buildings=houses(counted.uncovered_buildings, "none", counted.buildings),
        shared_buildings=houses(counted.shared_buildings, "several", counted.buildings),
        missing_role=groups(counted.missing_role, "problem=missing_role"),
        missing_by_role={role: groups(count, f"role={role}") for role, count in counted.missing_by_role.items()},
        silent=groups(counted.silent, "problem=silent"),
        spanning=groups(counted.spanning, "problem=spanning"),
        no_cover=groups(counted.no_cover, "problem=no_cover"),
    )


def _group(group: Group, least: int) -> dict[str, Any]:
    return {
        "code": group.code,
        "name": group.name,
        "community": group.community,
        "grid_codes": list(group.grid_codes),
        "building_ids": list(group.building_ids),
        "reaches": list(group.reaches),
        "buildings": len(group.homes),
        "households": homes_of(group.homes, least=least),
        "roles": [SeatOut.of(seat) for seat in group.seats],
        "missing_roles": list(group.missing),
        "problems": list(group.problems),
        "activity": ActivityOut.of(group.activity),
    }
