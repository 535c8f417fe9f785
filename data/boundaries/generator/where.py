"""Where a matter is, and how much of that its sender gives: coordinates, an address, words, or a group."""

from __future__ import annotations

from dataclasses import dataclass
from math import cos, pi, sin

from gis.crs import from_wgs84

from .buildings import Building
from .people import Household
from .places import Place
from .plane import to_lonlat
from .random_source import Random
from .streets import chinese_number

# A sender's datum by source: phones give GCJ-02, some map pickers BD-09, workers' handhelds WGS84.
DATUMS = {
    "wechat_group": (("gcj02", 80), ("wgs84", 12), ("bd09", 8)),
    "web": (("gcj02", 45), ("bd09", 40), ("wgs84", 15)),
    "hotline": (("bd09", 60), ("gcj02", 40)),
    "visit": (("wgs84", 85), ("gcj02", 15)),
}
# How a place is given, by source: coordinates, coordinates and address, address, in words only, not at all.
MODES = {
    "wechat_group": {"coordinates": 50, "both": 13, "address": 10, "words": 11, "group": 16},
    "hotline": {"coordinates": 4, "both": 22, "address": 60, "words": 14},
    "visit": {"coordinates": 45, "both": 45, "address": 10},
    "web": {"coordinates": 42, "both": 30, "address": 22, "words": 6},
}
_FULLWIDTH = str.maketrans("0123456789", "０１２３４５６７８９")


@dataclass(frozen=True, slots=True)
class Given:
    """A place as its sender gives it; empty strings where it is left out."""

    lon: str = ""
    lat: str = ""
    crs: str = ""
    address: str = ""
    words: str = ""


class Landmarks:
    """What lies near a building and has a name: gates, schools, markets, squares, bus stops."""

    NEAR_M = 70.0

    def __init__(self, places: list[Place]) -> None:
        self._places = [p for p in places if p.kind != "water"]
        self._near: dict[str, list[str]] = {}

    def beside(self, building: Building, rng: Random) -> str:
        """Words such as 金佛幼儿园对面, or nothing where no landmark is near."""
        if building.id not in self._near:
            point = building.point
            self._near[building.id] = [
                f"{place.name}口" if place.name.endswith("门") else place.name
                for place in self._places
                if place.shape.distance(point) < self.NEAR_M
            ]
        near = self._near[building.id]
        if not near:
            return ""
        name = rng.choice(near)
        return name if name.endswith("门口") else name + rng.choice(["对面", "旁边", "那里"])


def give(home: Household, source: str, mode: str, rng: Random) -> Given:
    """The household's building, told in this mode."""
    building = home.building
    words = spoken(building, rng, precise=mode == "words") if mode == "words" or rng.random() < 0.25 else ""
    address = (
        written(home, rng, by_group=source == "wechat_group" and mode == "both") if mode in ("both", "address") else ""
    )
    if mode in ("coordinates", "both"):
        return Given(*coordinates(building, source, rng), address, words)
    return Given(address=address, words=words)


def coordinates(building: Building, source: str, rng: Random, *, away_m: float = 0.0) -> tuple[str, str, str]:
    """Longitude, latitude and datum: the building's point with the error of a phone, or a way off."""
    names, weights = zip(*DATUMS[source], strict=True)
    datum = rng.choices(names, weights)[0]
    error_m = 5.0 if source == "visit" else 8.0
    x, y = building.point.x + rng.gauss(0, error_m), building.point.y + rng.gauss(0, error_m)
    if away_m:
        angle = rng.uniform(0, 2 * pi)
        x, y = away_m * cos(angle), away_m * sin(angle)
    lon, lat = to_lonlat(x, y)
    if datum != "wgs84":
        lon, lat = from_wgs84(lon, lat, datum=datum)
    return f"{lon:.6f}", f"{lat:.6f}", datum


def written(home: Household, rng: Random, *, by_group: bool) -> str:
    """An address as people fill it in: building, unit and door, in one of the usual forms."""
    name = home.building.name if not by_group or rng.random() < 0.6 else _number_only(home.building)
    depth = rng.random()
    if not home.unit or depth < 0.35:
        return name
    if depth < 0.5:
        return f"{name}{home.unit}单元"
    door = rng.choice(
        [f"{home.floor}-{home.door}"] * 3 + [f"{home.floor}{home.door:02d}", f"{home.floor}楼{home.door}号"]
    )
    return f"{name}{home.unit}单元{door}"


def spoken(building: Building, rng: Random, *, precise: bool) -> str:
    """A building as people call it in a message; `precise` keeps the compound's name in it."""
    if building.compound is None:
        return rng.choice([building.name, *building.aliases])
    compound, number = building.compound.name, _number(building)
    forms = (
        [building.name] * 4
        + building.aliases[:2]
        + [f"{compound}{number}号楼", f"{compound}{number.translate(_FULLWIDTH)}栋"]
    )
    if number.isdigit():
        forms.append(f"{compound}{chinese_number(int(number))}栋")
    if not precise:
        forms += [compound, _number_only(building), _number_only(building)]
    return rng.choice(forms)


def _number(building: Building) -> str:
    assert building.compound is not None
    return building.name.removeprefix(building.compound.name).removesuffix(building.compound.suffix)


def _number_only(building: Building) -> str:
    return f"{_number(building)}号楼" if building.compound else building.name
