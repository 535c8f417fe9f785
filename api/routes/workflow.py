"""`/api/issues/{id}/transitions` and `/timeline`: a matter's way, and everything that happened on it."""

from __future__ import annotations

from fastapi import APIRouter, Response

from api.deps import Acting, Begin, SettingsNow, problems, requires
from api.etags import IfMatch, etag, needed_version, version_of
from api.routes.issues import issue_number, told
from api.schemas.issues import IssueOut
from api.schemas.workflow import (
    DuplicatesOut,
    LikenessOut,
    PauseIn,
    StepOut,
    TimelineEventOut,
    TimelineOut,
    TransitionIn,
    UrgencyIn,
)
from gis.issues.deadlines import pause, resume, set_urgency
from gis.issues.duplicates import duplicates, recurrences
from gis.issues.in_full import issue_in_full
from gis.issues.workflow import move, onward

router = APIRouter(prefix="/api/issues/{id}", tags=["issues"], responses=problems(401, 403, 404, 422, 503))


@router.post("/transitions", response_model=IssueOut, responses=problems(409, 412, 413, 428))
def take_step(
    id: str,
    wanted: TransitionIn,
    begin: Begin,
    settings: SettingsNow,
    actor: Acting,
    response: Response,
    if_match: IfMatch = None,
) -> IssueOut:
    """Bring a matter to another stage. Of two who act on the same one, the first wins; the other is answered 412."""
    issue_id = issue_number(id)
    with begin() as connection:
        move(connection, issue_id, wanted.move(), version=needed_version(if_match), settings=settings, actor=actor)
        return told(connection, issue_id, response)


@router.post(
    "/urgency", response_model=IssueOut, responses=problems(409, 412, 413), dependencies=[requires("pace_issue")]
)
def change_urgency(
    id: str, wanted: UrgencyIn, begin: Begin, actor: Acting, response: Response, if_match: IfMatch = None
) -> IssueOut:
    """Make a matter more or less urgent; the deadline of its stage follows."""
    version = version_of(if_match)
    with begin() as connection:
        set_urgency(connection, issue_number(id), wanted.urgency, note=wanted.note, actor=actor, version=version)
        return told(connection, issue_number(id), response)


@router.post("/pause", response_model=IssueOut, responses=problems(409, 413), dependencies=[requires("pace_issue")])
def pause_deadline(id: str, wanted: PauseIn, begin: Begin, actor: Acting, response: Response) -> IssueOut:
    """Let the deadline stand still, with the reason."""
    with begin() as connection:
        pause(connection, issue_number(id), note=wanted.note, actor=actor)
        return told(connection, issue_number(id), response)


@router.post("/resume", response_model=IssueOut, responses=problems(409, 413), dependencies=[requires("pace_issue")])
def resume_deadline(id: str, wanted: PauseIn, begin: Begin, actor: Acting, response: Response) -> IssueOut:
    """Let the deadline go on with what was left of it."""
    with begin() as connection:
        resume(connection, issue_number(id), note=wanted.note, actor=actor)
        return told(connection, issue_number(id), response)


@router.get("/timeline", dependencies=[requires("read")])
def show_timeline(id: str, begin: Begin, actor: Acting, response: Response) -> TimelineOut:
    """Everything that happened to a matter, in order, and the steps that are open to the one who asks."""
    with begin() as connection:
        full = issue_in_full(connection, issue_number(id))
    entered = full.entered_by is not None and full.entered_by == actor.account_id
    response.headers["ETag"] = etag(full.issue.version)
    return TimelineOut(
        id=str(full.issue.id),
        status=full.issue.status,  # type: ignore[arg-type]
        version=full.issue.version,
        steps=[StepOut.of(each) for each in onward(full.issue.status, actor, entered=entered)],  # type: ignore[arg-type]
        events=[TimelineEventOut.of(event) for event in full.events],
    )


@router.get("/duplicates", dependencies=[requires("read")])
def show_duplicates(id: str, begin: Begin) -> DuplicatesOut:
    """The open matters that may be the same one, and the closed ones that it may be back from."""
    with begin() as connection:
        found = duplicates(connection, issue_number(id))
        earlier = recurrences(connection, issue_number(id))
    return DuplicatesOut(
        duplicates=[
            LikenessOut(
                id=str(each.id),
                text=each.text,
                status=each.status,  # type: ignore[arg-type]
                reported_at=each.reported_at,
                likeness=round(each.likeness, 3),
                place=round(each.place, 3),
                time=round(each.time, 3),
                words=round(each.words, 3),
                distance_m=None if each.distance_m is None else round(each.distance_m, 1),
            )
            for each in found
        ],
        recurrences=[str(each) for each in earlier],
    )
