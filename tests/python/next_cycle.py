"""The cycle after, which begins with what was owed and written in the one before."""

from grpc import StatusCode
from voortgang.v1 import contributions_pb2
from voortgang.v1 import obligations_pb2
from voortgang.v1 import submissions_pb2

from client import refused, log
from contributing import CLEARER, FIRST, NAME, OTHER, OTHER_NAME, draft, save, submit
from planning import CYCLE, matrix_of, open_cycle

NEXT = "wandelplan/2025"
NEWER = "Alfa leidde in 2025 acht bemiddelaars op."


def texts(somebody):
    """The contributions of the next cycle by their names."""
    request = contributions_pb2.ListContributionsRequest(cycle=NEXT)
    return {one.external_id: one for one in somebody.ListContributions(request).contributions}


def roll_forward(coordinator, contributor):
    """The coordinator rolls forward; every text is a draft, marked as such, and counts as open."""
    open_cycle(coordinator, 2025)
    roll = obligations_pb2.RollForwardRequest(cycle=NEXT)
    refused(StatusCode.PERMISSION_DENIED, "ROLE_MISSING", contributor.RollForward, roll)
    first = obligations_pb2.RollForwardRequest(cycle=CYCLE)
    refused(StatusCode.FAILED_PRECONDITION, "NO_EARLIER_CYCLE", coordinator.RollForward, first)
    rolled = coordinator.RollForward(roll)
    assert getattr(rolled, "from") == CYCLE and not rolled.left_behind, rolled
    assert (rolled.obligations, rolled.drafts) == (3, 2), rolled
    again = coordinator.RollForward(roll)
    assert (again.obligations, again.drafts) == (0, 0), again

    found = texts(contributor)
    assert sorted(found) == [NAME, OTHER_NAME], found
    for one in found.values():
        assert one.rolled_forward and one.state == contributions_pb2.CONTRIBUTION_STATE_DRAFT, one
    assert found[NAME].content.narratives[0].markdown == f"{FIRST}\n\n{CLEARER}", found[NAME]
    _, states = matrix_of(coordinator, NEXT)
    assert states == {obligations_pb2.OBLIGATION_STATE_OPEN: 3}, states
    log("coordinator", f"rolled 3 obligations and 2 drafts forward to {NEXT}; all of it is open still")


def go_on(coordinator, contributor):
    """The contributor edits one draft, which takes its mark away, and hands in the other as it is."""
    same = draft(contributor, save(FIRST, CLEARER, cycle=NEXT))
    assert same.outcome == submissions_pb2.SAVE_OUTCOME_UNCHANGED and same.contribution.rolled_forward, same
    edited = draft(contributor, save(NEWER, CLEARER, cycle=NEXT)).contribution
    assert edited.version == 2 and not edited.rolled_forward, edited
    before = contributor.GetContribution(contributions_pb2.GetContributionRequest(id=edited.id, version=1)).contribution
    assert before.rolled_forward, before
    assert texts(contributor)[OTHER_NAME].rolled_forward, "the other text was not edited"
    _, states = matrix_of(coordinator, NEXT)
    assert states == {obligations_pb2.OBLIGATION_STATE_DRAFTED: 1, obligations_pb2.OBLIGATION_STATE_OPEN: 2}, states
    log("contributor", f"edited the draft of {NAME}, which is not marked as rolled forward any more")

    submitted = submit(contributor, save(OTHER, name=OTHER_NAME, goal="2", cycle=NEXT))
    assert submitted.state == contributions_pb2.CONTRIBUTION_STATE_SUBMITTED, submitted
    matrix, states = matrix_of(coordinator, NEXT)
    assert states[obligations_pb2.OBLIGATION_STATE_SUBMITTED] == 1 and matrix.answered == 1, matrix
    log("contributor", f"handed in {OTHER_NAME} as it was")
