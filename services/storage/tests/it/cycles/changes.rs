//! Cycles that are changed, closed and opened again: promises of every database, each a story played through the calls.

use futures::future::join_all;
use model::{Clock as _, Framework, IndicatorLink, LinkKind};
use testkit::save;
use tonic::{Code, Status};
use wire::v1::{
    self as pb, ContributionState as State, CycleEffectKind as Kind, ObligationState as Owed,
};

use crate::{
    calls::{self, reason},
    reviews::{approve, opened, saved},
    sandbox::{Client, Sandbox},
};

const CYCLE: &str = "plan/2021";

fn request() -> pb::ChangeCycleRequest {
    pb::ChangeCycleRequest {
        name: CYCLE.into(),
        reason: "Een reden.".into(),
        ..pb::ChangeCycleRequest::default()
    }
}

async fn change(
    sandbox: &Sandbox,
    request: pb::ChangeCycleRequest,
) -> Result<pb::ChangeCycleResponse, Status> {
    sandbox.clock.advance(1_000);
    sandbox.client.cycles().change_cycle(request).await.map(tonic::Response::into_inner)
}

async fn close(sandbox: &Sandbox) -> pb::CloseCycleResponse {
    sandbox.clock.advance(1_000);
    let request = pb::CloseCycleRequest {
        name: CYCLE.into(),
        reason: "Het verslag is klaar.".into(),
        validate_only: false,
    };
    sandbox.client.cycles().close_cycle(request).await.unwrap().into_inner()
}

async fn reopen(sandbox: &Sandbox) -> pb::ReopenCycleResponse {
    sandbox.clock.advance(1_000);
    let request = pb::ReopenCycleRequest {
        name: CYCLE.into(),
        reason: "Een cijfer klopt niet.".into(),
        validate_only: false,
    };
    sandbox.client.cycles().reopen_cycle(request).await.unwrap().into_inner()
}

async fn assign(sandbox: &Sandbox, asked: &[(&str, &str, &str)]) {
    let owed = |(organisation, goal, indicator): &(&str, &str, &str)| pb::Obligation {
        organisation: (*organisation).into(),
        goal: (*goal).into(),
        indicator: (*indicator).into(),
        ..pb::Obligation::default()
    };
    let request = pb::AssignObligationsRequest {
        cycle: CYCLE.into(),
        obligations: asked.iter().map(owed).collect(),
        validate_only: false,
    };
    sandbox.client.obligations().assign_obligations(request).await.unwrap();
}

async fn owed(sandbox: &Sandbox, as_of: Option<model::Instant>) -> Vec<(String, Owed)> {
    let request = pb::ListObligationsRequest {
        cycle: CYCLE.into(),
        as_of: as_of.map(wire::timestamp),
        ..pb::ListObligationsRequest::default()
    };
    let found = sandbox.client.obligations().list_obligations(request).await.unwrap().into_inner();
    let line = |one: &pb::Obligation| {
        let what = [one.organisation.as_str(), &one.goal, &one.indicator].join(" ");
        (what.trim().to_owned(), one.state())
    };
    found.obligations.iter().map(line).collect()
}

/// What a change does, each in a word or two.
fn reported(effects: &[pb::CycleEffect]) -> Vec<(Kind, String)> {
    let one = |effect: &pb::CycleEffect| {
        let pb::CycleEffect { organisation, goal, indicator, external_id, .. } = effect;
        let what = [organisation.as_str(), goal, indicator, external_id].join(" ");
        (effect.kind(), what.split_whitespace().collect::<Vec<_>>().join(" "))
    };
    effects.iter().map(one).collect()
}

fn of_beta(external_id: &str, text: &str) -> pb::Save {
    pb::Save { organisation: "beta".into(), ..save(external_id, text) }
}

async fn try_save(sandbox: &Sandbox, one: pb::Save) -> (Code, String) {
    let result = calls::save(&mut sandbox.client.clone(), one).await;
    result
        .error
        .map_or((Code::Ok, String::new()), |error| (Code::from_i32(error.code), error.reason))
}

/// The texts that the next edition would have, which is made for it.
async fn published(client: &mut Client) -> Result<Vec<String>, Status> {
    let order = pb::PublishEditionRequest {
        cycle: CYCLE.into(),
        date: "2022-01-01".into(),
        formats: vec![pb::Format::Json.into()],
        ..pb::PublishEditionRequest::default()
    };
    let edition = client.editions().publish_edition(order).await?.into_inner().edition.unwrap();
    Ok(calls::texts(client, &edition.name).await)
}

pub(crate) async fn a_dry_run_lists_what_a_change_does_and_keeps_nothing(sandbox: Sandbox) {
    let mut client = calls::prepared(&sandbox).await;
    assign(&sandbox, &[("alfa", "1", ""), ("beta", "1", "")]).await;
    saved(&sandbox, "anna", save("a-1", "Een.")).await;
    let before = calls::changes(&mut client).await.len();
    let late = pb::ChangeCycleRequest { deadline: Some("2022-02-01".into()), ..request() };
    let dry = pb::ChangeCycleRequest { validate_only: true, ..late.clone() };
    let dry = change(&sandbox, dry).await.unwrap();
    let expected =
        [(Kind::ObligationLate, "alfa 1".to_owned()), (Kind::ObligationLate, "beta 1".to_owned())];
    assert_eq!(reported(&dry.effects), expected);
    assert_eq!(calls::changes(&mut client).await.len(), before);
    let real = change(&sandbox, late.clone()).await.unwrap();
    assert_eq!(real, dry);
    assert_eq!(real.cycle.as_ref().unwrap().deadline, "2022-02-01");
    let again = change(&sandbox, late).await.unwrap();
    assert!(!again.changed && again.effects.is_empty());
    let changes = calls::changes(&mut client).await;
    assert_eq!(changes.len(), before + 1);
    assert_eq!(changes.last().unwrap().topic, "cycle.changed.v1");
    let later = pb::ChangeCycleRequest { deadline: Some(String::new()), ..request() };
    let later = change(&sandbox, later).await.unwrap();
    assert_eq!(
        reported(&later.effects).iter().map(|(kind, _)| *kind).collect::<Vec<_>>(),
        [Kind::ObligationInTime; 2]
    );

    let list = |page_size, page_token| pb::ListCycleChangesRequest {
        name: CYCLE.into(),
        page_size,
        page_token,
    };
    let first =
        client.cycles().list_cycle_changes(list(1, String::new())).await.unwrap().into_inner();
    let second = client
        .cycles()
        .list_cycle_changes(list(1, first.next_page_token))
        .await
        .unwrap()
        .into_inner();
    let made = [&first.changes[0], &second.changes[0]];
    let of = |one: &&pb::CycleChange| {
        (one.number, one.cycle.as_ref().unwrap().deadline.clone(), one.actor.clone())
    };
    let expected = [
        (1, "2022-02-01".to_owned(), "operator".to_owned()),
        (2, String::new(), "operator".to_owned()),
    ];
    assert_eq!(made.iter().map(of).collect::<Vec<_>>(), expected);
}

pub(crate) async fn what_cannot_be_changed_is_named_at_its_field(sandbox: Sandbox) {
    opened(&sandbox, pb::ReviewPolicy::FourEyes).await;
    let faulty = [
        (pb::ChangeCycleRequest { reason: " ".into(), ..request() }, "reason REASON_MISSING"),
        (
            pb::ChangeCycleRequest { joining: vec!["gamma".into()], ..request() },
            "joining[0] UNKNOWN_ORGANISATION",
        ),
        (
            pb::ChangeCycleRequest { leaving: vec!["alfa".into(), "beta".into()], ..request() },
            "leaving EMPTY_LIST",
        ),
        (
            pb::ChangeCycleRequest { review: pb::ReviewPolicy::None.into(), ..request() },
            "review POLICY_LOOSER",
        ),
        (
            pb::ChangeCycleRequest { deadline: Some("soon".into()), ..request() },
            "deadline INVALID_DATE",
        ),
        (pb::ChangeCycleRequest { gaps: 77, ..request() }, "gaps UNKNOWN_VALUE"),
    ];
    for (request, expected) in faulty {
        let status = change(&sandbox, request).await.unwrap_err();
        let found: Vec<_> = rpc::field_violations(&status)
            .into_iter()
            .map(|(field, reason, _)| format!("{field} {reason}"))
            .collect();
        assert_eq!(found, [expected]);
    }
    let later = pb::ChangeCycleRequest { framework_version: 2, ..request() };
    assert_eq!(reason(&change(&sandbox, later).await.unwrap_err()), "FRAMEWORK_NOT_FOUND");
    let other = pb::ChangeCycleRequest { name: "plan/2099".into(), ..request() };
    assert_eq!(reason(&change(&sandbox, other).await.unwrap_err()), "CYCLE_NOT_FOUND");
}

pub(crate) async fn who_leaves_keeps_texts_that_no_edition_has_and_may_come_back(sandbox: Sandbox) {
    let mut client = opened(&sandbox, pb::ReviewPolicy::FourEyes).await;
    assign(&sandbox, &[("alfa", "1", ""), ("beta", "1", "")]).await;
    let of_alfa = saved(&sandbox, "anna", save("a-1", "Van alfa.")).await;
    let text = saved(&sandbox, "bert", of_beta("b-1", "Van beta.")).await;
    approve(&sandbox, "rita", &of_alfa, "").await.unwrap();
    approve(&sandbox, "rita", &text, "").await.unwrap();
    let then = sandbox.clock.now();
    let leave = pb::ChangeCycleRequest { leaving: vec!["beta".into()], ..request() };
    let left = change(&sandbox, leave).await.unwrap();
    let expected = [
        (Kind::ObligationRemoved, "beta 1".to_owned()),
        (Kind::TextLeftOut, "beta b-1".to_owned()),
    ];
    assert_eq!(reported(&left.effects), expected);
    assert_eq!(owed(&sandbox, None).await, [("alfa 1".to_owned(), Owed::Approved)]);
    let before = [("alfa 1".to_owned(), Owed::Approved), ("beta 1".to_owned(), Owed::Approved)];
    assert_eq!(owed(&sandbox, Some(then)).await, before);
    assert_eq!(published(&mut client).await.unwrap(), ["Van alfa."]);
    let refused = (Code::InvalidArgument, "UNKNOWN_ORGANISATION".to_owned());
    assert_eq!(try_save(&sandbox, of_beta("b-1", "Nog iets.")).await, refused);

    let back = pb::ChangeCycleRequest { joining: vec!["beta".into()], ..request() };
    let back = change(&sandbox, back).await.unwrap();
    let expected = [
        (Kind::ObligationAdded, "beta 1".to_owned()),
        (Kind::TextPublishable, "beta b-1".to_owned()),
    ];
    assert_eq!(reported(&back.effects), expected);
    assert_eq!(owed(&sandbox, None).await, before);
    // The text is what was approved.
    assert_eq!(published(&mut client).await.unwrap(), ["Van alfa.", "Van beta."]);
    assert_eq!(try_save(&sandbox, of_beta("b-1", "Nog iets.")).await.0, Code::Ok);
}

pub(crate) async fn who_comes_back_owes_what_ended_when_they_left(sandbox: Sandbox) {
    calls::prepared(&sandbox).await;
    assign(&sandbox, &[("alfa", "1", ""), ("beta", "1", ""), ("beta", "1.1", "1.1-a")]).await;
    let accepted = pb::AcceptGapRequest {
        cycle: CYCLE.into(),
        organisation: "beta".into(),
        goal: "1.1".into(),
        indicator: "1.1-a".into(),
        reason: "Beta kon niet.".into(),
    };
    sandbox.client.obligations().accept_gap(accepted).await.unwrap();
    // What was removed for another reason stays away.
    let removed = pb::RemoveObligationRequest {
        cycle: CYCLE.into(),
        organisation: "beta".into(),
        goal: "1".into(),
        indicator: String::new(),
        reason: "Een vergissing.".into(),
    };
    sandbox.client.obligations().remove_obligation(removed).await.unwrap();
    let before = owed(&sandbox, None).await;
    for _ in 0..2 {
        let leave = pb::ChangeCycleRequest { leaving: vec!["beta".into()], ..request() };
        change(&sandbox, leave).await.unwrap();
        assert_eq!(owed(&sandbox, None).await, before[..1]);
        let join = pb::ChangeCycleRequest { joining: vec!["beta".into()], ..request() };
        let dry = pb::ChangeCycleRequest { validate_only: true, ..join.clone() };
        let dry = change(&sandbox, dry).await.unwrap();
        let back = change(&sandbox, join).await.unwrap();
        assert_eq!(reported(&back.effects), [(Kind::ObligationAdded, "beta 1.1 1.1-a".to_owned())]);
        assert_eq!(dry, back);
        assert_eq!(owed(&sandbox, None).await, before);
    }
    let list = pb::ListObligationsRequest { cycle: CYCLE.into(), ..Default::default() };
    let found = sandbox.client.obligations().list_obligations(list).await.unwrap().into_inner();
    assert_eq!(found.obligations.last().unwrap().accepted_reason, "Beta kon niet.");
}

pub(crate) async fn a_stricter_policy_names_the_gaps_that_stop_publishing(sandbox: Sandbox) {
    let client = calls::prepared(&sandbox).await;
    assign(&sandbox, &[("alfa", "1", ""), ("beta", "1", "")]).await;
    saved(&sandbox, "anna", save("a-1", "Een.")).await;
    let strict = pb::ChangeCycleRequest { gaps: pb::GapPolicy::Refuse.into(), ..request() };
    let answer = change(&sandbox, strict).await.unwrap();
    assert_eq!(reported(&answer.effects), [(Kind::ObligationBlocks, "beta 1".to_owned())]);
    let of = |cycle: &Option<pb::Cycle>| cycle.as_ref().unwrap().gaps();
    let policies = (of(&answer.before), of(&answer.cycle));
    assert_eq!(policies, (pb::GapPolicy::Print, pb::GapPolicy::Refuse));
    let later = pb::ChangeCycleRequest { deadline: Some("2999-01-01".into()), ..request() };
    assert_eq!(reported(&change(&sandbox, later).await.unwrap().effects), []);
    let list = pb::ListCycleChangesRequest { name: CYCLE.into(), ..Default::default() };
    let made = client.cycles().list_cycle_changes(list).await.unwrap().into_inner().changes;
    let gaps: Vec<_> = made.iter().map(|one| (of(&one.before), of(&one.cycle))).collect();
    assert_eq!(gaps, [policies, (pb::GapPolicy::Refuse, pb::GapPolicy::Refuse)]);
}

pub(crate) async fn a_closed_cycle_takes_nothing_in_until_it_is_open_again(sandbox: Sandbox) {
    let mut client = calls::prepared(&sandbox).await;
    assign(&sandbox, &[("alfa", "1", ""), ("beta", "1", ""), ("beta", "1.1", "")]).await;
    let accepted = pb::AcceptGapRequest {
        cycle: CYCLE.into(),
        organisation: "beta".into(),
        goal: "1.1".into(),
        reason: "Beta kon niet.".into(),
        ..pb::AcceptGapRequest::default()
    };
    sandbox.client.obligations().accept_gap(accepted).await.unwrap();
    saved(&sandbox, "anna", save("a-1", "Ingediend.")).await;
    let draft = pb::Save { mode: pb::SaveMode::Draft.into(), ..of_beta("b-1", "Nog niet.") };
    saved(&sandbox, "bert", draft.clone()).await;
    let closed = close(&sandbox).await;
    assert_eq!(closed.cycle.as_ref().unwrap().state(), pb::CycleState::Closed);
    let expected = [
        (Kind::ObligationShut, "beta 1".to_owned()),
        (Kind::ObligationStaysOpen, "beta 1.1".to_owned()),
        (Kind::TextShut, "beta b-1".to_owned()),
    ];
    assert_eq!((closed.changed, reported(&closed.effects)), (true, expected.to_vec()));
    assert!(!close(&sandbox).await.changed);
    let refused = (Code::FailedPrecondition, "CYCLE_CLOSED".to_owned());
    assert_eq!(try_save(&sandbox, of_beta("b-1", "Toch wel.")).await, refused);
    assert_eq!(published(&mut client).await.unwrap(), ["Ingediend."]);
    let opened = reopen(&sandbox).await;
    let expected = [
        (Kind::ObligationAnswerable, "beta 1".to_owned()),
        (Kind::ObligationAnswerable, "beta 1.1".to_owned()),
        (Kind::TextEditable, "beta b-1".to_owned()),
    ];
    assert_eq!((opened.changed, reported(&opened.effects)), (true, expected.to_vec()));
    assert_eq!(try_save(&sandbox, of_beta("b-1", "Toch wel.")).await.0, Code::Ok);
}

/// Saves race with the closing: each stands before it, or is refused.
pub(crate) async fn no_save_is_taken_once_a_cycle_is_closed(sandbox: Sandbox) {
    let mut client = calls::prepared(&sandbox).await;
    let racing =
        (0..40).map(|number| {
            let client = client.clone();
            let one = save(&format!("a-{number}"), &format!("Tekst {number}."));
            async move {
                calls::try_to_save(&client, one).await.unwrap().error.map(|error| error.reason)
            }
        });
    let (closed, answers) = tokio::join!(close(&sandbox), join_all(racing));
    assert!(closed.changed);
    let refused =
        answers.iter().flatten().filter(|reason| reason.as_str() == "CYCLE_CLOSED").count();
    let taken = answers.iter().filter(|answer| answer.is_none()).count();
    assert_eq!(refused + taken, 40, "{answers:?}");
    let changes = calls::changes(&mut client).await;
    let place = changes.iter().position(|change| change.topic == "cycle.changed.v1").unwrap();
    let is_save = |change: &&wire::internal::Change| change.topic == "contribution.submitted.v1";
    assert_eq!(changes[..place].iter().filter(is_save).count(), taken);
    assert_eq!(changes[place..].iter().filter(is_save).count(), 0);
}

pub(crate) async fn under_a_stricter_policy_no_author_has_approved(sandbox: Sandbox) {
    let mut client = opened(&sandbox, pb::ReviewPolicy::None).await;
    let by_author = saved(&sandbox, "anna", save("a-1", "Zelf goedgekeurd.")).await;
    let by_other = saved(&sandbox, "anna", save("a-2", "Door een ander goedgekeurd.")).await;
    let open = saved(&sandbox, "anna", save("a-3", "Niet goedgekeurd.")).await;
    approve(&sandbox, "anna", &by_author, "").await.unwrap();
    approve(&sandbox, "rita", &by_other, "").await.unwrap();
    let stricter =
        pb::ChangeCycleRequest { review: pb::ReviewPolicy::FourEyes.into(), ..request() };
    let changed = change(&sandbox, stricter).await.unwrap();
    let expected = ["alfa a-1", "alfa a-3"].map(|name| (Kind::TextAwaitsApproval, name.to_owned()));
    assert_eq!(reported(&changed.effects), expected);
    assert_eq!(reason(&published(&mut client).await.unwrap_err()), "NOT_APPROVED");
    let decisions = pb::ListDecisionsRequest { contribution: by_author.id.clone() };
    let decisions =
        client.reviews().list_decisions(decisions).await.unwrap().into_inner().decisions;
    let last = decisions.last().unwrap();
    assert_eq!((last.kind(), last.text.as_str()), (pb::DecisionKind::Void, "Een reden."));
    assert_eq!(
        approve(&sandbox, "anna", &by_author, "").await.unwrap_err().code(),
        Code::FailedPrecondition
    );
    for one in [&by_author, &open] {
        assert_eq!(approve(&sandbox, "rita", one, "").await.unwrap().state(), State::Approved);
    }
    assert_eq!(published(&mut client).await.unwrap().len(), 3);
}

/// The second version: goal 1.1 has another code, indicator 1-a another id and a link, and indicator 1.1-a is split.
fn second_version() -> Framework {
    let mut framework = testkit::framework();
    framework.goals[0].indicators[0].id = "one".into();
    framework.goals[0].indicators[0].code = "1-z".into();
    let second = &mut framework.goals[1];
    "1.2".clone_into(&mut second.code);
    let mut part = second.indicators[0].clone();
    for (id, code) in [("part-a", "1.2-a"), ("part-b", "1.2-b")] {
        (part.id, part.code) = (id.into(), code.into());
        second.indicators.push(part.clone());
    }
    second.indicators.remove(0);
    let link = |kind, from: &str, to: &[&str]| IndicatorLink {
        kind,
        from: vec![from.into()],
        to: to.iter().map(|id| (*id).into()).collect(),
    };
    framework.links = vec![
        link(LinkKind::Same, "1-a", &["one"]),
        link(LinkKind::Split, "1.1-a", &["part-a", "part-b"]),
    ];
    framework
}

async fn register(client: &Client, framework: Framework) {
    let request = pb::RegisterFrameworkRequest {
        framework: Some(framework.into()),
        validate_only: false,
        again: false,
    };
    client.frameworks().register_framework(request).await.unwrap();
}

pub(crate) async fn a_later_framework_takes_along_what_is_the_same(sandbox: Sandbox) {
    let mut client = calls::prepared(&sandbox).await;
    let all =
        [("alfa", "1", ""), ("alfa", "1", "1-a"), ("alfa", "1.1", ""), ("alfa", "1.1", "1.1-a")];
    assign(&sandbox, &all).await;
    saved(&sandbox, "anna", save("a-1", "Over 1-a.")).await;
    let whole_goal = model::Content { indicators: Vec::new(), ..testkit::content("Over doel 1.") };
    saved(&sandbox, "anna", pb::Save { content: Some(whole_goal.into()), ..save("a-2", "") }).await;
    assert_eq!(published(&mut client).await.unwrap().len(), 2);
    register(&client, second_version()).await;
    let then = sandbox.clock.now();
    let later = pb::ChangeCycleRequest { framework_version: 2, ..request() };
    let changed = change(&sandbox, later).await.unwrap();
    let expected = [
        (Kind::ObligationRemoved, "alfa 1 1-a"),
        (Kind::ObligationRemoved, "alfa 1.1"),
        (Kind::ObligationRemoved, "alfa 1.1 1.1-a"),
        (Kind::ObligationAdded, "alfa 1 1-z"),
        (Kind::ObligationAdded, "alfa 1.2"),
        (Kind::ObligationAdded, "alfa 1.2 1.2-a"),
        (Kind::ObligationAdded, "alfa 1.2 1.2-b"),
        (Kind::TextOutsideFramework, "alfa a-1"),
    ];
    assert_eq!(reported(&changed.effects), expected.map(|(kind, what)| (kind, what.to_owned())));
    let now = owed(&sandbox, None).await;
    assert_eq!(
        now.iter().map(|(what, _)| what.as_str()).collect::<Vec<_>>(),
        ["alfa 1", "alfa 1 1-z", "alfa 1.2", "alfa 1.2 1.2-a", "alfa 1.2 1.2-b"]
    );
    let before = owed(&sandbox, Some(then)).await;
    assert_eq!(
        before.iter().map(|(what, _)| what.as_str()).collect::<Vec<_>>(),
        ["alfa 1", "alfa 1 1-a", "alfa 1.1", "alfa 1.1 1.1-a"]
    );

    assert_eq!(reason(&published(&mut client).await.unwrap_err()), "OUTSIDE_FRAMEWORK");
    let anew = model::Content { indicators: vec!["1-z".into()], ..testkit::content("Over 1-z.") };
    saved(&sandbox, "anna", pb::Save { content: Some(anew.into()), ..save("a-1", "") }).await;
    assert_eq!(published(&mut client).await.unwrap(), ["Over doel 1.", "Over 1-z."]);
    // The edition of before is as it was.
    let read = |name: &str| pb::ReadEditionRequest { name: name.into() };
    for (name, version) in [("plan/2021/1", 1), ("plan/2021/2", 2)] {
        let mut stream = client.editions().read_edition(read(name)).await.unwrap().into_inner();
        let Some(pb::read_edition_response::Part::Header(header)) =
            stream.message().await.unwrap().unwrap().part
        else {
            panic!("an edition begins with its header");
        };
        assert_eq!(header.framework.unwrap().version, version);
        assert_eq!(header.cycle.unwrap().framework_version, version);
    }
}

pub(crate) async fn a_code_that_means_something_else_is_refused(sandbox: Sandbox) {
    let client = calls::prepared(&sandbox).await;
    let text = saved(&sandbox, "anna", save("a-1", "Over 1-a.")).await;
    let mut framework = testkit::framework();
    framework.goals[0].indicators[0].id = "another".into();
    register(&client, framework).await;
    let later = pb::ChangeCycleRequest { framework_version: 2, ..request() };
    let status = change(&sandbox, later.clone()).await.unwrap_err();
    let faults = rpc::field_violations(&status);
    assert_eq!(
        (faults[0].0.as_str(), faults[0].1.as_str()),
        ("framework_version", "CODE_MEANS_ANOTHER")
    );
    assert!(faults[0].2.contains("alfa/a-1 (1-a)"), "{faults:?}");
    crate::reviews::withdraw(&sandbox, &text).await.unwrap();
    assert!(change(&sandbox, later).await.unwrap().changed);
}

pub(crate) async fn rolling_forward_follows_links_and_marks_what_is_not_the_same(sandbox: Sandbox) {
    let client = calls::prepared(&sandbox).await;
    assign(&sandbox, &[("alfa", "1", "1-a"), ("alfa", "1.1", ""), ("alfa", "1.1", "1.1-a")]).await;
    saved(&sandbox, "anna", save("same", "Over 1-a.")).await;
    let about = |goal: &str, indicators: &[&str]| model::Content {
        goals: vec![goal.into()],
        indicators: indicators.iter().map(|code| (*code).into()).collect(),
        ..testkit::content("Over iets.")
    };
    for (name, content) in [
        ("split", about("1.1", &["1.1-a"])),
        ("lives", about("1", &["1-a", "9-a"])),
        ("gone", about("9", &["9-a"])),
    ] {
        saved(&sandbox, "anna", pb::Save { content: Some(content.into()), ..save(name, "") }).await;
    }
    register(&client, second_version()).await;
    let next = pb::Cycle {
        from: "2022-01-01".into(),
        until: "2022-12-31".into(),
        ..testkit::cycle().into()
    };
    let open = pb::OpenCycleRequest { cycle: Some(next), ..Default::default() };
    client.cycles().open_cycle(open).await.unwrap();
    let roll = pb::RollForwardRequest { cycle: "plan/2022".into(), ..Default::default() };
    let rolled = client.obligations().roll_forward(roll.clone()).await.unwrap().into_inner();
    assert_eq!((rolled.obligations, rolled.drafts), (4, 3), "{rolled:?}");
    let lives = "alfa lives: indicator `9-a` ended";
    let split = "alfa split: indicator `1.1-a` was split into `1.2-a`, split into `1.2-b`";
    assert_eq!(rolled.offered, [lives, split]);
    let gone = "alfa gone: goal `9` is not there any more; indicator `9-a` ended";
    assert_eq!(rolled.left_behind, [gone]);
    let list = pb::ListContributionsRequest { cycle: "plan/2022".into(), ..Default::default() };
    let found = client.contributions().list_contributions(list).await.unwrap().into_inner();
    let answers = |one: &pb::Contribution| {
        let content = one.content.clone().unwrap();
        let marks = one.findings.iter().map(|finding| finding.reason.clone()).collect();
        (one.external_id.clone(), content.goals, content.indicators, marks)
    };
    let mut drafts: Vec<(_, _, _, Vec<String>)> = found.contributions.iter().map(answers).collect();
    drafts.sort();
    let texts = |codes: &[&str]| codes.iter().map(|code| (*code).to_owned()).collect::<Vec<_>>();
    let expected = [
        ("lives".to_owned(), texts(&["1"]), texts(&["1-z"]), texts(&["TAKEN_OVER_BY_LINK"])),
        ("same".to_owned(), texts(&["1"]), texts(&["1-z"]), texts(&[])),
        (
            "split".to_owned(),
            texts(&["1.2"]),
            texts(&["1.2-a", "1.2-b"]),
            texts(&["TAKEN_OVER_BY_LINK"]),
        ),
    ];
    assert_eq!(drafts, expected);
    let again = client.obligations().roll_forward(roll).await.unwrap().into_inner();
    assert_eq!((again.obligations, again.drafts, again.offered.len()), (0, 0, 0));
}
