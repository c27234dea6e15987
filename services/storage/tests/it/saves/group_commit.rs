//! Callers at the same time, whose saves share transactions.

use futures::future::join_all;
use wire::v1::{self as pb, SaveOutcome};

use crate::{
    calls::{prepared, save_all},
    sandbox::{Client, Sandbox},
};

const CALLERS: usize = 60;

/// Saves two contributions; every third caller names an organisation that does not report in between.
async fn call(mut client: Client, caller: usize) -> Vec<pb::SaveResult> {
    let save = |part| testkit::save(&format!("c{caller}-{part}"), &format!("Tekst van {caller}."));
    let mut saves = vec![save(1), save(2)];
    if caller.is_multiple_of(3) {
        saves.insert(1, pb::Save { organisation: "gamma".into(), ..save(3) });
    }
    save_all(&mut client, saves, false).await
}

fn assert_answers_to(caller: usize, results: &[pb::SaveResult]) {
    let found: Vec<String> = results
        .iter()
        .map(|result| match (&result.contribution, &result.error) {
            (Some(saved), None) => saved.external_id.clone(),
            _ => "refused".to_owned(),
        })
        .collect();
    let (one, two) = (format!("c{caller}-1"), format!("c{caller}-2"));
    let expected = if caller.is_multiple_of(3) {
        vec![one, "refused".to_owned(), two]
    } else {
        vec![one, two]
    };
    assert_eq!(found, expected);
}

pub(crate) async fn callers_at_the_same_time_get_their_own_answers(sandbox: Sandbox) {
    let client = prepared(&sandbox).await;
    let answers = join_all((0..CALLERS).map(|caller| call(client.clone(), caller))).await;
    for (caller, results) in answers.iter().enumerate() {
        assert_answers_to(caller, results);
    }
    let again = join_all((0..CALLERS).map(|caller| call(client.clone(), caller))).await;
    let accepted =
        again.iter().flatten().filter(|result| result.outcome() == SaveOutcome::Accepted);
    assert_eq!(accepted.count(), 0, "all of it was saved the first time");
}

/// A save without external id, found again by its content.
fn unnamed(text: &str) -> pb::Save {
    pb::Save { external_id: String::new(), ..testkit::save("", text) }
}

fn asked(request_id: &str, external_id: &str, text: &str) -> pb::Save {
    pb::Save { request_id: request_id.into(), ..testkit::save(external_id, text) }
}

pub(crate) async fn saves_of_a_call_see_what_came_before_them_in_it(sandbox: Sandbox) {
    let mut client = prepared(&sandbox).await;
    let first = save_all(&mut client, vec![asked("r-0", "a-1", "Een.")], false).await;
    let id = first[0].contribution.as_ref().unwrap().id.clone();
    let by_id = |text: &str| pb::Save { id: id.clone(), ..unnamed(text) };
    let saves = vec![
        asked("r-1", "a-2", "Twee."),
        asked("r-2", "a-1", "Een, anders."),
        asked("r-1", "a-2", "Twee."),
        asked("r-1", "a-2", "Iets anders onder hetzelfde nummer."),
        by_id("Een, op nummer."),
        testkit::save("a-1", "Een, op naam."),
        testkit::save("a-1", "Een, op naam."),
        testkit::save("a-2", "Twee, anders."),
        unnamed("Zonder naam."),
        unnamed("Zonder naam."),
        testkit::save("a-2", "Twee, nog eens."),
    ];
    let outcomes = |results: Vec<pb::SaveResult>| -> Vec<String> {
        let outcome = |result: pb::SaveResult| match (&result.contribution, &result.error) {
            (Some(kept), None) => format!("{:?} {}", result.outcome(), kept.version),
            (_, error) => error.clone().unwrap_or_default().reason,
        };
        results.into_iter().map(outcome).collect()
    };
    let expected = [
        "Accepted 1",
        "Accepted 2",
        "Accepted 1",
        "REQUEST_ID_REUSED",
        "Accepted 3",
        "Accepted 4",
        "Unchanged 4",
        "Accepted 2",
        "Accepted 1",
        "Unchanged 1",
        "Accepted 3",
    ];
    assert_eq!(outcomes(save_all(&mut client, saves.clone(), true).await), expected, "a dry run");
    assert_eq!(outcomes(save_all(&mut client, saves, false).await), expected);
}

pub(crate) async fn a_caller_that_hangs_up_disturbs_no_other(sandbox: Sandbox) {
    let client = prepared(&sandbox).await;
    let calls: Vec<_> =
        (0..CALLERS).map(|caller| tokio::spawn(call(client.clone(), caller))).collect();
    for (caller, running) in calls.into_iter().enumerate() {
        if caller.is_multiple_of(2) {
            running.abort();
        } else {
            assert_answers_to(caller, &running.await.unwrap());
        }
    }
}
