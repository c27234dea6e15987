//! A return that opens parts, and only these.

use proptest::{
    prelude::*,
    strategy::ValueTree as _,
    test_runner::{Config, TestRunner},
};
use testkit::save;
use tonic::Code;
use wire::v1::{self as pb, ContributionState as State, SaveOutcome};

use crate::{
    calls,
    reviews::{approve, draft, get, give_back, opened, reason, saved},
    sandbox::Sandbox,
};

fn passage(of: &pb::Contribution, place: usize) -> pb::Target {
    pb::Target { passage: of.passages[place].id.clone(), ..Default::default() }
}

async fn refusal(sandbox: &Sandbox, one: pb::Save) -> pb::ItemError {
    calls::save(&mut sandbox.client.clone(), one).await.error.unwrap()
}

pub(crate) async fn a_target_that_does_not_exist_is_named_at_its_place(sandbox: Sandbox) {
    let mut client = opened(&sandbox, pb::ReviewPolicy::None).await;
    let one = saved(&sandbox, "anna", save("a-1", "Een zin.\n\nTwee zin.")).await;
    let of = |passage: &str, figure| pb::Target {
        passage: passage.into(),
        figure,
        ..Default::default()
    };
    let far = pb::Target { first_sentence: 1, last_sentence: 2, ..passage(&one, 0) };
    let english = pb::Target { language: "en".into(), ..passage(&one, 0) };
    let targets = vec![passage(&one, 0), of("pnope", 0), of("", 1), far, english];
    let status = give_back(&sandbox, &one, targets).await.unwrap_err();
    assert_eq!(
        (status.code(), reason(&status).as_str()),
        (Code::InvalidArgument, "UNKNOWN_TARGET")
    );
    let found: Vec<String> =
        rpc::field_violations(&status).into_iter().map(|(field, ..)| field).collect();
    assert_eq!(found, ["targets[1]", "targets[2]", "targets[3]", "targets[4]"]);
    let backwards = pb::Target { first_sentence: 3, last_sentence: 2, ..passage(&one, 0) };
    let both = pb::Target { figure: 1, ..passage(&one, 0) };
    let status = give_back(&sandbox, &one, vec![backwards, both]).await.unwrap_err();
    let found: Vec<_> = rpc::field_violations(&status)
        .into_iter()
        .map(|(field, reason, _)| format!("{field} {reason}"))
        .collect();
    assert_eq!(found, ["targets[0] INVALID_TARGET", "targets[1] INVALID_TARGET"]);
    let many = vec![passage(&one, 0); 101];
    assert_eq!(reason(&give_back(&sandbox, &one, many).await.unwrap_err()), "TOO_MANY");
    assert_eq!(get(&mut client, &one.id).await, one);
}

pub(crate) async fn what_was_not_returned_stays_until_the_next_decision(sandbox: Sandbox) {
    opened(&sandbox, pb::ReviewPolicy::None).await;
    let one = saved(&sandbox, "anna", save("a-1", "Een.\n\nTwee.\n\nDrie.")).await;
    give_back(&sandbox, &one, vec![passage(&one, 1)]).await.unwrap();
    let error = refusal(&sandbox, save("a-1", "Eén.\n\nTwee.\n\nDrie.")).await;
    assert_eq!(
        (error.code, error.reason.as_str()),
        (i32::from(Code::FailedPrecondition), "NOT_RETURNED")
    );
    assert!(error.message.contains(&one.passages[0].id), "{}", error.message);
    let error = refusal(&sandbox, draft("a-1", "Een.\n\nTwee, anders.\n\nVier.")).await;
    assert!(error.message.contains(&one.passages[2].id), "{}", error.message);
    let mut noted = save("a-1", "Een.\n\nTwee.\n\nDrie.");
    noted.content.as_mut().unwrap().note = "Noot".into();
    assert!(refusal(&sandbox, noted).await.message.contains("content.note"));
    // Not by way of a draft, nor once it was handed in again.
    saved(&sandbox, "anna", draft("a-1", "Een.\n\nIets heel anders.\n\nDrie.")).await;
    let error = refusal(&sandbox, save("a-1", "Een.\n\nTwee.\n\nVier.")).await;
    assert_eq!(error.reason, "NOT_RETURNED");
    let text = "Een.\n\nNog iets.\n\nEn meer.\n\nDrie.";
    let again = saved(&sandbox, "anna", save("a-1", text)).await;
    assert_eq!(again.state(), State::Submitted);
    let error = refusal(&sandbox, save("a-1", &text.replace("Drie", "Vier"))).await;
    assert_eq!(error.reason, "NOT_RETURNED");
    approve(&sandbox, "rita", &again, "").await.unwrap();
    let free = saved(&sandbox, "anna", save("a-1", "Geheel anders.")).await;
    // A return without targets opens all, and so does one of the whole.
    for targets in [Vec::new(), vec![pb::Target::default()]] {
        give_back(&sandbox, &free, targets).await.ok();
    }
    saved(&sandbox, "anna", save("a-1", "Nog eens anders.")).await;
}

pub(crate) async fn what_is_withdrawn_takes_no_saves(sandbox: Sandbox) {
    let mut client = opened(&sandbox, pb::ReviewPolicy::None).await;
    let one = saved(&sandbox, "anna", save("a-1", "Een.")).await;
    let gone = crate::reviews::withdraw(&sandbox, &one).await.unwrap();
    assert_eq!(gone.state(), State::Withdrawn);
    for next in [save("a-1", "Een."), save("a-1", "Twee."), draft("a-1", "Drie.")] {
        assert_eq!(refusal(&sandbox, next).await.reason, "WITHDRAWN");
    }
    assert_eq!(get(&mut client, &one.id).await, gone);
}

/// Random texts, targets and edits: an edit of what is open is taken, of anything else refused, and nothing else changes.
pub(crate) async fn random_edits_are_taken_exactly_where_it_was_returned(sandbox: Sandbox) {
    let mut client = opened(&sandbox, pb::ReviewPolicy::None).await;
    let other = saved(&sandbox, "anna", save("other", "Blijft.")).await;
    let other = approve(&sandbox, "rita", &other, "").await.unwrap();
    let mut runner = TestRunner::new(Config { failure_persistence: None, ..Config::default() });
    let words = prop::collection::vec("[a-z]{2,6}", 2..5).prop_map(|words| words.join(" "));
    let texts = prop::collection::vec(words.clone(), 2..7);
    let strategy = (texts, any::<prop::sample::Index>(), any::<prop::sample::Index>(), words);
    for case in 0..25 {
        let (texts, target, edited, word) =
            strategy.new_tree(&mut runner).expect("a value").current();
        // Numbered, so that no two are alike.
        let texts: Vec<String> =
            texts.iter().enumerate().map(|(i, text)| format!("Alinea {i} {text}.")).collect();
        let (target, edited) = (target.index(texts.len()), edited.index(texts.len()));
        let name = format!("c-{case}");
        let one = saved(&sandbox, "anna", save(&name, &texts.join("\n\n"))).await;
        give_back(&sandbox, &one, vec![passage(&one, target)]).await.unwrap();
        let mut edit = texts.clone();
        edit[edited] = format!("Nu staat hier {word}.");
        let result = calls::save(&mut client, save(&name, &edit.join("\n\n"))).await;
        if edited == target {
            assert_eq!(result.outcome(), SaveOutcome::Accepted, "{texts:?} {edit:?}");
        } else {
            let error = result.error.unwrap();
            assert_eq!(error.reason, "NOT_RETURNED", "{texts:?} {edit:?}");
            assert!(error.message.contains(&one.passages[edited].id), "{}", error.message);
            assert_eq!(get(&mut client, &one.id).await.version, 1);
        }
        assert_eq!(get(&mut client, &other.id).await, other);
    }
}
