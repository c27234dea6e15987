"""What the contributor writes and hands in."""

from grpc import StatusCode
from voortgang.ingest.v1 import ingest_pb2 as ingest
from voortgang.storage.v1 import contribution_pb2 as contribution
from voortgang.storage.v1 import storage_pb2 as storage

from client import refused, told
from planning import CYCLE

NAME = "alfa-1"
FIRST = "Alfa leidde in 2024 twaalf bemiddelaars op."
UNCLEAR = "Zij werkten op een aantal plekken."
CLEAR = "Zij werkten in Lusaka en in Maputo."
CLEARER = "Zij werkten in Lusaka en in Harare."

OTHER_NAME = "alfa-2"
OTHER = "Alfa zond negen vrouwen uit."


def save(*paragraphs, cycle=CYCLE, name=NAME, organisation="alfa", goal="1", **more):
    """A save of these paragraphs as an answer to a goal."""
    content = contribution.Content(
        kind=contribution.CONTRIBUTION_KIND_ANSWER,
        goals=[goal],
        answer=contribution.ANSWER_STATUS_REPORTED,
        narratives=[contribution.Narrative(language="nl", markdown="\n\n".join(paragraphs))],
    )
    return contribution.Save(cycle=cycle, organisation=organisation, external_id=name, content=content, **more)


def draft(contributor, saved):
    return contributor.SaveDraft(ingest.SaveDraftRequest(save=saved)).result


def submit(contributor, saved):
    return contributor.SubmitContribution(ingest.SubmitContributionRequest(save=saved)).result.contribution


def hand_in(contributor):
    """Alfa writes a draft and hands it in."""
    first = draft(contributor, save(FIRST))
    assert first.outcome == contribution.SAVE_OUTCOME_ACCEPTED, first
    assert first.contribution.state == contribution.CONTRIBUTION_STATE_DRAFT, first
    assert not first.contribution.rolled_forward, first
    told("contributor", f"saved a draft of {NAME}")
    submitted = submit(contributor, save(FIRST, UNCLEAR, etag=first.contribution.etag))
    assert submitted.state == contribution.CONTRIBUTION_STATE_SUBMITTED and submitted.version == 2, submitted
    assert [passage.text for passage in submitted.passages] == [FIRST, UNCLEAR], submitted
    stale = ingest.SubmitContributionRequest(save=save(FIRST, etag=first.contribution.etag))
    refused(StatusCode.ABORTED, "STALE_ETAG", contributor.SubmitContribution, stale, "save.etag")
    told("contributor", f"handed in {NAME} at revision 2; a save on the older etag was refused")
    foreign = ingest.SubmitContributionRequest(save=save(FIRST, organisation="beta", name="beta-1"))
    refused(StatusCode.PERMISSION_DENIED, "OTHER_ORGANISATION", contributor.SubmitContribution, foreign)
    order = storage.PublishEditionRequest(cycle=CYCLE, date="2025-06-30")
    refused(StatusCode.PERMISSION_DENIED, "ROLE_MISSING", contributor.PublishEdition, order)
    told("contributor", "was refused to write for beta, and to publish")
    return submitted
