"""`/wechat/callback` and `/wecom/callback`: messages from the platforms, whose signature is their sign-in.

What is not configured does not exist. With an AES key, WeChat's messages must be sealed: one that is not could be
anybody's, because the plain signature says nothing of the body.
"""

from __future__ import annotations

from dataclasses import astuple
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import PlainTextResponse

from api.deps import SettingsNow
from gis.actor import SYSTEM, Actor
from gis.errors import Denied, NotFound, said
from gis.intake.asking import asked_of
from gis.intake.chat import Taken, take
from gis.intake.hearing import hear, tell
from gis.intake.wechat import Received, fields_of, read_message, reply
from gis.intake.wechat_seal import Channel, Signed, decoded_key
from gis.settings import Settings
from gis.storage.session import transaction
from maps.language import Language
from maps.replies import how_to_ask, none_of_yours, recorded, told_back, what_to_send

router = APIRouter(include_in_schema=False)


async def _body(request: Request) -> bytes:
    return await request.body()


Body = Annotated[bytes, Depends(_body)]


@router.get("/wechat/callback")
def verify_wechat(request: Request, settings: SettingsNow) -> Response:
    """The platform asks whether this is us, once, when the address is set there."""
    _wechat(settings).check(_signed(request, "signature"))
    return PlainTextResponse(request.query_params.get("echostr", ""))


@router.post("/wechat/callback")
def hear_wechat(request: Request, body: Body, settings: SettingsNow) -> Response:
    """A message to the official account: plain, sealed, or (compatible mode) both, of which the sealed one counts."""
    channel = _wechat(settings)
    if channel.key is not None:
        return _hear_sealed(request, body, channel, settings)
    channel.check(_signed(request, "signature"))
    received = read_message(fields_of(body), channel, settings)
    return _answer(request, received, channel, settings, sealed=False)


@router.get("/wecom/callback")
def verify_wecom(request: Request, settings: SettingsNow) -> Response:
    """As for WeChat; what is to be sent back is sealed."""
    channel = _wecom(settings)
    sealed = request.query_params.get("echostr", "")
    channel.check(_signed(request, "msg_signature"), sealed)
    return PlainTextResponse(channel.open(sealed))


@router.post("/wecom/callback")
def hear_wecom(request: Request, body: Body, settings: SettingsNow) -> Response:
    """A message to the WeCom application."""
    return _hear_sealed(request, body, _wecom(settings), settings)


def _hear_sealed(request: Request, body: bytes, channel: Channel, settings: Settings) -> Response:
    sealed = fields_of(body).get("Encrypt", "")
    channel.check(_signed(request, "msg_signature"), sealed)
    received = read_message(fields_of(channel.open(sealed)), channel, settings)
    return _answer(request, received, channel, settings, sealed=True)


def _answer(request: Request, received: Received, channel: Channel, settings: Settings, *, sealed: bool) -> Response:
    """Take a message and tell its sender the matter's number, or how far it is where that is asked, and beside it
    the answers that the sender was not told yet; nothing where a phone spoke by itself, in vain."""
    author = Actor(name=channel.source, role="intake")
    asked = asked_of(received.text) if received.kind == "text" else None
    # As the system: who writes has no account, and may complete a matter whoever is in charge of it by now.
    with transaction(request.app.state.engine, SYSTEM) as connection:
        own = hear(connection, received, asked, settings=settings, actor=author) if asked is not None else None
        if own is None:
            taken = take(connection, received, settings=settings, actor=author)
            if taken is None and received.by_itself:
                return Response()
            opening = _words(taken, settings.language)
        else:
            opening = "" if own else none_of_yours(settings.language)
        shown = own or []
        matters = [astuple(each) for each in (*shown, *tell(connection, received, shown, actor=author))]
    words = told_back(opening, matters, settings.language)
    return Response(reply(received, words, channel, sealed=sealed), media_type="text/xml; charset=utf-8")


def _words(taken: Taken | None, language: Language) -> str:
    if taken is None:
        return what_to_send(language)
    return f"{recorded(taken.issue_id, taken.grid, language)} {how_to_ask(taken.issue_id, language)}"


def _signed(request: Request, name: str) -> Signed:
    query = request.query_params
    if any(len(query.getlist(each)) != 1 for each in (name, "timestamp", "nonce")):
        raise Denied(said("The signature is missing."))
    return Signed(query[name], query["timestamp"], query["nonce"])


def _wechat(settings: Settings) -> Channel:
    if settings.wechat_token is None:
        raise NotFound(said("No WeChat official account is configured."))
    key = settings.wechat_aes_key
    return Channel(
        source="wechat",
        token=settings.wechat_token.get_secret_value(),
        receiver=settings.wechat_app_id,
        key=decoded_key(key.get_secret_value()) if key else None,
    )


def _wecom(settings: Settings) -> Channel:
    token, key = settings.wecom_token, settings.wecom_aes_key
    if token is None or key is None or not settings.wecom_corp_id:
        raise NotFound(said("No WeCom application is configured."))
    return Channel(
        source="wecom",
        token=token.get_secret_value(),
        receiver=settings.wecom_corp_id,
        key=decoded_key(key.get_secret_value()),
    )
