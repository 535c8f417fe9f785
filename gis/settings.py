"""Every setting of the service, in one place.

Each is read from the environment as `DUALGRID_<NAME>`; the README's table is made from this class.
"""

from __future__ import annotations

import hashlib
import os
import re
from ipaddress import ip_network
from pathlib import Path
from typing import Any, Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_core import PydanticUndefined
from pydantic_settings import BaseSettings, SettingsConfigDict

from gis.home import default_home


class Settings(BaseSettings):
    """The operator's choices; each has a default that works."""

    model_config = SettingsConfigDict(env_prefix="DUALGRID_", extra="ignore", frozen=True)

    home: Path = Field(default_factory=default_home, description="Folder for everything that is written")
    database_url: str = Field(
        default="",
        description="Another PostGIS 3.3+, postgresql://user:password@host/name, for the private cluster",
    )
    postgres_bin: Path | None = Field(
        default=None,
        description="Folder of PostgreSQL's programs for the private cluster; found by itself if unset",
    )
    host: str = Field(default="127.0.0.1", description="Address that the web service listens on")
    port: int = Field(default=8000, ge=1, le=65535, description="Port that the web service listens on")
    language: Literal["zh", "en"] = Field(
        default="zh", description="Language of pages when the reader has not chosen one"
    )
    community: str = Field(
        default="",
        description="Code of the community for issues that name no place; needed when a home holds several",
    )
    source_datums: dict[str, Literal["wgs84", "cgcs2000", "gcj02", "bd09", "unknown"]] = Field(
        default_factory=dict,
        description='Datum of coordinates that name none, by source, as JSON `{"wechat_group": "gcj02"}`; else wgs84',
    )
    outside_tolerance_m: float = Field(
        default=15.0,
        ge=0,
        le=500,
        description="An issue this close to a grid's edge, but outside every grid, goes to that grid",
    )
    silent_days: int = Field(
        default=7, ge=1, le=365, description="Days without an objection after which a resolved matter may be closed"
    )
    public_url: str = Field(
        default="",
        description="Address at which people reach the service, for links in notices: `https://grid.example`",
    )
    open311_contact: str = Field(
        default="This service's operator",
        description="How to reach who runs the Open311 service and gives out keys; its discovery tells it",
    )
    wechat_token: SecretStr | None = Field(
        default=None, description="Token of a WeChat official account; with it `/wechat/callback` takes its messages"
    )
    wechat_app_id: str = Field(default="", description="Its AppID, needed with a key")
    wechat_aes_key: SecretStr | None = Field(
        default=None,
        description="Its EncodingAESKey, for the safe and the compatible mode; plain messages are refused then",
    )
    wecom_token: SecretStr | None = Field(
        default=None,
        description="Token of a WeCom application; with the next two, `/wecom/callback` takes its messages",
    )
    wecom_corp_id: str = Field(default="", description="Its CorpID")
    wecom_aes_key: SecretStr | None = Field(default=None, description="Its EncodingAESKey")
    base_map: str = Field(
        default="",
        description="Tiles under the own vectors: `tianditu`, an .mbtiles or .pmtiles file, or an XYZ or WMTS "
        "address with `{z}`, `{x}`, `{y}` (and `{key}`); the own vectors alone if unset",
    )
    base_map_key: SecretStr | None = Field(
        default=None, description="The key that those tiles ask for; each browser that shows a map learns it"
    )
    base_map_datum: Literal["wgs84", "gcj02"] = Field(
        default="wgs84", description="Their ground: on `gcj02` maps are drawn to fit, and what is stored stays WGS84"
    )
    base_map_credit: str = Field(default="", description="Whom they are by, as maps have to say")
    base_map_zoom: int = Field(default=18, ge=1, le=22, description="The closest zoom that they have")
    sign_in_hours: float = Field(default=12.0, gt=0, le=24 * 30, description="How long a sign-in lasts")
    sign_in_idle_minutes: float = Field(
        default=120.0, ge=2, description="A sign-in ends after so long without a request; API tokens do not"
    )
    sign_in_tries: int = Field(default=10, ge=1, description="After so many wrong passwords a name has to wait")
    sign_in_address_tries: int = Field(
        default=50, ge=1, description="After so many wrong passwords, for whatever names, an address has to wait"
    )
    sign_in_wait_s: float = Field(default=60.0, gt=0, description="The first such wait; each next is twice as long")
    sign_in_longest_wait_s: float = Field(default=3600.0, gt=0, description="The longest such wait")
    sign_ins_per_minute: int = Field(
        default=120, ge=1, description="Tries to sign in, right or wrong, that one process takes from an address"
    )
    api_token_days: int = Field(default=365, ge=1, description="How long a named API token may last at most")
    trusted_proxies: str = Field(
        default="",
        description="Proxies whose X-Forwarded-For and -Proto are believed: 10.0.0.5,10.1.0.0/16",
    )
    oidc_issuer: str = Field(
        default="", description="Address of an OpenID Connect provider with which one may sign in; none if unset"
    )
    oidc_client_id: str = Field(default="", description="What the provider knows this service as")
    oidc_client_secret: SecretStr | None = Field(default=None, description="The secret that the provider has given it")
    oidc_claim: str = Field(
        default="preferred_username", description="Claim of the ID token that is the account's name here"
    )
    oidc_name: str = Field(default="SSO", description="What the sign-in page calls the provider")
    data_keys: SecretStr | None = Field(
        default=None,
        description="Keys of personal data, each 32 bytes in base64, by commas; the first seals what is new. "
        "`keys/data.key` of the home if unset",
    )
    unmask_minutes: float = Field(
        default=15.0, gt=0, le=24 * 60, description="For how long an unmasked person is seen in clear"
    )
    k_anonymity: int = Field(
        default=5, ge=1, le=1000, description="Officials see no count that fewer households than this are behind"
    )
    silent_group_days: int = Field(
        default=30, ge=1, le=3650, description="An online group without a matter for so many days is silent"
    )
    notice_url: SecretStr | None = Field(
        default=None,
        description="Where notices to residents go, an Apprise address with `{phone}` in it; else to the grid's worker",
    )
    photo_megabytes: float = Field(default=15.0, gt=0, le=40, description="The largest photo that is taken, in MB")
    attachments_url: str = Field(
        default="",
        description="Where sealed photos are kept: `s3://bucket/prefix`; the folder `attachments` of the home if unset",
    )
    attachments_endpoint: str = Field(
        default="", description="Address of an S3-compatible service that is not Amazon's: `https://minio.local:9000`"
    )
    attachments_region: str = Field(default="us-east-1", description="Its region")
    attachments_key_id: str = Field(
        default="", description="Its access key; with neither this nor the next, as the AWS tools find theirs"
    )
    attachments_secret_key: SecretStr | None = Field(default=None, description="The secret of that key")
    demo_password: SecretStr | None = Field(
        default=None, description="Password of all demonstration accounts; random for each home if unset"
    )

    @field_validator("trusted_proxies")
    @classmethod
    def _are_networks(cls, given: str) -> str:
        for each in given.split(",") if given else ():
            ip_network(each.strip(), strict=False)
        return given

    @field_validator("oidc_issuer")
    @classmethod
    def _is_safe_to_ask(cls, given: str) -> str:
        address = urlsplit(given)
        if given and address.scheme != "https" and address.hostname not in ("localhost", "127.0.0.1", "::1"):
            raise ValueError("must be an https:// address")
        return given

    @field_validator("attachments_url")
    @classmethod
    def _is_a_bucket(cls, given: str) -> str:
        if given and not re.fullmatch(r"s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](/[\w./-]*)?", given):
            raise ValueError("must be s3://bucket/prefix")
        return given

    @field_validator("base_map_key", "wechat_token", "wechat_aes_key", "wecom_token", "wecom_aes_key", mode="before")
    @classmethod
    def _empty_is_unset(cls, given: Any) -> Any:
        """An empty token would be one that everybody knows."""
        return given or None

    @field_validator("wechat_aes_key", "wecom_aes_key")
    @classmethod
    def _is_aes_key(cls, given: SecretStr | None) -> SecretStr | None:
        if given is not None and not re.fullmatch("[A-Za-z0-9+/]{43}", given.get_secret_value()):
            raise ValueError("must be the 43 characters that the platform shows as EncodingAESKey")
        return given

    @model_validator(mode="after")
    def _sealed_for_somebody(self) -> Self:
        if self.wechat_aes_key is not None and not self.wechat_app_id:
            raise ValueError("DUALGRID_WECHAT_AES_KEY needs DUALGRID_WECHAT_APP_ID")
        return self

    @property
    def socket_dir(self) -> Path:
        """Folder of the private cluster's socket, outside home because a socket's path ends at 107 bytes."""
        token = hashlib.sha256(str(self.home.resolve()).encode()).hexdigest()[:12]
        uid = os.geteuid()
        if uid == 0:
            return Path("/run") / f"dualgrid-{token}"
        return Path("/tmp") / f"dualgrid-{uid}-{token}"  # noqa: S108 (made 0700, its owner checked)


def settings_table() -> str:
    """Every setting as a Markdown table: its variable, its default and what it is for."""
    lines = ["| variable | default | meaning |", "|---|---|---|"]
    for name, field in Settings.model_fields.items():
        default = "" if field.default in (None, "", PydanticUndefined) else field.default
        if name == "home":
            default = "`/var/lib/dualgrid` for root, `~/.local/share/dualgrid` for others"
        elif default != "":
            default = f"`{default}`"
        lines.append(f"| `DUALGRID_{name.upper()}` | {default} | {field.description} |")
    return "\n".join(lines)
