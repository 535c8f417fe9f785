"""Signing in with an OpenID Connect provider: the way there, and what is believed of who comes back.

The authorization code flow with PKCE. What must be the same on the way back (state, nonce, code verifier) stays with
the browser, in a cookie that no script and no other site can read or set; it is for one way there and back. Of
the provider's answer only an ID token counts that is signed with one of its published keys, for this client,
for this very try, and has not expired. A provider tells who somebody is; what he may do is told by an account here.
"""

from __future__ import annotations

import base64
import hmac
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass

from authlib.common.errors import AuthlibBaseError
from authlib.integrations.base_client.sync_app import BaseApp, OAuth2Mixin
from authlib.integrations.base_client.sync_openid import OpenIDMixin
from authlib.integrations.requests_client import OAuth2Session
from joserfc.errors import JoseError
from requests import RequestException

from gis.settings import Settings

ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519")
"""Signatures that only the provider can make: none with a shared secret, and not `none`."""
TIMEOUT_S = 10
CLOCKS_DIFFER_S = 60


class NotBelieved(Exception):
    """The provider did not answer, or what came back is not what it must be."""


@dataclass(frozen=True, slots=True)
class Journey:
    """What is remembered while somebody is at the provider; `next` is where to go after it."""

    state: str
    nonce: str
    code_verifier: str
    next: str

    def packed(self) -> str:
        """As the text of a cookie."""
        return base64.urlsafe_b64encode(json.dumps(asdict(self)).encode()).decode()

    @classmethod
    def unpacked(cls, packed: str) -> Journey:
        """Raises NotBelieved for what was never packed."""
        try:
            return cls(**{name: str(value) for name, value in json.loads(base64.urlsafe_b64decode(packed)).items()})
        except (ValueError, TypeError, AttributeError):
            raise NotBelieved("the cookie of the way there is none") from None


class Provider:
    """One identity provider, asked as one client of it."""

    def __init__(self, settings: Settings) -> None:
        self._issuer = settings.oidc_issuer
        self._client_id = settings.oidc_client_id
        self._claim = settings.oidc_claim
        secret = settings.oidc_client_secret
        self._client = _Client(
            framework=None,
            client_id=self._client_id,
            client_secret=secret.get_secret_value() if secret else None,
            server_metadata_url=f"{self._issuer.rstrip('/')}/.well-known/openid-configuration",
            client_kwargs={
                "scope": "openid profile email",
                "code_challenge_method": "S256",
                "default_timeout": TIMEOUT_S,
            },
        )

    @classmethod
    def of(cls, settings: Settings) -> Provider | None:
        """The provider that the operator has set, if any."""
        return cls(settings) if settings.oidc_issuer else None

    def begin(self, back: str, *, next: str) -> tuple[str, Journey]:
        """Where to send somebody, and what to remember; `back` is our address to which the provider sends them.

        Raises NotBelieved.
        """
        try:
            self._know()
            made = self._client.create_authorization_url(back)
        except _FAILURES as error:
            raise _not_believed(error) from error
        return made["url"], Journey(made["state"], made["nonce"], made["code_verifier"], next)

    def finish(self, back: str, journey: Journey, given: Mapping[str, str]) -> str:
        """The name that the provider knows somebody by who came back with the parameters `given`.

        Raises NotBelieved, with a reason for the log.
        """
        if not hmac.compare_digest(given.get("state", "").encode(), journey.state.encode()):
            raise NotBelieved("the state is another")
        if given.get("iss", self._issuer) != self._issuer:
            raise NotBelieved("another issuer answers")
        if "error" in given or not given.get("code"):
            raise NotBelieved(f"the provider says {given.get('error', 'nothing')[:80]!r}")
        try:
            self._know()
            token = self._client.fetch_access_token(
                redirect_uri=back, code=given["code"], code_verifier=journey.code_verifier
            )
            claims = self._client.parse_id_token(
                token,
                nonce=journey.nonce,
                claims_options={
                    "iss": {"essential": True, "value": self._issuer},
                    "aud": {"essential": True, "value": self._client_id},
                    "nonce": {"essential": True},
                },
                leeway=CLOCKS_DIFFER_S,
            )
        except _FAILURES as error:
            raise _not_believed(error) from error
        name = (claims or {}).get(self._claim)
        if not name or not isinstance(name, str):
            raise NotBelieved(f"the ID token has no {self._claim}")
        if self._claim == "email" and claims.get("email_verified") is False:
            raise NotBelieved("the mail address is not verified")
        return name

    def _know(self) -> None:
        """Load what the provider says of itself, once, and see that it is the one that was meant."""
        told = self._client.load_server_metadata()
        if told.get("issuer") != self._issuer:
            raise NotBelieved(f"the provider calls itself {told.get('issuer')!r}")
        offered = told.get("id_token_signing_alg_values_supported") or ["RS256"]
        told["id_token_signing_alg_values_supported"] = [each for each in ALGORITHMS if each in offered]


class _Client(OAuth2Mixin, OpenIDMixin, BaseApp):  # type: ignore[misc]
    client_cls = OAuth2Session


_FAILURES: tuple[type[Exception], ...] = (
    AuthlibBaseError,
    JoseError,
    RequestException,
    ValueError,
    KeyError,
    TypeError,
    AttributeError,
    RuntimeError,
)
"""How Authlib tells that a provider answers with something else than it should, or not at all."""


def _not_believed(error: Exception) -> NotBelieved:
    return error if isinstance(error, NotBelieved) else NotBelieved(f"{type(error).__name__}: {error}"[:300])
