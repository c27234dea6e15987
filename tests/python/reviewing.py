"""Remarks, decisions, and what was changed since."""

from grpc import StatusCode
from voortgang.v1 import contributions_pb2
from voortgang.v1 import editions_pb2
from voortgang.v1 import overrides_pb2
from voortgang.v1 import remarks_pb2
from voortgang.v1 import reviews_pb2
from voortgang.v1 import submissions_pb2

from client import refused, log
from contributing import CLEAR, CLEARER, FIRST, OTHER, OTHER_NAME, UNCLEAR, save, submit
from planning import CYCLE

WHY = "De tweede lezer is ziek."


def approval(of, etag, **more):
    return reviews_pb2.ApproveContributionRequest(id=of.id, etag=etag, **more)


def remark(contributor, reviewer, submitted):
    """The reviewer asks about a sentence; the contributor answers; the reviewer resolves it."""
    target = reviews_pb2.Target(passage=submitted.passages[1].id, first_sentence=1)
    ask = remarks_pb2.AddRemarkRequest(contribution=submitted.id, target=target, text="Hoeveel plekken?", request_id="vraag")
    made = reviewer.AddRemark(ask).remark
    assert (made.version, made.actor, made.target) == (2, "walk-reviewer", target), made
    assert reviewer.AddRemark(ask).remark == made, "the same request id makes one remark"
    nowhere = remarks_pb2.AddRemarkRequest(contribution=submitted.id, target=reviews_pb2.Target(passage="p"), text="Waar?")
    refused(StatusCode.INVALID_ARGUMENT, "UNKNOWN_TARGET", reviewer.AddRemark, nowhere, "target")
    log("reviewer", "made a remark on a sentence; one on a passage that is not there was refused")

    answer = remarks_pb2.AnswerRemarkRequest(remark=made.id, text="Twee.")
    answered = contributor.AnswerRemark(answer).remark
    assert [(one.text, one.actor) for one in answered.answers] == [("Twee.", "walk-contributor")], answered
    log("contributor", "answered the remark")

    resolved = reviewer.ResolveRemark(remarks_pb2.ResolveRemarkRequest(remark=made.id)).remark
    assert resolved.resolved_by == "walk-reviewer" and resolved.HasField("resolve_time"), resolved
    refused(StatusCode.FAILED_PRECONDITION, "REMARK_RESOLVED", contributor.AnswerRemark, answer)
    remarks = lambda **more: reviewer.ListRemarks(remarks_pb2.ListRemarksRequest(contribution=submitted.id, **more)).remarks
    assert not remarks() and list(remarks(show_resolved=True)) == [resolved], remarks(show_resolved=True)
    log("reviewer", "resolved it; another answer was refused")


def go_over(contributor, reviewer, submitted):
    """The reviewer returns one passage; the contributor mends it and nothing else; the reviewer approves."""
    passage = submitted.passages[1].id
    returned = reviewer.ReturnContribution(
        reviews_pb2.ReturnContributionRequest(
            id=submitted.id,
            etag=submitted.etag,
            reason=reviews_pb2.RETURN_REASON_UNCLEAR,
            text="Waar werkten zij?",
            targets=[reviews_pb2.Target(passage=passage)],
        )
    )
    assert returned.contribution.state == contributions_pb2.CONTRIBUTION_STATE_RETURNED, returned
    log("reviewer", f"returned passage {passage} as unclear")
    other = submissions_pb2.SubmitContributionRequest(save=save("Alfa leidde er vijftien op.", UNCLEAR))
    refused(StatusCode.FAILED_PRECONDITION, "NOT_RETURNED", contributor.SubmitContribution, other)
    log("contributor", "was refused to change a passage that was not returned")
    mended = submit(contributor, save(FIRST, CLEAR, etag=returned.contribution.etag))
    assert mended.state == contributions_pb2.CONTRIBUTION_STATE_SUBMITTED and mended.version == 3, mended
    log("contributor", "changed the returned passage and handed it in")

    many = reviews_pb2.ApproveContributionsRequest(
        approvals=[reviews_pb2.Approval(id=mended.id, etag=etag) for etag in (submitted.etag, mended.etag)],
        validate_only=True,
    )
    stale, sound = reviewer.ApproveContributions(many).results
    assert (stale.error.reason, stale.HasField("decision")) == ("STALE_ETAG", False), stale
    assert (sound.decision.version, sound.HasField("error")) == (mended.version, False), sound
    log("reviewer", "tried the approval of many: the stale one was refused")

    approve = reviewer.ApproveContribution
    refused(StatusCode.ABORTED, "STALE_ETAG", approve, approval(submitted, submitted.etag), "etag")
    approved = approve(approval(submitted, mended.etag))
    assert approved.contribution.state == contributions_pb2.CONTRIBUTION_STATE_APPROVED, approved
    decision = approved.decision
    assert decision.content_hash == mended.content_hash and decision.actor == "walk-reviewer", decision
    log("reviewer", f"approved it at revision {decision.version}")
    return approved.contribution


def change_after_approval(contributor, reviewer, publisher, approved):
    """The contributor changes what was approved, which voids the approval; the reviewer sees what changed."""
    compare = lambda: reviewer.CompareWithApproved(reviews_pb2.CompareWithApprovedRequest(contribution=approved.id))
    before = compare()
    assert before.holds and before.approval.version == 3 and not before.comparison.differences, before

    changed = submit(contributor, save(FIRST, CLEARER, etag=approved.etag))
    assert changed.state == contributions_pb2.CONTRIBUTION_STATE_SUBMITTED, changed
    assert (changed.version, changed.approved_version) == (4, 3), changed
    order = editions_pb2.PublishEditionRequest(cycle=CYCLE, date="2025-06-30")
    refused(StatusCode.FAILED_PRECONDITION, "NOT_APPROVED", publisher.PublishEdition, order)
    log("contributor", "changed the approved text, which is not published now")

    after = compare()
    # `from` is a word of Python itself.
    assert not after.holds and (getattr(after.comparison, "from"), after.comparison.to) == (3, 4), after
    check_differences(after.comparison.differences, approved)
    by_number = contributions_pb2.CompareRevisionsRequest(id=approved.id, **{"from": 3, "to": 4})
    assert reviewer.CompareRevisions(by_number) == after.comparison, "both say the same"
    log("reviewer", "saw which words were changed since the approval")

    approve = reviewer.ApproveContribution
    refused(StatusCode.ABORTED, "STALE_ETAG", approve, approval(approved, approved.etag), "etag")
    again = approve(approval(approved, changed.etag))
    assert again.decision.version == 4 and compare().holds, again
    entries = reviewer.ListRevisions(contributions_pb2.ListRevisionsRequest(id=approved.id)).revisions
    assert [entry.version for entry in entries] == [1, 2, 3, 4], entries
    log("reviewer", "was refused to approve the superseded revision, and approved the one that is there")


def check_differences(differences, approved):
    """One passage was changed, and in it one word."""
    assert [one.passage for one in differences] == [approved.passages[1].id], differences
    assert (differences[0].before, differences[0].after) == (CLEAR, CLEARER), differences
    words = {run.kind: run.text.strip(" .") for run in differences[0].words}
    assert words[contributions_pb2.DIFFERENCE_KIND_REMOVED] == "Maputo", words
    assert words[contributions_pb2.DIFFERENCE_KIND_ADDED] == "Harare", words


def override(contributor, reviewer, person):
    """The contributor, who may review now, approves their own text with a reason; the reviewer confirms it."""
    submitted = submit(contributor, save(OTHER, name=OTHER_NAME, goal="2"))
    approve = contributor.ApproveContribution
    refused(StatusCode.FAILED_PRECONDITION, "FOUR_EYES", approve, approval(submitted, submitted.etag))
    log("contributor", f"was refused to approve {OTHER_NAME}, which they wrote themselves")
    approved = approve(approval(submitted, submitted.etag, override_reason=WHY))
    assert approved.contribution.state == contributions_pb2.CONTRIBUTION_STATE_APPROVED, approved
    [made] = reviewer.ListOverrides(overrides_pb2.ListOverridesRequest(cycle=CYCLE)).overrides
    assert (made.action, made.object, made.reason) == ("contribution.approve", submitted.id, WHY), made
    assert made.actor == person.id and not made.confirmed_by, made
    log("contributor", "approved it with a reason, which is on the list of overrides")

    confirm = overrides_pb2.ConfirmOverrideRequest(id=made.id)
    refused(StatusCode.FAILED_PRECONDITION, "FOUR_EYES", contributor.ConfirmOverride, confirm)
    confirmed = reviewer.ConfirmOverride(confirm).override
    assert confirmed.confirmed_by == "walk-reviewer" and confirmed.HasField("confirm_time"), confirmed
    assert reviewer.ConfirmOverride(confirm).override == confirmed, "it is confirmed once"
    log("reviewer", "confirmed the override; whoever made it was refused to")
