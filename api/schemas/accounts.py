"""Accounts, sign-ins and tokens over the wire."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, Field

from api.schemas.fields import Code, Limit, Query, Request, Words
from gis.actor import AccountRole
from gis.security.accounts import Account
from gis.security.sign_in import Method, SignIn

Password = Annotated[str, Field(max_length=1000, json_schema_extra={"format": "password"})]


class AccountQuery(Query):
    """`q`: words of the account's name, or of its person's name or id; `after`: the last name of the page before."""

    q: Words = Field("", max_length=80)
    role: AccountRole | None = None
    after: Words = Field("", max_length=80)
    limit: Limit = 100


class ReachIn(Request):
    """What an account may do and where: `worker` for the roles of posts, `areas` for officials and planners."""

    role: AccountRole
    worker: Code = None
    community: Code = None
    areas: list[Words] | None = None


class AccountIn(ReachIn):
    """A new account. Without a password it gets a random one, which the answer tells."""

    username: Words
    password: Password | None = None


class PasswordIn(Request):
    password: Password
    new_password: Password


class TokenIn(Request):
    name: Words
    days: int


class AccountOut(BaseModel):
    id: str
    username: str
    role: AccountRole
    worker: str | None
    worker_name: str | None
    areas: list[str]
    created_at: datetime
    disabled_at: datetime | None
    must_change_password: bool
    waits_until: datetime | None

    @classmethod
    def of(cls, account: Account, waits_until: datetime | None = None) -> AccountOut:
        return cls(
            id=str(account.id),
            username=account.username,
            role=account.role,
            worker=account.worker,
            worker_name=account.worker_name,
            areas=list(account.areas),
            created_at=account.created_at,
            disabled_at=account.disabled_at,
            must_change_password=account.must_change_password,
            waits_until=waits_until,
        )


class AccountsOut(BaseModel):
    """One page; `next` is what `after` takes for the next one, null at the end."""

    accounts: list[AccountOut]
    next: str | None


class NewAccountOut(BaseModel):
    """The account and the password that its owner has to change; it is told this once."""

    account: AccountOut
    password: str


class NewPasswordOut(BaseModel):
    password: str


class NewTokenOut(BaseModel):
    """A token for `Authorization: Bearer`; it is told this once."""

    token: str


class SignInOut(BaseModel):
    """One sign-in; an API token has a `name`, `present` is the one that asks."""

    id: str
    method: Method
    name: str | None
    created_at: datetime
    last_seen_at: datetime
    expires_at: datetime
    address: str
    client: str
    present: bool

    @classmethod
    def of(cls, each: SignIn) -> SignInOut:
        return cls(
            id=str(each.id),
            method=each.method,
            name=each.name,
            created_at=each.created_at,
            last_seen_at=each.last_seen_at,
            expires_at=each.expires_at,
            address=each.address,
            client=each.client,
            present=each.present,
        )
