"""Who owes an answer is reminded, and people hear of what happened."""

from datetime import datetime, timedelta, timezone

from grpc import StatusCode
from voortgang.v1 import obligations_pb2
from voortgang.v1 import reminders_pb2

from client import refused, log, until
from next_cycle import NEXT

LATER = "De cijfers komen later."


def reminders(somebody):
    return list(somebody.ListReminders(reminders_pb2.ListRemindersRequest(cycle=NEXT)).reminders)


def hear(coordinator, person, edition):
    """The person hears of the edition, once; whoever does not ask for notices is shown reminders alone."""
    request = reminders_pb2.ListRemindersRequest(recipient=person.id, show_notices=True)
    notice = f"published {edition}"
    sent = lambda: [one for one in coordinator.ListReminders(request).reminders if notice in one.notices and one.HasField("send_time")]
    [one] = until("a notice is sent", sent)
    assert f"/{edition}\n" in one.text and "Anna" not in one.text and not one.obligations, one
    assert not list(coordinator.ListReminders(reminders_pb2.ListRemindersRequest(recipient=person.id)).reminders)
    log("coordinator", f"listed the notice: {one.subject}")


def give_deadline(coordinator):
    """Alfa gets a deadline of its own in six days, so that a week before it is made up for today, and tomorrow too."""
    day = (datetime.now(timezone.utc) + timedelta(days=6)).date().isoformat()
    request = obligations_pb2.SetDeadlineRequest(cycle=NEXT, organisation="alfa", deadline=day, reason=LATER)
    assert coordinator.SetDeadline(request).deadline == day
    listed = coordinator.ListObligations(obligations_pb2.ListObligationsRequest(cycle=NEXT)).obligations
    deadlines = [(one.organisation, one.goal, one.deadline, one.deadline_reason) for one in listed]
    assert deadlines == [("alfa", "1", day, LATER), ("alfa", "2", day, LATER), ("beta", "1", "", "")], deadlines
    log("coordinator", f"gave alfa until {day}")


def remind(coordinator, contributor, person):
    """The person is reminded of what alfa has not answered, and of nothing else."""
    assert not reminders(coordinator), "nothing was due"
    give_deadline(coordinator)
    sent = lambda: [one for one in reminders(coordinator) if one.HasField("send_time")]
    [one] = until("a reminder is sent", sent)
    assert (one.recipient, one.cycle, one.step, one.escalation) == (person.id, NEXT, -7, False), one
    assert list(one.obligations) == ["alfa/1"] and one.subject and not one.error, one
    assert "Anna" not in one.text and one.text, one
    log("coordinator", f"listed the reminder: {one.subject}")
    request = reminders_pb2.ListRemindersRequest()
    refused(StatusCode.PERMISSION_DENIED, "ROLE_MISSING", contributor.ListReminders, request)
    log("contributor", "was refused to list reminders")
    return one
