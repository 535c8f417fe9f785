"""Messages of a WeChat official account or a WeCom application: XML in, XML back.

Both have one format. A location message names latitude `Location_X` and longitude `Location_Y`, in GCJ-02; the
`LOCATION` event, which a phone sends by itself, names them and is said to be WGS84. Either datum can be set
for its source: `wechat`, `wechat_event`, `wecom`, `wecom_event` in `Settings.source_datums`.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal
from xml.etree.ElementTree import Element, ParseError, SubElement, tostring

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from gis.crs import GivenDatum
from gis.errors import Fault, InvalidInput, said
from gis.intake.wechat_seal import Channel, Signed
from gis.issues.report import IssueReport
from gis.settings import Settings

LARGEST_BYTES = 64_000
"""No message of either platform comes near it."""
LONGEST_TEXT, LONGEST_ID = 4000, 200
IMAGE = "[图片]"
_CLOCKS_DIFFER = timedelta(days=1)

Kind = Literal["text", "image", "location", "other"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """One message. Of its sender, the platform's id of a person, nothing is kept but a keyed hash.

    `by_itself` tells what a phone sends without its owner's doing from what a person sends. The point is in `crs`.
    """

    source: str
    kind: Kind
    external_id: str | None
    sender: str
    receiver: str
    sent_at: datetime
    text: str = ""
    media: str | None = None
    lon: float | None = None
    lat: float | None = None
    crs: GivenDatum = "gcj02"
    by_itself: bool = False

    def report(self) -> IssueReport:
        """The matter that a text or an image reports."""
        return IssueReport(text=self.text, source=self.source, reported_at=self.sent_at, external_id=self.external_id)


def fields_of(body: bytes | str) -> dict[str, str]:
    """The fields of a message's XML, which is one level deep.

    Raises InvalidInput for what is too large, is no XML, or declares anything: such XML can grow without bound.
    """
    if len(body) > LARGEST_BYTES:
        raise InvalidInput(
            [Fault("body", "too_long", said("must have at most {largest_bytes:,} bytes", largest_bytes=LARGEST_BYTES))]
        )
    try:
        root = fromstring(body, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError):
        raise InvalidInput([Fault("body", "not_xml", said("must be XML without declarations of its own"))]) from None
    return {child.tag: (child.text or "").strip() for child in root}


def read_message(fields: dict[str, str], channel: Channel, settings: Settings) -> Received:
    """What a message says. Raises InvalidInput with every fault."""
    faults = [
        Fault(n, "missing", said("is required")) for n in ("FromUserName", "ToUserName", "MsgType") if not fields.get(n)
    ]
    event = fields.get("MsgType") == "event"
    external_id = fields.get("MsgId") or None
    if external_id is None and not event:  # without one, a message that is sent again could not be known
        faults.append(Fault("MsgId", "missing", said("is required")))
    if len(external_id or "") > LONGEST_ID:
        faults.append(Fault("MsgId", "too_long", said("must have at most {most:,} characters", most=LONGEST_ID)))
    kind = _kind(fields)
    lon = lat = None
    if kind == "location":
        names = ("Longitude", "Latitude") if event else ("Location_Y", "Location_X")
        lon, lat = (_degrees(fields, name, faults) for name in names)
    if faults:
        raise InvalidInput(faults)
    return Received(
        source=channel.source,
        kind=kind,
        external_id=external_id,
        sender=fields["FromUserName"],
        receiver=fields["ToUserName"],
        sent_at=_moment(fields.get("CreateTime", "")),
        text=IMAGE if kind == "image" else fields.get("Content", "")[:LONGEST_TEXT],
        media=fields.get("MediaId", "")[: LONGEST_TEXT // 4] or None,
        lon=lon,
        lat=lat,
        crs=settings.source_datums.get(
            f"{channel.source}_event" if event else channel.source, "wgs84" if event else "gcj02"
        ),
        by_itself=event,
    )


def reply(received: Received, words: str, channel: Channel, *, sealed: bool) -> bytes:
    """The answer to a message, as its sender will read it; sealed and signed where the message was."""
    message = _xml(
        ToUserName=received.sender,
        FromUserName=received.receiver,
        CreateTime=str(int(time.time())),
        MsgType="text",
        Content=words,
    )
    if not sealed:
        return message
    cipher = channel.seal(message.decode())
    signed: Signed = channel.sign(cipher)
    return _xml(Encrypt=cipher, MsgSignature=signed.signature, TimeStamp=signed.timestamp, Nonce=signed.nonce)


def _kind(fields: dict[str, str]) -> Kind:
    match fields.get("MsgType"), fields.get("Event"):
        case "text", _:
            return "text" if fields.get("Content") else "other"
        case "image", _:
            return "image"
        case ("location", _) | ("event", "LOCATION"):
            return "location"
    return "other"


def _degrees(fields: dict[str, str], name: str, faults: list[Fault]) -> float | None:
    try:
        return float(fields.get(name, ""))
    except ValueError:
        faults.append(Fault(name, "not_a_number", said("must be a number of degrees")))
        return None


def _moment(created: str) -> datetime:
    """When a message was sent, in seconds since 1970; now, where the platform's clock cannot be believed."""
    now = datetime.now(UTC)
    readable = created.isascii() and created.isdecimal() and len(created) < 12
    sent_at = datetime.fromtimestamp(int(created) if readable else 0, UTC)
    return sent_at if abs(now - sent_at) < _CLOCKS_DIFFER else now


def _xml(**fields: str) -> bytes:
    root = Element("xml")
    for name, value in fields.items():
        SubElement(root, name).text = value
    written: bytes = tostring(root, encoding="utf-8", xml_declaration=False)
    return written
