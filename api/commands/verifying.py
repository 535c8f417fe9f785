"""`./dualgrid verify`: whether a file that was taken along is ours, and as it was made."""

from __future__ import annotations

import base64
import binascii
import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from api.commands.opened import opened
from gis.errors import Fault, InvalidInput, said
from gis.security.signed_file import Checked, Verdict, check
from gis.security.signing import PublicKey, public_keys
from gis.settings import Settings

app = typer.Typer(add_completion=False)

EXIT_CODES: dict[Verdict, int] = {"valid": 0, "changed": 3, "not_ours": 4}
_TOLD = re.compile(rb'<script type="application/json" id="taken">(.*?)</script>', re.S)


@app.command()
def verify(
    file: Annotated[Path, typer.Argument(metavar="FILE", exists=True, dir_okay=False, help="The HTML file.")],
    key: Annotated[
        list[str] | None,
        typer.Option(metavar="KEY", help="Public half of a key in base64url; without one, those of this home."),
    ] = None,
) -> int:
    """Tell whether a file is as this service made it, by the signature in its last line.

    Exit code 0: valid. 3: changed since it was signed. 4: not ours, because it carries no signature or that of another
    service. `./dualgrid key signing` shows the keys, for --key on another machine.
    """
    if key:
        keys = [PublicKey(_public(each), datetime.now(UTC)) for each in key]
    else:
        with opened(Settings()) as connection:
            keys = public_keys(connection)
    checked = check(file.read_bytes(), keys)
    print(_said(file, checked))
    return EXIT_CODES[checked.verdict]


def _said(file: Path, checked: Checked) -> str:
    if checked.verdict == "changed":
        return f"changed: {file.name} carries a signature of this service, but is not what was signed."
    if checked.verdict == "not_ours":
        why = f"the key {checked.key_id} is none of ours" if checked.key_id else "it carries no signature"
        return f"not ours: of {file.name}, {why}."
    told = _told(checked.content)
    made = f", made {told['made_at']} by {told['made_by']} for {told['name']} ({told['community']})" if told else ""
    return f"valid: {file.name} is as it was signed with the key {checked.key_id}{made}."


def _told(content: bytes) -> dict[str, Any]:
    """What a valid file says of itself."""
    found = _TOLD.search(content)
    told: dict[str, Any] = json.loads(found[1]) if found else {}
    return told


def _public(written: str) -> bytes:
    try:
        public = base64.urlsafe_b64decode(written + "=" * (-len(written) % 4))
    except (binascii.Error, ValueError):
        public = b""
    if len(public) != 32:
        raise InvalidInput([Fault("--key", "not_a_key", said("must be 32 bytes in base64url"))])
    return public
