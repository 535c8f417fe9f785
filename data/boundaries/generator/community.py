"""Puts the parts together: draws the town, settles it, and writes every file."""

from __future__ import annotations

from pathlib import Path

import shapely

from .buildings import BuiltTown, build_town
from .catalogue import COMPOUNDS
from .files import write_csv, write_geojson
from .ledger import Matter, keep_ledger
from .names import Numbers
from .people import Household, settle
from .plane import feature
from .random_source import stream
from .streets import COMMUNITY, Grid, Street, draw_town
from .workforce import Group, Post, appoint, form_groups

NOTE = "Synthetic: an invented community at a true place. 合成数据，非真实小区、住户与事件。"
AREAS = {"district": "500119", "district_name": "南川区", "street": "500119003", "street_name": "西城街道"}


def generate(directory: Path) -> None:
    """Writes the whole demonstration community into a directory, which is made if need be."""
    directory.mkdir(parents=True, exist_ok=True)
    streets, grids = draw_town()
    town = build_town(streets, grids)
    numbers = Numbers(stream("numbers"))
    households = settle(town.buildings, numbers)
    groups = form_groups(grids, town.buildings)
    posts = appoint(grids, groups, numbers)
    matters = keep_ledger(households, groups, town.places)
    _write_areas(directory, grids)
    _write_town(directory, streets, town)
    _write_people(directory, households, groups, posts)
    _write_ledger(directory, matters)


def _write_areas(directory: Path, grids: list[Grid]) -> None:
    write_geojson(directory / "grids.geojson", (feature(g.shape, code=g.code, name=g.name) for g in grids), note=NOTE)
    outline = shapely.normalize(shapely.coverage_union_all([g.shape for g in grids]))
    properties = {"code": COMMUNITY, "name": "长远社区", **AREAS, "synthetic": True}
    write_geojson(directory / "community.geojson", [feature(outline, **properties)], note=NOTE)


def _write_town(directory: Path, streets: list[Street], town: BuiltTown) -> None:
    roads = [s for s in [*streets, *town.lanes] if s.kind != "river"]
    write_geojson(directory / "streets.geojson", (feature(s.line, name=s.name, kind=s.kind) for s in roads), note=NOTE)
    places = (
        feature(p.shape, id=f"CY-P{n:03d}", name=p.name, kind=p.kind, aliases="|".join(p.aliases), compound=p.compound)
        for n, p in enumerate(town.places, 1)
    )
    write_geojson(directory / "places.geojson", places, note=NOTE)
    buildings = (
        feature(
            b.point,
            id=b.id,
            name=b.name,
            aliases="|".join(b.aliases),
            compound=b.compound.name if b.compound else "",
            address=b.address,
            floors=b.floors,
            units=b.units,
            **({"built_year": b.compound.built_year} if b.compound else {}),
        )
        for b in town.buildings
    )
    write_geojson(directory / "buildings.geojson", buildings, note=NOTE)
    write_geojson(directory / "footprints.geojson", (feature(b.footprint, id=b.id) for b in town.buildings), note=NOTE)
    write_csv(
        directory / "compounds.csv",
        ("name", "aliases", "kind", "built_year", "company"),
        ((c.name, "|".join(c.aliases), c.kind, c.built_year, c.company) for c in COMPOUNDS),
    )


def _write_people(directory: Path, households: list[Household], groups: list[Group], posts: list[Post]) -> None:
    write_csv(
        directory / "households.csv",
        ("building_id", "unit", "floor", "door", "residents", "vehicles"),
        (
            (
                h.building.id,
                h.unit,
                h.floor,
                h.door,
                "|".join(" ".join(filter(None, r)) for r in h.residents),
                "|".join(h.vehicles),
            )
            for h in households
        ),
    )
    write_csv(
        directory / "groups.csv",
        ("code", "name", "grid_codes", "building_ids"),
        ((g.code, g.name, "|".join(x.code for x in g.grids), "|".join(b.id for b in g.added)) for g in groups),
    )
    write_csv(
        directory / "workers.csv",
        ("id", "name", "phone", "role", "grid_code", "group_code", "valid_from", "valid_to"),
        ((p.worker_id, p.name, p.phone, p.role, p.grid_code, p.group_code, p.valid_from, p.valid_to) for p in posts),
    )


def _write_ledger(directory: Path, matters: list[Matter]) -> None:
    write_csv(
        directory / "issues.csv",
        (
            "external_id",
            "text",
            "source",
            "reported_at",
            "closed_at",
            "lon",
            "lat",
            "crs",
            "address",
            "topic",
            "hazard",
            "status",
            "group",
            "first_answered_at",
            "settled_level",
            "settled_way",
        ),
        (
            (
                f"CY-{m.reported_at:%Y%m%d}-{i:04d}",
                m.text,
                m.source,
                m.reported_at.isoformat(),
                m.closed_at.isoformat() if m.closed_at else "",
                m.place.lon,
                m.place.lat,
                m.place.crs,
                m.place.address,
                m.topic,
                str(m.hazard).lower(),
                m.status,
                m.group,
                m.first_answered_at.isoformat() if m.first_answered_at else "",
                m.settled_level,
                m.settled_way,
            )
            for i, m in enumerate(matters, 1)
        ),
    )


__all__ = ["generate"]
