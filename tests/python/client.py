"""How calls are made, and how their refusals are looked at."""

import time

import grpc
from google.rpc import error_details_pb2, status_pb2
from voortgang.v1 import (
    access_pb2_grpc,
    audit_pb2_grpc,
    contributions_pb2_grpc,
    cycles_pb2_grpc,
    editions_pb2_grpc,
    frameworks_pb2_grpc,
    obligations_pb2_grpc,
    operations_pb2_grpc,
    organisations_pb2_grpc,
    overrides_pb2_grpc,
    people_pb2_grpc,
    remarks_pb2_grpc,
    reminders_pb2_grpc,
    reviews_pb2_grpc,
    search_pb2_grpc,
    submissions_pb2_grpc,
    templates_pb2_grpc,
)

# How long something may take that happens after the answer, in seconds.
PATIENCE = 120
# How long a call may take, in seconds.
DEADLINE = 60

STUBS = [
    frameworks_pb2_grpc.FrameworkServiceStub,
    organisations_pb2_grpc.OrganisationServiceStub,
    cycles_pb2_grpc.CycleServiceStub,
    obligations_pb2_grpc.ObligationServiceStub,
    contributions_pb2_grpc.ContributionServiceStub,
    submissions_pb2_grpc.SubmissionServiceStub,
    reviews_pb2_grpc.ReviewServiceStub,
    remarks_pb2_grpc.RemarkServiceStub,
    overrides_pb2_grpc.OverrideServiceStub,
    editions_pb2_grpc.EditionServiceStub,
    templates_pb2_grpc.TemplateServiceStub,
    search_pb2_grpc.SearchServiceStub,
    search_pb2_grpc.SearchIndexServiceStub,
    people_pb2_grpc.PersonServiceStub,
    access_pb2_grpc.AccessServiceStub,
    audit_pb2_grpc.AuditServiceStub,
    reminders_pb2_grpc.ReminderServiceStub,
    operations_pb2_grpc.OperationsServiceStub,
]


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


def details_of(error):
    """The stable name in the google.rpc.ErrorInfo of a refusal, and the fields in its google.rpc.BadRequest."""
    info, request = error_details_pb2.ErrorInfo(), error_details_pb2.BadRequest()
    for key, value in error.trailing_metadata():
        if key == "grpc-status-details-bin":
            for detail in status_pb2.Status.FromString(value).details:
                detail.Unpack(info)
                detail.Unpack(request)
    return info.reason, [violation.field for violation in request.field_violations]


def refused(code, reason, call, request, field=""):
    """Makes a call that has to be refused with this code and reason, and for this field where it is about one."""
    try:
        call(request)
    except grpc.RpcError as error:
        found = (error.code(), *details_of(error))
        assert found == (code, reason, [field] if field else []), f"{found}: {error.details()}"
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


def log(who, what):
    print(f"{who:<14} {what}", flush=True)
