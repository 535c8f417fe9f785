"""The density surface of a sheet: the method of `maps/layers/surface.py` and its script, painted for paper."""

from __future__ import annotations

import base64
import io
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PIL import Image
from scipy.fft import irfft2, next_fast_len, rfft2

from maps.palettes import DENSITY, DENSITY_BREAKS_PER_100_HOUSEHOLDS, DENSITY_BREAKS_PER_HA, Theme
from maps.sheets.frame import Frame

CELL_MM = 0.25
M2_A_HECTARE = 10_000
LEAST_HOUSEHOLDS_PER_HA = 2
"""Where fewer live, a rate says nothing: as on the screen."""

SummedPoint = tuple[float, float, float]
"""(lon, lat, how many are there), in EPSG:4326."""


@dataclass(frozen=True, slots=True)
class Density:
    """What a surface is made of: matters by place, and the households that they are divided by.

    Without `households` it is an amount per hectare. With them `matters` are those of a smoothed rate
    (`gis/density/rates.py`), and `elsewhere` counts the matters where nobody lives, which are not on the map.
    """

    matters: Sequence[SummedPoint] = ()
    households: Sequence[SummedPoint] | None = None
    elsewhere: int = 0

    @property
    def breaks(self) -> tuple[int, ...]:
        """The least amounts of its colours."""
        return DENSITY_BREAKS_PER_HA if self.households is None else DENSITY_BREAKS_PER_100_HOUSEHOLDS


def surface_image(density: Density, frame: Frame, *, radius_m: float, theme: Theme = "light") -> str:
    """A density all over the frame, as a picture in a `data:` address; empty where nothing is to be seen.

    A colour of `DENSITY` stands for the same amount as on the screen; below the first break nothing is painted.
    """
    amounts = amounts_of(density, frame, radius_m=radius_m)
    classes = np.searchsorted(density.breaks, amounts, side="right").astype(np.uint8)
    if not classes.any():
        return ""
    picture = Image.fromarray(classes)
    ramp = getattr(DENSITY, theme)
    picture.putpalette([255, 255, 255, *(int(colour[at : at + 2], 16) for colour in ramp for at in (1, 3, 5))])
    written = io.BytesIO()
    picture.save(written, "PNG", transparency=0, optimize=True)
    return f"data:image/png;base64,{base64.b64encode(written.getvalue()).decode()}"


def amounts_of(density: Density, frame: Frame, *, radius_m: float) -> np.ndarray:
    """What the colours stand for: matters per hectare, or per 100 households, in cells of `CELL_MM`."""
    matters = amounts_per_ha(density.matters, frame, radius_m=radius_m)
    if density.households is None:
        return matters
    homes = amounts_per_ha(density.households, frame, radius_m=radius_m)
    told: np.ndarray = np.zeros_like(matters)
    np.divide(100 * matters, homes, out=told, where=homes >= LEAST_HOUSEHOLDS_PER_HA)
    return told


def amounts_per_ha(points: Sequence[SummedPoint], frame: Frame, *, radius_m: float) -> np.ndarray:
    """Amounts per hectare in cells of `CELL_MM`, as rows from north to south.

    Each one is spread over `radius_m` by a quartic kernel (Silverman, Density Estimation, 1986, eq. 4.5), also one
    that lies beside the frame.
    """
    cell_m = CELL_MM * frame.metres_a_mm
    reach = max(1, int(np.ceil(radius_m / cell_m)))
    columns, rows = round(frame.width_mm / CELL_MM), round(frame.height_mm / CELL_MM)
    counts = np.zeros((rows + 2 * reach, columns + 2 * reach))
    for lon, lat, amount in points:
        x, y = frame.at(lon=lon, lat=lat)
        column, row = int(np.floor(x / CELL_MM)) + reach, int(np.floor(y / CELL_MM)) + reach
        if 0 <= row < counts.shape[0] and 0 <= column < counts.shape[1]:
            counts[row, column] += amount
    away = np.arange(-reach, reach + 1) * cell_m
    near = np.clip(1 - (away[:, None] ** 2 + away[None, :] ** 2) / radius_m**2, 0, None)
    kernel = near**2
    kernel *= M2_A_HECTARE / (kernel.sum() * cell_m**2)  # on coarse cells, too, one stays one
    fast = [next_fast_len(side + 2 * reach, real=True) for side in counts.shape]
    spread = irfft2(rfft2(counts, fast) * rfft2(kernel, fast), fast)
    # What the transform leaves of nothing may lie a little below it.
    amounts: np.ndarray = np.maximum(spread[2 * reach :, 2 * reach :][:rows, :columns], 0)
    return amounts
