"""What the contributor writes and hands in."""

from grpc import StatusCode
from voortgang.v1 import contributions_pb2
from voortgang.v1 import editions_pb2
from voortgang.v1 import submissions_pb2

from client import refused, log
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
    content = contributions_pb2.Content(
        kind=contributions_pb2.CONTRIBUTION_KIND_ANSWER,
        goals=[goal],
        answer=contributions_pb2.ANSWER_STATUS_REPORTED,
        narratives=[contributions_pb2.Narrative(language="nl", markdown="\n\n".join(paragraphs))],
    )
    return submissions_pb2.Save(cycle=cycle, organisation=organisation, external_id=name, content=content, **more)


def draft(contributor, saved):
    return contributor.SaveDraft(submissions_pb2.SaveDraftRequest(save=saved)).result


def submit(contributor, saved):
    return contributor.SubmitContribution(submissions_pb2.SubmitContributionRequest(save=saved)).result.contribution


def hand_in(contributor):
    """Alfa writes a draft and hands it in."""
    first = draft(contributor, save(FIRST))
    assert first.outcome == submissions_pb2.SAVE_OUTCOME_ACCEPTED, first
    assert first.contribution.state == contributions_pb2.CONTRIBUTION_STATE_DRAFT, first
    assert not first.contribution.rolled_forward, first
    log("contributor", f"saved a draft of {NAME}")
    submitted = submit(contributor, save(FIRST, UNCLEAR, etag=first.contribution.etag))
    assert submitted.state == contributions_pb2.CONTRIBUTION_STATE_SUBMITTED and submitted.version == 2, submitted
    assert [passage.text for passage in submitted.passages] == [FIRST, UNCLEAR], submitted
    stale = submissions_pb2.SubmitContributionRequest(save=save(FIRST, etag=first.contribution.etag))
    refused(StatusCode.ABORTED, "STALE_ETAG", contributor.SubmitContribution, stale, "save.etag")
    log("contributor", f"handed in {NAME} at revision 2; a save on the older etag was refused")
    foreign = submissions_pb2.SubmitContributionRequest(save=save(FIRST, organisation="beta", name="beta-1"))
    refused(StatusCode.PERMISSION_DENIED, "OTHER_ORGANISATION", contributor.SubmitContribution, foreign)
    order = editions_pb2.PublishEditionRequest(cycle=CYCLE, date="2025-06-30")
    refused(StatusCode.PERMISSION_DENIED, "ROLE_MISSING", contributor.PublishEdition, order)
    log("contributor", "was refused to write for beta, and to publish")
    return submitted
