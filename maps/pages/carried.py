"""The view of a map as one file: it opens anywhere, and asks nobody for anything."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from markupsafe import Markup

from gis.hotspots.ages import LAST_OLD_YEAR
from maps import inlining, palettes
from maps.assets import embed
from maps.language import words
from maps.layers.base import Bounds, add_base, new_map
from maps.layers.grids import add_grids
from maps.layers.hotspots import TREND_SIGNS, HotspotCells
from maps.layers.surface import radius_m
from maps.page import MAP_WORDS, Shell, render
from maps.pages.hotspots import cell_words
from maps.pages.matters import ListedMatter
from maps.said import filters_in_words
from maps.sheets.classes import class_of, quantiles
from maps.sheets.frame import Frame
from maps.sheets.surface import surface_image
from maps.sheets.taken import Taken

SURFACE_MM = 360.0
"""As finely as on a sheet of this size: sharp enough for a closer look."""
OWN_STYLES = ("/static/css/dualgrid.css", "/static/css/carried.css")


@dataclass(frozen=True, slots=True)
class Carried:
    """A view with what stands beside its map.

    `by_topic` are topics and how many matters are of each; `matters` the latest of all, each with its grid's code.
    """

    taken: Taken
    by_topic: Sequence[tuple[str, int]]
    matters: Sequence[tuple[str, ListedMatter]]


def carried_page(view: Carried, *, shell: Shell, vendor: Path) -> str:
    """The file, unsigned. `vendor` is the folder of the home that holds Leaflet.

    Raises Unavailable where that is not set up.
    """
    taken = view.taken
    bounds = taken.whole
    assert bounds is not None
    made = new_map(bounds, name="carried")
    add_base(made, taken.base)
    if taken.hotspots:
        HotspotCells().add_to(made)
    add_grids(made, taken.grids, touched=not taken.hotspots)
    embedded = embed(made)
    breaks = quantiles([grid.matters for grid in taken.grids])
    scripts = [inlining.safe(inlining.read(path, vendor=vendor)) for path in embedded.scripts]
    own = (*OWN_STYLES, *(("/static/css/hotspots.css",) if taken.hotspots else ()))
    scripts += [str(embedded.script), inlining.module("carried.js")]
    styles = [inlining.style(inlining.read(path, vendor=vendor)) for path in (*embedded.styles, *own)]
    styles.append(palettes.stylesheet())
    html = render(
        "carried.html",
        shell=shell,
        view=view,
        taken=taken,
        said=filters_in_words(taken.filters, words(shell.language), shell.time_zone, grid_name=taken.grid_name),
        styles=[Markup(each) for each in styles],  # noqa: S704 - own files
        scripts=[Markup(each) for each in scripts],  # noqa: S704 - own files, and numbers
        element=embedded.element,
        breaks=breaks,
        density_breaks=taken.density.breaks,
        radius_m=radius_m(bounds),
        signs=TREND_SIGNS,
        last_old_year=LAST_OLD_YEAR,
        data=_data(taken, breaks, embedded.facts, shell) | {"surface": _surface(taken, bounds)},
    )
    return inlining.with_policy(html)


def _surface(taken: Taken, bounds: Bounds) -> dict[str, Any] | None:
    """The density as on paper, once for each colour scheme, and where its picture lies."""
    if taken.layer != "density":
        return None
    frame = Frame(bounds, SURFACE_MM, SURFACE_MM)
    themes: tuple[palettes.Theme, ...] = ("light", "dark")
    painted = {theme: surface_image(taken.density, frame, radius_m=radius_m(bounds), theme=theme) for theme in themes}
    return painted | {"bounds": frame.bounds}


def _data(taken: Taken, breaks: Sequence[int], facts: dict[str, list[dict[str, Any]]], shell: Shell) -> dict[str, Any]:
    spoken = words(shell.language)
    return {
        "facts": facts,
        "bounds": taken.extent or taken.whole,
        "classes": {grid.code: at + 1 for grid in taken.grids if (at := class_of(grid.matters, breaks)) is not None}
        if taken.layer == "grids"
        else {},
        "grid": taken.filters.grid,
        "words": {name: spoken.gettext(message) for name, message in MAP_WORDS.items()} | cell_words(spoken),
        "hotspots": _found(taken.hotspots.answer) if taken.hotspots else None,
    }


def _found(answer: Mapping[str, Any]) -> dict[str, Any]:
    """What was found, without the lists that open matters: there is nothing to open them in."""
    told = {"cells": answer["cells"]}
    for kind in ("piles", "clusters", "scan"):
        told[kind] = [{name: value for name, value in each.items() if name != "matters"} for each in answer[kind] or ()]
    return told
