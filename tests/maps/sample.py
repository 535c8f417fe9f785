"""Two square grids beside each other, and every page that can be made of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from gis.hotspots.ages import Age
from gis.overview.comparison import Change as FigureChange
from maps.filters import Choice, Choices, Filters
from maps.language import Language
from maps.layers.base import BaseMap, bounds_of
from maps.layers.grids import Grid, grid_shapes
from maps.layers.network import GroupArea, HousePoint
from maps.page import Account, Shell
from maps.pages.account import AccountView, ShownSignIn, account_page
from maps.pages.accounts import (
    AccountsView,
    ListedAccount,
    OneAccountView,
    Reach,
    accounts_page,
    one_account_page,
)
from maps.pages.accounts import Choices as AccountChoices
from maps.pages.audit import AuditEntry, AuditView, audit_page
from maps.pages.dashboard import DashboardView, GridRow, Row, Scale, Sums, dashboard_page
from maps.pages.density import (
    DensityFigures,
    DensityView,
    TopicCount,
    Totals,
    density_figures_part,
    density_page,
)
from maps.pages.desk import (
    ChosenMatter,
    DeskList,
    DeskMatter,
    DeskView,
    Duplicate,
    ProposedAlias,
    desk_matter_part,
    desk_page,
)
from maps.pages.docs import docs_page
from maps.pages.doubt import Answer, Doubt
from maps.pages.error import ErrorView, error_page
from maps.pages.hotspots import (
    CampaignView,
    FindingsView,
    FoundCluster,
    FoundCylinder,
    FoundPile,
    HotCell,
    HotspotsView,
    Reporting,
    SharedValue,
    campaign_part,
    findings_part,
    hotspots_page,
)
from maps.pages.households import (
    CarToMove,
    Home,
    House,
    HouseholdsView,
    HouseholdView,
    OpenMatter,
    Person,
    household_page,
    households_page,
)
from maps.pages.inbox import InboxGroup, InboxLine, InboxView, inbox_page
from maps.pages.intake import (
    Alike,
    Card,
    ConversationView,
    PasteView,
    PlaceChoice,
    RecordedView,
    SaidLine,
    conversation_page,
    paste_page,
    recorded_page,
)
from maps.pages.issue import (
    HistoryEvent,
    IssueView,
    Location,
    Moving,
    NextStep,
    Recognition,
    Reporter,
    Worker,
    issue_page,
)
from maps.pages.ledger import LedgerFigures, LedgerMatter, LedgerView, ReadTerm, ledger_page
from maps.pages.matters import ListedMatter
from maps.pages.network import Activity, ListedGroup, ListedHouse, NetworkTotals, NetworkView, network_page
from maps.pages.notices import (
    NoticesView,
    ShownNotice,
    ShownTemplate,
    ShownWay,
    TemplatesView,
    WaysView,
    notices_page,
    templates_page,
    ways_page,
)
from maps.pages.online_group import Change, Dated, GroupView, group_page
from maps.pages.photos import Photo, PhotoHint, PhotoPlace, Photos
from maps.pages.receipt import BoundaryVersion, Candidate, Conversion, Given, NextGrid, PostHeld, Reading, Receipt
from maps.pages.reports import ListedReport, ReportsView, reports_page
from maps.pages.rules import DayView, DeadlineView, QuestionView, RulesView, ServiceView, rules_page
from maps.pages.sign_in import SignInView, sign_in_page
from maps.pages.topics import Learned, LineView, TopicsView, TopicView, topics_page

WHEN = datetime(2023, 12, 15, 1, 30, tzinfo=UTC)
NONCE = "n0nce"
COUNTS = {"unlocated": 1, "doubtful": 3, "overdue": 2, "soon": 0, "duplicates": 1, "new": 4}


def shell(language: Language = "zh", **changes: Any) -> Shell:
    """A reader who is signed in."""
    given: dict[str, Any] = {
        "language": language,
        "nonce": NONCE,
        "path": "/maps/density",
        "account": Account("official", "official"),
        "community": "c",
        "communities": (Choice("c", "长远社区"), Choice("d", "Elsewhere")),
        "synthetic": True,
    }
    return Shell(**(given | changes))


CELLS = {
    "per": "hectare",
    "level": 22,
    "finest_from_zoom": 16,
    "radius_m": 50,
    "x": [3344864, 3344899],
    "y": [1741719, 1741706],
    "matters": [3, 1],
    "households": [],
    "elsewhere": 0,
}
"""What the density page is painted with: three matters at 107.09198, 29.16002 and one to the north-east of it."""
DAYS = {"first": "2023-11-14", "matters": [0] * 24 + [1, 0, 0, 3, 0, 0, 1] + [0] * 1}


def square(west: float, south: float, side: float = 0.004) -> dict[str, Any]:
    east, north = west + side, south + side
    return {
        "type": "Polygon",
        "coordinates": [[[west, south], [east, south], [east, north], [west, north], [west, south]]],
    }


def shapes(geometry: dict[str, Any], **properties: str) -> dict[str, Any]:
    return {
        "type": "FeatureCollection",
        "features": [{"type": "Feature", "geometry": geometry, "properties": properties}],
    }


def _conversation(said: str) -> ConversationView:
    """Two proposals, one of which is recorded already, and two lines that are none."""
    line = SaidLine(1, WHEN, said, said, said, said)
    known = SaidLine(2, None, "", "", said, "mute", recorded=True, issue=said)
    card = Card(
        lines=(1, 2),
        said=(line, known),
        text=said,
        reported_at=WHEN,
        reporter=said,
        topic=said,
        hazard=True,
        grid_name=said,
        worker=said,
        places=(PlaceChoice(said, {"building_id": said}, said), PlaceChoice(said, {"grid": said}, by="nickname")),
        alike=(Alike(said, said, 0.5),),
        answers=(line,),
        answer=said,
        done=True,
        plates=(said,),
        recorded=(said,),
    )
    whole = Card(lines=(3,), said=(known,), text=said, reported_at=WHEN, recorded=(said,), whole=True)
    return ConversationView(
        said, said, WHEN, 5, (card, whole), (line, known), (said,), (Choice(said, said),), may_merge=True, may_ask=True
    )


PERIODS = {"week": "2023-W49", "month": "2023-11"}


def pages(said: str = "旧水管偶尔还有水", language: Language = "zh", *, far_away: int = 0) -> dict[str, str]:
    """Every page, with `said` wherever a person's words or an operator's names can stand."""
    grids = (
        Grid("001", said, square(107.09, 29.158), worker=said, matters=3, open=1, hazards=1),
        Grid("002", f"{said}2", square(107.094, 29.158), matters=1),
    )
    street = {"type": "LineString", "coordinates": [[107.089, 29.16], [107.099, 29.16]]}
    base = BaseMap(
        outline=shapes(square(107.09, 29.156, 0.008), name=said),
        buildings=shapes(square(107.0915, 29.1595, 0.0004), compound=said, number=said),
        streets=shapes(street, name=said, kind=said),
        places=shapes(square(107.096, 29.1595, 0.0008), name=said, kind=said),
    )
    matter = ListedMatter(said, said, said, said, WHEN, said, hazard=True)
    filters = Filters(
        "c", said, said, source=said, since=date(2023, 11, 16), grid="001", due="kept", level="grid", words=said
    )
    choices = Choices(
        topics=(Choice(said), Choice("消防安全")),
        statuses=(Choice("open"),),
        sources=(Choice("visit"),),
        grids=(Choice("001", said),),
        latest=date(2023, 12, 15),
    )
    density = DensityView(
        DensityFigures(
            filters=filters,
            choices=choices,
            grids=grids,
            totals=Totals(matters=5, settled=4, open=1, hazards=1, located=4),
            by_topic=(TopicCount(said, 4), TopicCount("", 1)),
            recent=(matter,),
            since=WHEN.date(),
            until=WHEN.date(),
            far_away=far_away,
            radius_m=50,
        ),
        base,
        bounds_of(grid_shapes(grids)),
    )
    near_edge = Doubt(
        "near_edge",
        (
            Answer(said, {"grid": said}, worker=said, distance_m=0, present=True),
            Answer(said, {"grid": "002"}, worker="", distance_m=3.4),
        ),
        accuracy_m=20,
        next_m=3.4,
    )
    receipt = Receipt(
        given=(Given("coordinate", said, 10), Given("text", said)),
        conversion=Conversion("gcj02", 107.092, 29.16, 528.8),
        readings=(Reading("wgs84", 107.092, 29.16), Reading(said, 107.088, 29.163)),
        candidates=(
            Candidate("grid", said, "001", True, 0.98, 0, said, said),
            Candidate("building", said, confidence=0.5),
        ),
        next_grid=NextGrid(said, "002", 3.4),
        outside_m=2.0,
        shared_edge=True,
        overlap=True,
        boundary=BoundaryVersion("1", date(2023, 4, 1), date(2024, 1, 1)),
        post=PostHeld(said, "grid_worker", "stand_in", date(2023, 4, 1), on_leave=(said,)),
        terms=(said,),
        notes=(said,),
        doubt=near_edge,
    )
    issue = IssueView(
        id=said,
        text=said,
        source=said,
        status=said,
        reported_at=WHEN,
        receipt=receipt,
        method="coordinate",
        topic=said,
        line=said,
        recognition=Recognition("", None, ((said, 0.41), ("消防安全", 0.2)), (said,), may_choose=True),
        hazard=True,
        address=said,
        external_id=said,
        building_name=said,
        group_name=said,
        closed_at=WHEN,
        location=Location(107.092, 29.16, "coordinate", 10, 0.98),
        grid_code="001",
        grid_name=said,
        worker=Worker("w", said, "grid_worker"),
        history=(
            HistoryEvent(WHEN, "status", said, "closed", said),
            HistoryEvent(WHEN, "topic", said, note=said, topic=said),
        ),
        grids=grids,
        base=base,
        reporter=Reporter(said, said),
        may_unmask=True,
        moves=(Moving(said, "answered", WHEN, said),),
        may_move=True,
        photos=Photos(
            "/api/issues/1/attachments",
            (Photo("/static/mark.svg", "/static/mark.svg", WHEN, WHEN, removable=True),),
            PhotoHint("/api/issues/1/attachments/1/hint", (PhotoPlace("wgs84", said), PhotoPlace("gcj02"))),
            may_see=True,
            may_add=True,
        ),
    )
    steps = (NextStep("accept", "accepted"), NextStep("resolve", "resolved", ("answer", "settled_level")))
    line = InboxLine(said, 1, said, said, "reported", said, WHEN, -90, hazard=True, urgency="urgent", can_accept=True)
    later = replace(line, due_in_min=3000, can_accept=False, own=True)
    inbox = InboxView(
        (InboxGroup("overdue", (line,)), InboxGroup("check", (later,)), InboxGroup("elsewhere", (later,))),
        due_today=1,
        done_today=2,
        may_see_homes=True,
        open=replace(issue, next_steps=steps),
        building_id=said,
    )
    home = Home("1", said, 5, said, 2, (said,), WHEN)
    homes = HouseholdsView(
        community="c",
        households=1,
        residents=2,
        least=5,
        houses=(House(said, said, (home,)),),
        grids=(Choice("001", said), Choice("002")),
        words=said,
        grid="001",
        after="1",
        cars=(CarToMove("1", said, said, WHEN, "1", said),),
    )
    people = (Person(said, said, WHEN), Person(said, ""))
    household = HouseholdView(
        "1", said, said, replace(home, until=None), people, (OpenMatter("1", said),), may_unmask=True
    )
    entry = AuditEntry("1", WHEN, said, said, "resident", "7", "3", said, WHEN)
    log = AuditView((entry,), WHEN, "7", said, said, date(2023, 11, 16), None, 1, (2, 3), "0f")
    tray = DeskMatter(said, said, WHEN, said, said, True, "urgent", WHEN, True)
    alias = ProposedAlias(said, said, said, said, WHEN)
    held = ShownSignIn(said, said, said, WHEN, WHEN, WHEN, by_provider=True)
    token = ShownSignIn(said, said, said, WHEN, WHEN, WHEN, name=said)
    own = AccountView(
        said, "official", said, (said,), (held,), (token,), (30,), new_token=said, faults=(said,), done="password"
    )
    account = ListedAccount(said, said, "official", said, (said,), WHEN, WHEN, must_change=True)
    offered = AccountChoices(
        ("official", "worker"), ((said, said, "street"),), ((said, said),), (Choice(said, said), Choice("d", said))
    )
    reach = Reach("official", said, said, (said,))
    listed = AccountsView((account,), offered, said, "official", said, reach, said, (said,), said, said)
    one = OneAccountView(account, reach, offered, WHEN, faults=("last_admin",), done="change", password=said)
    one_topic = TopicView("1", said, said, said, hazard=True, event_class=said, service_code=said, retired=True)
    taxonomy = TopicsView(
        (LineView("1", said, 1, (one_topic,)), LineView("", "", 0)), Learned(WHEN, 60, 0.867, 0.86, 0.92)
    )
    rules = RulesView(
        (DeadlineView("1", said, "reported", "normal", 0.5, "hours"),),
        (DayView(date(2023, 12, 16), True, said),),
        (ServiceView(said, said, said, said, (QuestionView(said, "string", True, said, (said,)),)),),
        (said,),
    )
    told = ShownNotice("1", said, said, "channel", said, said, "failed", said, 2, WHEN, WHEN)
    way = ShownWay("1", said, said, (said,), False, "stage", said, said, WHEN)
    filled = {"name": said, "area": said}
    said_of = {"of": "channel", "faults": (said,), "done": "test", "secret": said, "secret_of": said}
    areas = (Choice(said, said),)
    ways = WaysView((way,), (way,), {"area": (said,)}, (said,), areas, filled=filled, **said_of)
    template = ShownTemplate(said, "zh", said, said, True)
    network, houses, group = _network(said, grids, base, matter)
    lines = (
        LedgerMatter(said, said, said, "accepted", WHEN, said, True, said, "urgent", WHEN, overdue=True),
        LedgerMatter(
            "2", said, said, "closed", WHEN, answer=said, level="grid", way="on_site", took=timedelta(hours=3)
        ),
    )
    sums = LedgerFigures(
        5,
        1,
        4,
        1,
        3,
        5,
        timedelta(minutes=12),
        timedelta(days=3),
        (Choice("grid", matters=3),),
        (Choice(said, matters=3),),
    )
    terms = (ReadTerm(said, (("words", said), ("place", said)), said), ReadTerm(said, (), withheld=True))
    ledger = LedgerView(filters, choices, lines, 1, sums, older=said, grid_name=said, terms=terms)
    here = shell(language, query=f"topic={said}")
    return {
        "reports": reports_page(
            ReportsView(
                "500119003004",
                [
                    ListedReport("1", "week", "2023-W49", WHEN.date(), WHEN.date(), "zh", "made", "", "", said, WHEN),
                    ListedReport("2", "month", "2023-11", WHEN.date(), WHEN.date(), "en", "making", "maps", "", said),
                    ListedReport("3", "month", "2023-10", WHEN.date(), WHEN.date(), "zh", "failed", "", said, said),
                ],
                PERIODS,
                PERIODS,
            ),
            shell=here,
        ),
        "density": density_page(density, shell=here),
        "dashboard": dashboard_page(_dashboard(said, grids, base, lines[0]), shell=here),
        "hotspots": hotspots_page(HotspotsView(filters, choices, grids, base, cell_m=60), shell=here),
        "ledger": ledger_page(ledger, shell=here),
        "issue": issue_page(issue, shell=here),
        "inbox": inbox_page(inbox, shell=here),
        "desk": desk_page(DeskView(DeskList("doubtful", COUNTS, (tray,), (alias,)), grids, base), shell=here),
        "sign_in": sign_in_page(SignInView(said, said, "not_known", said), shell=shell(language, account=None)),
        "account": account_page(own, shell=here),
        "accounts": accounts_page(listed, shell=here),
        "one_account": one_account_page(one, shell=here),
        "households": households_page(homes, shell=here),
        "intake": paste_page(PasteView((Choice(said, said), Choice("QB", said))), shell=here),
        "conversation": conversation_page(_conversation(said), shell=here),
        "recorded": recorded_page(RecordedView(said, (matter,), (matter,)), shell=here),
        "household": household_page(household, shell=here),
        "audit": audit_page(log, shell=here),
        "topics": topics_page(taxonomy, shell=here),
        "rules": rules_page(rules, shell=here),
        "notices": notices_page(NoticesView((told,), {said: 1}, said, said, "retry"), shell=here),
        "notice_ways": ways_page(ways, shell=here),
        "notice_templates": templates_page(
            TemplatesView((template,), template, (said,), (said, said), (said,), "saved"), shell=here
        ),
        "network": network_page(network, shell=here),
        "houses": network_page(houses, shell=here),
        "group": group_page(group, shell=here),
        "error": error_page(ErrorView(422, (said,), said), shell=here),
        "docs": docs_page(openapi_path="/openapi.json", shell=here),
    }


def _dashboard(said: str, grids: tuple[Grid, ...], base: BaseMap, line: LedgerMatter) -> DashboardView:
    """Sixty days in two grids, of one of which too little can be told."""
    noted = (Choice("grid", matters=3), Choice("-", matters=1))
    now = Sums(40, 30, 8, 4, 20, 26, timedelta(minutes=12), 38, timedelta(hours=9), 30, noted, noted)
    before = replace(
        now, received=20, settled=9, levels=(Choice("grid", matters=1), Choice("-", matters=0)), ways=noted
    )
    changes: dict[str, FigureChange | None] = dict.fromkeys(("received", "overdue"), FigureChange("up", 20))
    changes |= {"settled": FigureChange("down", 12.0), "on_time": FigureChange("level", 0.2, small=True)}
    changes |= {"first_answer": None, "settlement": FigureChange("down", timedelta(hours=2))}
    row = Row(said, now, 20, FigureChange("up", 20))
    return DashboardView(
        Filters(community="c", since=date(2023, 11, 16), until=date(2023, 12, 15), topic=said),
        Choices((Choice(said),), (Choice("open"),), (Choice("web"),), (Choice("001", said),), (Choice(said),)),
        date(2023, 10, 17),
        date(2023, 11, 15),
        grids,
        base,
        now=now,
        before=before,
        changes=changes,
        by_line=(row,),
        by_topic=(row,),
        by_grid=tuple(
            GridRow(grid.code, said, said, 4.0, 4, 40, too_few=bool(at), shade=None if at else 1)
            for at, grid in enumerate(grids)
        ),
        scale=Scale("natural", ((0, 1, 0), (4, 4, 1))),
        late=(line,),
        overdue_now=4,
        nowhere=1,
        latest=date(2023, 12, 15),
        stopped=True,
    )


def _network(
    said: str, grids: tuple[Grid, ...], base: BaseMap, matter: ListedMatter
) -> tuple[NetworkView, NetworkView, GroupView]:
    """The network grid: its groups, its houses, one group."""
    active = Activity((0, 1, 3), 4, WHEN, 2, 1, 2, 3, 90.0, (1, 1, 1, 1))
    group = ListedGroup(
        said, said, "/network/1", "/issues?group=1", {"group_head": (said,)}, (said, said), 2, 5, active, ("spanning",)
    )
    idle = replace(
        group, holders={}, grids=(), activity=Activity((0, 0)), problems=("missing_role", "silent", "no_cover")
    )
    areas = (
        GroupArea(said, said, square(107.09, 29.158), "/network/1", marked=True),
        GroupArea("b", said, square(107.094, 29.158)),
    )
    points = (HousePoint(said, 107.092, 29.16, "none"), HousePoint(said, 107.095, 29.16, "several"))
    network = NetworkView(
        "c",
        NetworkTotals(2, 1, (("grid_worker", 1), ("group_head", 0)), 1, 1, 1, 9, 1, 1, 50, 5),
        (group, idle),
        grid_choices=(Choice("001", said),),
        role="group_head",
        day=date(2023, 12, 15),
        since=date(2023, 9, 23),
        until=date(2023, 12, 15),
        least=5,
        may_draw=True,
        base=base,
        grids=grids,
        areas=areas,
        points=points,
    )
    houses = replace(
        network,
        problem="shared",
        role="",
        houses=(ListedHouse(said, said, said, 5, (said,)), ListedHouse(said, said, "", 0)),
    )
    dated = tuple(
        Dated(kind, said, said, since, until, state, undo, stand_in=not until)
        for kind, since, until, state, undo in (
            ("group_head", None, None, "present", ""),
            ("group_head", date(2023, 12, 1), date(2023, 12, 15), "past", "end"),
            ("grid", date(2023, 12, 16), None, "future", "begin"),
            ("building", None, date(2024, 1, 1), "present", "end"),
        )
    )
    one = GroupView(
        group,
        date(2023, 12, 15),
        date(2023, 9, 23),
        date(2023, 12, 15),
        "c",
        5,
        dated[:2],
        dated[2:],
        (Change(date(2023, 12, 16), True, dated[2]), Change(date(2023, 12, 15), False, dated[1])),
        houses.houses,
        (matter,),
        *((Choice(said, said),),) * 3,
        may_draw=True,
        may_appoint=True,
        base=base,
        grids=grids,
        areas=areas[:1],
        points=points[1:],
    )
    return network, houses, one


def empty_pages(language: Language = "zh") -> dict[str, str]:
    """The pages as they are before anything has been imported or reported."""
    nothing = DensityView(DensityFigures(Filters(), Choices(), (), Totals()), BaseMap(), None)
    bare = IssueView(id="1", text="水", source="web", status="reported", reported_at=WHEN, receipt=Receipt())
    here = shell(language, community="", communities=(), synthetic=False)
    return {
        "density": density_page(nothing, shell=here),
        "dashboard": dashboard_page(
            DashboardView(
                Filters(since=date(2023, 11, 16), until=date(2023, 12, 15)),
                Choices(),
                date(2023, 10, 17),
                date(2023, 11, 15),
                (),
                BaseMap(),
            ),
            shell=here,
        ),
        "ledger": ledger_page(LedgerView(Filters(), Choices(), ()), shell=here),
        "reports": reports_page(ReportsView("", (), PERIODS, PERIODS), shell=here),
        "issue": issue_page(bare, shell=here),
        "inbox": inbox_page(InboxView((), 0, 0), shell=here),
        "network": network_page(NetworkView("", NetworkTotals()), shell=here),
        "desk": desk_page(DeskView(DeskList("new", dict.fromkeys(COUNTS, 0))), shell=here),
        "households": households_page(HouseholdsView("", (), households=0), shell=here),
        "intake": paste_page(PasteView(()), shell=here),
        "conversation": conversation_page(ConversationView("1", "", WHEN, 0, (), ()), shell=here),
        "recorded": recorded_page(RecordedView("", (), ()), shell=here),
        "household": household_page(HouseholdView("1", "B1", "", Home("1", "", 1, "*"), known=False), shell=here),
        "audit": audit_page(AuditView((), WHEN), shell=here),
        "topics": topics_page(TopicsView(()), shell=here),
        "rules": rules_page(RulesView(), shell=here),
        "notices": notices_page(NoticesView((), {}), shell=here),
        "notice_ways": ways_page(WaysView((), (), {}, ()), shell=here),
    }


def density_part(language: Language = "zh") -> str:
    """The parts of the density page that follow its filters, when nothing fits them."""
    return density_figures_part(DensityFigures(Filters(community="c"), Choices(), (), Totals()), shell=shell(language))


def chosen_matters(said: str = "旧水管偶尔还有水", language: Language = "zh") -> dict[str, str]:
    """The desk's part for a matter in each kind of doubt, with `said` wherever a person's words can stand."""
    steps = (NextStep("accept", "accepted"), NextStep("withdraw", "withdrawn", ("note",)))
    readings = (
        Answer("wgs84", {"lon": 107.092, "lat": 29.16, "crs": "wgs84"}, point=(107.092, 29.16)),
        Answer(said, {"lon": 107.092, "lat": 29.16, "crs": said}, point=(107.3, 29.163)),
    )
    doubts = {
        "near_edge": Doubt(
            "near_edge", (Answer(said, {"grid": said}, worker=said, distance_m=0),), accuracy_m=20, next_m=3
        ),
        "ambiguous": Doubt("ambiguous", (Answer(said, {"building_id": said}),), words=said),
        "unknown_datum": Doubt("unknown_datum", readings),
        "none": None,
    }
    return {
        name: desk_matter_part(
            ChosenMatter(
                IssueView(
                    id=said,
                    text=said,
                    source=said,
                    status="reported",
                    reported_at=WHEN,
                    receipt=Receipt(doubt=doubt),
                    address=said,
                    group_name=said,
                    location=Location(107.2, 29.16, "coordinate"),
                    next_steps=steps,
                    grids=(Grid(said, said, square(107.09, 29.158), worker=said),),
                ),
                frozenset({"accept", "merge", "transfer"}),
                (Duplicate(said, said, 0.8, WHEN),),
            ),
            shell=shell(language),
        )
        for name, doubt in doubts.items()
    }


def hotspots_found(said: str) -> dict[str, Any]:
    """An answer of the map of hotspots with one of everything, `said` wherever a name can stand."""
    facts = {"count": 3, "expected": 0.5, "exposure": 9.0, "rate": 33.3, "class": "hot_99", "trend": "new"}
    cell = {"type": "Feature", "id": "4545-h100-1-1", "geometry": square(107.09, 29.158, 0.001), "properties": facts}
    told = {"attribute": "compound", "value": said, "count": 3, "of": 3, "expected": 0.5}
    found = {"count": 3, "near": "107.092,29.16,50", "matters": ["AQ"]}
    days = {"first": "2023-07-01", "last": "2023-07-31"}
    return {
        "complete": True,
        "outdated": False,
        "progress": None,
        "as_of": WHEN.isoformat(),
        "matters": 5,
        "cases": 4,
        "method": {},
        "cells": [cell],
        "piles": [{"lon": 107.093, "lat": 29.161, "count": 40, "matters": ["AQ"]}],
        "clusters": [{"outline": square(107.091, 29.159, 0.001), "shared": [told], **days, **found}],
        "scan": [{"lon": 107.092, "lat": 29.16, "radius_m": 80, "expected": 0.5, "p": 0.001, **days, **found}],
    }


def findings(said: str = "水", language: Language = "zh") -> str:
    """The same in words, and those of a campaign."""
    span = (WHEN.date(), WHEN.date(), WHEN.date())
    view = FindingsView(
        Filters(community="c", topic=said),
        matters=5,
        cases=4,
        as_of=WHEN,
        since=WHEN,
        until=WHEN,
        least=5,
        method={
            "cells_tested": 40,
            "cells": {"form": "hexagon", "size_m": 100, "size_rule": "given"},
            "points_without_exposure": 1,
            "permutations": 99_999,
            "seed": 0,
            "clusters": {"fewest": 8, "radius_m": 50, "days": 14},
            "scan": {"radius_m": 250, "unit": "W", "periods": 36, "simulations": 999, "chance": 0.05},
            "trend": {"unit": "M", "periods": 8, "first": "2023-04", "last": "2023-11", "without_period": 1},
        },
        by_class={"hot_99": 1, "cold_90": 1, "none": 38},
        by_trend={"new": 1, "none": 39},
        hot=(HotCell("4545-h100-1-1", "hot_99", 3, 0.5, said, "/maps/hotspots/cells/4545-h100-1-1"),),
        clusters=tuple(
            FoundCluster(
                3, WHEN, WHEN, "107,29,50", (SharedValue("compound", said, 3, 3, 0.5),), ("/issues", "/desk"), age
            )
            for age in (Age(12, 11, 0.4, 0.0003, "old"), Age(12, 0, 0.4, 0.004, "new"), Age(3, 3, 0.4, 0.1, "too_few"))
        ),
        scan=(FoundCylinder(3, 0.5, *span[:2], 80.0, 0.001, "107,29,50", ("/issues",)),),
        piles=(FoundPile(40, ("/issues",)),),
        reporting=Reporting("both", 1, 2, 3, 4, *span),
        outdated=True,
    )
    here = shell(language, path="/maps/hotspots")
    campaign = CampaignView(
        WHEN.date(), 60, 100, 20, 50, 60, True, False, "cooled", 0.17, 0.1, 0.3, True, "problems", 5, 6
    )
    return findings_part(view, shell=here) + campaign_part(campaign, shell=here)
