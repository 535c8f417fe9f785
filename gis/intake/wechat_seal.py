"""How WeChat and WeCom sign their callbacks and seal what is in them.

A signature is SHA-1 over the sorted parts: the token, a timestamp, a nonce and, for sealed messages, the ciphertext.
The seal is AES-256-CBC under the platform's EncodingAESKey with its first 16 bytes as the initial vector, over
16 random bytes, the message's length (4 bytes, big-endian), the message and the receiver's id, padded by PKCS #7
to 32 bytes. Both are the platforms' choices, not ours; what is sealed is believed only after its signature.
"""

from __future__ import annotations

import binascii
import hashlib
import hmac
import secrets
import time
from base64 import b64decode, b64encode
from dataclasses import dataclass

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC
from cryptography.hazmat.primitives.padding import PKCS7

from gis.errors import Denied, said

OLDEST_S = 3600.0
"""A signature older than this, or as far ahead of our clock, is refused: it may have been overheard."""
_PADDED_BITS = 256
_HEAD_BYTES = 20


@dataclass(frozen=True, slots=True)
class Signed:
    """What the address of a callback says of its signature."""

    signature: str
    timestamp: str
    nonce: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """One account on the platform: `source` names it here, `receiver` is its app id or corp id there.

    Without a key its messages are not sealed.
    """

    source: str
    token: str
    receiver: str = ""
    key: bytes | None = None

    def check(self, signed: Signed, *parts: str) -> None:
        """See that a signature is the platform's and of now. Raises Denied."""
        expected = self._signature(signed.timestamp, signed.nonce, *parts)
        if not hmac.compare_digest(expected.encode(), signed.signature.encode()):
            raise Denied(said("The signature is wrong."))
        # Signed, so digits; but who knows the token may still be mistaken.
        if not signed.timestamp.isdecimal() or abs(time.time() - float(signed.timestamp[:20])) > OLDEST_S:
            raise Denied(said("The signature is not of now: look at both clocks."))

    def open(self, sealed: str) -> str:
        """What is in a seal whose signature was checked. Raises Denied if it is not for this receiver."""
        assert self.key is not None
        try:
            decryptor = Cipher(AES(self.key), CBC(self.key[:16])).decryptor()
            padded = decryptor.update(b64decode(sealed, validate=True)) + decryptor.finalize()
            unpadder = PKCS7(_PADDED_BITS).unpadder()
            clear = unpadder.update(padded) + unpadder.finalize()
            end = _HEAD_BYTES + int.from_bytes(clear[16:_HEAD_BYTES], "big")
            message, receiver = clear[_HEAD_BYTES:end].decode(), clear[end:]
        except (ValueError, binascii.Error):
            raise Denied(said("The message does not open with this key.")) from None
        if end > len(clear) or not hmac.compare_digest(receiver, self.receiver.encode()):
            raise Denied(said("The message is for somebody else."))
        return message

    def seal(self, message: str) -> str:
        """A message to the platform, sealed."""
        assert self.key is not None
        words = message.encode()
        clear = secrets.token_bytes(16) + len(words).to_bytes(4, "big") + words + self.receiver.encode()
        padder = PKCS7(_PADDED_BITS).padder()
        encryptor = Cipher(AES(self.key), CBC(self.key[:16])).encryptor()
        return b64encode(encryptor.update(padder.update(clear) + padder.finalize()) + encryptor.finalize()).decode()

    def sign(self, sealed: str) -> Signed:
        """A signature of now over what was sealed."""
        timestamp, nonce = str(int(time.time())), secrets.token_hex(8)
        return Signed(self._signature(timestamp, nonce, sealed), timestamp, nonce)

    def _signature(self, *parts: str) -> str:
        joined = "".join(sorted((self.token, *parts)))
        return hashlib.sha1(joined.encode(), usedforsecurity=False).hexdigest()


def decoded_key(encoding_aes_key: str) -> bytes:
    """The 32 bytes that an EncodingAESKey, 43 characters, stands for."""
    return b64decode(f"{encoding_aes_key}=")
