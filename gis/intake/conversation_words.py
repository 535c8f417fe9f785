"""The words of a chat's messages without the people in them: whom they call, whom they quote, whom they name.

Of a nickname the first character stays, as of every masked name. Numbers are not covered here: a matter's words
keep them sealed, as those of any report (`gis/security/sealed.py`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from gis.security.masking import MASK

_QUOTE = re.compile(
    r"「(?P<sender>[^：:」\n]{1,40})[：:] ?(?P<words>.*?)」\n?(?:[-—–_] ?){3,}\n?(?P<rest>.*)", re.DOTALL
)
_MENTION = re.compile(r"@[^\s@，。！？；：,!?;:]{1,20} ?")
_EMOTICON = re.compile(r"\[[\u4e00-\u9fffA-Za-z]{1,6}\]")
_PLACEHOLDER = re.compile(r"\[[^\]\n]{1,10}\]")
_NOT_OF_A_NAME = re.compile(
    r"[0-9#_/()（）.·,，~\s-]+|[A-Da-d](?=[0-9])|[0-9一二三四五六七八九十]*(?:栋|幢|号楼|单元|楼|室|号)"
    r"|专职|网格员|网格长|网评员|物业|管家|客服|社区|居委会?|小?组长|楼长|业主|住户|房东"
)


@dataclass(frozen=True, slots=True)
class Said:
    """What a message says by itself; whom it calls (`mentions`), and whom and what it quotes."""

    words: str
    mentions: tuple[str, ...] = ()
    quoted: tuple[str, str] | None = None


def said(text: str, names: Iterable[str]) -> Said:
    """A message's own words. `names` are the nicknames in the conversation: one may hold spaces."""
    quoted = None
    if found := _QUOTE.fullmatch(text):
        quoted, text = (found["sender"].strip(), found["words"].strip()), found["rest"]
    mentions = []
    for name in sorted(filter(None, names), key=len, reverse=True):
        if f"@{name}" in text:
            mentions.append(name)
            text = text.replace(f"@{name}", "")
    text = _EMOTICON.sub("", _MENTION.sub("", text))
    words = "\n".join(line for each in text.splitlines() if (line := each.strip()))
    return Said(words, tuple(mentions), quoted)


def name_proper(nickname: str) -> str:
    """A nickname without the door and the office that stand in it: `3-2 王姐` is `王姐`, `网格员赵一` is `赵一`."""
    return _NOT_OF_A_NAME.sub("", nickname)


def placeholder_of(text: str) -> str:
    """What a program writes for what is no text: `[图片]`, without a file's name."""
    found = _PLACEHOLDER.match(text)
    return found[0] if found else ""


def covering(names: Iterable[str], *, keep: Callable[[str], bool]) -> Callable[[str], str]:
    """Covers people's names in words, each with as many signs as it has.

    Both a whole nickname and the name in it. What `keep` holds for is no name, though somebody calls himself so:
    a housing estate, a thing that breaks. A name of one sign is not looked for: it would be found in every text.
    """
    sought = {part for name in names for part in (name, name_proper(name)) if len(part) > 1 and name_proper(part)}
    listed = sorted((each for each in sought if not keep(each)), key=len, reverse=True)
    if not listed:
        return lambda words: words
    pattern = re.compile("|".join(map(_bounded, listed)))
    return lambda words: pattern.sub(lambda found: found[0][0] + MASK * (len(found[0]) - 1), words)


def restored(edited: str, masked: str, clear: str) -> str:
    """An edited text whose masked numbers are those of the clear text again, of which `masked` is the mask.

    A mask that somebody has changed stays as it is; of two alike each is the first.
    """
    for begin, end in _covered(masked, clear):
        edited = edited.replace(masked[begin:end], clear[begin:end])
    return edited


def _covered(masked: str, clear: str) -> list[tuple[int, int]]:
    """Where numbers are covered, with the signs beside the mask that belong to them."""
    spans: list[tuple[int, int]] = []
    for at, (one, other) in enumerate(zip(masked, clear, strict=True)):
        if one != other and not (spans and at < spans[-1][1]):
            spans.append(_token(masked, at))
    return spans


def _token(masked: str, at: int) -> tuple[int, int]:
    begin, end = at, at
    while begin > 0 and _is_of_a_number(masked[begin - 1]):
        begin -= 1
    while end < len(masked) and _is_of_a_number(masked[end]):
        end += 1
    return begin, end


def _is_of_a_number(sign: str) -> bool:
    return sign == MASK or (sign.isascii() and sign.isalnum())


def _bounded(name: str) -> str:
    """A name of letters only is a whole word."""
    return rf"(?<![A-Za-z]){re.escape(name)}(?![A-Za-z])" if name.isascii() else re.escape(name)
