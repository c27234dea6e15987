//! Many callers at the same contribution, and one call many times over at the same time.

use std::{collections::HashMap, time::Instant};

use futures::{StreamExt as _, future::join_all, stream};
use tonic::Code;
use wire::{
    Clients,
    v1::{self as pb, SaveOutcome},
};

use crate::{
    audit::{Random, pool},
    calls::{by_external_id, prepared, save},
    environment,
    sandbox::{Client, Sandbox, operator},
};

const WRITERS: usize = 64;
/// Request ids at the same time.
const TOGETHER: usize = 8;
/// A request id is sent at most this often.
const MAX_SENT: usize = 50;

/// Edits that were acknowledged: version and text.
type Acknowledged = HashMap<u64, String>;

fn text_of(contribution: &pb::Contribution) -> &str {
    &contribution.content.as_ref().unwrap().narratives[0].markdown
}

/// Edits with the etag last seen; whoever loses goes on from what the refusal says is there.
async fn writer(mut client: Client, number: usize, edits: usize) -> (Acknowledged, usize) {
    let read =
        client.contributions().get_contribution(by_external_id("a-1")).await.unwrap().into_inner();
    let mut seen = read.contribution.unwrap();
    let (mut won, mut lost) = (Acknowledged::new(), 0);
    for edit in 0..edits {
        let text = format!("Schrijver {number}, tekst {edit}.");
        let one = pb::Save { etag: seen.etag.clone(), ..testkit::save("a-1", &text) };
        let result = save(&mut client, one).await;
        if let Some(error) = result.error {
            let refusal = (error.code, error.reason.as_str());
            assert_eq!(refusal, (i32::from(Code::Aborted), "STALE_ETAG"));
            let conflict = result.conflict.unwrap();
            assert_eq!(conflict.base, Some(seen), "what the writer began from");
            seen = conflict.current.unwrap();
            lost += 1;
            continue;
        }
        assert_eq!(result.outcome(), SaveOutcome::Accepted);
        let saved = result.contribution.unwrap();
        assert_eq!((saved.version, text_of(&saved)), (seen.version + 1, text.as_str()));
        won.insert(saved.version, text);
        seen = saved;
    }
    (won, lost)
}

/// Each revision's text, read one by one.
async fn texts(sandbox: &Sandbox, id: &str) -> Vec<String> {
    let history = Clients::new(operator(&sandbox.channel));
    let mut request = pb::ListRevisionsRequest {
        id: id.to_owned(),
        show_autosaves: true,
        page_size: 200,
        ..pb::ListRevisionsRequest::default()
    };
    let client = sandbox.client.clone();
    let mut texts = Vec::new();
    loop {
        let page =
            history.contributions().list_revisions(request.clone()).await.unwrap().into_inner();
        for revision in page.revisions {
            let request = pb::GetContributionRequest {
                id: id.to_owned(),
                version: revision.version,
                ..pb::GetContributionRequest::default()
            };
            let found =
                client.contributions().get_contribution(request).await.unwrap().into_inner();
            texts.push(text_of(&found.contribution.unwrap()).to_owned());
        }
        request.page_token = page.next_page_token;
        if request.page_token.is_empty() {
            return texts;
        }
    }
}

/// `VOORTGANG_EDITS` says how many edits are tried.
pub(crate) async fn sixty_four_racing_writers_have_one_winner_per_version(sandbox: Sandbox) {
    let edits = environment::count("VOORTGANG_EDITS", 640).div_ceil(WRITERS);
    let mut client = prepared(&sandbox).await;
    let first = save(&mut client, testkit::save("a-1", "Begin.")).await.contribution.unwrap();
    let begin = Instant::now();
    let writers = (0..WRITERS).map(|number| tokio::spawn(writer(client.clone(), number, edits)));
    let (mut winners, mut lost) = (Acknowledged::from([(1, "Begin.".to_owned())]), 0);
    for ended in join_all(writers).await {
        let (saved, refused) = ended.unwrap();
        lost += refused;
        for (version, text) in saved {
            assert_eq!(winners.insert(version, text), None, "one winner per version");
        }
    }
    let seconds = begin.elapsed().as_secs_f64();
    eprintln!("{} edits, {lost} of them refused, {seconds:.1} s", WRITERS * edits);
    assert!(lost > 0 && winners.len() == 1 + WRITERS * edits - lost, "{} won", winners.len());
    let kept = texts(&sandbox, &first.id).await;
    assert_eq!(kept.len(), winners.len());
    for (version, text) in (1..).zip(&kept) {
        assert_eq!(winners.get(&version), Some(text), "revision {version}");
    }
}

/// Sends one save many times at once; all answers are the same one.
async fn sent(client: Client, number: usize, times: usize) {
    let one = pb::Save {
        request_id: format!("request-{number}"),
        ..testkit::save(&format!("r-{number:05}"), &format!("Tekst {number}."))
    };
    let sends = (0..times).map(|_| {
        let (mut client, one) = (client.clone(), one.clone());
        tokio::spawn(async move { save(&mut client, one).await })
    });
    let mut answers: Vec<pb::SaveResult> =
        join_all(sends).await.into_iter().map(Result::unwrap).collect();
    let first = answers.remove(0);
    assert_eq!(first.outcome(), SaveOutcome::Accepted, "{:?}", first.error);
    assert_eq!(first.contribution.as_ref().unwrap().version, 1);
    assert!(answers.iter().all(|answer| *answer == first), "request id {number}, {times} times");
}

/// `VOORTGANG_REQUEST_IDS` says how many ids there are.
pub(crate) async fn a_request_id_at_the_same_time_has_one_effect_and_one_answer(sandbox: Sandbox) {
    let ids = environment::count("VOORTGANG_REQUEST_IDS", 200);
    let client = prepared(&sandbox).await;
    let mut random = Random::new("request ids");
    let times: Vec<usize> = (0..ids).map(|_| 1 + random.below(MAX_SENT)).collect();
    let calls: usize = times.iter().sum();
    let begin = Instant::now();
    let sends = times.into_iter().enumerate();
    let sends = sends.map(|(number, times)| tokio::spawn(sent(client.clone(), number, times)));
    let ended: Vec<_> = stream::iter(sends).buffer_unordered(TOGETHER).collect().await;
    ended.into_iter().for_each(Result::unwrap);
    eprintln!("{ids} request ids, {calls} calls, {:.1} s", begin.elapsed().as_secs_f64());
    let pool = pool(&sandbox).await;
    for sql in [
        "SELECT COUNT(*) AS n FROM revisions",
        "SELECT COUNT(*) AS n FROM audit WHERE action = 'contribution.submit'",
    ] {
        let row = sqlx::query(sql).fetch_one(&pool).await.unwrap();
        let found: i64 = sqlx::Row::get(&row, "n");
        assert_eq!(usize::try_from(found).unwrap(), ids, "{sql}");
    }
}
