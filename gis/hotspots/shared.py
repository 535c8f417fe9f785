"""What the cases of a cluster have in common: topic, compound, whatever is known of each.

A value stands out if a cluster has more cases with it than as many cases drawn from all would have (hypergeometric,
one-sided), corrected for the number of values and clusters asked (false-discovery rate). Cases of one household count
each for itself, so that one loud reporter can make a value stand out: look at the cases.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.stats import hypergeom

from gis.hotspots.significance import false_discovery_q

_COLUMNS = ("cluster", "attribute", "value", "count", "of", "expected", "ratio", "p", "q")


def shared_values(cluster: npt.NDArray[np.int64], attributes: pd.DataFrame) -> pd.DataFrame:
    """For each cluster (numbers from 0; below: none) and each value of each column: how often, and how often expected.

    `attributes` has one row a case; empty cells (None, NaN) take no part in that column. Columns: cluster, attribute,
    value, count, of (the cluster's cases with a value), expected, ratio, p, q; by cluster, what stands out most first.
    """
    rows = []
    for name in attributes.columns:
        known = attributes[name].notna().to_numpy()
        values, own = attributes[name][known].astype(str), cluster[known]
        table = pd.crosstab(own, values) if len(values) else pd.DataFrame()
        overall = table.sum(axis=0)
        for number in table.index[table.index >= 0]:
            counts, size = table.loc[number], int(table.loc[number].sum())
            for value in counts.index[counts > 0]:
                found, all_of_it = int(counts[value]), int(overall[value])
                expected = size * all_of_it / len(values)
                p = float(hypergeom.sf(found - 1, len(values), all_of_it, size))
                rows.append((int(number), str(name), str(value), found, size, expected, found / expected, p))
    frame = pd.DataFrame(rows, columns=list(_COLUMNS[:-1]))
    frame["q"] = false_discovery_q(frame["p"].to_numpy(dtype=float)) if len(frame) else np.empty(0)
    return frame.sort_values(["cluster", "p", "attribute", "value"], ignore_index=True)
