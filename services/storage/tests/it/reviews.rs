//! Review: promises of every database, each a story played through the calls.

mod four_eyes;
mod joint;
mod remarks;
mod returns;

use testkit::save;
use tonic::{Code, Status};
use wire::v1::{self as pb, ContributionState as State, SaveOutcome};

use crate::{
    calls,
    sandbox::{Client, Review, Sandbox},
};

pub(crate) use crate::reviews::{four_eyes::*, joint::*, remarks::*, returns::*};

pub(super) fn reason(status: &Status) -> String {
    rpc::reason(status).unwrap_or_default()
}

/// Opens the example's cycle under a policy of review.
pub(super) async fn opened(sandbox: &Sandbox, review: pb::ReviewPolicy) -> Client {
    let mut client = sandbox.client.clone();
    calls::register(&mut client).await;
    let cycle = pb::Cycle { review: review.into(), ..testkit::cycle().into() };
    client
        .cycles()
        .open_cycle(pb::OpenCycleRequest { cycle: Some(cycle), ..Default::default() })
        .await
        .unwrap();
    client
}

/// Storage as somebody calls it.
pub(crate) fn storage_by(sandbox: &Sandbox, somebody: &str) -> Client {
    Client::new(sandbox.by(somebody))
}

pub(crate) fn review_by(sandbox: &Sandbox, somebody: &str) -> Review {
    Review::new(sandbox.by(somebody))
}

/// Saves as somebody, and the clock goes on a second.
pub(crate) async fn saved(sandbox: &Sandbox, somebody: &str, one: pb::Save) -> pb::Contribution {
    let result = calls::save(&mut storage_by(sandbox, somebody), one).await;
    assert_eq!(result.outcome(), SaveOutcome::Accepted, "{:?}", result.error);
    sandbox.clock.advance(1_000);
    result.contribution.unwrap()
}

pub(super) fn draft(external_id: &str, text: &str) -> pb::Save {
    pb::Save { mode: pb::SaveMode::Draft.into(), ..save(external_id, text) }
}

pub(crate) async fn many_are_approved_each_as_it_was_read(sandbox: Sandbox) {
    opened(&sandbox, pb::ReviewPolicy::FourEyes).await;
    let read = saved(&sandbox, "anna", save("a-1", "Zoals gelezen.")).await;
    let before = saved(&sandbox, "anna", save("a-2", "Gelezen.")).await;
    saved(&sandbox, "anna", save("a-2", "Daarna veranderd.")).await;
    let own = saved(&sandbox, "rita", save("a-3", "Door de beoordelaar zelf.")).await;
    let open = saved(&sandbox, "anna", draft("a-4", "Nog niet.")).await;
    let approvals = [&read, &before, &own, &open]
        .map(|one| pb::Approval { id: one.id.clone(), etag: one.etag.clone() });
    let request = pb::ApproveContributionsRequest {
        approvals: approvals.into(),
        validate_only: true,
        ..pb::ApproveContributionsRequest::default()
    };
    let review = review_by(&sandbox, "rita");
    for validate_only in [true, true, false] {
        let request = pb::ApproveContributionsRequest { validate_only, ..request.clone() };
        let answer = review.reviews().approve_contributions(request).await.unwrap().into_inner();
        let reported = |one: &pb::ApprovalResult| {
            one.error.as_ref().map_or("approved".to_owned(), |error| error.reason.clone())
        };
        let reported: Vec<String> = answer.results.iter().map(reported).collect();
        assert_eq!(reported, ["approved", "STALE_ETAG", "FOUR_EYES", "STATE_DOES_NOT_ALLOW"]);
        let decision = answer.results[0].decision.as_ref().unwrap();
        assert_eq!((&decision.contribution, decision.version), (&read.id, read.version));
    }
    let request = pb::ListContributionsRequest {
        cycle: "plan/2021".into(),
        state: State::Approved.into(),
        ..pb::ListContributionsRequest::default()
    };
    let found = sandbox.client.contributions().list_contributions(request).await.unwrap();
    let found = found.into_inner().contributions;
    let names: Vec<&str> = found.iter().map(|one| one.external_id.as_str()).collect();
    assert_eq!(names, ["a-1"]);
}

pub(crate) async fn approve(
    sandbox: &Sandbox,
    somebody: &str,
    of: &pb::Contribution,
    override_reason: &str,
) -> Result<pb::Contribution, Status> {
    let request = pb::ApproveContributionRequest {
        id: of.id.clone(),
        etag: of.etag.clone(),
        override_reason: override_reason.into(),
    };
    let answer =
        review_by(sandbox, somebody).reviews().approve_contribution(request).await?.into_inner();
    sandbox.clock.advance(1_000);
    let decision = answer.decision.unwrap();
    assert_eq!((decision.version, decision.content_hash), (of.version, of.content_hash.clone()));
    Ok(answer.contribution.unwrap())
}

pub(super) async fn give_back(
    sandbox: &Sandbox,
    of: &pb::Contribution,
    targets: Vec<pb::Target>,
) -> Result<pb::Contribution, Status> {
    let request = pb::ReturnContributionRequest {
        id: of.id.clone(),
        etag: of.etag.clone(),
        reason: pb::ReturnReason::Unclear.into(),
        text: "Maak dit duidelijk.".into(),
        targets,
    };
    let answer =
        review_by(sandbox, "rita").reviews().return_contribution(request).await?.into_inner();
    sandbox.clock.advance(1_000);
    Ok(answer.contribution.unwrap())
}

pub(super) async fn withdraw(
    sandbox: &Sandbox,
    of: &pb::Contribution,
) -> Result<pb::Contribution, Status> {
    let request = pb::WithdrawContributionRequest {
        id: of.id.clone(),
        etag: of.etag.clone(),
        reason: "Hoort elders.".into(),
        validate_only: false,
    };
    let answer =
        review_by(sandbox, "carla").reviews().withdraw_contribution(request).await?.into_inner();
    sandbox.clock.advance(1_000);
    Ok(answer.contribution.unwrap())
}

pub(super) async fn publish(
    sandbox: &Sandbox,
    somebody: &str,
    override_reason: &str,
) -> Result<pb::PublishEditionResponse, Status> {
    let request = pb::PublishEditionRequest {
        cycle: "plan/2021".into(),
        date: "2022-02-15".into(),
        override_reason: override_reason.into(),
        ..Default::default()
    };
    let client = storage_by(sandbox, somebody);
    client.editions().publish_edition(request).await.map(tonic::Response::into_inner)
}

/// External ids and versions that an edition pins.
pub(super) async fn pinned(client: &mut Client, edition: &str) -> Vec<(String, u64)> {
    let request = pb::ReadEditionRequest { name: edition.into() };
    let mut stream = client.editions().read_edition(request).await.unwrap().into_inner();
    let mut found = Vec::new();
    while let Some(message) = stream.message().await.unwrap() {
        if let Some(pb::read_edition_response::Part::Contribution(one)) = message.part {
            found.push((one.external_id, one.version));
        }
    }
    found
}

pub(super) async fn get(client: &mut Client, id: &str) -> pb::Contribution {
    let request = pb::GetContributionRequest { id: id.into(), ..Default::default() };
    client
        .contributions()
        .get_contribution(request)
        .await
        .unwrap()
        .into_inner()
        .contribution
        .unwrap()
}

async fn listed(client: &mut Client, state: State) -> Vec<String> {
    let request = pb::ListContributionsRequest {
        cycle: "plan/2021".into(),
        state: state.into(),
        ..Default::default()
    };
    let found = client
        .contributions()
        .list_contributions(request)
        .await
        .unwrap()
        .into_inner()
        .contributions;
    assert!(found.iter().all(|one| one.state() == state), "{found:?}");
    found.into_iter().map(|one| one.external_id).collect()
}

/// Brings a contribution of this name into a state.
async fn brought_to(sandbox: &Sandbox, name: &str, state: State) -> pb::Contribution {
    if state == State::Draft {
        return saved(sandbox, "anna", draft(name, "Tekst.")).await;
    }
    let one = saved(sandbox, "anna", save(name, "Tekst.")).await;
    match state {
        State::Returned => give_back(sandbox, &one, Vec::new()).await.unwrap(),
        State::Approved => approve(sandbox, "rita", &one, "").await.unwrap(),
        State::Withdrawn => withdraw(sandbox, &one).await.unwrap(),
        State::Draft | State::Submitted | State::Unspecified => one,
    }
}

const STATES: [State; 5] =
    [State::Draft, State::Submitted, State::Returned, State::Approved, State::Withdrawn];

pub(crate) async fn each_state_takes_its_steps_and_no_other(sandbox: Sandbox) {
    let mut client = opened(&sandbox, pb::ReviewPolicy::None).await;
    for (place, state) in STATES.into_iter().enumerate() {
        for (action, allowed) in [
            ("approve", [State::Submitted].as_slice()),
            ("return", &[State::Submitted, State::Approved]),
            ("withdraw", &STATES[..4]),
            ("draft", &STATES[..4]),
            ("submit", &STATES[..4]),
        ] {
            let name = format!("c-{place}-{action}");
            let one = brought_to(&sandbox, &name, state).await;
            assert_eq!(one.state(), state);
            let result = match action {
                "approve" => approve(&sandbox, "rita", &one, "").await,
                "return" => give_back(&sandbox, &one, Vec::new()).await,
                "withdraw" => withdraw(&sandbox, &one).await,
                other => {
                    let next = if other == "draft" {
                        draft(&name, "Anders.")
                    } else {
                        save(&name, "Anders.")
                    };
                    let result = calls::save(&mut client, next).await;
                    match result.error {
                        None => Ok(result.contribution.unwrap()),
                        Some(error) => Err(Status::failed_precondition(error.message)),
                    }
                }
            };
            match result {
                Ok(_) => assert!(allowed.contains(&state), "{action} of {state:?} was taken"),
                Err(status) => {
                    assert!(!allowed.contains(&state), "{action} of {state:?}: {status}");
                    assert_eq!(status.code(), Code::FailedPrecondition);
                    let word = state.as_str_name().rsplit('_').next().unwrap().to_lowercase();
                    let message = status.message();
                    assert!(message.contains(&format!("is {word}, which allows")), "{message}");
                    assert_eq!(get(&mut client, &one.id).await, one);
                }
            }
        }
    }
}

pub(crate) async fn a_decision_is_about_what_was_read(sandbox: Sandbox) {
    opened(&sandbox, pb::ReviewPolicy::FourEyes).await;
    let first = saved(&sandbox, "anna", save("a-1", "Een.")).await;
    let second = saved(&sandbox, "anna", save("a-1", "Twee.")).await;
    let stale = approve(&sandbox, "rita", &first, "").await.unwrap_err();
    assert_eq!((stale.code(), reason(&stale).as_str()), (Code::Aborted, "STALE_ETAG"));
    assert_eq!(rpc::field_violations(&stale)[0].0, "etag");
    let unread = pb::Contribution { etag: String::new(), ..second.clone() };
    let status = approve(&sandbox, "rita", &unread, "").await.unwrap_err();
    assert_eq!((status.code(), reason(&status).as_str()), (Code::InvalidArgument, "NOT_GIVEN"));
    let unknown = pb::Contribution { id: uuid::Uuid::nil().to_string(), ..second.clone() };
    let status = approve(&sandbox, "rita", &unknown, "").await.unwrap_err();
    assert_eq!(status.code(), Code::NotFound);
    let approved = approve(&sandbox, "rita", &second, "").await.unwrap();
    assert_eq!((approved.state(), approved.approved_version), (State::Approved, 2));
    // A later draft takes nothing back, and what was approved is published.
    let draft = saved(&sandbox, "anna", draft("a-1", "Drie.")).await;
    assert_eq!((draft.state(), draft.approved_version), (State::Draft, 2));
    let edition = publish(&sandbox, "piet", "").await.unwrap().edition.unwrap();
    let mut client = sandbox.client.clone();
    assert_eq!(pinned(&mut client, &edition.name).await, [("a-1".to_owned(), 2)]);
    assert_eq!((edition.review(), edition.overrides), (pb::ReviewPolicy::FourEyes, vec![]));
    let decisions = review_by(&sandbox, "rita")
        .reviews()
        .list_decisions(pb::ListDecisionsRequest { contribution: draft.id })
        .await
        .unwrap()
        .into_inner()
        .decisions;
    let [one] = decisions.as_slice() else { panic!("{decisions:?}") };
    assert_eq!(
        (one.number, one.actor.as_str(), one.kind()),
        (1, "rita", pb::DecisionKind::Approve)
    );
}

pub(crate) async fn an_approval_binds_to_content_and_shows_what_changed(sandbox: Sandbox) {
    let mut client = opened(&sandbox, pb::ReviewPolicy::FourEyes).await;
    let other = saved(&sandbox, "anna", save("b-1", "Blijft.")).await;
    approve(&sandbox, "rita", &other, "").await.unwrap();
    let text = "Eerste alinea.\n\nTweede alinea.\n\nDerde alinea.";
    let one = saved(&sandbox, "anna", save("a-1", text)).await;
    let approved = approve(&sandbox, "rita", &one, "").await.unwrap();
    let changed = text.replace("Tweede", "Tweeda");
    let void = saved(&sandbox, "anna", save("a-1", &changed)).await;
    assert_eq!((void.state(), void.approved_version), (State::Submitted, 1));
    let compare = || async {
        let request = pb::CompareWithApprovedRequest { contribution: one.id.clone() };
        review_by(&sandbox, "rita")
            .reviews()
            .compare_with_approved(request)
            .await
            .unwrap()
            .into_inner()
    };
    let compared = compare().await;
    let comparison = compared.comparison.unwrap();
    assert_eq!((compared.holds, comparison.from, comparison.to), (false, 1, 2));
    let [difference] = comparison.differences.as_slice() else { panic!("{comparison:?}") };
    assert_eq!(difference.passage, approved.passages[1].id);
    let status = publish(&sandbox, "piet", "").await.unwrap_err();
    assert_eq!(
        (status.code(), reason(&status).as_str()),
        (Code::FailedPrecondition, "NOT_APPROVED")
    );
    let part = format!("passage {}", approved.passages[1].id);
    let message = status.message();
    assert!(message.contains("alfa/a-1 (changed after its approval: "), "{message}");
    assert_eq!((message.matches("passage ").count(), message.matches(&part).count()), (1, 1));
    assert!(!message.contains("b-1"), "{message}");
    // The same content again is what was approved.
    let back = saved(&sandbox, "anna", save("a-1", text)).await;
    assert_eq!((back.state(), back.version), (State::Approved, 3));
    assert_eq!(get(&mut client, &back.id).await, back);
    assert_eq!(listed(&mut client, State::Approved).await, ["a-1", "b-1"]);
    let compared = compare().await;
    assert!(compared.holds && compared.comparison.unwrap().differences.is_empty());
    publish(&sandbox, "piet", "").await.unwrap();
}

/// Every letter and digit of an approved text, in whatever it stands.
pub(crate) async fn a_change_of_any_letter_is_shown_and_not_published(sandbox: Sandbox) {
    const TEXT: &str = "## Wat er gedaan is\n\nEen *korte alinea* met [een bron](https://example.org/a).\n\n\
        - wij steunden 3 fondsen\n- en ook 4 scholen\n\n\
        | land van herkomst | aantal mensen |\n| - | - |\n| het hele land | ruim 40 duizend |\n";
    opened(&sandbox, pb::ReviewPolicy::FourEyes).await;
    let one = saved(&sandbox, "anna", save("a-1", TEXT)).await;
    approve(&sandbox, "rita", &one, "").await.unwrap();
    let mut tried = 0;
    for (place, letter) in TEXT.char_indices().filter(|(_, sign)| sign.is_ascii_alphanumeric()) {
        let other = if letter == 'x' { 'y' } else { 'x' };
        let mut changed = TEXT.to_owned();
        changed.replace_range(place..=place, other.encode_utf8(&mut [0; 4]));
        saved(&sandbox, "anna", save("a-1", &changed)).await;
        let status = publish(&sandbox, "piet", "").await.unwrap_err();
        assert_eq!(reason(&status), "NOT_APPROVED", "{changed}");
        let request = pb::CompareWithApprovedRequest { contribution: one.id.clone() };
        let compared =
            review_by(&sandbox, "rita").reviews().compare_with_approved(request).await.unwrap();
        let compared = compared.into_inner();
        let differences = compared.comparison.unwrap().differences;
        let [difference] = differences.as_slice() else { panic!("{changed}: {differences:?}") };
        let pairs = difference.before.chars().zip(difference.after.chars());
        let differing: Vec<(char, char)> =
            pairs.filter(|(before, after)| before != after).collect();
        assert_eq!(differing, [(letter, other)], "{difference:?}");
        assert_eq!(difference.before.len(), difference.after.len(), "{difference:?}");
        assert!(!compared.holds);
        let back = saved(&sandbox, "anna", save("a-1", TEXT)).await;
        assert_eq!((back.state(), &back.passages), (State::Approved, &one.passages), "{changed}");
        tried += 1;
    }
    publish(&sandbox, "piet", "").await.unwrap();
    eprintln!("{tried} letters changed, one by one");
}

pub(crate) async fn a_reviewer_is_shown_what_changed_since_their_own_approval(sandbox: Sandbox) {
    opened(&sandbox, pb::ReviewPolicy::FourEyes).await;
    let one = saved(&sandbox, "anna", save("a-1", "Een.")).await;
    approve(&sandbox, "rita", &one, "").await.unwrap();
    let two = saved(&sandbox, "anna", save("a-1", "Een, twee.")).await;
    approve(&sandbox, "sara", &two, "").await.unwrap();
    saved(&sandbox, "anna", save("a-1", "Een, twee, drie.")).await;
    for (somebody, from) in [("rita", 1), ("sara", 2), ("otto", 2)] {
        let request = pb::CompareWithApprovedRequest { contribution: one.id.clone() };
        let compared =
            review_by(&sandbox, somebody).reviews().compare_with_approved(request).await.unwrap();
        let comparison = compared.into_inner().comparison.unwrap();
        assert_eq!((comparison.from, comparison.to), (from, 3), "{somebody}");
    }
}

pub(crate) async fn lists_and_reads_as_of_a_moment_know_what_was_decided(sandbox: Sandbox) {
    let mut client = opened(&sandbox, pb::ReviewPolicy::None).await;
    let names: Vec<String> = (0..STATES.len()).map(|place| format!("c-{place}")).collect();
    for (name, state) in names.iter().zip(STATES) {
        brought_to(&sandbox, name, state).await;
    }
    for (name, state) in names.iter().zip(STATES) {
        assert_eq!(listed(&mut client, state).await, std::slice::from_ref(name), "{state:?}");
    }
    let one = saved(&sandbox, "anna", save("a-1", "Een.")).await;
    let mut moments = vec![(model::Clock::now(&*sandbox.clock), one.clone())];
    sandbox.clock.advance(1_000);
    for step in 0..5 {
        let now = match step {
            0 => approve(&sandbox, "rita", &one, "").await.unwrap(),
            1 => give_back(&sandbox, &one, Vec::new()).await.unwrap(),
            2 => saved(&sandbox, "anna", draft("a-1", "Twee.")).await,
            3 => saved(&sandbox, "anna", save("a-1", "Twee.")).await,
            _ => withdraw(&sandbox, &get(&mut client, &one.id).await).await.unwrap(),
        };
        assert_eq!(get(&mut client, &one.id).await, now);
        moments.push((model::Clock::now(&*sandbox.clock), now));
        sandbox.clock.advance(1_000);
    }
    for (at, expected) in moments {
        let as_of = Some(wire::timestamp(at));
        let request =
            pb::GetContributionRequest { id: one.id.clone(), as_of, ..Default::default() };
        let then = client
            .contributions()
            .get_contribution(request)
            .await
            .unwrap()
            .into_inner()
            .contribution;
        assert_eq!(then, Some(expected));
    }
    // An earlier revision is shown as it stood before the next.
    let request = pb::GetContributionRequest { id: one.id, version: 1, ..Default::default() };
    let first = client
        .contributions()
        .get_contribution(request)
        .await
        .unwrap()
        .into_inner()
        .contribution
        .unwrap();
    assert_eq!((first.state(), first.approved_version), (State::Returned, 1));
    let topics: Vec<String> = calls::changes(&mut client)
        .await
        .into_iter()
        .filter(|change| change.subject == first.id)
        .map(|change| change.topic)
        .collect();
    let expected = ["submitted", "approved", "returned", "drafted", "submitted", "withdrawn"];
    assert_eq!(topics, expected.map(|what| format!("contribution.{what}.v1")));
}

pub(crate) async fn without_review_what_is_handed_in_is_published_unless_taken_back(
    sandbox: Sandbox,
) {
    let mut client = opened(&sandbox, pb::ReviewPolicy::None).await;
    for (name, state) in ["a", "b", "c", "d", "e"].into_iter().zip(STATES) {
        brought_to(&sandbox, name, state).await;
    }
    let edition = publish(&sandbox, "anna", "").await.unwrap().edition.unwrap();
    let expected = [("b".to_owned(), 1), ("d".to_owned(), 1)];
    assert_eq!(pinned(&mut client, &edition.name).await, expected);
    assert_eq!((edition.review(), edition.overrides), (pb::ReviewPolicy::None, vec![]));
}

pub(crate) async fn where_an_obligation_stands_follows_what_was_decided(sandbox: Sandbox) {
    let mut client = opened(&sandbox, pb::ReviewPolicy::None).await;
    let owed = pb::Obligation {
        organisation: "alfa".into(),
        goal: "1".into(),
        indicator: "1-a".into(),
        ..Default::default()
    };
    let request = pb::AssignObligationsRequest {
        cycle: "plan/2021".into(),
        obligations: vec![owed],
        validate_only: false,
    };
    sandbox.obligations.obligations().assign_obligations(request).await.unwrap();
    let state = || async {
        let request =
            pb::ListObligationsRequest { cycle: "plan/2021".into(), ..Default::default() };
        let obligations = sandbox.obligations.clone();
        obligations.obligations().list_obligations(request).await.unwrap().into_inner().obligations
            [0]
        .state()
    };
    let published = || async {
        let edition = publish(&sandbox, "piet", "").await.unwrap().edition.unwrap();
        edition.matrix.unwrap().cells[0].clone()
    };
    // Something else, so that an edition is never empty.
    let elsewhere = pb::Save { organisation: "beta".into(), ..save("b-1", "Beta.") };
    saved(&sandbox, "anna", elsewhere).await;
    let one = saved(&sandbox, "anna", save("a-1", "Een.")).await;
    assert_eq!(state().await, pb::ObligationState::Submitted);
    let submitted = published().await;
    approve(&sandbox, "rita", &one, "").await.unwrap();
    assert_eq!(state().await, pb::ObligationState::Approved);
    assert_eq!(published().await, submitted);
    give_back(&sandbox, &one, Vec::new()).await.unwrap();
    assert_eq!(state().await, pb::ObligationState::Returned);
    let open = published().await;
    assert_eq!((open.answered, submitted.answered), (0, 1));
    assert_eq!(open.states[&i32::from(pb::ObligationState::Open)], 1);
    saved(&sandbox, "anna", draft("a-1", "Twee.")).await;
    assert_eq!(state().await, pb::ObligationState::Returned);
    let again = saved(&sandbox, "anna", save("a-1", "Twee.")).await;
    assert_eq!(state().await, pb::ObligationState::Submitted);
    withdraw(&sandbox, &again).await.unwrap();
    assert_eq!(state().await, pb::ObligationState::Open);
    assert_eq!(get(&mut client, &again.id).await.state(), State::Withdrawn);
}
