"""The edition, and what anybody may read of it."""

from grpc import StatusCode
from voortgang.v1 import cycles_pb2
from voortgang.v1 import editions_pb2
from voortgang.v1 import frameworks_pb2
from voortgang.v1 import obligations_pb2
from voortgang.v1 import search_pb2

from client import refused, log, until
from contributing import CLEARER, FIRST, NAME, OTHER, OTHER_NAME
from planning import CYCLE, matrix_of
from reviewing import WHY

GAP = "Beta begint in 2025."
LEFT_OUT = "Noemt een getuige."


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
    leave_out(publisher, order)
    name = publisher.PublishEdition(order).edition.name
    found = published(publisher, name)
    assert found.review == cycles_pb2.REVIEW_POLICY_FOUR_EYES and found.matrix.answered == 2, found
    assert [(gap.organisation, gap.accepted_reason) for gap in found.accepted_gaps] == [("beta", GAP)], found
    log("publisher", f"published {name}")
    return name


def published(publisher, name):
    """The edition, once its files are there."""

    def look():
        found = publisher.GetEdition(editions_pb2.GetEditionRequest(name=name)).edition
        assert found.state != editions_pb2.EDITION_STATE_FAILED, found
        return found if found.state == editions_pb2.EDITION_STATE_PUBLISHED else None

    return until(f"{name} is published", look)


def leave_out(publisher, order):
    """An edition without one contribution, with the reason in it; the next edition has it again."""

    def without(contribution, reason):
        left = editions_pb2.Exclusion(organisation="alfa", contribution=contribution, reason=reason)
        asked = editions_pb2.PublishEditionRequest(exclusions=[left])
        asked.MergeFrom(order)
        return asked

    ask = publisher.PublishEdition
    refused(StatusCode.INVALID_ARGUMENT, "REASON_MISSING", ask, without(OTHER_NAME, "\u200b"), "reason")
    refused(StatusCode.INVALID_ARGUMENT, "NOTHING_TO_LEAVE_OUT", ask, without("alfa-9", LEFT_OUT), "exclusions[0]")
    name = ask(without(OTHER_NAME, LEFT_OUT)).edition.name
    found = published(publisher, name)
    assert [(left.contribution, left.reason) for left in found.exclusions] == [(OTHER_NAME, LEFT_OUT)], found
    assert found.contribution_count == 1, found
    log("publisher", f"published {name} without {OTHER_NAME}; no reason, and another id, were refused")


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
    # Until then it finds the edition before, which had the same text.
    is_there = lambda answer: answer.total and answer.hits[0].edition == name
    found = until("search finds the edition", lambda: is_there(answer := reader.Search(ask)) and answer)
    assert [(hit.external_id, hit.edition) for hit in found.hits] == [(NAME, name)], found
    log("reader", f"searched Lusaka and found {found.hits[0].url}")
    suggested = reader.Suggest(search_pb2.SuggestRequest()).suggestions
    assert any(one.kind == search_pb2.SUGGESTION_KIND_ORGANISATION for one in suggested), suggested
    log("reader", f"was suggested {suggested[0].query}")
    working = search_pb2.SearchRequest(query="Lusaka", scope=search_pb2.SCOPE_WORKING)
    refused(StatusCode.PERMISSION_DENIED, "ROLE_MISSING", reader.Search, working)
    log("reader", "was refused to search what is not published")

    ask = lambda indicator: frameworks_pb2.ListIndicatorSeriesRequest(framework="wandelplan", indicator=indicator)
    [year] = reader.ListIndicatorSeries(ask("1-a")).cycles
    assert (year.cycle, year.edition, [one.code for one in year.indicators]) == (CYCLE, name, ["1-a"]), year
    refused(StatusCode.NOT_FOUND, "INDICATOR_NOT_FOUND", reader.ListIndicatorSeries, ask("9-a"))
    log("reader", "read an indicator over all cycles")


def repair(administrator, contributor, name):
    """The files are looked at, and are whole; a contributor may not ask for it."""
    request = editions_pb2.RepairEditionRequest(name=name)
    refused(StatusCode.PERMISSION_DENIED, "ROLE_MISSING", contributor.RepairEdition, request)
    answer = administrator.RepairEdition(request)
    assert answer.edition.name == name and not answer.broken, answer
    log("administrator", f"looked at the files of {name}: all are whole; a contributor was refused")
