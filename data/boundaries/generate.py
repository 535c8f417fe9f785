"""Writes the demonstration community 长远社区: `python data/boundaries/generate.py [-o DIR]`.

The same files, byte for byte, every time.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1]))

from data.boundaries.generator.community import generate  # noqa: E402  (needs the checkout on the path)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("-o", "--output", type=Path, default=HERE, help="directory to write into (this one)")
    generate(parser.parse_args().output)


if __name__ == "__main__":
    main()
