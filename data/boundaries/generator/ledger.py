"""The ledger: what residents reported from April to December 2023, and how it went.

Most matters come from anywhere, in growing number. On top of them lie the report's own cases and counts,
and four clusters of hazards with a beginning and an end, so that a map of hotspots has something to find.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from math import exp

from . import phrases
from .clusters import CLUSTERS, day_weights, days_between
from .outcomes import record_outcomes
from .people import Household
from .phrases import DISPUTES, ERRANDS
from .places import Place
from .random_source import Random, stream
from .subjects import DISPUTE, FIRE, SERVICE, SUBJECTS, TRAFFIC, WELFARE, Subject
from .where import MODES, Given, Landmarks, coordinates, give
from .workforce import MOVED_OVER, Group

CHINA = timezone(timedelta(hours=8))
FIRST_DAY, LAST_DAY = date(2023, 4, 1), date(2023, 12, 15)
BACKGROUND, SETTLED_DISPUTES, SERVICE_REQUESTS = 2750, 103, 47
SOURCES = {"wechat_group": 62, "hotline": 13, "visit": 15, "web": 10}
HOURS = (1, 0.5, 0.3, 0.2, 0.3, 1, 3, 6, 8, 7, 6, 5, 6, 6, 5, 5, 6, 8, 11, 14, 14, 11, 6, 3)
VISITING_HOURS = (0, 0, 0, 0, 0, 0, 0, 0, 4, 8, 9, 5, 1, 1, 5, 8, 8, 6, 4, 3, 1, 0, 0, 0)
NOWHERE, OUTSIDE = 34, 18
# Median hours until a matter is closed.
PACE = {
    "交通停车": 2,
    "消防安全": 7,
    "公共设施": 22,
    "环境卫生": 14,
    "房屋安全": 70,
    "噪音扰民": 6,
    "社会保障": 28,
    "矛盾纠纷": 40,
    "便民服务": 8,
}


@dataclass(slots=True)
class Matter:
    text: str
    source: str
    reported_at: datetime
    closed_at: datetime | None
    status: str
    topic: str
    hazard: bool
    place: Given
    group: str = ""
    first_answered_at: datetime | None = None
    settled_level: str = ""
    settled_way: str = ""


def keep_ledger(households: list[Household], groups: list[Group], places: list[Place]) -> list[Matter]:
    """Every matter by the time that it was reported."""
    writer = _Writer(households, groups, Landmarks(places), stream("ledger"))
    matters = [*writer.own_cases(), *writer.background(), *writer.clusters()]
    matters += [writer.settled(DISPUTES) for _ in range(SETTLED_DISPUTES)]
    matters += [writer.settled(ERRANDS) for _ in range(SERVICE_REQUESTS)]
    _move_over(matters, groups)
    ledger = sorted(matters, key=lambda m: (m.reported_at, m.text))
    record_outcomes(ledger)
    return ledger


def _move_over(matters: list[Matter], groups: list[Group]) -> None:
    """Those of a group that has gone silent were written in the neighbours' group from then on."""
    codes = {group.name: group.code for group in groups}
    for name, (into, since) in MOVED_OVER.items():
        for matter in matters:
            if matter.group == codes[name] and matter.reported_at.date() >= date.fromisoformat(since):
                matter.group = codes[into]


class _Writer:
    def __init__(self, households: list[Household], groups: list[Group], landmarks: Landmarks, rng: Random) -> None:
        self._homes, self._landmarks, self._rng = households, landmarks, rng
        self._group_of = {id(h.building): next(g.code for g in groups if g.covers(h.building)) for h in households}
        self._group_named = {g.name: g.code for g in groups}
        self._by_key = {s.key: s for s in SUBJECTS}
        self._days = days_between(FIRST_DAY, LAST_DAY)
        self._day_weights = day_weights(self._days, growth=1.8)

    def own_cases(self) -> Iterator[Matter]:
        """The report's two cases; the first in its own words, the second in a resident's."""
        asked = datetime(2023, 11, 18, 10, 12, 30, tzinfo=CHINA)
        yield Matter(
            "消防水管改造后，旧水管偶尔还有水，能不能处理一下。",
            "wechat_group",
            asked,
            asked + timedelta(minutes=27),
            "closed",
            FIRE,
            True,
            Given(),
            self._group_named["金佛尚城业主群"],
            asked + timedelta(minutes=3),
            "grid",
            "on_site",
        )
        asked = datetime(2023, 11, 28, 7, 31, 8, tzinfo=CHINA)
        yield Matter(
            "有个车把我的车堵起了，没留电话，我要送娃儿去读书，要迟到了，哪个帮忙喊一下车主挪车嘛",
            "wechat_group",
            asked,
            asked + timedelta(minutes=9),
            "closed",
            TRAFFIC,
            False,
            Given(),
            self._group_named["长远小区居民群"],
            asked + timedelta(minutes=1),
            "network",
            "in_group",
        )

    def background(self) -> Iterator[Matter]:
        weights = [s.weight for s in SUBJECTS]
        for i in range(BACKGROUND):
            subject = self._rng.choices(SUBJECTS, weights)[0]
            day = self._rng.choices(self._days, self._day_weights)[0]
            if i < NOWHERE:
                yield self._matter(subject, day, source="hotline", mode="nowhere")
            elif i < NOWHERE + OUTSIDE:
                yield self._matter(subject, day, source="web", mode="outside")
            else:
                yield self._matter(subject, day)

    def clusters(self) -> Iterator[Matter]:
        for cluster in CLUSTERS:
            homes = [h for h in self._homes if h.building.compound and h.building.compound.name in cluster.compounds]
            for day in cluster.days(self._rng):
                yield self._matter(self._by_key[cluster.subject], day, home=self._rng.choice(homes))

    def settled(self, subject: Subject) -> Matter:
        day = self._rng.choices(self._days[:-4], self._day_weights[:-4])[0]
        return self._matter(subject, day, settled=True)

    def _matter(
        self,
        subject: Subject,
        day: date,
        *,
        home: Household | None = None,
        source: str = "",
        mode: str = "",
        settled: bool = False,
    ) -> Matter:
        rng = self._rng
        home = home or self._resident_of(subject)
        source = source or rng.choices(list(SOURCES), list(SOURCES.values()))[0]
        at = self._moment(day, VISITING_HOURS if source == "visit" else HOURS)
        mode = mode or rng.choices(list(MODES[source]), list(MODES[source].values()))[0]
        if mode == "outside":
            place = Given(*coordinates(home.building, source, rng, away_m=rng.uniform(900, 1500)))
        elif mode == "nowhere":
            place = Given()
        else:
            place = give(home, source, mode, rng)
        status, closed_at = self._outcome(subject, at, settled)
        group = self._group_of[id(home.building)] if source == "wechat_group" else ""
        text = self._tell(subject, source, place.words, home)
        return Matter(text, source, at, closed_at, status, subject.topic, subject.hazard, place, group)

    def _resident_of(self, subject: Subject) -> Household:
        """Somebody whom it can happen to: lifts stop only where there are some."""
        while True:
            home = self._rng.choice(self._homes)
            kind = home.building.kind
            if subject.key in ("lift", "parking_fee") and kind not in ("tower", "lift"):
                continue
            if (
                subject.key in ("facade", "crack", "railing", "wires", "leak")
                and kind in ("tower", "lift")
                and self._rng.random() < 0.7
            ):
                continue
            return home

    def _tell(self, subject: Subject, source: str, words: str, home: Household) -> str:
        rng = self._rng
        high = max(2, home.building.floors)
        spot = rng.choice(subject.spots) if subject.spots else ""
        ours = "我们小区" if home.building.compound else "我们"
        vague = spot if source == "visit" or spot.startswith("我") else rng.choice(["", "", "我们", ours]) + spot
        where = f"{words}{spot}" if words else vague
        if words and subject.outdoors and rng.random() < 0.3:
            where = self._landmarks.beside(home.building, rng) or where
        sentence = rng.choice(subject.sentences)
        if words and "{w}" not in sentence:
            sentence = rng.choice(["我住{w}，", "我是{w}的，"]).format(w=words) + sentence
        slots = {"d": rng.choice(phrases.DURATIONS), "t": rng.choice(phrases.TIMES), "w": where}
        text = rng.choice(phrases.OPENINGS[source]) + sentence.format(n="{n}", **slots)
        if rng.random() < 0.35:
            text += "，" + rng.choice(phrases.DETAILS[subject.topic])
        closings = phrases.GENTLE_CLOSINGS if subject.topic in (SERVICE, WELFARE, DISPUTE) else phrases.CLOSINGS
        closing = rng.choice(closings[source])
        return (text + closing).replace("{n}", str(rng.randint(2, min(high, 9))))

    def _moment(self, day: date, hours: tuple[float, ...]) -> datetime:
        hour = self._rng.choices(range(24), hours)[0]
        return datetime(
            day.year, day.month, day.day, hour, self._rng.randrange(60), self._rng.randrange(60), tzinfo=CHINA
        )

    def _outcome(self, subject: Subject, at: datetime, settled: bool) -> tuple[str, datetime | None]:
        rng = self._rng
        age_days = (LAST_DAY - at.date()).days
        if not settled and rng.random() < (0.45 if age_days < 4 else 0.16 if age_days < 21 else 0.04):
            return ("reported" if age_days < 4 and rng.random() < 0.5 else "accepted"), None
        hours = PACE[subject.topic] * exp(rng.gauss(0, 0.9)) * (0.5 if subject.hazard else 1)
        latest = (datetime(2023, 12, 15, 22, 30, tzinfo=CHINA) - at).total_seconds() / 3600
        seconds = round(min(hours, max(latest, 0.4)) * 3600)
        return "closed", self._by_day(at + timedelta(seconds=max(seconds, 240)), at)

    def _by_day(self, closed_at: datetime, reported_at: datetime) -> datetime:
        """Nobody closes a matter in the dead of night, unless it was settled there and then."""
        if 7 <= closed_at.hour < 23 or closed_at - reported_at < timedelta(hours=2):
            return closed_at
        morning = closed_at + timedelta(days=closed_at.hour >= 23)
        return morning.replace(hour=self._rng.randint(8, 10))
