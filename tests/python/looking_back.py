"""The audit log, which has all of it."""

from voortgang.v1 import audit_pb2

from client import log, until

# Calls that were refused to somebody known, because they are not theirs to make.
REFUSED_BEFORE = ["internal.v1.SaveService/SaveContributions", "v1.EditionService/PublishEdition"]
REFUSED_AS_PERSON = [
    "v1.PersonService/ListPeople",
    "v1.EditionService/RepairEdition",
    "v1.ObligationService/RollForward",
    "v1.ReminderService/ListReminders",
    "v1.CycleService/ChangeCycle",
]


def entries_of(auditor, **only):
    """The log, page by page: looking again and again makes it long, since every look is an entry too."""
    entries, token = [], ""
    while True:
        page = auditor.ListAuditEntries(audit_pb2.ListAuditEntriesRequest(page_token=token, **only))
        entries += page.entries
        token = page.next_page_token
        if not token:
            return entries


def check_done(entries, person):
    """Each step stands under whoever took it; the contributor's under the person's id once they are known as one."""
    done = {(entry.actor, entry.action) for entry in entries if entry.result == "done"}
    for expected in [
        ("walk-coordinator", "framework.register"),
        ("walk-coordinator", "cycle.open"),
        ("walk-coordinator", "obligations.assign"),
        ("walk-contributor", "contribution.submit"),
        ("walk-reviewer", "remark.add"),
        ("walk-contributor", "remark.answer"),
        ("walk-reviewer", "remark.resolve"),
        ("walk-reviewer", "contribution.return"),
        ("walk-reviewer", "contribution.approve"),
        ("walk-reviewer", "decision.compare"),
        ("walk-administrator", "person.save"),
        ("walk-administrator", "membership.add"),
        (person.id, "contribution.submit"),
        (person.id, "contribution.approve"),
        (person.id, "override.make"),
        ("walk-reviewer", "override.confirm"),
        ("walk-coordinator", "obligations.accept"),
        ("walk-publisher", "edition.publish"),
        ("walk-coordinator", "obligations.roll-forward"),
        ("walk-coordinator", "obligations.deadline"),
        ("walk-coordinator", "cycle.change"),
        ("walk-coordinator", "cycle.close"),
        ("walk-coordinator", "cycle.reopen"),
        ("walk-administrator", "contribution.erase"),
        ("walk-administrator", "person.erase"),
    ]:
        assert expected in done, f"{expected} is not among {sorted(done)}"


def read_audit_log(auditor, person, reminder):
    """The auditor sees who did what, and what was refused to whom."""
    # No list shows the text of a reminder from the erasure on; it leaves the record at the next look for reminders.
    about_reminder = ["reminder.decide", "reminder.send", "reminder.erase"]
    steps = lambda: [entry.action for entry in entries_of(auditor, object=reminder.id)]
    until("the text of the reminder is erased", lambda: steps() == about_reminder)
    entries = entries_of(auditor)
    assert [entry.position for entry in entries] == list(range(1, len(entries) + 1)), "positions have no gap"
    check_done(entries, person)
    refusals = [(entry.actor, entry.object) for entry in entries if entry.result == "refused"]
    path = "voortgang."
    before = [("walk-contributor", path + call) for call in REFUSED_BEFORE]
    assert refusals == before + [(person.id, path + call) for call in REFUSED_AS_PERSON], refusals
    # The log names nobody.
    assert not any("Anna" in str(entry) or "anna@" in str(entry) for entry in entries), "a name is in the log"
    people = sorted({entry.actor for entry in entries if entry.actor.startswith("walk-")})
    log("auditor", f"read {len(entries)} audit entries, of the person, {', '.join(people)} and the installation")
