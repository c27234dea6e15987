"""The edition, and what anybody may read of it."""

from grpc import StatusCode
from voortgang.v1 import cycles_pb2
from voortgang.v1 import editions_pb2
from voortgang.v1 import obligations_pb2
from voortgang.v1 import search_pb2

from client import refused, log, until
from contributing import CLEARER, FIRST, NAME, OTHER
from planning import CYCLE, matrix_of
from reviewing import WHY

GAP = "Beta begint in 2025."


def accept_gap(coordinator):
    """The coordinator accepts the gap that is left, and can accept nothing else."""
    gap = lambda organisation, reason: obligations_pb2.AcceptGapRequest(
        cycle=CYCLE, organisation=organisation, goal="1", reason=reason
    )
    accept = coordinator.AcceptGap
    refused(StatusCode.INVALID_ARGUMENT, "REASON_MISSING", accept, gap("beta", ""), "reason")
    refused(StatusCode.FAILED_PRECONDITION, "NO_GAP", accept, gap("alfa", GAP))
    assert accept(gap("beta", GAP)).obligation.accepted_reason == GAP
    matrix, states = matrix_of(coordinator, CYCLE)
    assert states == {obligations_pb2.OBLIGATION_STATE_APPROVED: 2, obligations_pb2.OBLIGATION_STATE_OPEN: 1}, states
    assert (matrix.answered, matrix.gaps) == (2, 0), matrix
    log("coordinator", "accepted that beta leaves goal 1 open; no reason, and no gap, were refused")


def publish(coordinator, publisher):
    """The edition is published once no gap is left unexplained."""
    order = editions_pb2.PublishEditionRequest(cycle=CYCLE, date="2025-06-30", formats=[editions_pb2.FORMAT_HTML])
    refused(StatusCode.FAILED_PRECONDITION, "UNEXPLAINED_GAPS", publisher.PublishEdition, order)
    log("publisher", "was refused to publish with an unexplained gap")
    accept_gap(coordinator)
    name = publisher.PublishEdition(order).edition.name

    def look():
        found = publisher.GetEdition(editions_pb2.GetEditionRequest(name=name)).edition
        assert found.state != editions_pb2.EDITION_STATE_FAILED, found
        return found if found.state == editions_pb2.EDITION_STATE_PUBLISHED else None

    found = until(f"{name} is published", look)
    assert found.review == cycles_pb2.REVIEW_POLICY_FOUR_EYES and found.matrix.answered == 2, found
    assert [(gap.organisation, gap.accepted_reason) for gap in found.accepted_gaps] == [("beta", GAP)], found
    log("publisher", f"published {name}")
    return name


def read(reader, name):
    """Anybody reads the edition and finds it."""
    header, *parts = reader.ReadEdition(editions_pb2.ReadEditionRequest(name=name))
    public = header.header.edition
    assert header.header.current and public.name == name, header
    texts = [part.contribution.content.narratives[0].markdown for part in parts]
    assert texts == [f"{FIRST}\n\n{CLEARER}", OTHER], texts
    # A reader sees that there was an override and why, and nothing of ids and people.
    assert not any(part.contribution.id or part.contribution.author for part in parts), "ids are not public"
    [made] = public.overrides
    assert made.reason == WHY and made.HasField("confirm_time"), made
    assert not (made.object or made.actor or made.confirmed_by), made
    log("reader", f"read {name}: {len(texts)} contributions and an override")

    ask = search_pb2.SearchRequest(query="Lusaka")
    found = until("search finds the edition", lambda: (answer := reader.Search(ask)).total and answer)
    assert [(hit.external_id, hit.edition) for hit in found.hits] == [(NAME, name)], found
    log("reader", f"searched Lusaka and found {found.hits[0].url}")
    working = search_pb2.SearchRequest(query="Lusaka", scope=search_pb2.SCOPE_WORKING)
    refused(StatusCode.PERMISSION_DENIED, "ROLE_MISSING", reader.Search, working)
    log("reader", "was refused to search what is not published")
