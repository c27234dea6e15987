"""Changing a cycle that is open: its deadline and who reports, and closing it."""

from grpc import StatusCode
from voortgang.v1 import cycles_pb2

from client import log, refused
from contributing import CLEARER, FIRST, OTHER_NAME, draft, save
from next_cycle import NEXT

REASON = "Zo is het afgesproken."


def kinds(answer):
    return [effect.kind for effect in answer.effects]


def move_deadline(coordinator, contributor):
    """The coordinator looks at what a deadline of long ago does, and moves it."""
    change = cycles_pb2.ChangeCycleRequest(name=NEXT, reason=REASON, deadline="2020-01-01", validate_only=True)
    refused(StatusCode.PERMISSION_DENIED, "ROLE_MISSING", contributor.ChangeCycle, change)
    dry = coordinator.ChangeCycle(change)
    assert dry.changed and set(kinds(dry)) == {cycles_pb2.CYCLE_EFFECT_KIND_OBLIGATION_LATE}, dry
    assert coordinator.GetCycle(cycles_pb2.GetCycleRequest(name=NEXT)).cycle.deadline == "", "a dry run keeps nothing"
    change.validate_only = False
    assert coordinator.ChangeCycle(change) == dry
    assert not coordinator.ChangeCycle(change).changed, "the same again changes nothing"
    change.deadline = ""
    assert set(kinds(coordinator.ChangeCycle(change))) == {cycles_pb2.CYCLE_EFFECT_KIND_OBLIGATION_IN_TIME}
    looser = cycles_pb2.ChangeCycleRequest(name=NEXT, reason=REASON, review=cycles_pb2.REVIEW_POLICY_NONE)
    refused(StatusCode.INVALID_ARGUMENT, "POLICY_LOOSER", coordinator.ChangeCycle, looser, "review")
    log("coordinator", f"moved the deadline of {NEXT} and took it away again; a looser policy was refused")


def leave_and_join(coordinator, contributor):
    """Beta leaves, which ends what it owes, and comes back."""
    leave = cycles_pb2.ChangeCycleRequest(name=NEXT, reason=REASON, leaving=["beta"])
    left = coordinator.ChangeCycle(leave)
    assert kinds(left) == [cycles_pb2.CYCLE_EFFECT_KIND_OBLIGATION_REMOVED], left
    join = cycles_pb2.ChangeCycleRequest(name=NEXT, reason=REASON, joining=["beta"])
    assert list(coordinator.ChangeCycle(join).cycle.organisations) == ["alfa", "beta"]
    log("coordinator", f"let beta leave {NEXT} and join it again")


def close_and_reopen(coordinator, contributor):
    """A closed cycle takes nothing in until it is open again."""
    closed = coordinator.CloseCycle(cycles_pb2.CloseCycleRequest(name=NEXT, reason=REASON))
    assert closed.changed and closed.cycle.state == cycles_pb2.CYCLE_STATE_CLOSED, closed
    late = save(FIRST, CLEARER, name=OTHER_NAME, goal="2", cycle=NEXT)
    refused(StatusCode.FAILED_PRECONDITION, "CYCLE_CLOSED", lambda one: draft(contributor, one), late)
    opened = coordinator.ReopenCycle(cycles_pb2.ReopenCycleRequest(name=NEXT, reason=REASON))
    assert opened.changed and opened.cycle.state == cycles_pb2.CYCLE_STATE_OPEN, opened
    changes = contributor.ListCycleChanges(cycles_pb2.ListCycleChangesRequest(name=NEXT)).changes
    assert [change.number for change in changes] == list(range(1, 7)), changes
    assert {change.reason for change in changes} == {REASON}, changes
    log("coordinator", f"closed {NEXT} and opened it again; the contributor sees why")
    look_twice = cycles_pb2.ListCycleFindingsRequest(name=NEXT)
    findings = [each.finding.reason for each in coordinator.ListCycleFindings(look_twice).findings]
    assert findings == ["TEXT_OF_EARLIER_CYCLE"], findings


def change(coordinator, contributor):
    move_deadline(coordinator, contributor)
    leave_and_join(coordinator, contributor)
    close_and_reopen(coordinator, contributor)
