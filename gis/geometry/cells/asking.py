"""What a cell answers.

Let r be the middle of a cell, and p a point in it. From p go level to the upright line through r, then along that
line to r: two legs inside the cell, so only edges that pass the cell can be crossed, and whether a grid has p
follows from whether it has r and how often its edges are crossed. Of an edge and a leg two things matter: whether
the edge's span holds the leg's line, and on which sides of the edge the leg's ends are. The legs meet in a corner
that may lie on an edge; its side there cancels, because it is asked once for each leg. What is left of r is the
same for all points of a cell: the record's head has it. So the one question of geometry that a point puts is on
which side of an edge it is itself, and that is answered exactly.

An edge is `UPRIGHT` if its span from west to east holds the line through r; only then it matters to the second leg.
It is `TURNED` if, of the points level with it, those to its left are the ones for which it does not count: because
it lies to the right of r, or, upright, because it leans to the left. Spans are half open, low end in, high end out,
so that a corner where two edges meet is counted once.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from gis.geometry.cells.compiled import compiled
from gis.geometry.cells.marking import NOWHERE
from gis.geometry.cells.raster import Raster, column_of, row_of
from gis.geometry.cells.records import ASK, NESTED, TURNED, UPRIGHT

_BLOCK = 256


@compiled
def exact_product(a: float, b: float) -> tuple[float, float]:
    """a * b as the sum of two numbers, rounded product first (Dekker 1971, with Veltkamp's splitting)."""
    product = a * b
    c = 134217729.0 * a
    a_high = c - (c - a)
    a_low = a - a_high
    c = 134217729.0 * b
    b_high = c - (c - b)
    b_low = b - b_high
    return product, ((a_high * b_high - product) + a_high * b_low + a_low * b_high) + a_low * b_low


@compiled
def is_exact(a: float, b: float) -> bool:
    """Whether a - b is a number without rounding (Knuth's two-sum)."""
    difference = a - b
    back = a - difference
    return (a - (difference + back)) + (back - b) == 0.0


@compiled
def exact_side(ax: float, ay: float, bx: float, by: float, x: float, y: float) -> int:
    """`side` where rounding could decide it; ASK if this arithmetic cannot tell either.

    Near an edge the differences of coordinates are as a rule exact (Sterbenz). Then the sign is that of a
    difference of two products, and as rounding keeps order, that of the rounded products or, if these are
    equal, of what rounding took.
    """
    if not (
        is_exact(ax, x)
        and is_exact(ay, y)
        and is_exact(bx, x)
        and is_exact(by, y)
        and is_exact(ax, bx)
        and is_exact(ay, by)
    ):
        return ASK
    left, left_rest = exact_product(ax - x, by - y)
    right, right_rest = exact_product(ay - y, bx - x)
    for product, one, other in ((left, ax - x, by - y), (right, ay - y, bx - x)):
        if abs(product) < 1e-250 and one != 0.0 and other != 0.0:
            return ASK
    if left != right:
        return 1 if left > right else -1
    return int(left_rest > right_rest) - int(left_rest < right_rest)


@compiled
def side(ax: float, ay: float, bx: float, by: float, x: float, y: float) -> int:
    """1 if the point is left of the edge from a to b, -1 right of it, 0 on its line; ASK if unknown.

    A sum of rounded products decides unless it is within its own error (Shewchuk 1997, with room to spare).
    """
    left = (ax - x) * (by - y)
    right = (ay - y) * (bx - x)
    error = 1e-15 * (abs(left) + abs(right)) + 1e-250
    if left - right > error:
        return 1
    if right - left > error:
        return -1
    return exact_side(ax, ay, bx, by, x, y)


@compiled
def covering(words: Any, numbers: Any, at: int, head: int, x: float, y: float) -> int:
    """The grids of a record that cover a point, a bit for each; ASK if it cannot be told."""
    inside = head & 0xFFFFFFFF
    on = 0
    e = at + 1 + (((head >> 32) & 0xFF) + 1) // 2
    for _ in range(head >> 40):
        mask = words[e + 4]
        ay, by = numbers[e + 1], numbers[e + 3]
        if ay <= y < by:
            which = side(numbers[e], ay, numbers[e + 2], by, x, y)
            if which == ASK:
                return ASK
            if which == 0:
                on |= mask
            elif (which == 1) != (mask & TURNED != 0):
                inside ^= mask
        elif y >= by:
            if y == by and (x == numbers[e + 2] or (ay == by and numbers[e] <= x <= numbers[e + 2])):
                on |= mask
            elif mask & UPRIGHT:
                inside ^= mask
        e += 5
    return (inside | on) & 0xFFFFFFFF


@compiled
def cell_of(raster: Raster, x: float, y: float) -> int:
    return row_of(raster, y) * raster.columns + column_of(raster, x)


@compiled
def record_of(cells: Any, words: Any, numbers: Any, at: int, head: int, x: float, y: float) -> tuple[int, int, int]:
    """The value and record of the smallest cell that has a point, of the nested ones from a record on."""
    value = -3 - at
    while head & NESTED:
        shape = words[at + 5]
        raster = Raster(
            numbers[at + 1], numbers[at + 2], numbers[at + 3], numbers[at + 4], shape & 0xFFFFFFFF, shape >> 32
        )
        value = int(cells[words[at + 6] + cell_of(raster, x, y)])
        if value >= ASK:
            return value, at, head
        at = -3 - value
        head = words[at]
    return value, at, head


@compiled
def first_covering(
    raster: Raster,
    extent: tuple[float, float, float, float],
    cells: Any,
    words: Any,
    numbers: Any,
    names: Any,
    x: Any,
    y: Any,
    out: Any,
) -> None:
    """The name of the first grid that covers each point; NOWHERE, or ASK where it must be asked elsewhere.

    In blocks: all cells, then all heads of records, then the records. Reads that do not wait for each other
    are fetched from memory together.
    """
    west, south, east, north = extent
    waiting = np.empty(_BLOCK, np.int32)
    heads = np.empty(_BLOCK, np.int64)
    for begin in range(0, len(x), _BLOCK):
        past = min(begin + _BLOCK, len(x))
        count = 0
        for i in range(begin, past):
            if not (west <= x[i] <= east and south <= y[i] <= north):  # nor what is no number
                out[i] = NOWHERE
                continue
            value = cells[cell_of(raster, x[i], y[i])]
            out[i] = names[value] if value >= 0 else value
            waiting[count] = i
            count += value < ASK
        for k in range(count):
            heads[k] = words[-3 - out[waiting[k]]]
        for k in range(count):
            i = waiting[k]
            value, at, head = record_of(cells, words, numbers, -3 - out[i], heads[k], x[i], y[i])
            if value >= ASK:
                out[i] = names[value] if value >= 0 else value
                continue
            covers = covering(words, numbers, at, head, x[i], y[i])
            if covers <= 0:
                out[i] = ASK if covers == ASK else NOWHERE
                continue
            slot = 0
            while not covers & 1:
                covers >>= 1
                slot += 1
            out[i] = names[(words[at + 1 + (slot >> 1)] >> (32 * (slot & 1))) & 0xFFFFFFFF]


@compiled
def count_covering(
    raster: Raster,
    extent: tuple[float, float, float, float],
    cells: Any,
    words: Any,
    numbers: Any,
    x: Any,
    y: Any,
    out: Any,
) -> None:
    """How many grids cover each point; ASK where it must be asked elsewhere."""
    west, south, east, north = extent
    for i in range(len(x)):
        out[i] = 0
        if not (west <= x[i] <= east and south <= y[i] <= north):
            continue
        value = int(cells[cell_of(raster, x[i], y[i])])
        at, head = 0, 0
        if value < ASK:
            at = -3 - value
            value, at, head = record_of(cells, words, numbers, at, words[at], x[i], y[i])
        if value >= ASK:
            out[i] = ASK if value == ASK else value != NOWHERE
            continue
        covers = covering(words, numbers, at, head, x[i], y[i])
        if covers == ASK:
            out[i] = ASK
        while covers > 0:
            out[i] += covers & 1
            covers >>= 1
