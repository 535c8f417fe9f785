"""The layers that carry no personal data: what each holds, by which words it is described and found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import TableValuedAlias, column, func

from gis.storage.memory import Kind

ColumnType = Literal["text", "integer", "bigint", "timestamptz"]


@dataclass(frozen=True, slots=True)
class Layer:
    """One layer. `columns` are those of its function in `storage/sql/layers.sql`, without `id` and `geom`.

    `geometry` is the kind that GeoJSON names. `kind` is the data that it follows, by which a tile of it may be
    kept; None for a layer that is another for each who asks. `rows` is a layer with the same features that is
    cheaper to count. A layer of which each feature holds for a time has `valid_from` and `valid_to`.
    """

    name: str
    title: str
    description: str
    geometry: str
    columns: dict[str, ColumnType]
    kind: Kind | None = None
    rows: str = ""

    @property
    def dated(self) -> bool:
        return "valid_from" in self.columns

    @property
    def found_by(self) -> tuple[str, ...]:
        """The columns by whose value features can be chosen."""
        return tuple(name for name, kind in self.columns.items() if kind == "text")

    def source(self, alias: str = "layer") -> TableValuedAlias:
        """The layer's rows, to select from."""
        return _function(self.name, alias, *self.columns)

    def counted(self) -> TableValuedAlias:
        """Its rows where only their number matters."""
        return _function(self.rows or self.name, "layer", *self.found_by)


def _function(name: str, alias: str, *columns: str) -> TableValuedAlias:
    made: Any = getattr(func, f"layer_{name}")()
    return made.table_valued(*map(column, ("id", "geom", *columns)), name=alias)  # type: ignore[no-any-return]


_NAMED: dict[str, ColumnType] = {"code": "text", "name": "text", "community": "text"}
_HELD: dict[str, ColumnType] = {"valid_from": "timestamptz", "valid_to": "timestamptz"}
_COUNTS: dict[str, ColumnType] = {"matters": "bigint", "open": "bigint", "hazards": "bigint"}

LAYERS: dict[str, Layer] = {
    layer.name: layer
    for layer in (
        Layer("grids", "网格 Grids", "The grids as they stand now.", "MultiPolygon", _NAMED | _HELD, "boundaries"),
        Layer(
            "grid_versions",
            "网格沿革 Grids over time",
            "Every shape that a grid has had. `datetime` chooses those that held then.",
            "MultiPolygon",
            _NAMED | _HELD,
            "boundaries",
        ),
        Layer(
            "matters",
            "网格事项数 Matters by grid",
            "How many matters of each grid you may see: all, open ones, hazards.",
            "MultiPolygon",
            _NAMED | _COUNTS,
            rows="grids",
        ),
        Layer(
            "communities",
            "社区 Communities",
            "What a community's grids cover.",
            "MultiPolygon",
            {"code": "text", "name": "text", "street": "text"},
            "boundaries",
        ),
        Layer(
            "buildings",
            "楼栋 Buildings",
            "Houses, without who lives in them: footprints where they are known, else points.",
            "Geometry",
            {
                "code": "text",
                "name": "text",
                "compound": "text",
                "address": "text",
                "floors": "integer",
                "units": "integer",
                "built_year": "integer",
                "community": "text",
            },
            "gazetteer",
        ),
        Layer(
            "compounds",
            "小区 Compounds",
            "The hull of a compound's buildings.",
            "Geometry",
            {"name": "text", "buildings": "bigint", "community": "text"},
            "gazetteer",
        ),
        Layer(
            "places",
            "地点 Known places",
            "Gates, kindergartens, markets.",
            "Point",
            _NAMED | {"kind": "text"},
            "gazetteer",
        ),
    )
}
