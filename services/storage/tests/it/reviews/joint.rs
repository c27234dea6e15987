//! Joint contributions: one text of several organisations, each of which approves it.

use identity::ChannelExt as _;
use model::{Grant, Role};
use testkit::save;
use tonic::{Code, Status};
use wire::v1::{
    self as pb, ContributionState as State, DecisionKind,
    ObligationState::{Approved, Open, Submitted},
};

use crate::{
    calls,
    reviews::{approve, four_eyes::overrides, opened, pinned, publish, reason, saved},
    sandbox::{Client, Sandbox},
};

/// Storage as somebody calls it who has one role for one organisation.
fn of(sandbox: &Sandbox, name: &str, role: Role, organisation: &str) -> Client {
    let organisation = Some(organisation.parse().unwrap());
    let grant = Grant { organisation, ..Grant::everywhere(role) };
    Client::new(sandbox.channel.clone().acting_as(&identity::Identity::with(name, [grant])))
}

fn rita(sandbox: &Sandbox) -> Client {
    of(sandbox, "rita", Role::Reviewer, "alfa")
}

fn rob(sandbox: &Sandbox) -> Client {
    of(sandbox, "rob", Role::Reviewer, "beta")
}

/// A text that alfa leads and beta reports too.
fn joint(external_id: &str, text: &str) -> pb::Save {
    let mut joint = save(external_id, text);
    joint.content.as_mut().unwrap().partners = vec!["beta".into()];
    joint
}

/// Approves, and the clock goes on a second.
async fn approved_by(
    sandbox: &Sandbox,
    client: &Client,
    of: &pb::Contribution,
) -> Result<(State, pb::Decision), Status> {
    let request = pb::ApproveContributionRequest {
        id: of.id.clone(),
        etag: of.etag.clone(),
        override_reason: String::new(),
    };
    let answer = client.reviews().approve_contribution(request).await?.into_inner();
    sandbox.clock.advance(1_000);
    Ok((answer.contribution.unwrap().state(), answer.decision.unwrap()))
}

/// Both owe an answer to the first goal.
async fn assign_to_both(sandbox: &Sandbox) {
    let owed = ["alfa", "beta"].map(|organisation| pb::Obligation {
        organisation: organisation.into(),
        goal: "1".into(),
        ..pb::Obligation::default()
    });
    let assign = pb::AssignObligationsRequest {
        cycle: "plan/2021".into(),
        obligations: owed.into(),
        validate_only: false,
    };
    sandbox.obligations.obligations().assign_obligations(assign).await.unwrap();
}

/// Where what is owed stands.
async fn states(sandbox: &Sandbox) -> Vec<pb::ObligationState> {
    let request = pb::ListObligationsRequest { cycle: "plan/2021".into(), ..Default::default() };
    let found = sandbox.obligations.obligations().list_obligations(request).await.unwrap();
    found.into_inner().obligations.iter().map(pb::Obligation::state).collect()
}

pub(crate) async fn each_organisation_approves_a_joint_contribution(sandbox: Sandbox) {
    let mut client = opened(&sandbox, pb::ReviewPolicy::FourEyes).await;
    let (rita, rob) = (rita(&sandbox), rob(&sandbox));
    // The control: what is of one organisation takes one approval.
    let own = saved(&sandbox, "anna", save("a-1", "Van alfa alleen.")).await;
    let (state, decision) = approved_by(&sandbox, &rita, &own).await.unwrap();
    assert_eq!((state, decision.kind()), (State::Approved, DecisionKind::Approve));
    assert_eq!(decision.organisations, Vec::<String>::new());

    let one = saved(&sandbox, "anna", joint("a-2", "Van beide.")).await;
    let (state, decision) = approved_by(&sandbox, &rita, &one).await.unwrap();
    assert_eq!((state, decision.kind()), (State::Submitted, DecisionKind::Consent));
    assert_eq!(decision.organisations, ["alfa"]);
    let again = approved_by(&sandbox, &rita, &one).await.unwrap_err();
    assert_eq!(reason(&again), "NOT_AWAITED");
    assert!(again.message().contains("beta"), "{again}");
    assert_eq!(reason(&publish(&sandbox, "piet", "").await.unwrap_err()), "NOT_APPROVED");
    let (state, decision) = approved_by(&sandbox, &rob, &one).await.unwrap();
    assert_eq!((state, decision.kind()), (State::Approved, DecisionKind::Approve));
    assert_eq!(decision.organisations, ["beta"]);
    publish(&sandbox, "piet", "").await.unwrap();
    let expected = [("a-1".to_owned(), 1), ("a-2".to_owned(), 1)];
    assert_eq!(pinned(&mut client, "plan/2021/1").await, expected);
}

pub(crate) async fn a_change_takes_the_approvals_of_all_organisations_back(sandbox: Sandbox) {
    opened(&sandbox, pb::ReviewPolicy::FourEyes).await;
    let (rita, rob) = (rita(&sandbox), rob(&sandbox));
    let one = saved(&sandbox, "anna", joint("a-1", "Een.")).await;
    approved_by(&sandbox, &rita, &one).await.unwrap();
    let two = saved(&sandbox, "anna", joint("a-1", "Twee.")).await;
    // What alfa approved is another text.
    assert_eq!(approved_by(&sandbox, &rob, &two).await.unwrap().0, State::Submitted);
    assert_eq!(approved_by(&sandbox, &rita, &two).await.unwrap().0, State::Approved);
    let three = saved(&sandbox, "anna", joint("a-1", "Drie.")).await;
    assert_eq!(three.state(), State::Submitted);
    assert_eq!(approved_by(&sandbox, &rita, &three).await.unwrap().0, State::Submitted);
    // Another partner is another text too.
    let alone = saved(&sandbox, "anna", save("a-1", "Drie.")).await;
    assert_eq!(alone.state(), State::Submitted);
    assert_eq!(approved_by(&sandbox, &rita, &alone).await.unwrap().0, State::Approved);
}

pub(crate) async fn who_wrote_of_a_joint_contribution_approves_it_for_nobody(sandbox: Sandbox) {
    opened(&sandbox, pb::ReviewPolicy::FourEyes).await;
    saved(&sandbox, "rob", joint("a-1", "Een.")).await;
    let one = saved(&sandbox, "anna", joint("a-1", "Een en twee.")).await;
    let status = approved_by(&sandbox, &rob(&sandbox), &one).await.unwrap_err();
    assert_eq!(reason(&status), "FOUR_EYES");
    // A consent under an override is printed as an approval under one is.
    let request = pb::ApproveContributionRequest {
        id: one.id.clone(),
        etag: one.etag.clone(),
        override_reason: "Niemand anders was er.".into(),
    };
    rob(&sandbox).reviews().approve_contribution(request).await.unwrap();
    sandbox.clock.advance(1_000);
    assert_eq!(approved_by(&sandbox, &rita(&sandbox), &one).await.unwrap().0, State::Approved);
    let edition = publish(&sandbox, "piet", "").await.unwrap().edition.unwrap();
    let reasons: Vec<&str> = edition.overrides.iter().map(|made| made.reason.as_str()).collect();
    assert_eq!(reasons, ["Niemand anders was er."]);
    assert_eq!(overrides(&sandbox).await.len(), 1);
}

pub(crate) async fn a_consent_of_an_author_ends_when_four_eyes_are_asked_for(sandbox: Sandbox) {
    opened(&sandbox, pb::ReviewPolicy::None).await;
    let one = saved(&sandbox, "rita", joint("a-1", "Een.")).await;
    approved_by(&sandbox, &rita(&sandbox), &one).await.unwrap();
    let review = pb::ReviewPolicy::FourEyes.into();
    change(&sandbox, pb::ChangeCycleRequest { review, ..Default::default() }).await;
    assert_eq!(approved_by(&sandbox, &rob(&sandbox), &one).await.unwrap().0, State::Submitted);
    let sara = of(&sandbox, "sara", Role::Reviewer, "alfa");
    assert_eq!(approved_by(&sandbox, &sara, &one).await.unwrap().0, State::Approved);
}

pub(crate) async fn a_partner_reads_and_returns_what_it_neither_writes_nor_withdraws(
    sandbox: Sandbox,
) {
    opened(&sandbox, pb::ReviewPolicy::FourEyes).await;
    let own = saved(&sandbox, "anna", save("a-1", "Van alfa alleen.")).await;
    let one = saved(&sandbox, "anna", joint("a-2", "Van beide.")).await;
    let bert = of(&sandbox, "bert", Role::Contributor, "beta");
    for organisation in ["", "beta"] {
        let request = pb::ListContributionsRequest {
            cycle: "plan/2021".into(),
            organisation: organisation.into(),
            ..Default::default()
        };
        let found = bert.contributions().list_contributions(request).await.unwrap().into_inner();
        let ids: Vec<&str> = found.contributions.iter().map(|one| one.id.as_str()).collect();
        assert_eq!(ids, [one.id.as_str()], "`{organisation}`");
    }
    let get = |id: &str| pb::GetContributionRequest { id: id.into(), ..Default::default() };
    bert.contributions().get_contribution(get(&one.id)).await.unwrap();
    let hidden = bert.contributions().get_contribution(get(&own.id)).await.unwrap_err();
    assert_eq!(hidden.code(), Code::NotFound, "the control");

    let denied = calls::try_to_save(&bert, joint("a-2", "Door beta.")).await.unwrap();
    assert_eq!(denied.error.unwrap().reason, "OTHER_ORGANISATION");
    let withdraw = pb::WithdrawContributionRequest {
        id: one.id.clone(),
        etag: one.etag.clone(),
        reason: "Hoort elders.".into(),
    };
    let denied = bert.reviews().withdraw_contribution(withdraw).await.unwrap_err();
    assert_eq!(
        (denied.code(), reason(&denied).as_str()),
        (Code::PermissionDenied, "OTHER_ORGANISATION")
    );
    let request = pb::ReturnContributionRequest {
        id: one.id.clone(),
        etag: one.etag.clone(),
        reason: pb::ReturnReason::Unclear.into(),
        text: "Maak dit duidelijk.".into(),
        targets: Vec::new(),
    };
    let answer = rob(&sandbox).reviews().return_contribution(request).await.unwrap().into_inner();
    assert_eq!(answer.contribution.unwrap().state(), State::Returned);
}

pub(crate) async fn a_joint_contribution_meets_what_its_partners_owe(sandbox: Sandbox) {
    opened(&sandbox, pb::ReviewPolicy::FourEyes).await;
    assign_to_both(&sandbox).await;
    saved(&sandbox, "anna", save("a-1", "Van alfa alleen.")).await;
    assert_eq!(states(&sandbox).await, [Submitted, Open], "the control");
    let one = saved(&sandbox, "anna", joint("a-2", "Van beide.")).await;
    assert_eq!(states(&sandbox).await, [Submitted, Submitted]);
    // Somebody who reviews for all of them approves for all.
    let approved = approve(&sandbox, "sara", &one, "").await.unwrap();
    assert_eq!(approved.state(), State::Approved);
    assert_eq!(states(&sandbox).await, [Approved, Approved]);
}

async fn change(sandbox: &Sandbox, change: pb::ChangeCycleRequest) {
    let request = pb::ChangeCycleRequest {
        name: "plan/2021".into(),
        reason: "Zo is het besloten.".into(),
        ..change
    };
    sandbox.client.cycles().change_cycle(request).await.unwrap();
    sandbox.clock.advance(1_000);
}

fn leaving(code: &str) -> pb::ChangeCycleRequest {
    pb::ChangeCycleRequest { leaving: vec![code.into()], ..Default::default() }
}

pub(crate) async fn a_partner_that_joins_has_to_approve_what_was_approved_without_it(
    sandbox: Sandbox,
) {
    let mut client = opened(&sandbox, pb::ReviewPolicy::FourEyes).await;
    let with_beta = saved(&sandbox, "anna", joint("a-1", "Goedgekeurd met beta.")).await;
    let without = saved(&sandbox, "anna", joint("a-2", "Goedgekeurd zonder beta.")).await;
    approved_by(&sandbox, &rita(&sandbox), &with_beta).await.unwrap();
    approved_by(&sandbox, &rob(&sandbox), &with_beta).await.unwrap();
    change(&sandbox, leaving("beta")).await;
    assert_eq!(approved_by(&sandbox, &rita(&sandbox), &without).await.unwrap().0, State::Approved);
    publish(&sandbox, "piet", "").await.unwrap();
    let join = pb::ChangeCycleRequest { joining: vec!["beta".into()], ..Default::default() };
    change(&sandbox, join).await;
    assert_eq!(reason(&publish(&sandbox, "piet", "").await.unwrap_err()), "NOT_APPROVED");
    let request = pb::ListContributionsRequest {
        cycle: "plan/2021".into(),
        state: State::Submitted.into(),
        ..Default::default()
    };
    let found = client.contributions().list_contributions(request).await.unwrap().into_inner();
    let waiting: Vec<&str> = found.contributions.iter().map(|one| one.id.as_str()).collect();
    assert_eq!(waiting, [without.id.as_str()], "the other one has the approval of both");
    for (client, state) in [(rita(&sandbox), State::Submitted), (rob(&sandbox), State::Approved)] {
        assert_eq!(approved_by(&sandbox, &client, &without).await.unwrap().0, state);
    }
    publish(&sandbox, "piet", "").await.unwrap();
    assert_eq!(pinned(&mut client, "plan/2021/2").await.len(), 2);
}

pub(crate) async fn partners_owe_what_a_text_answered_once_whoever_leads_it_left(sandbox: Sandbox) {
    opened(&sandbox, pb::ReviewPolicy::None).await;
    assign_to_both(&sandbox).await;
    saved(&sandbox, "anna", joint("a-1", "Van beide.")).await;
    assert_eq!(states(&sandbox).await, [Submitted, Submitted], "the control");
    change(&sandbox, leaving("alfa")).await;
    assert_eq!(states(&sandbox).await, [Open]);
}
