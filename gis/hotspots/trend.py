"""Does it grow or shrink? Mann and Kendall's test for each of many short series, with ties.

It asks only whether later values tend to be larger (Mann 1945, Kendall 1975), not by how much per step; z by the normal
approximation with the correction for continuity, which holds from about 8 periods on (10 with many ties). Where each
period carries over into the next, trends are found too often (Hamed and Rao 1998); count periods that are long enough.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import ndtr

from gis.hotspots.lattice import Numbers

FEWEST_PERIODS = 8


@dataclass(frozen=True)
class Trend:
    """For each series: S, its z, p (two-sided), and Sen's slope per period (Sen 1968); z is 0 where all is alike."""

    s: npt.NDArray[np.int64]
    z: Numbers
    p: Numbers
    slope: Numbers


def mann_kendall(series: Numbers) -> Trend:
    """The trend of each row; columns are periods of equal length, in order."""
    count = series.shape[1]
    s = np.zeros(len(series), dtype=np.int64)
    ties = np.zeros(series.shape)
    slopes = []
    for early in range(count):
        ahead = series[:, early + 1 :] - series[:, early : early + 1]
        s += np.sign(ahead).sum(axis=1).astype(np.int64)
        slopes.append(ahead / np.arange(1, count - early))
        ties[:, early] = (series == series[:, early : early + 1]).sum(axis=1)
    # A value that t of the series share stands there t times, so each adds a t-th of its group's t (t - 1) (2 t + 5).
    shared = ((ties - 1) * (2 * ties + 5)).sum(axis=1)
    spread = np.sqrt((count * (count - 1) * (2 * count + 5) - shared) / 18)
    z = np.divide(s - np.sign(s), spread, out=np.zeros(len(s)), where=spread > 0)
    every = np.concatenate(slopes, axis=1)
    slope = np.median(every, axis=1) if every.size else np.zeros(len(s))
    return Trend(s, z, np.asarray(2 * ndtr(-np.abs(z)), dtype=float), slope)
