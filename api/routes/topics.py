"""`/api/topics`: lines and topics, what an administrator changes about them, and the choice of one for a matter."""

from __future__ import annotations

from fastapi import APIRouter, Response

from api.deps import Acting, Begin, problems, requires
from api.etags import IfMatch, etag, needed_version
from api.ids import row_id
from api.routes.issues import issue_number
from api.schemas.issues import IssueOut
from api.schemas.topics import ChoiceIn, LineIn, LineOut, ModelOut, TaxonomyOut, TopicIn, TopicOut
from gis.issues import taxonomy
from gis.issues.in_full import issue_in_full
from gis.issues.topic_choice import choose_topic
from gis.issues.training import trained

router = APIRouter(tags=["topics"], responses=problems(401, 403, 422, 503))
EDITS = [requires("edit_topics")]
REFUSED = problems(404, 409, 412, 413, 428)


@router.get("/api/topics", response_model=TaxonomyOut, dependencies=[requires("read")])
def list_topics(begin: Begin) -> TaxonomyOut:
    """The lines and topics in their order, retired ones too, and the model that tells topics apart."""
    with begin() as connection:
        held = trained(connection)
        return TaxonomyOut(
            lines=[LineOut.of(each) for each in taxonomy.lines(connection)],
            topics=[TopicOut.of(each) for each in taxonomy.topics(connection)],
            model=ModelOut.of(held) if held else None,
        )


@router.post(
    "/api/topics",
    status_code=201,
    response_model=TopicOut,
    responses=problems(409, 413),
    dependencies=EDITS,
)
def create_topic(body: TopicIn, begin: Begin, actor: Acting, response: Response) -> TopicOut:
    """Add a topic; words for it go into the lexicon."""
    with begin() as connection:
        return _told(taxonomy.create_topic(connection, actor, body.wanted()), response)


@router.post("/api/topics/{id}", response_model=TopicOut, responses=REFUSED, dependencies=EDITS)
def change_topic(
    id: str, body: TopicIn, begin: Begin, actor: Acting, response: Response, if_match: IfMatch = None
) -> TopicOut:
    """Make a topic what the body says; a new name goes to all matters, terms, deadlines and services at once."""
    version, topic_id = needed_version(if_match), row_id(id, "topic")
    with begin() as connection:
        return _told(taxonomy.change_topic(connection, actor, topic_id, body.wanted(), version=version), response)


@router.post("/api/topics/{id}/retire", response_model=TopicOut, responses=REFUSED, dependencies=EDITS)
def retire_topic(id: str, begin: Begin, actor: Acting, response: Response, if_match: IfMatch = None) -> TopicOut:
    """Let no new matter be of a topic; old ones keep it."""
    version, topic_id = needed_version(if_match), row_id(id, "topic")
    with begin() as connection:
        return _told(taxonomy.retire_topic(connection, actor, topic_id, retired=True, version=version), response)


@router.post("/api/topics/{id}/restore", response_model=TopicOut, responses=REFUSED, dependencies=EDITS)
def restore_topic(id: str, begin: Begin, actor: Acting, response: Response, if_match: IfMatch = None) -> TopicOut:
    """Take a retired topic up again."""
    version, topic_id = needed_version(if_match), row_id(id, "topic")
    with begin() as connection:
        return _told(taxonomy.retire_topic(connection, actor, topic_id, retired=False, version=version), response)


@router.post(
    "/api/lines",
    status_code=201,
    response_model=LineOut,
    responses=problems(409, 413),
    dependencies=EDITS,
)
def create_line(body: LineIn, begin: Begin, actor: Acting) -> LineOut:
    """Add a line."""
    with begin() as connection:
        return LineOut.of(taxonomy.create_line(connection, actor, body.name))


@router.post("/api/lines/{id}", response_model=LineOut, responses=REFUSED, dependencies=EDITS)
def rename_line(id: str, body: LineIn, begin: Begin, actor: Acting, if_match: IfMatch = None) -> LineOut:
    """Rename a line, on its topics and all matters too."""
    version, line_id = needed_version(if_match), row_id(id, "line")
    with begin() as connection:
        return LineOut.of(taxonomy.rename_line(connection, actor, line_id, body.name, version=version))


@router.post(
    "/api/issues/{id}/topic",
    tags=["issues"],
    response_model=IssueOut,
    responses=problems(404, 413),
    dependencies=[requires("choose_topic")],
)
def set_topic(id: str, body: ChoiceIn, begin: Begin, actor: Acting, response: Response) -> IssueOut:
    """Say, or confirm, what a matter is about. Line and deadline follow, and recognition learns from it."""
    with begin() as connection:
        issue_id = issue_number(id)
        choose_topic(connection, issue_id, body.topic, hazard=body.hazard, note=body.note, actor=actor)
        full = issue_in_full(connection, issue_id)
    response.headers["ETag"] = etag(full.issue.version)
    return IssueOut.of(full)


def _told(topic: taxonomy.Topic, response: Response) -> TopicOut:
    response.headers["ETag"] = etag(topic.version)
    return TopicOut.of(topic)
