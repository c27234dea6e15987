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
    reviews::{approve, four_eyes::overrides, give_back, opened, pinned, publish, reason, saved},
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

pub(crate) async fn what_is_approved_for_one_organisation_waits_for_the_others(sandbox: Sandbox) {
    opened(&sandbox, pb::ReviewPolicy::FourEyes).await;
    let one = saved(&sandbox, "anna", joint("a-1", "Van beide.")).await;
    // Whoever reviews everywhere acts for both.
    let rosa = Client::new(
        sandbox
            .channel
            .clone()
            .acting_as(&identity::Identity::with("rosa", [Grant::everywhere(Role::Reviewer)])),
    );
    let approvals = vec![pb::Approval { id: one.id.clone(), etag: one.etag.clone() }];
    let mut answers = Vec::new();
    for organisation in ["gamma", "alfa", "alfa", ""] {
        let request = pb::ApproveContributionsRequest {
            approvals: approvals.clone(),
            organisation: organisation.to_owned(),
            ..pb::ApproveContributionsRequest::default()
        };
        let answer = rosa.reviews().approve_contributions(request).await.unwrap().into_inner();
        let [result] = answer.results.as_slice() else { panic!("{answer:?}") };
        answers.push(match (&result.error, &result.decision) {
            (Some(error), _) => error.reason.clone(),
            (None, decision) => decision.as_ref().unwrap().organisations.join(" "),
        });
        sandbox.clock.advance(1_000);
    }
    // The control is the last: without an organisation it is given for all that the caller acts for.
    assert_eq!(answers, ["NOT_REPORTED_BY", "alfa", "NOT_AWAITED", "alfa beta"]);
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
        validate_only: false,
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

/// Who reports a contribution, each with where the approval stands and who gave it.
async fn reporters(sandbox: &Sandbox, id: &str) -> Vec<String> {
    let request = pb::GetContributionRequest { id: id.into(), ..Default::default() };
    let client = &sandbox.client;
    let shown = client.contributions().get_contribution(request).await.unwrap().into_inner();
    let list = pb::ListContributionsRequest { cycle: "plan/2021".into(), ..Default::default() };
    let listed = client.contributions().list_contributions(list).await.unwrap().into_inner();
    let joint = listed.joint.into_iter().find(|one| one.contribution == id);
    assert_eq!(joint.map_or(Vec::new(), |one| one.reporters), shown.reporters, "two answers");
    let line = |one: &pb::Reporter| {
        assert_eq!(one.time.is_some(), !one.actor.is_empty());
        let state = one.approval().as_str_name().trim_start_matches("APPROVAL_STATE_");
        format!("{} {state} {}", one.organisation, one.actor).trim_end().to_owned()
    };
    shown.reporters.iter().map(line).collect()
}

pub(crate) async fn who_approved_a_joint_contribution_and_who_is_awaited_is_shown(
    sandbox: Sandbox,
) {
    opened(&sandbox, pb::ReviewPolicy::FourEyes).await;
    let own = saved(&sandbox, "anna", save("a-1", "Van alfa alleen.")).await;
    assert_eq!(reporters(&sandbox, &own.id).await, [""; 0], "the control");
    let one = saved(&sandbox, "anna", joint("a-2", "Van beide.")).await;
    assert_eq!(reporters(&sandbox, &one.id).await, ["alfa AWAITED", "beta AWAITED"]);
    approved_by(&sandbox, &rita(&sandbox), &one).await.unwrap();
    assert_eq!(reporters(&sandbox, &one.id).await, ["alfa GIVEN rita", "beta AWAITED"]);
    approved_by(&sandbox, &rob(&sandbox), &one).await.unwrap();
    assert_eq!(reporters(&sandbox, &one.id).await, ["alfa GIVEN rita", "beta GIVEN rob"]);
    // Of an earlier revision nothing is said: approvals are those of the text as it stands.
    let earlier =
        pb::GetContributionRequest { id: one.id.clone(), version: 1, ..Default::default() };
    let client = &sandbox.client;
    let shown = client.contributions().get_contribution(earlier).await.unwrap().into_inner();
    assert_eq!(shown.reporters, []);
    saved(&sandbox, "anna", joint("a-2", "Van beide, anders.")).await;
    assert_eq!(reporters(&sandbox, &one.id).await, ["alfa AWAITED", "beta AWAITED"]);
}

pub(crate) async fn a_partner_that_leaves_is_named_with_each_text_that_it_reported(
    sandbox: Sandbox,
) {
    use pb::CycleEffectKind as Kind;
    opened(&sandbox, pb::ReviewPolicy::FourEyes).await;
    saved(&sandbox, "anna", save("a-1", "Van alfa alleen.")).await;
    let one = saved(&sandbox, "anna", joint("a-2", "Van beide.")).await;
    let draft = pb::Save { mode: pb::SaveMode::Draft.into(), ..joint("a-3", "Nog niet klaar.") };
    saved(&sandbox, "anna", draft).await;
    approved_by(&sandbox, &rita(&sandbox), &one).await.unwrap();
    let leave = async |change: pb::ChangeCycleRequest| {
        let request = pb::ChangeCycleRequest {
            name: "plan/2021".into(),
            reason: "Zo is het.".into(),
            ..change
        };
        let answer = sandbox.client.cycles().change_cycle(request).await.unwrap().into_inner();
        sandbox.clock.advance(1_000);
        let effects = answer.effects.iter().map(|one| {
            (one.kind(), format!("{}/{} {}", one.organisation, one.external_id, one.partner))
        });
        effects.collect::<Vec<_>>()
    };
    let left =
        ["alfa/a-2 beta", "alfa/a-3 beta"].map(|text| (Kind::TextWithoutPartner, text.to_owned()));
    let dry = pb::ChangeCycleRequest { validate_only: true, ..leaving("beta") };
    assert_eq!(leave(dry).await, left);
    assert_eq!(reporters(&sandbox, &one.id).await, ["alfa GIVEN rita", "beta AWAITED"]);
    assert_eq!(leave(leaving("beta")).await, left);
    // Beta was waited for; now alfa is, which approves once more.
    assert_eq!(reporters(&sandbox, &one.id).await, ["alfa AWAITED", "beta NOT_REPORTING"]);
    let findings = findings(&sandbox).await;
    assert_eq!(findings, ["a-2 PARTNER_NOT_REPORTING", "a-2 APPROVAL_AWAITED"]);
    assert_eq!(approved_by(&sandbox, &rita(&sandbox), &one).await.unwrap().0, State::Approved);
    assert_eq!(reporters(&sandbox, &one.id).await, ["alfa GIVEN rita", "beta NOT_REPORTING"]);
    let join = pb::ChangeCycleRequest { joining: vec!["beta".into()], ..Default::default() };
    let mut back = vec![(Kind::TextAwaitsApproval, "alfa/a-2 ".to_owned())];
    back.extend(left.map(|(_, text)| (Kind::TextWithPartner, text)));
    assert_eq!(leave(join).await, back);
}

async fn findings(sandbox: &Sandbox) -> Vec<String> {
    let request = pb::ListCycleFindingsRequest { name: "plan/2021".into(), ..Default::default() };
    let found = sandbox.client.cycles().list_cycle_findings(request).await.unwrap().into_inner();
    let line =
        |one: pb::CycleFinding| format!("{} {}", one.contribution, one.finding.unwrap().reason);
    found.findings.into_iter().map(line).collect()
}

pub(crate) async fn what_a_save_takes_back_of_approvals_is_said_before_it_is_done(
    sandbox: Sandbox,
) {
    opened(&sandbox, pb::ReviewPolicy::FourEyes).await;
    let one = saved(&sandbox, "anna", joint("a-1", "Een.")).await;
    let ends = async |one: pb::Save, validate_only| {
        let results = calls::try_to_save_all(&sandbox.client, vec![one], validate_only).await;
        sandbox.clock.advance(1_000);
        results.unwrap().remove(0).approvals_ended
    };
    assert_eq!(ends(joint("a-1", "Twee."), true).await, [""; 0], "nobody approved it yet");
    approved_by(&sandbox, &rita(&sandbox), &one).await.unwrap();
    assert_eq!(ends(joint("a-1", "Twee."), true).await, ["alfa"]);
    assert_eq!(ends(joint("a-1", "Een."), true).await, [""; 0], "the control: the same text");
    approved_by(&sandbox, &rob(&sandbox), &one).await.unwrap();
    assert_eq!(ends(save("a-1", "Een."), true).await, ["alfa", "beta"]);
    // A draft takes no approval of what is handed in back, and the next text that is handed in does.
    let draft = pb::Save { mode: pb::SaveMode::Draft.into(), ..joint("a-1", "Twee.") };
    assert_eq!(ends(draft, false).await, [""; 0]);
    assert_eq!(ends(joint("a-1", "Drie."), true).await, ["alfa", "beta"]);
    assert_eq!(ends(joint("a-1", "Een."), true).await, [""; 0], "what was approved");
    assert_eq!(ends(joint("a-1", "Drie."), false).await, ["alfa", "beta"]);
    assert_eq!(ends(joint("a-1", "Vier."), false).await, [""; 0], "they ended before");
    // Of a text of one organisation it is that one.
    let own = saved(&sandbox, "anna", save("a-2", "Van alfa alleen.")).await;
    approved_by(&sandbox, &rita(&sandbox), &own).await.unwrap();
    assert_eq!(ends(save("a-2", "Anders."), true).await, ["alfa"]);
}

pub(crate) async fn who_reports_a_returned_text_stays_unless_they_left_the_cycle(sandbox: Sandbox) {
    opened(&sandbox, pb::ReviewPolicy::FourEyes).await;
    let one = saved(&sandbox, "anna", joint("a-1", "Een.\n\nTwee.")).await;
    let passage = pb::Target { passage: one.passages[0].id.clone(), ..Default::default() };
    give_back(&sandbox, &one, vec![passage]).await.unwrap();
    let alone = save("a-1", "Eén.\n\nTwee.");
    let refused = calls::try_to_save(&sandbox.client, alone.clone()).await.unwrap().error.unwrap();
    assert_eq!(refused.reason, "NOT_RETURNED");
    let what_to_do =
        "hand it in with the partners that it had (beta), or ask that the whole is returned";
    assert!(refused.message.contains(what_to_do), "{}", refused.message);
    // With beta it could not be handed in any more.
    change(&sandbox, leaving("beta")).await;
    let taken = calls::try_to_save(&sandbox.client, alone).await.unwrap();
    assert_eq!(taken.error, None);
}
