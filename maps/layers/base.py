"""The ground without tiles: water, parks, streets, buildings, and the edge of the community.

Every shape carries a class, not a colour: the stylesheet paints it, so that light, dark and print follow
the page.

Folium's script gets geometry and nothing else. Branca compiles every rendered script once more, as a Jinja
template, so a grid named `{{ … }}` would run on the server; and popups are pasted into template literals,
where a backtick would run in the browser. What people named or wrote therefore travels beside the script,
as JSON (`GroundMap.facts`), and the page's modules set it as text.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import folium
from folium.map import CustomPane

GeoJson = dict[str, Any]
Bounds = tuple[float, float, float, float]

GROUND_PANE, SURFACE_PANE, EDGE_PANE = "ground", "surface", "edge"
CLOSEST_ZOOM = 20
PAINTED_KINDS = {"marked", "water", "park", "square", "gate", "main", "side", "lane"}
GEOMETRY_TYPES = {"Point", "LineString", "Polygon", "MultiPoint", "MultiLineString", "MultiPolygon"}
EMPTY: GeoJson = {"type": "FeatureCollection", "features": []}


class GroundMap(folium.Map):
    """A Folium map whose shapes' properties are kept beside it: `facts[layer][n]` are those of its n-th shape."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.facts: dict[str, list[dict[str, Any]]] = {}


@dataclass(frozen=True, slots=True)
class BaseMap:
    """The community's own vectors, each a GeoJSON feature collection in EPSG:4326, or None.

    `outline`: one polygon. `buildings`: polygons (or points) with `compound` and `number`. `streets`:
    lines with `name` and `kind` (`main`, `side`, `lane`). `places`: polygons or points with `name` and
    `kind` (`water`, `park`, `square`, `gate`; any other is drawn as plain ground).
    """

    outline: GeoJson | None = None
    buildings: GeoJson | None = None
    streets: GeoJson | None = None
    places: GeoJson | None = None


def new_map(bounds: Bounds, *, name: str) -> GroundMap:
    """A map without tiles that shows `bounds` (west, south, east, north); scripts know it as `map_<name>`."""
    west, south, east, north = bounds
    made = GroundMap(
        location=((south + north) / 2, (west + east) / 2),
        tiles=None,
        zoom_start=16,
        min_zoom=9,
        max_zoom=CLOSEST_ZOOM,
        zoom_control="topright",
        zoom_snap=0.1,
        zoom_delta=0.5,
        attribution_control=False,
    )
    made.options["max_zoom"] = CLOSEST_ZOOM
    made._id = name
    for pane, z_index in ((GROUND_PANE, 210), (SURFACE_PANE, 300), (EDGE_PANE, 390)):
        made.add_child(CustomPane(pane, z_index=z_index))
    return made


def add_base(ground: GroundMap, base: BaseMap) -> None:
    """Draw the ground, lowest first."""
    for name, shapes in (("places", base.places), ("streets", base.streets), ("buildings", base.buildings)):
        if shapes and shapes["features"]:
            add_shapes(ground, shapes, name=name, pane=GROUND_PANE)
    if base.outline and base.outline["features"]:
        add_shapes(ground, base.outline, name="outline", pane=EDGE_PANE)


def add_shapes(
    ground: GroundMap,
    shapes: GeoJson,
    *,
    name: str,
    pane: str | None = None,
    touched: bool = False,
    marker: folium.Circle | folium.CircleMarker | None = None,
) -> None:
    """Draw shapes that the stylesheet paints as `.shape-<name>`; scripts know the layer as `geo_json_<name>`.

    `marker` is how points are drawn; `touched` makes the shapes answer to the pointer.
    """
    features = [feature for feature in shapes["features"] if feature["geometry"]]
    facts = [feature["properties"] for feature in features]
    drawn = [
        {"type": "Feature", "id": at, "properties": {"at": at}, "geometry": numbers_only(feature["geometry"])}
        for at, feature in enumerate(features)
    ]
    ground.facts[name] = facts

    def style(feature: GeoJson) -> dict[str, str]:
        kind = facts[feature["id"]].get("kind")
        return {"className": f"shape-{name} shape-{kind}" if kind in PAINTED_KINDS else f"shape-{name}"}

    options: dict[str, Any] = {"interactive": touched}
    if pane:
        options["pane"] = pane
    layer = folium.GeoJson(
        {"type": "FeatureCollection", "features": drawn},
        style_function=style,
        smooth_factor=0.5,
        marker=marker or folium.CircleMarker(radius=4),
        control=False,
        **options,
    )
    layer._id = name
    layer.add_to(ground)


def numbers_only(geometry: GeoJson) -> GeoJson:
    """The same geometry, of which nothing but numbers can reach a script.

    Raises ValueError for what is no geometry, TypeError or ValueError for coordinates that are no numbers.
    """
    if geometry["type"] not in GEOMETRY_TYPES:
        raise ValueError("no geometry that a map can draw")

    def numbers(part: Any) -> Any:
        return [numbers(each) for each in part] if isinstance(part, (list, tuple)) else float(part)

    return {"type": geometry["type"], "coordinates": numbers(geometry["coordinates"])}


def bounds_of(*collections: GeoJson | None) -> Bounds | None:
    """West, south, east and north of everything given; None where there is nothing."""
    lons: list[float] = []
    lats: list[float] = []

    def walk(coordinates: Any) -> None:
        if isinstance(coordinates[0], (int, float)):
            lons.append(coordinates[0])
            lats.append(coordinates[1])
        else:
            for part in coordinates:
                walk(part)

    for collection in collections:
        for feature in (collection or EMPTY)["features"]:
            if feature.get("geometry"):
                walk(feature["geometry"]["coordinates"])
    return (min(lons), min(lats), max(lons), max(lats)) if lons else None
