"""Workers and what they answer for, as readers see them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, select

from gis.boundaries.areas import community_id
from gis.errors import Fault, InvalidInput, said
from gis.security.masking import masked_phone
from gis.security.sealed import WORKER_PHONE
from gis.security.vault import vault_of
from gis.storage.reading import holds_at
from gis.storage.tables import area, grid, online_group, post, worker


@dataclass(frozen=True, slots=True)
class HeldPost:
    """A role that a worker holds, in a grid or in an online group."""

    role: str
    grid_code: str | None
    group_code: str | None
    stand_in: bool
    valid_from: date
    valid_to: date | None


@dataclass(frozen=True, slots=True)
class Worker:
    """One worker; `code` is the id in the employer's files. `phone` is masked."""

    code: str
    name: str
    phone: str | None
    community: str
    posts: tuple[HeldPost, ...]


def workers(connection: Connection, *, day: date, community: str | None = None) -> list[Worker]:
    """All workers by community and code, each with the posts held on a day.

    Raises InvalidInput for an unknown community.
    """
    people = (
        select(worker.c.id, worker.c.code, worker.c.name, worker.c.phone_sealed, area.c.code)
        .join(area, area.c.id == worker.c.community_id)
        .order_by(area.c.code, worker.c.code)
    )
    held = (
        select(
            post.c.worker_id,
            post.c.role,
            grid.c.code,
            online_group.c.code,
            post.c.stand_in,
            post.c.valid_from,
            post.c.valid_to,
        )
        .outerjoin(grid, grid.c.id == post.c.grid_id)
        .outerjoin(online_group, online_group.c.id == post.c.group_id)
        .where(holds_at(post, day))
        .order_by(post.c.role, grid.c.code, online_group.c.code)
    )
    chosen = community_id(connection, community)
    if chosen is not None:
        people = people.where(worker.c.community_id == chosen)
        held = held.where(post.c.community_id == chosen)
    posts: dict[int, list[HeldPost]] = defaultdict(list)
    for row in connection.execute(held):
        posts[row[0]].append(HeldPost(*row[1:]))
    vault = vault_of(connection)
    return [
        Worker(code, name, masked_phone(WORKER_PHONE.open(vault, phone)), area_code, tuple(posts[id]))
        for id, code, name, phone, area_code in connection.execute(people)
    ]


def find_worker(connection: Connection, code: str, *, community: str | None = None) -> int:
    """The id of the worker with a code; `community` tells those of the same code apart.

    Raises InvalidInput if there is none, or more than one.
    """
    query = select(worker.c.id).where(worker.c.code == code)
    within = community_id(connection, community)
    if within is not None:
        query = query.where(worker.c.community_id == within)
    found: Sequence[int] = connection.scalars(query).all()
    if len(found) == 1:
        return found[0]
    if found:
        reason = said("several communities have a worker {code!r}: name the community as well", code=code)
        raise InvalidInput([Fault("worker", "ambiguous_worker", reason)])
    raise InvalidInput([Fault("worker", "unknown_worker", said("there is no worker with the id {code!r}", code=code))])
