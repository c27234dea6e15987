//! What is owed: promises of every database, each a story played through the calls.

use identity::{ChannelExt as _, Identity};
use model::{Clock as _, Grant, Role};
use testkit::save;
use tonic::{Code, Status};
use wire::v1::{self as pb, ObligationState};

use crate::{
    calls::{self, reason},
    sandbox::{Client, Obligations, Sandbox},
};

fn owed(organisation: &str, goal: &str, indicator: &str) -> pb::Obligation {
    pb::Obligation {
        organisation: organisation.into(),
        goal: goal.into(),
        indicator: indicator.into(),
        ..pb::Obligation::default()
    }
}

async fn assign(
    client: &mut Obligations,
    cycle: &str,
    obligations: Vec<pb::Obligation>,
) -> Result<[u32; 3], Status> {
    let request =
        pb::AssignObligationsRequest { cycle: cycle.into(), obligations, validate_only: false };
    let done = client.obligations().assign_obligations(request).await?.into_inner();
    Ok([done.assigned, done.changed, done.unchanged])
}

async fn list(client: &mut Obligations, cycle: &str) -> Vec<pb::Obligation> {
    let request = pb::ListObligationsRequest { cycle: cycle.into(), ..Default::default() };
    client.obligations().list_obligations(request).await.unwrap().into_inner().obligations
}

async fn states(client: &mut Obligations, cycle: &str) -> Vec<ObligationState> {
    list(client, cycle).await.iter().map(pb::Obligation::state).collect()
}

async fn matrix(client: &mut Obligations, cycle: &str) -> pb::ObligationMatrix {
    let request = pb::GetObligationMatrixRequest { cycle: cycle.into(), as_of: None };
    client.obligations().get_obligation_matrix(request).await.unwrap().into_inner().matrix.unwrap()
}

fn accept(obligation: &pb::Obligation, reason: &str) -> pb::AcceptGapRequest {
    pb::AcceptGapRequest {
        cycle: "plan/2021".into(),
        organisation: obligation.organisation.clone(),
        goal: obligation.goal.clone(),
        indicator: obligation.indicator.clone(),
        reason: reason.into(),
    }
}

async fn publish(client: &mut Client) -> Result<pb::PublishEditionResponse, Status> {
    let request = pb::PublishEditionRequest {
        cycle: "plan/2021".into(),
        date: "2022-02-15".into(),
        ..Default::default()
    };
    client.editions().publish_edition(request).await.map(tonic::Response::into_inner)
}

/// Opens a cycle of the example framework over a year.
async fn open(client: &mut Client, year: u32, gaps: pb::GapPolicy) {
    let cycle = pb::Cycle {
        from: format!("{year}-01-01"),
        until: format!("{year}-12-31"),
        gaps: gaps.into(),
        ..testkit::cycle().into()
    };
    client
        .cycles()
        .open_cycle(pb::OpenCycleRequest { cycle: Some(cycle), ..Default::default() })
        .await
        .unwrap();
}

pub(crate) async fn who_is_limited_to_goals_sees_where_those_stand(sandbox: Sandbox) {
    let mut storage = calls::prepared(&sandbox).await;
    let all = vec![owed("alfa", "1", ""), owed("alfa", "1.1", ""), owed("beta", "1", "")];
    assign(&mut sandbox.obligations.clone(), "plan/2021", all).await.unwrap();
    let mut nil = save("a-1", "Een reden van doel een.");
    nil.content.as_mut().unwrap().answer = pb::AnswerStatus::NothingToReport.into();
    calls::save(&mut storage, nil).await;
    let limited = |grant: Grant| {
        let grant = Grant { organisation: Some("alfa".parse().unwrap()), ..grant };
        let channel = sandbox.channel.clone().acting_as(&Identity::with("anna", [grant]));
        Obligations::new(channel)
    };
    let of_one_goal = Grant { goals: vec!["1.1".into()], ..Grant::everywhere(Role::Contributor) };
    let of_a_pillar = Grant { pillars: vec!["een".into()], ..Grant::everywhere(Role::Reviewer) };
    for (grant, goals) in [(of_one_goal, &["1.1"][..]), (of_a_pillar, &["1", "1.1"])] {
        let mut client = limited(grant);
        let listed = list(&mut client, "plan/2021").await;
        let shown: Vec<&str> = listed.iter().map(|owed| owed.goal.as_str()).collect();
        assert_eq!(shown, goals);
        let matrix = matrix(&mut client, "plan/2021").await;
        let shown: Vec<&str> = matrix.cells.iter().map(|cell| cell.goal.as_str()).collect();
        assert_eq!(shown, goals);
        assert_eq!(matrix.obligations as usize, goals.len());
    }
}

pub(crate) async fn what_is_assigned_again_changes_nothing(sandbox: Sandbox) {
    let mut storage = calls::prepared(&sandbox).await;
    let mut client = sandbox.obligations.clone();
    let all = vec![owed("beta", "1.1", ""), owed("alfa", "1", "1-a"), owed("alfa", "1", "")];
    assert_eq!(assign(&mut client, "plan/2021", all.clone()).await.unwrap(), [3, 0, 0]);
    let before = calls::changes(&mut storage).await.len();
    assert_eq!(assign(&mut client, "plan/2021", all).await.unwrap(), [0, 0, 3]);
    assert_eq!(calls::changes(&mut storage).await.len(), before);
    let optional = pb::Obligation { optional: true, ..owed("alfa", "1", "") };
    assert_eq!(assign(&mut client, "plan/2021", vec![optional]).await.unwrap(), [0, 1, 0]);
    let listed: Vec<_> = list(&mut client, "plan/2021")
        .await
        .into_iter()
        .map(|o| (o.organisation, o.goal, o.indicator, o.optional))
        .collect();
    let expected =
        [("alfa", "1", "", true), ("alfa", "1", "1-a", false), ("beta", "1.1", "", false)];
    assert_eq!(listed, expected.map(|(o, g, i, opt)| (o.into(), g.into(), i.into(), opt)));
    let last = calls::changes(&mut storage).await.pop().unwrap();
    assert_eq!(
        (last.topic.as_str(), last.subject.as_str()),
        ("obligations.changed.v1", "plan/2021")
    );
}

pub(crate) async fn what_cannot_be_owed_is_named_at_its_place(sandbox: Sandbox) {
    calls::prepared(&sandbox).await;
    let mut client = sandbox.obligations.clone();
    let faulty = vec![
        owed("alfa", "1", ""),
        owed("gamma", "1", ""),
        owed("alfa", "9", ""),
        owed("alfa", "1", "9-a"),
        owed("alfa", "1", "1.1-a"),
        owed("alfa", "1", ""),
    ];
    let status = assign(&mut client, "plan/2021", faulty).await.unwrap_err();
    let found: Vec<_> = rpc::field_violations(&status)
        .into_iter()
        .map(|(field, reason, _)| format!("{field} {reason}"))
        .collect();
    assert_eq!(
        found,
        [
            "obligations[1].organisation UNKNOWN_ORGANISATION",
            "obligations[2].goal UNKNOWN_GOAL",
            "obligations[3].indicator UNKNOWN_INDICATOR",
            "obligations[4].indicator INDICATOR_OF_OTHER_GOAL",
            "obligations[5] DUPLICATE_OBLIGATION",
        ]
    );
    assert_eq!(list(&mut client, "plan/2021").await, []);
    let status = assign(&mut client, "plan/2099", vec![owed("alfa", "1", "")]).await.unwrap_err();
    assert_eq!((status.code(), reason(&status).as_str()), (Code::NotFound, "CYCLE_NOT_FOUND"));
}

pub(crate) async fn an_obligation_goes_from_open_to_answered_and_nil_is_no_gap(sandbox: Sandbox) {
    let mut storage = calls::prepared(&sandbox).await;
    let mut client = sandbox.obligations.clone();
    let all = vec![owed("alfa", "1", "1-a"), owed("alfa", "1.1", "1.1-a")];
    assign(&mut client, "plan/2021", all).await.unwrap();
    let opened = sandbox.clock.now();
    assert_eq!(states(&mut client, "plan/2021").await, [ObligationState::Open; 2]);
    sandbox.clock.advance(60_000);
    let draft = pb::Save { mode: pb::SaveMode::Draft.into(), ..save("a-1", "Een.") };
    calls::save(&mut storage, draft).await;
    assert_eq!(
        states(&mut client, "plan/2021").await,
        [ObligationState::Drafted, ObligationState::Open]
    );
    calls::save(&mut storage, save("a-1", "Een.")).await;
    let nil = model::Content {
        goals: vec!["1.1".into()],
        indicators: Vec::new(),
        answer: Some(model::AnswerStatus::NothingToReport),
        ..testkit::content("Geen nieuws.")
    };
    calls::save(&mut storage, pb::Save { content: Some(nil.into()), ..save("a-2", "") }).await;
    let found = list(&mut client, "plan/2021").await;
    assert_eq!(found[1].state(), ObligationState::NothingToReport);
    assert_eq!(found[1].reason, "Geen nieuws.");
    let counted = matrix(&mut client, "plan/2021").await;
    assert_eq!(
        (counted.obligations, counted.required, counted.answered, counted.in_time, counted.gaps),
        (2, 2, 2, 2, 0)
    );
    let earlier = pb::ListObligationsRequest {
        cycle: "plan/2021".into(),
        as_of: Some(wire::timestamp(opened)),
        ..Default::default()
    };
    let earlier =
        client.obligations().list_obligations(earlier).await.unwrap().into_inner().obligations;
    assert_eq!(
        earlier.iter().map(pb::Obligation::state).collect::<Vec<_>>(),
        [ObligationState::Open; 2]
    );
}

pub(crate) async fn under_refuse_an_unexplained_gap_stops_publishing_until_accepted(
    sandbox: Sandbox,
) {
    let mut storage = sandbox.client.clone();
    calls::register(&mut storage).await;
    open(&mut storage, 2021, pb::GapPolicy::Refuse).await;
    let mut client = sandbox.obligations.clone();
    let gap = owed("beta", "1.1", "1.1-a");
    assign(&mut client, "plan/2021", vec![owed("alfa", "1", ""), gap.clone()]).await.unwrap();
    calls::save(&mut storage, save("a-1", "Een.")).await;
    let status = publish(&mut storage).await.unwrap_err();
    assert_eq!(
        (status.code(), reason(&status).as_str()),
        (Code::FailedPrecondition, "UNEXPLAINED_GAPS")
    );
    assert!(status.message().contains("beta 1.1 1.1-a"), "{}", status.message());
    let status = client.obligations().accept_gap(accept(&gap, " ")).await.unwrap_err();
    assert_eq!(reason(&status), "REASON_MISSING");
    let answered = accept(&owed("alfa", "1", ""), "Toch.");
    let status = client.obligations().accept_gap(answered).await.unwrap_err();
    assert_eq!((status.code(), reason(&status).as_str()), (Code::FailedPrecondition, "NO_GAP"));
    client.obligations().accept_gap(accept(&gap, "Volgt later.")).await.unwrap();
    let published = publish(&mut storage).await.unwrap();
    let edition = published.edition.unwrap();
    let counted = edition.matrix.clone().unwrap();
    assert_eq!((counted.required, counted.answered, counted.gaps), (2, 1, 0));
    let accepted: Vec<_> =
        edition.accepted_gaps.iter().map(|gap| gap.accepted_reason.as_str()).collect();
    assert_eq!((accepted, edition.gaps()), (vec!["Volgt later."], pb::GapPolicy::Refuse));
    // A draft is nobody's business, so it makes no new edition; another reason does.
    let draft = pb::Save {
        organisation: "beta".into(),
        mode: pb::SaveMode::Draft.into(),
        content: Some(
            model::Content {
                goals: vec!["1.1".into()],
                indicators: vec!["1.1-a".into()],
                ..testkit::content("Half.")
            }
            .into(),
        ),
        ..save("b-1", "")
    };
    calls::save(&mut storage, draft).await;
    assert_eq!(list(&mut client, "plan/2021").await[1].state(), ObligationState::Drafted);
    assert!(!publish(&mut storage).await.unwrap().created);
    client.obligations().accept_gap(accept(&gap, "Toch niet.")).await.unwrap();
    let next = publish(&mut storage).await.unwrap();
    assert_eq!((next.created, next.edition.unwrap().number), (true, 2));
}

pub(crate) async fn a_contribution_that_is_left_out_is_an_accepted_gap_with_the_reason(
    sandbox: Sandbox,
) {
    let mut storage = sandbox.client.clone();
    calls::register(&mut storage).await;
    open(&mut storage, 2021, pb::GapPolicy::Refuse).await;
    let owed = vec![owed("alfa", "1", ""), owed("alfa", "1.1", "")];
    assign(&mut sandbox.obligations.clone(), "plan/2021", owed).await.unwrap();
    for (id, goal) in [("a-1", "1"), ("a-2", "1.1"), ("a-3", "1.1")] {
        let mut save = save(id, id);
        let content = save.content.as_mut().unwrap();
        (content.goals, content.indicators) = (vec![goal.into()], Vec::new());
        calls::save(&mut storage, save).await;
    }
    let without = async |contributions: &[&str], reason: &str| {
        let exclusion = |contribution: &&str| pb::Exclusion {
            organisation: "alfa".into(),
            contribution: (*contribution).into(),
            reason: reason.into(),
        };
        let request = pb::PublishEditionRequest {
            cycle: "plan/2021".into(),
            date: "2022-02-15".into(),
            exclusions: contributions.iter().map(exclusion).collect(),
            ..Default::default()
        };
        let published = storage.editions().publish_edition(request).await?.into_inner();
        Ok::<_, Status>((published.created, published.edition.unwrap()))
    };
    let refused = without(&["a-1"], " ").await.unwrap_err();
    assert_eq!(reason(&refused), "REASON_MISSING");
    for named in [&["a-9"][..], &["a-1", "a-1"]] {
        let refused = without(named, "Niet af te drukken.").await.unwrap_err();
        assert_eq!(reason(&refused), "NOTHING_TO_LEAVE_OUT");
    }
    let (_, edition) = without(&["a-1"], "Niet af te drukken.").await.unwrap();
    let counted = edition.matrix.clone().unwrap();
    assert_eq!((edition.contribution_count, counted.answered, counted.gaps), (2, 1, 0));
    assert_eq!(edition.exclusions[0].contribution, "a-1");
    let accepted = |edition: &pb::Edition| -> Vec<String> {
        edition.accepted_gaps.iter().map(|gap| gap.accepted_reason.clone()).collect()
    };
    assert_eq!(accepted(&edition), ["Niet af te drukken."]);
    assert!(!without(&["a-1"], "Niet af te drukken.").await.unwrap().0, "it is that edition");
    // Another one answers the same.
    let (_, edition) = without(&["a-2"], "Dubbel.").await.unwrap();
    assert_eq!((edition.matrix.clone().unwrap().answered, accepted(&edition).len()), (2, 0));
    // It was not withdrawn, and another reason is another edition: it is printed.
    let left_out = |edition: &pb::Edition| {
        let of_it = edition.changes.iter().filter(|change| change.contribution == "a-2");
        of_it.map(pb::EditionChange::kind).collect::<Vec<_>>()
    };
    assert_eq!(left_out(&edition), [pb::EditionChangeKind::LeftOut]);
    let (is_new, edition) = without(&["a-2"], "Staat er twee keer.").await.unwrap();
    assert_eq!((is_new, left_out(&edition)), (true, vec![pb::EditionChangeKind::LeftOut]));
    let (is_new, edition) = without(&[], "").await.unwrap();
    assert_eq!((is_new, edition.contribution_count, edition.exclusions.len()), (true, 3, 0));
}

pub(crate) async fn an_edition_without_obligations_says_nothing_of_them(sandbox: Sandbox) {
    let mut storage = calls::prepared(&sandbox).await;
    calls::save(&mut storage, save("a-1", "Een.")).await;
    let edition = publish(&mut storage).await.unwrap().edition.unwrap();
    assert_eq!((edition.matrix, edition.accepted_gaps.len()), (None, 0));
    // The same cycle with another policy of gaps is another cycle.
    let other = pb::Cycle { gaps: pb::GapPolicy::Refuse.into(), ..testkit::cycle().into() };
    let status = storage
        .cycles()
        .open_cycle(pb::OpenCycleRequest { cycle: Some(other), ..Default::default() })
        .await
        .unwrap_err();
    assert_eq!(status.code(), Code::AlreadyExists);
}

pub(crate) async fn an_exception_moves_the_deadline_of_one_organisation(sandbox: Sandbox) {
    let mut storage = sandbox.client.clone();
    calls::register(&mut storage).await;
    // The clock of tests stands long after this deadline.
    let cycle = pb::Cycle { deadline: "2001-01-01".into(), ..testkit::cycle().into() };
    storage
        .cycles()
        .open_cycle(pb::OpenCycleRequest { cycle: Some(cycle), ..Default::default() })
        .await
        .unwrap();
    let mut client = sandbox.obligations.clone();
    assign(&mut client, "plan/2021", vec![owed("alfa", "1", ""), owed("beta", "1", "")])
        .await
        .unwrap();
    calls::save(&mut storage, save("a-1", "Een.")).await;
    let late = |found: Vec<pb::Obligation>| found.iter().map(|o| o.late).collect::<Vec<_>>();
    assert_eq!(late(list(&mut client, "plan/2021").await), [true, true]);
    let set = |deadline: &str| pb::SetDeadlineRequest {
        cycle: "plan/2021".into(),
        organisation: "alfa".into(),
        deadline: deadline.into(),
        reason: "Verkiezingen.".into(),
    };
    let answer = client.obligations().set_deadline(set("2999-01-01")).await.unwrap().into_inner();
    assert_eq!(answer.deadline, "2999-01-01");
    assert_eq!(late(list(&mut client, "plan/2021").await), [false, true]);
    let why = |found: Vec<pb::Obligation>| found.into_iter().map(|o| o.deadline_reason);
    let found: Vec<String> = why(list(&mut client, "plan/2021").await).collect();
    assert_eq!(found, ["Verkiezingen.", ""]);
    assert_eq!(matrix(&mut client, "plan/2021").await.in_time, 1);
    let answer = client.obligations().set_deadline(set("")).await.unwrap().into_inner();
    assert_eq!(answer.deadline, "2001-01-01");
    assert!(why(list(&mut client, "plan/2021").await).all(|why| why.is_empty()));
    assert_eq!(late(list(&mut client, "plan/2021").await), [true, true]);
}

pub(crate) async fn what_was_removed_is_owed_no_more_and_removing_it_again_is_nothing(
    sandbox: Sandbox,
) {
    let mut storage = calls::prepared(&sandbox).await;
    let mut client = sandbox.obligations.clone();
    let remove = || pb::RemoveObligationRequest {
        cycle: "plan/2021".into(),
        organisation: "alfa".into(),
        goal: "1".into(),
        indicator: String::new(),
        reason: "Vervallen.".into(),
    };
    let status = client.obligations().remove_obligation(remove()).await.unwrap_err();
    assert_eq!((status.code(), reason(&status).as_str()), (Code::NotFound, "OBLIGATION_NOT_FOUND"));
    assign(&mut client, "plan/2021", vec![owed("alfa", "1", "")]).await.unwrap();
    client.obligations().accept_gap(accept(&owed("alfa", "1", ""), "Ooit.")).await.unwrap();
    client.obligations().remove_obligation(remove()).await.unwrap();
    let before = calls::changes(&mut storage).await.len();
    client.obligations().remove_obligation(remove()).await.unwrap();
    assert_eq!(calls::changes(&mut storage).await.len(), before);
    assert_eq!(list(&mut client, "plan/2021").await, []);
    let request = pb::ListObligationsRequest {
        cycle: "plan/2021".into(),
        show_removed: true,
        ..Default::default()
    };
    let all = async |request: &pb::ListObligationsRequest| {
        let answer = sandbox.obligations.obligations().list_obligations(request.clone()).await;
        let found = answer.unwrap().into_inner().obligations;
        found
            .into_iter()
            .map(|found| (found.goal, found.removed, found.removed_reason))
            .collect::<Vec<_>>()
    };
    let gone = || ("1".to_owned(), true, "Vervallen.".to_owned());
    assert_eq!(all(&request).await, [gone()]);
    // What is owed and what is not stand together, in the framework's order.
    assign(&mut client, "plan/2021", vec![owed("alfa", "1.1", "")]).await.unwrap();
    let other = || ("1.1".to_owned(), false, String::new());
    assert_eq!(all(&request).await, [gone(), other()]);
    // Before it was taken back it was owed.
    let before = wire::timestamp(model::Instant(sandbox.clock.now().0 - 1));
    assert_eq!(
        all(&pb::ListObligationsRequest { as_of: Some(before), ..request.clone() }).await,
        []
    );
    // Assigned anew it is a gap again: what was accepted before is not carried over.
    assign(&mut client, "plan/2021", vec![owed("alfa", "1", "")]).await.unwrap();
    assert_eq!(matrix(&mut client, "plan/2021").await.gaps, 2);
    assert_eq!(all(&request).await, [("1".to_owned(), false, String::new()), other()]);
}

pub(crate) async fn rolling_forward_twice_changes_nothing_and_an_edit_clears_the_mark(
    sandbox: Sandbox,
) {
    let mut storage = calls::prepared(&sandbox).await;
    let mut client = sandbox.obligations.clone();
    assign(&mut client, "plan/2021", vec![owed("alfa", "1", "1-a"), owed("beta", "1", "")])
        .await
        .unwrap();
    calls::save(&mut storage, save("a-1", "Van vorig jaar.")).await;
    calls::save(&mut storage, save("", "Zonder eigen nummer.")).await;
    // The next cycle is without beta, whose obligation stays behind.
    let next = pb::Cycle {
        from: "2022-01-01".into(),
        until: "2022-12-31".into(),
        organisations: vec!["alfa".into()],
        ..testkit::cycle().into()
    };
    storage
        .cycles()
        .open_cycle(pb::OpenCycleRequest { cycle: Some(next), ..Default::default() })
        .await
        .unwrap();
    let request = || pb::RollForwardRequest {
        cycle: "plan/2022".into(),
        from: String::new(),
        ..Default::default()
    };
    let dry = pb::RollForwardRequest { validate_only: true, ..request() };
    let dry = client.obligations().roll_forward(dry).await.unwrap().into_inner();
    let rolled = client.obligations().roll_forward(request()).await.unwrap().into_inner();
    assert_eq!(dry, rolled, "a dry run keeps nothing and answers as the real one");
    assert_eq!((rolled.from.as_str(), rolled.obligations, rolled.drafts), ("plan/2021", 1, 2));
    assert_eq!(rolled.left_behind.len(), 1);
    assert!(rolled.left_behind[0].starts_with("beta 1: "), "{:?}", rolled.left_behind);
    assert_eq!(states(&mut client, "plan/2022").await, [ObligationState::Open]);
    let of = |text: &str| pb::Save {
        cycle: "plan/2022".into(),
        mode: pb::SaveMode::Draft.into(),
        ..save("a-1", text)
    };
    let same = calls::save(&mut storage, of("Van vorig jaar.")).await;
    assert_eq!(same.outcome(), pb::SaveOutcome::Unchanged);
    assert!(same.contribution.unwrap().rolled_forward);
    // Nobody wrote what was rolled forward in this cycle, so that whoever begins anew overwrites nothing.
    let edited = pb::Save { etag: "none".into(), ..of("Van dit jaar.") };
    let edited = calls::save(&mut storage, edited).await.contribution.unwrap();
    assert_eq!((edited.version, edited.rolled_forward), (2, false));
    assert_eq!(states(&mut client, "plan/2022").await, [ObligationState::Drafted]);
    let before = calls::changes(&mut storage).await.len();
    let again = client.obligations().roll_forward(request()).await.unwrap().into_inner();
    assert_eq!((again.obligations, again.drafts, again.left_behind), (0, 0, rolled.left_behind));
    assert_eq!(calls::changes(&mut storage).await.len(), before);
    let request = pb::RollForwardRequest {
        cycle: "plan/2021".into(),
        from: String::new(),
        ..Default::default()
    };
    let status = client.obligations().roll_forward(request).await.unwrap_err();
    assert_eq!(reason(&status), "NO_EARLIER_CYCLE");
}
