"""More problems, or more reporting? As far as the activity of the groups tells.

When a group that was silent begins to write, its cases rise though nothing has become worse. Activity is what shows
that people write at all: messages, or matters of every other topic, in the same cells and periods. A rise in cases is
divided into the rise in activity and the rise in cases per activity; the second comes with its exact interval.

It takes for granted that activity does not depend on the hazard itself. Where a fire fills the group with messages
about the fire, this hides a real rise; so leave the hazard's own messages out of the activity.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from gis.hotspots.change import ENOUGH_TO_COMPARE, Period, compared

Source = Literal["problems", "reporting", "both", "neither", "unclear"]
NOTABLE = 1.1
"""Activity counts as risen from a tenth more on."""


@dataclass(frozen=True)
class Rise:
    """`cases` and `activity` after divided by before, and cases per activity with its 95% interval.

    `source`: `problems` if cases per activity rose for certain, `both` if activity did too; `reporting` if cases rose
    together with activity and per activity no rise is shown; `neither` if cases did not rise; `unclear` for the rest.
    """

    source: Source
    cases: float
    activity: float
    per_activity: float
    low: float
    high: float


def rise_of(*, cases_before: int, cases_after: int, activity_before: float, activity_after: float) -> Rise:
    """What a rise of cases between two periods of equal length comes from; raises InvalidInput as `compared`."""
    before, after = Period(cases_before, activity_before), Period(cases_after, activity_after)
    verdict = compared(before, after, chosen_by_before=False)
    activity = activity_after / activity_before
    cases = cases_after / cases_before if cases_before else float("inf" if cases_after else "nan")
    source: Source = "unclear"
    if cases_after <= cases_before:
        source = "neither"
    elif cases_before + cases_after >= ENOUGH_TO_COMPARE:
        if verdict.direction == "grew":
            source = "both" if activity >= NOTABLE else "problems"
        elif activity >= NOTABLE:
            source = "reporting"
    return Rise(source, cases, activity, verdict.ratio, verdict.low, verdict.high)
