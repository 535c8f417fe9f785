"""Train the model that `parser.py` reads, from annotated addresses and complaint texts.

    python -m gis.geolocation.address.train ../shared/data --without tests/real/hotline_places.csv

writes `model.crf.gz`, the same every time, in a few minutes; the messages that the complaints are measured on are
left out. With `--validate`, one address in six is held back, the model goes
to a scratch file and the agreement on those held back is printed: that is what the choices here were made
by. `dev.conll` is never read.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import hashlib
import tempfile
from pathlib import Path

import pycrfsuite

from gis.geolocation.address import parser
from gis.geolocation.address.corpus import Annotated, read_corpus
from gis.geolocation.address.features import features
from gis.geolocation.address.measure import agreement
from gis.geolocation.address.parts import NUMBERS, Kind
from gis.geolocation.address.practice import Labelled, alone, clauses_of, in_sentences, read_messages, titles_of
from gis.geolocation.address.tokens import Tokens, tokenize

_SENTENCES = 4000
_TITLES_COUNT = 6
_SEED = 500119003
_PARAMETERS = {"c1": 0.3, "c2": 1.0, "max_iterations": 100, "feature.minfreq": 2, "feature.possible_transitions": True}


def train(addresses: list[Annotated], messages: list[tuple[str, str]], to: Path) -> None:
    """Fit the model to addresses alone and in sentences, and to the titles of complaints."""
    examples = [alone(a) for a in addresses] + _TITLES_COUNT * titles_of(messages)
    examples += in_sentences(addresses, clauses_of(messages), _SENTENCES, _SEED)
    trainer = pycrfsuite.Trainer(verbose=False)
    for example in examples:
        tokens = tokenize(example.text)
        trainer.append(features(example.text, tokens), _tags(example, tokens))
    trainer.set_params(_PARAMETERS)
    with tempfile.TemporaryDirectory() as scratch:
        plain = Path(scratch) / "model.crf"
        trainer.train(str(plain))
        to.write_bytes(gzip.compress(plain.read_bytes(), mtime=0))


def _tags(example: Labelled, tokens: Tokens) -> list[str]:
    tags: list[str] = []
    before: Kind | None = None
    for start, sort in zip(tokens.starts, tokens.kinds, strict=True):
        kind, begins = example.kinds[start]
        if kind == "other" and sort == "P" and before in NUMBERS:
            tags.append(f"{parser.JOINT}-{before}")
        else:
            tags.append(f"{'B' if begins else 'I'}-{kind}" if kind else parser.OUTSIDE)
            before = kind
    return tags


def held_back(address: Annotated) -> bool:
    """Whether an address is kept for validation: one in six, by its own text."""
    return int(hashlib.md5(address.text.encode(), usedforsecurity=False).hexdigest(), 16) % 6 == 0


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("data", type=Path, help="folder that holds address/train.conll and hotline/")
    arguments.add_argument("--without", type=Path, help="CSV whose message_id column lists messages to leave out")
    arguments.add_argument("--validate", action="store_true")
    given = arguments.parse_args()
    without: frozenset[str] = frozenset()
    if given.without:
        with given.without.open(encoding="utf-8") as file:
            without = frozenset(row["message_id"] for row in csv.DictReader(file))
    addresses = read_corpus(given.data / "address" / "train.conll")
    messages = read_messages(given.data / "hotline" / "messages_odd.csv.gz", without)
    if not given.validate:
        train(addresses, messages, parser.MODEL)
        return
    kept = [a for a in addresses if not held_back(a)]
    with tempfile.TemporaryDirectory() as scratch:
        parser.MODEL = Path(scratch) / "model.crf.gz"
        train(kept, messages, parser.MODEL)
        print(f"{parser.MODEL.stat().st_size / 1e6:.2f} MB")
        print(agreement([a for a in addresses if held_back(a)]))


if __name__ == "__main__":
    main()
