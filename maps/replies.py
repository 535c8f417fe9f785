"""What somebody is told by return who reports from elsewhere: another system, or a chat."""

from __future__ import annotations

from collections.abc import Sequence

from maps.language import N_, Language, words
from maps.words import name_of

_PASSED_ON = N_("Matter %(number)s was passed on to %(grid)s. You will be told what comes of it.")
_WITHOUT_PLACE = N_("Matter %(number)s was recorded. Its place is not certain yet: somebody will look at it.")
_WHAT_TO_SEND = N_("Please write what the matter is; then send where it is, or a picture.")
_HOW_TO_ASK = N_("Send “status %(number)s” to hear how far it is.")
_OF_MATTER = N_("Matter %(number)s: %(stage)s")
_HOW_TO_CONFIRM = N_("Send “settled %(number)s” or “not settled %(number)s”.")
_NONE_OF_YOURS = N_("There is no such matter of yours here.")
_MERGED = N_("The same as matter %(number)s.")


def recorded(number: int, grid: str | None, language: Language) -> str:
    """That a matter was recorded, under which number, and where it went; `grid` is None if that is open."""
    gettext = words(language).gettext
    if grid is None:
        return gettext(_WITHOUT_PLACE) % {"number": number}
    return gettext(_PASSED_ON) % {"number": number, "grid": grid}


def what_to_send(language: Language) -> str:
    """How to report, for who has sent what is no report."""
    return words(language).gettext(_WHAT_TO_SEND)


def how_to_ask(number: int, language: Language) -> str:
    """How a reporter hears what comes of a matter."""
    return words(language).gettext(_HOW_TO_ASK) % {"number": number}


def how_far(own: Sequence[tuple[int, str, str | None, int | None]], language: Language) -> str:
    """How far a reporter's matters are, a line each: of their numbers, stages, answers, and what they were merged into.

    One that waits for the reporter's word says how to give it.
    """
    gettext = words(language).gettext
    lines = []
    for number, stage, answer, merged_into in own:
        told = stage_told(stage, answer, merged_into, language)
        lines.append(gettext(_OF_MATTER) % {"number": number, "stage": told})
        if stage == "resolved":
            lines.append(gettext(_HOW_TO_CONFIRM) % {"number": number})
    return "\n".join(lines) or gettext(_NONE_OF_YOURS)


def stage_told(stage: str, answer: str | None, merged_into: int | None, language: Language) -> str:
    """How far a matter is, in one line, with what its reporter was answered."""
    own = words(language)
    told = [name_of("status", stage, own)]
    if merged_into is not None:
        told.append(own.gettext(_MERGED) % {"number": merged_into})
    if answer:
        told.append(answer)
    return " ".join(told)
