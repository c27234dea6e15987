"""What has to go for good: a text, and a person."""

from grpc import StatusCode
from voortgang.v1 import access_pb2
from voortgang.v1 import contributions_pb2
from voortgang.v1 import obligations_pb2
from voortgang.v1 import people_pb2
from voortgang.v1 import submissions_pb2

from client import refused, log, until
from contributing import CLEARER, NAME, save
from next_cycle import NEWER, NEXT, texts
from people import people_of
from planning import matrix_of
from reminding import reminders

GROUND = "Verzoek van 1 juli, artikel 17 AVG."


def erase_contribution(administrator, coordinator, contributor, published):
    """What an edition has stays while that is public; the draft that was made of it goes, and is open again."""
    request = lambda of: contributions_pb2.EraseContributionRequest(id=of.id, reason=GROUND)
    refused(StatusCode.FAILED_PRECONDITION, "PUBLISHED", administrator.EraseContribution, request(published))
    drafted = texts(coordinator)[NAME]
    assert administrator.EraseContribution(request(drafted)).revisions == 2
    assert administrator.EraseContribution(request(drafted)).revisions == 0, "there is nothing left"
    left = texts(coordinator)[NAME]
    assert left.content.kind == contributions_pb2.CONTRIBUTION_KIND_ERASED and left.content.note == GROUND, left
    assert not left.content.narratives and not left.passages, left
    matrix, states = matrix_of(coordinator, NEXT)
    assert states == {obligations_pb2.OBLIGATION_STATE_OPEN: 2, obligations_pb2.OBLIGATION_STATE_SUBMITTED: 1}, states
    assert (matrix.answered, matrix.gaps) == (1, 2), matrix
    again = submissions_pb2.SaveDraftRequest(save=save(NEWER, CLEARER, cycle=NEXT))
    refused(StatusCode.FAILED_PRECONDITION, "ERASED", contributor.SaveDraft, again)
    log("administrator", f"erased the draft of {NAME}; what is published, and the same text again, were refused")


def erase_person(administrator, contributor, anna, reminder):
    """The name goes from everywhere, and what the person did stays under the opaque id."""
    request = lambda reason: people_pb2.ErasePersonRequest(id=anna.id, reason=reason)
    refused(StatusCode.INVALID_ARGUMENT, "REASON_MISSING", administrator.ErasePerson, request(""), "reason")
    erased = administrator.ErasePerson(request(GROUND)).person
    assert erased.id == anna.id and erased.HasField("erase_time"), erased
    assert not (erased.name or erased.email or erased.subject), erased
    assert people_of(administrator, "") == [erased] and not people_of(administrator, "alfa"), "a tombstone is left"
    back = people_pb2.SavePersonRequest(person=anna)
    refused(StatusCode.FAILED_PRECONDITION, "ERASED", administrator.SavePerson, back)
    log("administrator", "erased the person, who cannot be given a name again")

    refused(StatusCode.UNAUTHENTICATED, "TOKEN_REVOKED", contributor.GetCaller, access_pb2.GetCallerRequest())
    log("contributor", "was refused with the token that they had")

    emptied = lambda: [one for one in reminders(administrator) if not one.text]
    [left] = until("the text of the reminder is gone", emptied)
    assert (left.id, left.recipient) == (reminder.id, anna.id), left
    assert len(reminders(administrator)) == 1, "nobody was reminded twice"
    log("administrator", "saw that the text of her reminder is gone too")
