"""The 31 online groups, and 三员一长: who holds which post, in which grid or group, from when to when."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from .buildings import Building
from .catalogue import COMPOUNDS, Compound
from .names import Numbers, full_name
from .random_source import Random, stream
from .streets import Grid

OPENED = "2023-01-01"

# Two grids that share a group; compounds with a group of their own beside the rest of their grid.
SHARED = {(6, 7): "站前片区居民群", (12, 13): "学府路片区居民群", (25, 26): "桥南片区居民群"}
OWN_GROUP = {17: "东方御景", 22: "天星佳苑", 31: "龙腾雅居"}
ALL_BY_BUILDING = {17}

# What is not as it should be, so that there is something to find: houses that were built last and that nobody has added
# to the group whose residents they are; groups whose head has left or that never had a property manager; a group
# whose residents have moved over to the neighbours' since.
NOT_ADDED = {"米市街片区居民群": 2}
HEAD_LEFT = {"丝厂家属区居民群": "2023-12-01"}
WITHOUT_MANAGER = {"丝厂家属区居民群", "东门小区居民群"}
MOVED_OVER = {"建筑公司宿舍片区居民群": ("天星佳苑业主群", "2023-11-01")}

# Grids whose worker changed, and when the successor began.
HANDOVERS = {5: "2023-05-15", 14: "2023-07-01", 24: "2023-09-18"}


@dataclass(frozen=True, slots=True)
class Group:
    code: str
    name: str
    grids: tuple[Grid, ...]
    buildings: tuple[Building, ...]
    within: tuple[Grid, ...]

    def covers(self, building: Building) -> bool:
        """Whether its residents write in this group, also where nobody has added the building to it."""
        return building.grid in self.grids or building in self.buildings

    @property
    def added(self) -> tuple[Building, ...]:
        """The buildings that it is known to cover."""
        return self.buildings[: len(self.buildings) - NOT_ADDED.get(self.name, 0)]


@dataclass(frozen=True, slots=True)
class Post:
    worker_id: str
    name: str
    phone: str
    role: str
    grid_code: str = ""
    group_code: str = ""
    valid_from: str = OPENED
    valid_to: str = ""


def form_groups(grids: list[Grid], buildings: list[Building]) -> list[Group]:
    """Groups in the order of their first grid; the residents of every building write in one at least."""
    plans = list(_plans(grids, buildings))
    return [Group(f"QG{i:02d}", *plan) for i, plan in enumerate(plans, 1)]


Plan = tuple[str, tuple[Grid, ...], tuple[Building, ...], tuple[Grid, ...]]


def _plans(grids: list[Grid], buildings: list[Building]) -> Iterator[Plan]:
    partners = {second for _, second in SHARED}
    for grid in grids:
        number = grid.number
        if number in partners:
            continue
        pair = next((p for p in SHARED if p[0] == number), None)
        if pair:
            both = tuple(grids[n - 1] for n in pair)
            yield SHARED[pair], both, (), both
            continue
        own = OWN_GROUP.get(number)
        if own:
            members = tuple(b for b in buildings if b.compound and b.compound.name == own)
            yield f"{own}业主群", (), members, (grid,)
        compounds = [c for c in COMPOUNDS if c.grid == number and c.name != own]
        if number in ALL_BY_BUILDING:
            rest = tuple(b for b in buildings if b.grid == grid and not (b.compound and b.compound.name == own))
            yield "米市街片区居民群", (), rest, (grid,)
        else:
            yield _group_name(compounds, number), (grid,), (), (grid,)


def _group_name(compounds: list[Compound], number: int) -> str:
    first = compounds[0]
    if len(compounds) > 1 or number in OWN_GROUP:
        return f"{first.name}片区居民群"
    return first.name + ("业主群" if first.kind in ("tower", "lift") else "居民群")


def appoint(grids: list[Grid], groups: list[Group], numbers: Numbers) -> list[Post]:
    """Every post, by worker. W001 to W031 are the grid workers of today, in grid order."""
    rng = stream("workforce")
    people = _People(rng, numbers)
    posts: list[Post] = []
    for grid in grids:
        start = HANDOVERS.get(grid.number, OPENED)
        posts.extend(_grid_worker_posts(people.next(), grid, groups, start, ""))
    for members, role in ((4, "network_commentator"), (0, "property_manager")):
        posts.extend(_group_staff(people, groups, role, members))
    headed: set[str] = set()
    for group in groups:
        person = people.next()
        until = HEAD_LEFT.get(group.name, "")
        posts.append(Post(*person, "group_head", group_code=group.code, valid_to=until))
        for grid in group.within:
            if grid.code not in headed:
                headed.add(grid.code)
                posts.append(Post(*person, "group_head", grid_code=grid.code))
    for number, until in HANDOVERS.items():
        posts.extend(_grid_worker_posts(people.next(), grids[number - 1], groups, OPENED, until))
    return sorted(posts, key=lambda p: (p.worker_id, p.role, p.grid_code == "", p.grid_code, p.group_code))


def _grid_worker_posts(
    person: tuple[str, str, str], grid: Grid, groups: list[Group], start: str, end: str
) -> Iterator[Post]:
    yield Post(*person, "grid_worker", grid_code=grid.code, valid_from=start, valid_to=end)
    for group in groups:
        if grid in group.within:
            yield Post(*person, "grid_worker", group_code=group.code, valid_from=start, valid_to=end)


def _group_staff(people: _People, groups: list[Group], role: str, each: int) -> Iterator[Post]:
    """One person for `each` groups in turn, or, when that is 0, for all groups of a property company."""
    people_of: dict[str, tuple[str, str, str]] = {}
    for i, group in enumerate(groups):
        key = str(i // each) if each else _company(group, i)
        person = people_of.get(key)
        if person is None:
            person = people_of[key] = people.next()
        if role != "property_manager" or group.name not in WITHOUT_MANAGER:
            yield Post(*person, role, group_code=group.code)


def _company(group: Group, position: int) -> str:
    named = [c for c in COMPOUNDS if group.name.startswith(c.name)]
    inside = named or [c for c in COMPOUNDS if c.grid == group.within[0].number]
    company = inside[0].company
    return company if company != "社区自管" else f"{company}{position // 3}"


class _People:
    """New workers, numbered as they come."""

    def __init__(self, rng: Random, numbers: Numbers) -> None:
        self._rng, self._numbers, self._count = rng, numbers, 0

    def next(self) -> tuple[str, str, str]:
        self._count += 1
        name = full_name(self._rng, age="adult", woman=self._rng.random() < 0.55)
        return f"W{self._count:03d}", name, self._numbers.phone()
