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

LONGEST_REPLY_BYTES = 2048
"""The platforms are not known to deliver a longer text."""
_ANSWER_SIGNS = (4000, 500, 200, 80, 30)
"""To how many characters each answer is cut, until the reply is short enough."""


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


def none_of_yours(language: Language) -> str:
    """That somebody has no matter of that number, whether others have or not."""
    return words(language).gettext(_NONE_OF_YOURS)


def told_back(opening: str, matters: Sequence[tuple[int, str, str | None, int | None]], language: Language) -> str:
    """A reply: its opening, if it has one, and how far its receiver's matters are, a line each, of their numbers,
    stages, answers, and what they were merged into.

    One that waits for the reporter's word says how to give it. Long answers are cut to where the platforms take it.
    """
    for most in _ANSWER_SIGNS:
        lines = [opening] if opening else []
        for number, stage, answer, merged_into in matters:
            lines += _how_far(number, stage, _cut(answer, most), merged_into, language)
        told = "\n".join(lines)
        if len(told.encode()) <= LONGEST_REPLY_BYTES:
            break
    return told


def _how_far(number: int, stage: str, answer: str | None, merged_into: int | None, language: Language) -> list[str]:
    gettext = words(language).gettext
    told = stage_told(stage, answer, merged_into, language)
    lines = [gettext(_OF_MATTER) % {"number": number, "stage": told}]
    if stage == "resolved":
        lines.append(gettext(_HOW_TO_CONFIRM) % {"number": number})
    return lines


def _cut(answer: str | None, most: int) -> str | None:
    return f"{answer[:most]}…" if answer and len(answer) > most else answer


def stage_told(stage: str, answer: str | None, merged_into: int | None, language: Language) -> str:
    """How far a matter is, in one line, with what its reporter was answered."""
    own = words(language)
    told = [name_of("status", stage, own)]
    if merged_into is not None:
        told.append(own.gettext(_MERGED) % {"number": merged_into})
    if answer:
        told.append(answer)
    return " ".join(told)
