"""Which columns are sealed, and how a value gets into each, out of it, and is found by it.

A number is not in the database but sealed, with a keyed hash of its normal spelling beside it. Words that may hold
numbers are stored masked, so that every reader gets them so; as they were sent they are sealed, and only where
that differs.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any

from sqlalchemy import Column, ColumnElement, Table, func

from gis.security.masking import masked_name, masked_words
from gis.security.numbers import normal_id_number, normal_phone
from gis.security.vault import Vault
from gis.storage.tables import attachment, channel, conversation, issue, resident, signing_key, webhook, worker

Values = dict[str, str | bytes | None]


class SealedColumn(ABC):
    """One value of a table's rows that only the vault opens."""

    def __init__(self, table: Table, name: str) -> None:
        self.table = table
        self.name = name
        self.of = f"{table.name}.{name}"
        self.sealed: Column[Any] = table.c[f"{name}_sealed"]

    @abstractmethod
    def values(self, vault: Vault, clear: str | None) -> Values:
        """What to write for a value: the columns that keep it, by name."""

    def open(self, vault: Vault, sealed: bytes | None) -> str | None:
        """The value in clear; None where there is none."""
        return None if sealed is None else vault.open(sealed, of=self.of)


class SealedSecret(SealedColumn):
    """A value that is only ever used, never looked for."""

    def values(self, vault: Vault, clear: str | None) -> Values:
        return {self.sealed.name: None if clear is None else vault.seal(clear, of=self.of)}


class SealedNumber(SealedColumn):
    """A number, or another value, that can be found by its exact value, however it is spelt."""

    def __init__(self, table: Table, name: str, normal: Callable[[str], str]) -> None:
        super().__init__(table, name)
        self.normal = normal
        self.digest: Column[Any] = table.c[f"{name}_digest"]

    def values(self, vault: Vault, clear: str | None) -> Values:
        sealed = digest = None
        if clear:
            number = self.normal(clear)
            sealed = vault.seal(clear, of=self.of)
            digest = vault.digests(number, of=self.of)[0] if number else None
        return {self.sealed.name: sealed, self.digest.name: digest}

    def digests(self, vault: Vault, clear: str) -> list[bytes]:
        """Any of which stands beside this number where a row holds it; none for what is no number."""
        number = self.normal(clear)
        return vault.digests(number, of=self.of) if number else []

    def equals(self, vault: Vault, clear: str) -> ColumnElement[bool]:
        """Whether a row holds this number."""
        return self.digest == func.any(self.digests(vault, clear))


class SealedWords(SealedColumn):
    """Words whose numbers are masked in the column of the same name."""

    mask: Callable[[str], str | None] = staticmethod(masked_words)

    def values(self, vault: Vault, clear: str | None) -> Values:
        masked = None if clear is None else self.mask(clear)
        sealed = vault.seal(clear, of=self.of) if clear is not None and masked != clear else None
        return {self.name: masked, self.sealed.name: sealed}

    def opened(self, vault: Vault, masked: str | None, sealed: bytes | None) -> str | None:
        """The words as they were sent."""
        return masked if sealed is None else self.open(vault, sealed)


class SealedText(SealedColumn):
    """What nothing is kept of in clear: words, or the key of something sealed elsewhere (`gis.security.envelope`)."""

    def values(self, vault: Vault, clear: str | None) -> Values:
        return {self.sealed.name: None if clear is None else vault.seal(clear, of=self.of)}


class SealedName(SealedWords):
    """A name of which the first character stays."""

    mask = staticmethod(masked_name)


RESIDENT_PHONE = SealedNumber(resident, "phone", normal_phone)
RESIDENT_ID_NUMBER = SealedNumber(resident, "id_number", normal_id_number)
WORKER_PHONE = SealedNumber(worker, "phone", normal_phone)
REPORTER_PHONE = SealedNumber(issue, "reporter_phone", normal_phone)
REPORTER_NAME = SealedName(issue, "reporter_name")
ISSUE_TEXT = SealedWords(issue, "text")
ISSUE_ADDRESS = SealedWords(issue, "address")
ISSUE_ANSWER = SealedWords(issue, "answer")
CHANNEL_ADDRESS = SealedNumber(channel, "address", str.strip)
WEBHOOK_URL = SealedNumber(webhook, "url", str.strip)
WEBHOOK_SECRET = SealedSecret(webhook, "secret")
WEBHOOK_OLD_SECRET = SealedSecret(webhook, "old_secret")
CONVERSATION_TEXT = SealedText(conversation, "text")
ATTACHMENT_KEY = SealedText(attachment, "key")
SIGNING_SECRET = SealedSecret(signing_key, "secret")

SEALED: tuple[SealedColumn, ...] = (
    RESIDENT_PHONE,
    RESIDENT_ID_NUMBER,
    WORKER_PHONE,
    REPORTER_PHONE,
    REPORTER_NAME,
    ISSUE_TEXT,
    ISSUE_ADDRESS,
    ISSUE_ANSWER,
    CHANNEL_ADDRESS,
    WEBHOOK_URL,
    WEBHOOK_SECRET,
    WEBHOOK_OLD_SECRET,
    CONVERSATION_TEXT,
    ATTACHMENT_KEY,
    SIGNING_SECRET,
)
"""All of them: what a rotation goes through. A table that gets a sealed column adds it here."""
