"""People and their memberships."""

from grpc import StatusCode
from voortgang.v1 import access_pb2
from voortgang.v1 import people_pb2

from client import refused, log

# Whoever holds the contributor's token.
SUBJECT = "walk-contributor"


def member(of, role, organisation):
    grant = access_pb2.Grant(role=role, organisation=organisation)
    return people_pb2.AddMembershipRequest(person=of.id, membership=people_pb2.Membership(grant=grant))


def people_of(somebody, organisation):
    return list(somebody.ListPeople(people_pb2.ListPeopleRequest(organisation=organisation)).people)


def add(administrator, coordinator, contributor):
    """The administrator adds the person behind the contributor's token, who may review for alfa now, too."""
    faulty = people_pb2.Person(subject=SUBJECT, name="Anna Bijlsma", email="anna", language="nl")
    request = people_pb2.SavePersonRequest(person=faulty)
    refused(StatusCode.INVALID_ARGUMENT, "INVALID_EMAIL", administrator.SavePerson, request, "person.email")
    anna = people_pb2.Person(subject=SUBJECT, name="Anna Bijlsma", email="anna@example.org", language="nl")
    request = people_pb2.SavePersonRequest(person=anna)
    added = administrator.SavePerson(request).person
    assert added.id and administrator.SavePerson(request).person.id == added.id, "she is added once"
    assert added.notices == people_pb2.NOTICE_CHOICE_AT_ONCE, added
    daily = people_pb2.Person(subject=SUBJECT, name="Anna Bijlsma", email="anna@example.org", language="nl", id=added.id)
    daily.notices = people_pb2.NOTICE_CHOICE_DAILY
    assert administrator.SavePerson(people_pb2.SavePersonRequest(person=daily)).person.notices == daily.notices
    at_once = people_pb2.SavePersonRequest(person=added)
    assert administrator.SavePerson(at_once).person == added, "her choice is as it was"
    log("administrator", "added a person; one whose address is none was refused")

    add_member, field = administrator.AddMembership, "membership.grant.organisation"
    unknown = member(added, access_pb2.ROLE_REVIEWER, "gamma")
    refused(StatusCode.INVALID_ARGUMENT, "UNKNOWN_ORGANISATION", add_member, unknown, field)
    whole = member(added, access_pb2.ROLE_COORDINATOR, "alfa")
    refused(StatusCode.INVALID_ARGUMENT, "NOT_FOR_THIS_ROLE", add_member, whole, field)
    add_member(member(added, access_pb2.ROLE_CONTRIBUTOR, "alfa"))
    joined = add_member(member(added, access_pb2.ROLE_REVIEWER, "alfa")).person
    assert [membership.number for membership in joined.memberships] == [1, 2], joined
    log("administrator", "made her contributor and reviewer of alfa; an unknown organisation was refused")

    assert people_of(coordinator, "alfa") == [joined] and not people_of(coordinator, "beta"), "she is of alfa"
    request = people_pb2.ListPeopleRequest()
    refused(StatusCode.PERMISSION_DENIED, "ROLE_MISSING", contributor.ListPeople, request)
    caller = contributor.GetCaller(access_pb2.GetCallerRequest())
    roles = {(grant.role, grant.organisation) for grant in caller.grants}
    assert caller.id == added.id, caller
    assert roles == {(access_pb2.ROLE_CONTRIBUTOR, "alfa"), (access_pb2.ROLE_REVIEWER, "alfa")}, roles
    log("coordinator", "listed her among the people of alfa; she was refused to list people")
    return joined
