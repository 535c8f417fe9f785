"""What somebody is told by return who reports from elsewhere: another system, or a chat."""

from __future__ import annotations

from maps.language import N_, Language, words
from maps.words import name_of

_PASSED_ON = N_("Matter %(number)s was passed on to %(grid)s. You will be told what comes of it.")
_WITHOUT_PLACE = N_("Matter %(number)s was recorded. Its place is not certain yet: somebody will look at it.")
_WHAT_TO_SEND = N_("Please write what the matter is; then send where it is, or a picture.")
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


def stage_told(stage: str, answer: str | None, merged_into: int | None, language: Language) -> str:
    """How far a matter is, in one line, with what its reporter was answered."""
    own = words(language)
    told = [name_of("status", stage, own)]
    if merged_into is not None:
        told.append(own.gettext(_MERGED) % {"number": merged_into})
    if answer:
        told.append(answer)
    return " ".join(told)
