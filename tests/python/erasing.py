"""What has to go for good: a text, and a person."""

from grpc import StatusCode
from voortgang.ingest.v1 import ingest_pb2 as ingest
from voortgang.storage.v1 import access_pb2 as access
from voortgang.storage.v1 import contribution_pb2 as contribution
from voortgang.storage.v1 import obligation_pb2 as obligation
from voortgang.storage.v1 import person_pb2 as person

from client import refused, told, until
from contributing import CLEARER, NAME, save
from next_cycle import NEWER, NEXT, texts
from people import people_of
from planning import matrix_of
from reminding import reminders

GROUND = "Verzoek van 1 juli, artikel 17 AVG."


def erase_contribution(administrator, coordinator, contributor, published):
    """What an edition has stays while that is public; the draft that was made of it goes, and is open again."""
    request = lambda of: person.EraseContributionRequest(id=of.id, reason=GROUND)
    refused(StatusCode.FAILED_PRECONDITION, "PUBLISHED", administrator.EraseContribution, request(published))
    drafted = texts(coordinator)[NAME]
    assert administrator.EraseContribution(request(drafted)).revisions == 2
    assert administrator.EraseContribution(request(drafted)).revisions == 0, "there is nothing left"
    left = texts(coordinator)[NAME]
    assert left.content.kind == contribution.CONTRIBUTION_KIND_ERASED and left.content.note == GROUND, left
    assert not left.content.narratives and not left.passages, left
    matrix, states = matrix_of(coordinator, NEXT)
    assert states == {obligation.OBLIGATION_STATE_OPEN: 2, obligation.OBLIGATION_STATE_SUBMITTED: 1}, states
    assert (matrix.answered, matrix.gaps) == (1, 2), matrix
    again = ingest.SaveDraftRequest(save=save(NEWER, CLEARER, cycle=NEXT))
    refused(StatusCode.FAILED_PRECONDITION, "ERASED", contributor.SaveDraft, again)
    told("administrator", f"erased the draft of {NAME}; what is published, and the same text again, were refused")


def erase_person(administrator, contributor, anna, reminder):
    """The name goes from everywhere, and what the person did stays under the opaque id."""
    request = lambda reason: person.ErasePersonRequest(id=anna.id, reason=reason)
    refused(StatusCode.INVALID_ARGUMENT, "REASON_MISSING", administrator.ErasePerson, request(""), "reason")
    erased = administrator.ErasePerson(request(GROUND)).person
    assert erased.id == anna.id and erased.HasField("erase_time"), erased
    assert not (erased.name or erased.email or erased.subject), erased
    assert people_of(administrator, "") == [erased] and not people_of(administrator, "alfa"), "a tombstone is left"
    back = person.SavePersonRequest(person=anna)
    refused(StatusCode.FAILED_PRECONDITION, "ERASED", administrator.SavePerson, back)
    told("administrator", "erased the person, who cannot be given a name again")

    refused(StatusCode.UNAUTHENTICATED, "TOKEN_REVOKED", contributor.GetCaller, access.GetCallerRequest())
    told("contributor", "was refused with the token that they had")

    emptied = lambda: [one for one in reminders(administrator) if not one.text]
    [left] = until("the text of the reminder is gone", emptied)
    assert (left.id, left.recipient) == (reminder.id, anna.id), left
    assert len(reminders(administrator)) == 1, "nobody was reminded twice"
    told("administrator", "saw that the text of her reminder is gone too")
