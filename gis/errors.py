"""What can go wrong, once, for every room.

Domain code raises a leaf of `GisError`. Each leaf has a stable `code` that a program may rely on and a
message that is safe to show to the person who asked. Only the outermost layer (HTTP, command line)
turns it into a status or an exit code. Input is checked as a whole: faults are gathered, each with its
place and reason, and raised once in `InvalidInput`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, Self

Severity = Literal["fault", "warning"]


class Said(str):
    """A sentence for a person: in English as it stands, with what a catalogue needs to say it in another language.

    Without a template it is said as it is: another program's words.
    """

    template: str = ""
    values: Mapping[str, object] = {}

    @classmethod
    def of(cls, template: str, values: Mapping[str, object]) -> Self:
        shown = {name: ", ".join(value) if isinstance(value, list) else value for name, value in values.items()}
        sentence = cls(template.format(**shown))
        sentence.template, sentence.values = template, values
        return sentence


class Term(str):
    """A stored value in a sentence; `kind` says which of the catalogues' names are its (`status`, `role`)."""

    kind: str

    def __new__(cls, kind: str, value: str) -> Self:
        name = super().__new__(cls, value)
        name.kind = kind
        return name


def said(template: str, /, **values: object) -> Said:
    """A sentence with values at its `{name}`s; the template is its id in the message catalogues.

    A value may be a sentence itself, a `Term`, or a list of those.
    """
    return Said.of(template, values)


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong with an input, and where.

    `where` is what its sender can find again: a field (`location.lon`), a row (`row 17`), a pair of
    grid codes. `code` is stable, `reason` is for a person. `place` is a (lon, lat) in EPSG:4326 where
    the fault can be seen on a map, if it can.
    """

    where: str
    code: str
    reason: Said
    severity: Severity = "fault"
    place: tuple[float, float] | None = None

    def __str__(self) -> str:
        return f"{self.where}: {self.reason}"


class GisError(Exception):
    """Base of every error that dualgrid raises on purpose."""

    code = "error"

    def __init__(self, message: Said, **details: Any) -> None:
        super().__init__(message)
        self.message = message
        self.details = details


class InvalidInput(GisError):
    """The input cannot be taken as it is; `faults` lists everything that is wrong with it."""

    code = "invalid_input"

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__(Said("; ".join(map(str, self.faults))))


class NotFound(GisError):
    """There is no such thing, or none that this actor may see."""

    code = "not_found"


class Conflict(GisError):
    """The thing is no longer in the state that the request relied on."""

    code = "conflict"


class Overtaken(GisError):
    """Somebody else has changed the thing since the one who acts looked at it."""

    code = "overtaken"


class Unconditional(GisError):
    """A change that must say what it relies on does not."""

    code = "unconditional"


class TooMany(GisError):
    """It was asked for too often; `wait_s` says after how many seconds it may be asked for again."""

    code = "too_many_requests"

    def __init__(self, message: Said, *, wait_s: int) -> None:
        super().__init__(message)
        self.wait_s = wait_s


class NotSignedIn(GisError):
    """Nobody is signed in, or the sign-in has expired."""

    code = "not_signed_in"


class Denied(GisError):
    """The actor is known and may not do this."""

    code = "denied"


class Unavailable(GisError):
    """Something that the service stands on (database, system package) is missing or unfit."""

    code = "unavailable"
