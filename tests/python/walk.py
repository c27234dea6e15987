"""Walks through a whole cycle as a client in another language would: with the protos and a token for each role.

Usage: walk.py PROTOS HOST:PORT TOKENS

PROTOS is the folder of the protos; they are compiled into a temporary folder. TOKENS is a folder with a file for each of
coordinator, contributor, reviewer, publisher and auditor, named after the role, of organisation `alfa` where it needs one.
"""

import importlib.resources
import sys
import tempfile
import time
from pathlib import Path

import grpc
from google.rpc import error_details_pb2, status_pb2
from grpc_tools import protoc

# How long something may take that happens after the answer, in seconds.
PATIENCE = 60
# How long a call may take, in seconds.
DEADLINE = 20

CYCLE = "wandelplan/2024"
NAME = "alfa-1"
FIRST = "Alfa leidde in 2024 twaalf bemiddelaars op."
UNCLEAR = "Zij werkten op een aantal plekken."
CLEAR = "Zij werkten in Lusaka en in Maputo."


def compile_protos(protos, folder):
    """Generates the clients and makes them importable."""
    files = [str(file) for file in sorted(protos.glob("voortgang/**/*.proto"))]
    known = importlib.resources.files("grpc_tools") / "_proto"
    options = [f"-I{protos}", f"-I{known}", f"--python_out={folder}", f"--grpc_python_out={folder}"]
    assert protoc.main(["protoc", *options, *files]) == 0, "the protos do not compile"
    sys.path.insert(0, folder)


def reason_of(error):
    """The stable name in the google.rpc.ErrorInfo of a refusal."""
    for key, value in error.trailing_metadata():
        if key == "grpc-status-details-bin":
            for detail in status_pb2.Status.FromString(value).details:
                info = error_details_pb2.ErrorInfo()
                if detail.Unpack(info):
                    return info.reason
    return ""


def refused(code, reason, call, request):
    """Makes a call that has to be refused with this code and this reason."""
    try:
        call(request)
    except grpc.RpcError as error:
        found = (error.code(), reason_of(error))
        assert found == (code, reason), f"{found}: {error.details()}"
        return
    raise AssertionError(f"this should have been refused as {reason}")


def until(what, look):
    """Looks again and again until there is something."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if found := look():
            return found
        time.sleep(0.1)
    raise AssertionError(f"not within {PATIENCE} seconds: {what}")


def told(who, what):
    print(f"{who:<12} {what}", flush=True)


class Somebody:
    """Makes calls by their names, whatever service has them, with a token; without one as a public reader."""

    def __init__(self, channel, token=""):
        self.stubs = [stub(channel) for stub in STUBS]
        self.headers = [("authorization", f"Bearer {token}")] if token else []

    def __getattr__(self, name):
        method = next((getattr(stub, name) for stub in self.stubs if hasattr(stub, name)), None)
        if method is None:
            raise AttributeError(name)
        return lambda request: method(request, metadata=self.headers, timeout=DEADLINE)


def content(*paragraphs):
    return contribution.Content(
        kind=contribution.CONTRIBUTION_KIND_ANSWER,
        goals=["1"],
        answer=contribution.ANSWER_STATUS_REPORTED,
        narratives=[contribution.Narrative(language="nl", markdown="\n\n".join(paragraphs))],
    )


def save(*paragraphs, **more):
    return contribution.Save(cycle=CYCLE, organisation="alfa", external_id=NAME, content=content(*paragraphs), **more)


def prepare(coordinator):
    """The framework, the cycle and what is owed in it."""
    words = lambda text: framework.LocalizedText(texts={"nl": text})
    organisation = lambda code, name: framework.Organisation(
        code=code, kind="ministry", names=[framework.OrganisationName(name=words(name))]
    )
    plan = framework.Framework(
        code="wandelplan",
        title=words("Wandelplan"),
        language="nl",
        period=framework.PlanPeriod(**{"from": 2024, "until": 2027}),
        organisations=[organisation("alfa", "Ministerie Alfa"), organisation("beta", "Ministerie Beta")],
        pillars=[framework.Pillar(code="een", name=words("Bemiddeling"))],
        goals=[
            framework.Goal(
                code="1",
                kind=framework.GOAL_KIND_STRATEGIC_GOAL,
                pillar="een",
                statement=words("Meer vrouwen bemiddelen."),
            )
        ],
    )
    added = coordinator.RegisterFramework(storage.RegisterFrameworkRequest(framework=plan))
    assert added.created and added.framework.version == 1, added
    again = coordinator.RegisterFramework(storage.RegisterFrameworkRequest(framework=plan))
    assert not again.created and again.framework.version == 1, again
    told("coordinator", "registered framework wandelplan, version 1")

    opening = cycle.Cycle(
        framework="wandelplan", review=cycle.REVIEW_POLICY_FOUR_EYES, gaps=cycle.GAP_POLICY_REFUSE,
        **{"from": "2024-01-01", "until": "2024-12-31"},
    )
    opened = coordinator.OpenCycle(storage.OpenCycleRequest(cycle=opening)).cycle
    assert (opened.name, opened.state) == (CYCLE, cycle.CYCLE_STATE_OPEN), opened
    told("coordinator", f"opened {CYCLE} under four eyes; gaps are refused")

    owed = [obligation.Obligation(organisation=code, goal="1") for code in ("alfa", "beta")]
    request = obligation.AssignObligationsRequest(cycle=CYCLE, obligations=owed)
    assert coordinator.AssignObligations(request).assigned == 2
    told("coordinator", "assigned goal 1 to alfa and beta")


def hand_in(contributor):
    """Alfa writes a draft and hands it in."""
    draft = contributor.SaveDraft(ingest.SaveDraftRequest(save=save(FIRST))).result
    assert draft.outcome == contribution.SAVE_OUTCOME_ACCEPTED, draft
    assert draft.contribution.state == contribution.CONTRIBUTION_STATE_DRAFT, draft
    told("contributor", f"saved a draft of {NAME}")
    final = save(FIRST, UNCLEAR, etag=draft.contribution.etag)
    submitted = contributor.SubmitContribution(ingest.SubmitContributionRequest(save=final)).result.contribution
    assert submitted.state == contribution.CONTRIBUTION_STATE_SUBMITTED and submitted.version == 2, submitted
    assert [passage.text for passage in submitted.passages] == [FIRST, UNCLEAR], submitted
    stale = save(FIRST, etag=draft.contribution.etag)
    request = ingest.SubmitContributionRequest(save=stale)
    refused(grpc.StatusCode.ABORTED, "STALE_ETAG", contributor.SubmitContribution, request)
    told("contributor", f"handed in {NAME} at revision 2; a save on the older etag was refused")
    foreign = contribution.Save(cycle=CYCLE, organisation="beta", external_id="beta-1", content=content(FIRST))
    request = ingest.SubmitContributionRequest(save=foreign)
    refused(grpc.StatusCode.PERMISSION_DENIED, "OTHER_ORGANISATION", contributor.SubmitContribution, request)
    order = storage.PublishEditionRequest(cycle=CYCLE, date="2025-06-30")
    refused(grpc.StatusCode.PERMISSION_DENIED, "ROLE_MISSING", contributor.PublishEdition, order)
    told("contributor", "was refused to write for beta, and to publish")
    return submitted


def go_over(contributor, reviewer, submitted):
    """The reviewer returns one passage; the contributor mends it and nothing else; the reviewer approves."""
    passage = submitted.passages[1].id
    returned = reviewer.ReturnContribution(
        review.ReturnContributionRequest(
            id=submitted.id,
            etag=submitted.etag,
            reason=review.RETURN_REASON_UNCLEAR,
            text="Waar werkten zij?",
            targets=[review.Target(passage=passage)],
        )
    )
    assert returned.contribution.state == contribution.CONTRIBUTION_STATE_RETURNED, returned
    told("reviewer", f"returned passage {passage} as unclear")
    other = ingest.SubmitContributionRequest(save=save("Alfa leidde er vijftien op.", UNCLEAR))
    refused(grpc.StatusCode.FAILED_PRECONDITION, "NOT_RETURNED", contributor.SubmitContribution, other)
    told("contributor", "was refused to change a passage that was not returned")
    mended = ingest.SubmitContributionRequest(save=save(FIRST, CLEAR, etag=returned.contribution.etag))
    mended = contributor.SubmitContribution(mended).result.contribution
    assert mended.state == contribution.CONTRIBUTION_STATE_SUBMITTED and mended.version == 3, mended
    told("contributor", "changed the returned passage and handed it in")

    by = lambda etag: review.ApproveContributionRequest(id=submitted.id, etag=etag)
    refused(grpc.StatusCode.ABORTED, "STALE_ETAG", reviewer.ApproveContribution, by(submitted.etag))
    approved = reviewer.ApproveContribution(by(mended.etag))
    assert approved.contribution.state == contribution.CONTRIBUTION_STATE_APPROVED, approved
    assert approved.decision.content_hash == mended.content_hash and approved.decision.actor == "walk-reviewer", approved
    told("reviewer", f"approved {NAME} at revision {approved.decision.version}")


def publish(coordinator, publisher):
    """The coordinator accepts the gap that is left; then the edition is published."""
    order = storage.PublishEditionRequest(cycle=CYCLE, date="2025-06-30", formats=[edition.FORMAT_HTML])
    refused(grpc.StatusCode.FAILED_PRECONDITION, "UNEXPLAINED_GAPS", publisher.PublishEdition, order)
    told("publisher", "was refused to publish with an unexplained gap")
    gap = obligation.AcceptGapRequest(cycle=CYCLE, organisation="beta", goal="1", reason="Beta begint in 2025.")
    assert coordinator.AcceptGap(gap).obligation.accepted_reason == "Beta begint in 2025."
    told("coordinator", "accepted that beta leaves goal 1 open")
    name = publisher.PublishEdition(order).edition.name

    def look():
        found = publisher.GetEdition(storage.GetEditionRequest(name=name)).edition
        assert found.state != edition.EDITION_STATE_FAILED, found
        return found if found.state == edition.EDITION_STATE_PUBLISHED else None

    found = until(f"{name} is published", look)
    assert found.review == cycle.REVIEW_POLICY_FOUR_EYES and found.matrix.answered == 1, found
    assert not found.overrides and [gap.organisation for gap in found.accepted_gaps] == ["beta"], found
    told("publisher", f"published {name}")
    return name


def read(reader, name):
    """Anybody reads the edition and finds it."""
    header, *parts = reader.ReadEdition(storage.ReadEditionRequest(name=name))
    assert header.header.current and header.header.edition.name == name, header
    texts = [part.contribution.content.narratives[0].markdown for part in parts]
    assert texts == [f"{FIRST}\n\n{CLEAR}"], texts
    # A reader is told nothing of ids and people.
    assert not any(part.contribution.id or part.contribution.author for part in parts), "ids are not public"
    told("reader", f"read {name}: {len(texts)} contribution")

    ask = search.SearchRequest(query="Lusaka")
    found = until("search finds the edition", lambda: (answer := reader.Search(ask)).total and answer)
    assert [(hit.external_id, hit.edition) for hit in found.hits] == [(NAME, name)], found
    told("reader", f"searched Lusaka and found {found.hits[0].url}")
    working = search.SearchRequest(query="Lusaka", scope=search.SCOPE_WORKING)
    refused(grpc.StatusCode.PERMISSION_DENIED, "ROLE_MISSING", reader.Search, working)
    told("reader", "was refused to search what is not published")


def look_back(auditor):
    """The auditor sees who did what."""
    request = audit.ListAuditEntriesRequest(page_size=1000)
    entries = auditor.ListAuditEntries(request).entries
    assert [entry.position for entry in entries] == list(range(1, len(entries) + 1)), "positions have no gap"
    done = {(entry.actor, entry.action) for entry in entries if entry.result == "done"}
    for expected in [
        ("walk-coordinator", "framework.register"),
        ("walk-coordinator", "cycle.open"),
        ("walk-contributor", "contribution.submit"),
        ("walk-reviewer", "contribution.return"),
        ("walk-reviewer", "contribution.approve"),
        ("walk-publisher", "edition.publish"),
    ]:
        assert expected in done, f"{expected} is not among {sorted(done)}"
    refusals = {entry.actor for entry in entries if entry.result == "refused"}
    assert refusals == {"walk-contributor"}, refusals
    people = sorted({entry.actor for entry in entries if entry.actor.startswith("walk-")})
    told("auditor", f"read {len(entries)} audit entries, of {', '.join(people)} and the installation")


def walk(address, tokens):
    with grpc.insecure_channel(address) as channel:
        role = lambda name: Somebody(channel, (tokens / name).read_text().strip())
        coordinator, contributor, reviewer = role("coordinator"), role("contributor"), role("reviewer")
        publisher = role("publisher")
        prepare(coordinator)
        submitted = hand_in(contributor)
        go_over(contributor, reviewer, submitted)
        name = publish(coordinator, publisher)
        read(Somebody(channel), name)
        look_back(role("auditor"))


if __name__ == "__main__":
    protos, address, tokens = Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3])
    with tempfile.TemporaryDirectory() as folder:
        compile_protos(protos, folder)
        from voortgang.ingest.v1 import ingest_pb2 as ingest
        from voortgang.ingest.v1 import ingest_pb2_grpc
        from voortgang.search.v1 import search_pb2 as search
        from voortgang.search.v1 import search_pb2_grpc
        from voortgang.storage.v1 import audit_pb2 as audit
        from voortgang.storage.v1 import audit_pb2_grpc
        from voortgang.storage.v1 import contribution_pb2 as contribution
        from voortgang.storage.v1 import cycle_pb2 as cycle
        from voortgang.storage.v1 import edition_pb2 as edition
        from voortgang.storage.v1 import framework_pb2 as framework
        from voortgang.storage.v1 import obligation_pb2 as obligation
        from voortgang.storage.v1 import obligation_pb2_grpc
        from voortgang.storage.v1 import review_pb2 as review
        from voortgang.storage.v1 import review_pb2_grpc
        from voortgang.storage.v1 import storage_pb2 as storage
        from voortgang.storage.v1 import storage_pb2_grpc

        STUBS = [
            storage_pb2_grpc.StorageServiceStub,
            ingest_pb2_grpc.IngestServiceStub,
            search_pb2_grpc.SearchServiceStub,
            obligation_pb2_grpc.ObligationServiceStub,
            review_pb2_grpc.ReviewServiceStub,
            audit_pb2_grpc.AuditServiceStub,
        ]
        walk(address, tokens)
        print("the walk is done")
