"""All compounds, buildings, places and roads of a town, indexed by their names, addresses and areas."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from gis.geolocation.matching.folding import folded
from gis.geolocation.matching.lexicon import Lexicon
from gis.geolocation.matching.local import names_of
from gis.geolocation.matching.places import (
    Building,
    Compound,
    Named,
    Place,
    Road,
    Standing,
    street_number,
    taken_apart,
)

Target = Building | Compound | Place | Road


@dataclass(slots=True)
class Bearers:
    """What bears a name: by itself, and with a number behind it. Places are positions in `targets`.

    `accepted` are the buildings that the name by itself was accepted for: they come before all others.
    `local` are the places that it means only where one knows which compound is spoken of.
    """

    plain: list[int] = field(default_factory=list)
    numbered: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    accepted: list[int] = field(default_factory=list)
    local: list[int] = field(default_factory=list)

    @property
    def only_local(self) -> bool:
        return not (self.plain or self.numbered)


class PlaceIndex:
    """Places that a text may mean. Each is known by its position in `targets`, compounds first."""

    def __init__(
        self,
        compounds: Iterable[Compound],
        buildings: Iterable[Building],
        places: Iterable[Place] = (),
        roads: Iterable[Road] = (),
    ) -> None:
        self.compounds: Sequence[Compound] = tuple(compounds)
        self.buildings: Sequence[Building] = tuple(buildings)
        self.places: Sequence[Place] = tuple(places)
        self.roads: Sequence[Road] = tuple(roads)
        self.targets: list[Target] = [*self.compounds, *self.buildings, *self.places, *self.roads]
        self.compound_at = {c.id: i for i, c in enumerate(self.compounds)}
        self.building_at = {b.id: i + len(self.compounds) for i, b in enumerate(self.buildings)}
        standing = len(self.compounds) + len(self.buildings)
        self._place_at = {p.id: i for i, p in enumerate(self.places, standing)}
        self._road_at = {r.id: i for i, r in enumerate(self.roads, standing + len(self.places))}
        self.numbers: list[frozenset[str]] = [frozenset()] * len(self.targets)
        self.of_compound: dict[int, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
        """Buildings of a compound (by its position), by their numbers; under "" all of them."""
        self.by_number: dict[str, list[int]] = defaultdict(list)

        names: dict[str, Bearers] = defaultdict(Bearers)
        streets: dict[str, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
        levels: dict[str, set[str]] = defaultdict(set)
        named_roads: dict[str, list[int]] = defaultdict(list)
        for i, target in enumerate(self.targets):
            if isinstance(target, Road):
                named_roads[folded(target.name)].append(i)
                continue
            self._name(i, target, names)
            bearer = self._bearer(i, target)
            street = street_number(target.address)
            if street is not None and bearer not in streets[street.stem][street.number]:
                streets[street.stem][street.number].append(bearer)
            for level, area in target.areas:
                levels[folded(area)].add(level)
        local = {name for name, bearers in names.items() if bearers.only_local}
        whole = (names.keys() - local) | streets.keys() | levels.keys() | named_roads.keys()
        self.lexicon = Lexicon(whole, as_it_is=local - whole)
        at = self.lexicon.position
        self.bearers = {at[name]: bearers for name, bearers in names.items() if name in at}
        self.road_at = {at[name]: them for name, them in named_roads.items() if name in at}
        self.streets = {at[name]: numbers for name, numbers in streets.items() if name in at}
        self.levels = {at[name]: frozenset(them) for name, them in levels.items() if name in at}
        self.areas = [{level: at.get(folded(area)) for level, area in target.areas} for target in self.targets]
        self.street_of = [self._street(target, at) for target in self.targets]

    def at(self, target: Target) -> int:
        """The position of a target."""
        match target:
            case Compound():
                return self.compound_at[target.id]
            case Building():
                return self.building_at[target.id]
            case Place():
                return self._place_at[target.id]
        return self._road_at[target.id]

    def standing_at(self, i: int) -> list[Standing]:
        """The building or place at a position, or all buildings of the compound or road there."""
        target = self.targets[i]
        if isinstance(target, Building | Place):
            return [target]
        if isinstance(target, Road):
            within = [self.building_at[id] for id in target.building_ids]
        else:
            within = self.of_compound.get(i, {}).get("", [])
        return [b for j in within if isinstance(b := self.targets[j], Building)]

    def compound_of(self, i: int) -> int | None:
        """The position of the compound that a building or place is in."""
        target = self.targets[i]
        home = target.compound_id if isinstance(target, Building | Place) else None
        return self.compound_at.get(home) if home is not None else None

    def _name(self, i: int, target: Target, names: dict[str, Bearers]) -> None:
        if isinstance(target, Compound):
            for name in (target.name, *target.aliases):
                street = street_number(name)
                if street is None:
                    names[folded(name)].plain.append(i)
                else:
                    names[street.stem].numbered[street.number].append(i)
            return
        home = self.compound_of(i)
        if isinstance(target, Place):
            compound = self.compounds[home] if home is not None else None
            own, local = names_of(target, (compound.name, *compound.aliases) if compound else ())
            for name in own:
                names[name].plain.append(i)
            for name in local:
                names[name].local.append(i)
            return
        assert isinstance(target, Building)
        for name in target.accepted:
            names[folded(name)].accepted.append(i)
        apart = {taken_apart(name) for name in (target.name, *target.aliases)}
        numbers = {name.number for name in apart if name.number}
        self.numbers[i] = frozenset(numbers)
        if home is not None:
            compound = self.compounds[home]
            streets = [street for name in (compound.name, *compound.aliases) if (street := street_number(name))]
            numbers |= {n.removeprefix(f"{s.number}-") for s in streets for n in numbers}
            called = [name for name in (compound.name, *compound.aliases) if street_number(name) is None]
            apart |= {Named(folded(name), n) for name in called for n in numbers}
            if not called:
                apart = set()
            self.of_compound[home][""].append(i)
            for number in sorted(numbers):
                self.of_compound[home][number].append(i)
        for number in sorted(numbers):
            self.by_number[number].append(i)
        for stem, number in sorted(apart):
            if stem and number:
                names[stem].numbered[number].append(i)
            elif stem:
                names[stem].plain.append(i)

    def _bearer(self, i: int, target: Target) -> int:
        """What an address stands for: the compound of a building that has one."""
        if isinstance(target, Building) and target.compound_id in self.compound_at:
            return self.compound_at[target.compound_id]
        return i

    def _street(self, target: Target, at: dict[str, int]) -> tuple[int, str] | None:
        street = street_number(target.address)
        return (at[street.stem], street.number) if street is not None and street.stem in at else None
