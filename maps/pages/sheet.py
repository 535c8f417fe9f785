"""A map as it is printed: title, filters in words, map, legend, scale bar, north, dates, and who printed it."""

from __future__ import annotations

from maps.language import words
from maps.page import Shell, render
from maps.palettes import DENSITY
from maps.said import filters_in_words
from maps.sheets.drawing import drawing
from maps.sheets.frame import Orientation, PaperName, paper_mm
from maps.sheets.hotspots import COLOURS
from maps.sheets.taken import Taken

MARGIN_MM = 9
HEAD_MM = 11.0
FOOT_MM: dict[Orientation, float] = {"landscape": 25.0, "portrait": 38.0}
FOOT_OF_RATES_MM: dict[Orientation, float] = {"landscape": 32.0, "portrait": 44.0}
FOOT_OF_HOTSPOTS_MM: dict[Orientation, float] = {"landscape": 37.0, "portrait": 57.0}
"""The more there is to be said of a method, the more room it has."""
LARGER_ON_A3 = 1.3
LONGEST_BAR_MM = 42


def sheet_page(view: Taken, *, paper: PaperName, orientation: Orientation, shell: Shell) -> str:
    """One sheet of paper, to be printed, of a community that has boundaries."""
    extent = view.extent or view.whole
    assert extent is not None
    width_mm, height_mm = paper_mm(paper, orientation)
    size = LARGER_ON_A3 if paper == "a3" else 1.0
    rated = FOOT_MM if view.density.households is None else FOOT_OF_RATES_MM
    foot_mm = FOOT_OF_HOTSPOTS_MM if view.hotspots else rated
    drawn = drawing(
        view.base,
        view.grids,
        view.density,
        layer=view.layer,
        extent=extent,
        width_mm=width_mm - 2 * MARGIN_MM,
        height_mm=height_mm - 2 * MARGIN_MM - (HEAD_MM + foot_mm[orientation]) * size,
        chosen=view.filters.grid,
        found=view.hotspots.answer if view.hotspots else None,
    )
    return render(
        "sheet.html",
        shell=shell,
        view=view,
        found=view.hotspots.said if view.hotspots else None,
        cell_colours=COLOURS,
        drawn=drawn,
        paper=(width_mm, height_mm),
        margin=MARGIN_MM,
        size=size,
        head=HEAD_MM * size,
        said=filters_in_words(view.filters, words(shell.language), shell.time_zone, grid_name=view.grid_name),
        bar_m=drawn.frame.bar_m(LONGEST_BAR_MM * size),
        ramp=DENSITY.light,
        density_breaks=view.density.breaks,
    )
