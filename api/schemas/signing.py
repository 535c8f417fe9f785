"""The keys that files are checked with, as a JWK Set (RFC 7517, 8037)."""

from __future__ import annotations

import base64
from typing import Literal, Self

from pydantic import BaseModel

from gis.security.signing import PublicKey


class Key(BaseModel):
    """One public key; `x` are its 32 bytes in base64url."""

    kty: Literal["OKP"] = "OKP"
    crv: Literal["Ed25519"] = "Ed25519"
    use: Literal["sig"] = "sig"
    kid: str
    x: str

    @classmethod
    def of(cls, key: PublicKey) -> Self:
        return cls(kid=key.id, x=base64.urlsafe_b64encode(key.public).rstrip(b"=").decode())


class KeySet(BaseModel):
    keys: list[Key]
