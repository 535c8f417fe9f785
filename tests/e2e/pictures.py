"""Pictures of pages, kept small, and how far a new one is from the one that is kept.

Both are halved and compared by the mean colour of blocks of 8 pixels (16 of the page): other antialiasing, another
build of the same font or the loss of compression hardly move a mean; words in another language, a colour, or whatever
has moved do.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image

KEPT = Path(__file__).parent / "pictures"
BLOCK = 8
APART = 9.0
"""Levels, of 255, by which the mean of a block has to differ in one channel to count as another one."""
MOST_BLOCKS = 6
"""Blocks that may differ: fewer than the four words of a label have."""

Blocks = npt.NDArray[np.float64]


def small(shot: Image.Image) -> Image.Image:
    """A screenshot at half its size."""
    return shot.resize((shot.width // 2, shot.height // 2), Image.Resampling.BOX)


def keep(image: Image.Image, name: str) -> None:
    """Keep a picture as the one to compare with; of less quality, compression alone would move blocks of the maps."""
    KEPT.mkdir(exist_ok=True)
    image.save(KEPT / f"{name}.webp", quality=82, method=6)


def kept(name: str) -> Image.Image:
    """The picture that is kept under a name."""
    return Image.open(KEPT / f"{name}.webp").convert("RGB")


def blocks(image: Image.Image) -> Blocks:
    """The mean colours of the blocks of a picture: rows, columns, channels."""
    rows, columns = image.height // BLOCK, image.width // BLOCK
    pixels = np.asarray(image, dtype=np.float64)[: rows * BLOCK, : columns * BLOCK]
    means: Blocks = pixels.reshape(rows, BLOCK, columns, BLOCK, 3).mean(axis=(1, 3))
    return means


def apart(one: Image.Image, other: Image.Image) -> npt.NDArray[np.bool_]:
    """Which blocks of two pictures differ; all of them where the pictures are not of one size."""
    if one.size != other.size:
        return np.ones((one.height // BLOCK, one.width // BLOCK), dtype=np.bool_)
    differs: npt.NDArray[np.bool_] = np.abs(blocks(one) - blocks(other)).max(axis=2) > APART
    return differs


def marked(image: Image.Image, differs: npt.NDArray[np.bool_]) -> Image.Image:
    """A picture, with what differs in red."""
    mask = Image.fromarray(np.kron(differs, np.full((BLOCK, BLOCK), 150)).astype(np.uint8))
    red = Image.new("RGB", mask.size, "#e00000")
    found = image.copy()
    found.paste(red, (0, 0), mask)
    return found
