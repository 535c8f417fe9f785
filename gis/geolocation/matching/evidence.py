"""What speaks for and against a place being the one that a text means."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

NumberSays = Literal["agrees", "fits", "silent", "lacking", "unknown", "near", "differs"]
"""A building's number in the text: the place's own, said to be a building's or not (agrees, fits); none in
either (silent); none in the text but in the place (lacking); one that the compound does not have (unknown);
the place's own but for a digit (near); another than the place's (differs)."""

StreetSays = Literal["agrees", "road", "silent", "differs"]

_NUMBER = {"agrees": 2.0, "fits": 1.2, "silent": 0.0, "lacking": -0.7, "unknown": -0.6, "near": -0.4, "differs": -2.5}
_STREET = {"agrees": 1.6, "road": 0.4, "silent": 0.0, "differs": -1.2}

FAR = 3.0
"""Ahead by this score or more is as good as alone."""

FEATURES = (
    "quality",
    "length",
    "part",
    "alike",
    "agrees",
    "fits",
    "lacking",
    "unknown",
    "near",
    "differs",
    "street_agrees",
    "street_differs",
    "area_agrees",
    "area_differs",
    "unexplained",
    "loose",
    "context",
    "lead",
    "tied",
)


@dataclass(slots=True)
class Evidence:
    """For one place: how well its name was read, from `start` to `end` of the text, and what else was.

    `quality` is 1 for the name as it is; `length` counts its characters in the text. `unexplained` is the
    share of the text's own place names that this place does not account for; `loose` says that a building's
    number in the text is not this place's, `bare` that the text states no number that a building or a door
    could have. `context` is what the online
    group, the reporter's home and coordinates say, positive for the place. `unknown_span` is where the number
    of a building stands that the place does not have; `adrift` says that the name means a place only where one
    knows which compound is spoken of, and nothing tells; `accepted` that a person has said that the name means it.
    """

    quality: float
    length: int
    how: str
    start: int
    end: int
    number: NumberSays = "silent"
    street: StreetSays = "silent"
    areas_agree: int = 0
    areas_differ: int = 0
    unexplained: float = 0.0
    loose: bool = False
    bare: bool = False
    context: float = 0.0
    number_span: tuple[int, int] | None = None
    number_words: str = ""
    unknown_span: tuple[int, int] | None = None
    adrift: bool = False
    accepted: bool = False

    def score(self) -> float:
        """For ranking only."""
        return (
            4 * self.quality
            + 0.25 * min(self.length, 8)
            + _NUMBER[self.number]
            + _STREET[self.street]
            + 0.4 * min(self.areas_agree, 3)
            - 0.8 * min(self.areas_differ, 2)
            - 2.0 * self.unexplained
            - 0.3 * self.loose
            + self.context
        )

    @property
    def settled(self) -> bool:
        """Whether the text can mean this very place: the numbers in both agree, or there are none."""
        return not self.adrift and self.number in ("agrees", "fits", "silent")

    def features(self, lead: float) -> list[float]:
        """The numbers that confidence is told from, in the order of `FEATURES`.

        `lead` is the score by which this place is ahead of the best other one.
        """
        return [
            self.quality,
            min(self.length, 8) / 8,
            float(self.how == "part"),
            float(self.how in ("sound", "like")),
            float(self.number == "agrees"),
            float(self.number == "fits"),
            float(self.number == "lacking"),
            float(self.number == "unknown"),
            float(self.number == "near"),
            float(self.number == "differs"),
            float(self.street == "agrees"),
            float(self.street == "differs"),
            min(self.areas_agree, 3) / 3,
            float(self.areas_differ > 0),
            self.unexplained,
            float(self.loose),
            max(-1.0, min(self.context, 1.0)),
            max(-FAR, min(lead, FAR)),
            float(abs(lead) < 0.05),
        ]
