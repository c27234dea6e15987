"""The plan, its cycles and what is owed in them."""

from collections import Counter

from grpc import StatusCode
from voortgang.v1 import cycles_pb2
from voortgang.v1 import frameworks_pb2
from voortgang.v1 import obligations_pb2
from voortgang.v1 import organisations_pb2
from voortgang.v1 import texts_pb2

from client import refused, log

CYCLE = "wandelplan/2024"


def words(text):
    return texts_pb2.LocalizedText(texts={"nl": text})


def organisation(code, name):
    return organisations_pb2.Organisation(code=code, kind="ministry", names=[organisations_pb2.OrganisationName(name=words(name))])


def goal(code, statement):
    kind = frameworks_pb2.GOAL_KIND_STRATEGIC_GOAL
    indicator = frameworks_pb2.Indicator(code=f"{code}-a", measure=frameworks_pb2.MEASURE_COUNT, statement=words("Hoeveel?"))
    return frameworks_pb2.Goal(code=code, kind=kind, pillar="een", statement=words(statement), indicators=[indicator])


def register(coordinator):
    """The framework, which is registered once however often it is sent."""
    plan = frameworks_pb2.Framework(
        code="wandelplan",
        title=words("Wandelplan"),
        language="nl",
        period=frameworks_pb2.PlanPeriod(**{"from": 2024, "until": 2027}),
        organisations=[organisation("alfa", "Ministerie Alfa"), organisation("beta", "Ministerie Beta")],
        pillars=[frameworks_pb2.Pillar(code="een", name=words("Bemiddeling"))],
        goals=[goal("1", "Meer vrouwen bemiddelen."), goal("2", "Meer vrouwen worden uitgezonden.")],
    )
    added = coordinator.RegisterFramework(frameworks_pb2.RegisterFrameworkRequest(framework=plan))
    assert added.created and added.framework.version == 1, added
    again = coordinator.RegisterFramework(frameworks_pb2.RegisterFrameworkRequest(framework=plan))
    assert not again.created and again.framework.version == 1, again
    log("coordinator", "registered framework wandelplan, version 1")


def open_cycle(coordinator, year):
    """Opens the cycle of a year under four eyes, with gaps refused."""
    opening = cycles_pb2.Cycle(
        framework="wandelplan",
        review=cycles_pb2.REVIEW_POLICY_FOUR_EYES,
        gaps=cycles_pb2.GAP_POLICY_REFUSE,
        **{"from": f"{year}-01-01", "until": f"{year}-12-31"},
    )
    opened = coordinator.OpenCycle(cycles_pb2.OpenCycleRequest(cycle=opening)).cycle
    assert (opened.name, opened.state) == (f"wandelplan/{year}", cycles_pb2.CYCLE_STATE_OPEN), opened
    log("coordinator", f"opened {opened.name} under four eyes; gaps are refused")


def say_what_is_owed(coordinator):
    """What is owed: alfa answers both goals, beta the first."""
    owes = lambda organisation, goal: obligations_pb2.Obligation(organisation=organisation, goal=goal)
    owed = [owes("alfa", "1"), owes("alfa", "2"), owes("beta", "1")]
    request = obligations_pb2.AssignObligationsRequest(cycle=CYCLE, obligations=[owed[0], owes("beta", "3")])
    assign = coordinator.AssignObligations
    refused(StatusCode.INVALID_ARGUMENT, "UNKNOWN_GOAL", assign, request, "obligations[1].goal")
    request = obligations_pb2.AssignObligationsRequest(cycle=CYCLE, obligations=owed)
    assert assign(request).assigned == 3
    again = assign(request)
    assert (again.assigned, again.changed, again.unchanged) == (0, 0, 3), again
    log("coordinator", "assigned goals 1 and 2 to alfa and goal 1 to beta; an unknown goal was refused")


def prepare(coordinator):
    register(coordinator)
    open_cycle(coordinator, 2024)
    say_what_is_owed(coordinator)


def matrix_of(somebody, name):
    """The matrix of a cycle, and how many obligations stand in each state."""
    matrix = somebody.GetObligationMatrix(obligations_pb2.GetObligationMatrixRequest(cycle=name)).matrix
    states = Counter()
    for cell in matrix.cells:
        states.update(cell.states)
    # Each obligation is in exactly one state.
    assert states.total() == matrix.obligations, matrix
    return matrix, {state: count for state, count in states.items() if count}


def look_at_matrix(coordinator, contributor):
    """The coordinator sees what everybody owes, alfa what alfa does."""
    matrix, states = matrix_of(coordinator, CYCLE)
    assert states == {obligations_pb2.OBLIGATION_STATE_SUBMITTED: 1, obligations_pb2.OBLIGATION_STATE_OPEN: 2}, states
    assert (matrix.required, matrix.answered, matrix.gaps) == (3, 1, 2), matrix
    own, _ = matrix_of(contributor, CYCLE)
    assert [(cell.organisation, cell.goal) for cell in own.cells] == [("alfa", "1"), ("alfa", "2")], own
    assert (own.obligations, own.gaps) == (2, 1), own
    log("coordinator", "saw 1 of 3 answered; the contributor saw what alfa owes and no more")
