//! Every revision is kept, can be compared, and can be read as it stood.

use tonic::Code;
use wire::{
    Clients,
    v1::{self as pb, DifferenceKind, SaveOutcome},
};

use crate::{
    calls::{prepared, save},
    sandbox::{Client, Sandbox, operator},
};

fn draft(text: &str, autosave: bool) -> pb::Save {
    pb::Save { mode: pb::SaveMode::Draft.into(), autosave, ..testkit::save("a-1", text) }
}

fn now(sandbox: &Sandbox) -> prost_types::Timestamp {
    wire::timestamp(model::Clock::now(&*sandbox.clock))
}

async fn accepted(client: &mut Client, one: pb::Save) -> pb::Contribution {
    let result = save(client, one).await;
    assert_eq!(result.outcome(), SaveOutcome::Accepted, "{:?}", result.error);
    result.contribution.unwrap()
}

async fn revisions(sandbox: &Sandbox, id: &str, all: bool) -> Vec<(u64, u32)> {
    let history = Clients::new(operator(&sandbox.channel));
    let mut request = pb::ListRevisionsRequest {
        id: id.to_owned(),
        show_autosaves: all,
        page_size: 2,
        ..pb::ListRevisionsRequest::default()
    };
    let mut found = Vec::new();
    loop {
        let page =
            history.contributions().list_revisions(request.clone()).await.unwrap().into_inner();
        found.extend(page.revisions.iter().map(|entry| (entry.version, entry.left_out)));
        request.page_token = page.next_page_token;
        if request.page_token.is_empty() {
            return found;
        }
    }
}

pub(crate) async fn automatic_saves_are_kept_and_flood_no_list(sandbox: Sandbox) {
    let mut client = prepared(&sandbox).await;
    let mut id = String::new();
    for (text, autosave) in [
        ("Een.", false),
        ("Een tw", true),
        ("Een twee", true),
        ("Een twee.", true),
        ("Een twee drie.", false),
        ("Vier", true),
        ("Vier.", true),
    ] {
        id = accepted(&mut client, draft(text, autosave)).await.id;
    }
    assert_eq!(revisions(&sandbox, &id, false).await, [(1, 0), (4, 2), (5, 0), (7, 1)]);
    let all: Vec<u64> =
        revisions(&sandbox, &id, true).await.into_iter().map(|(version, _)| version).collect();
    assert_eq!(all, [1, 2, 3, 4, 5, 6, 7]);
}

pub(crate) async fn what_was_handed_in_is_listed_however_it_was_saved(sandbox: Sandbox) {
    let mut client = prepared(&sandbox).await;
    accepted(&mut client, draft("Een.", true)).await;
    let handed_in = pb::Save { autosave: true, ..testkit::save("a-1", "Een twee.") };
    assert!(!accepted(&mut client, handed_in).await.autosave);
    accepted(&mut client, draft("Een twee drie.", true)).await;
    let id = accepted(&mut client, draft("Een twee drie vier.", true)).await.id;
    assert_eq!(revisions(&sandbox, &id, false).await, [(1, 0), (2, 0), (4, 1)]);
}

pub(crate) async fn a_slip_in_a_draft_costs_no_passage_its_id(sandbox: Sandbox) {
    let mut client = prepared(&sandbox).await;
    let text = "Wij steunden een fonds.\n\nZie [het fonds](https://example.org).";
    let before = accepted(&mut client, draft(text, false)).await.passages;
    assert_eq!(before.len(), 2);
    let slip = text.replace("https:", "httpx:");
    for changed in [&slip, &slip.replace("een fonds", "twee fondsen")] {
        assert_eq!(accepted(&mut client, draft(changed, false)).await.passages, []);
    }
    assert_eq!(accepted(&mut client, draft(text, false)).await.passages, before);
}

pub(crate) async fn any_two_revisions_can_be_compared(sandbox: Sandbox) {
    let mut client = prepared(&sandbox).await;
    accepted(&mut client, testkit::save("a-1", "Wij steunden twee fondsen.")).await;
    accepted(&mut client, testkit::save("a-1", "Wij steunden drie fondsen.")).await;
    let id = accepted(&mut client, testkit::save("a-1", "Wij steunden vier fondsen.")).await.id;
    let history = Clients::new(operator(&sandbox.channel));
    let compare = async |from, to| {
        let request = pb::CompareRevisionsRequest { id: id.clone(), from, to };
        history.contributions().compare_revisions(request).await.map(tonic::Response::into_inner)
    };
    let words = |answer: &pb::CompareRevisionsResponse| {
        let runs = answer.differences.iter().flat_map(|difference| difference.words.clone());
        let changed = runs.filter(|run| run.kind() != DifferenceKind::Unspecified);
        changed.map(|run| run.text).collect::<Vec<_>>()
    };
    let latest = compare(0, 0).await.unwrap();
    assert_eq!(
        (latest.from, latest.to, words(&latest)),
        (2, 3, vec!["drie".into(), "vier".into()])
    );
    let whole = compare(1, 3).await.unwrap();
    assert_eq!(words(&whole), ["twee", "vier"]);
    assert!(compare(2, 2).await.unwrap().differences.is_empty());
    assert_eq!(compare(1, 9).await.unwrap_err().code(), Code::NotFound);
}

pub(crate) async fn a_contribution_is_read_as_it_stood(sandbox: Sandbox) {
    let mut client = prepared(&sandbox).await;
    let before_all = now(&sandbox);
    sandbox.clock.advance(1_000);
    let first = accepted(&mut client, testkit::save("a-1", "Een.")).await;
    let after_first = now(&sandbox);
    sandbox.clock.advance(1_000);
    let second = accepted(&mut client, testkit::save("a-1", "Twee.")).await;
    accepted(&mut client, testkit::save("a-2", "Later.")).await;
    let get = |as_of, version| pb::GetContributionRequest {
        id: first.id.clone(),
        version,
        as_of,
        ..pb::GetContributionRequest::default()
    };
    let then = async |as_of| {
        let answer = client.contributions().get_contribution(get(as_of, 0)).await?;
        Ok::<_, tonic::Status>(answer.into_inner().contribution.unwrap().version)
    };
    assert_eq!(then(Some(after_first)).await.unwrap(), first.version);
    assert_eq!(then(Some(now(&sandbox))).await.unwrap(), second.version);
    assert_eq!(then(Some(before_all)).await.unwrap_err().code(), Code::NotFound);
    let both =
        client.contributions().get_contribution(get(Some(after_first), 1)).await.unwrap_err();
    assert_eq!(rpc::reason(&both).as_deref(), Some("MOMENT_AND_REVISION"));
    let mut listed = async |as_of| {
        let request = pb::ListContributionsRequest {
            cycle: "plan/2021".into(),
            page_size: 1,
            as_of,
            ..pb::ListContributionsRequest::default()
        };
        list(&mut client, request).await
    };
    assert_eq!(listed(Some(after_first)).await, [("a-1".to_owned(), 1)]);
    assert_eq!(listed(None).await, [("a-1".to_owned(), 2), ("a-2".to_owned(), 1)]);
    assert!(listed(Some(before_all)).await.is_empty());
}

async fn list(
    client: &mut Client,
    mut request: pb::ListContributionsRequest,
) -> Vec<(String, u64)> {
    let mut found = Vec::new();
    loop {
        let page =
            client.contributions().list_contributions(request.clone()).await.unwrap().into_inner();
        found.extend(page.contributions.into_iter().map(|one| (one.external_id, one.version)));
        request.page_token = page.next_page_token;
        if request.page_token.is_empty() {
            return found;
        }
    }
}

pub(crate) async fn a_conflict_gives_both_texts_and_what_both_began_from(sandbox: Sandbox) {
    let mut client = prepared(&sandbox).await;
    let base = accepted(&mut client, testkit::save("a-1", "Begin.")).await;
    let theirs = accepted(&mut client, testkit::save("a-1", "Begin, door een ander.")).await;
    let mine = pb::Save { etag: base.etag.clone(), ..testkit::save("a-1", "Begin, door mij.") };
    let refused = save(&mut client, mine).await;
    assert_eq!(refused.outcome(), SaveOutcome::Rejected);
    assert_eq!(refused.error.unwrap().reason, "STALE_ETAG");
    let conflict = refused.conflict.unwrap();
    assert_eq!(conflict.base.unwrap().content, base.content);
    assert_eq!(conflict.current.unwrap().content, theirs.content);
    let strange = pb::Save { etag: "7-none".into(), ..testkit::save("a-1", "Van elders.") };
    let conflict = save(&mut client, strange).await.conflict.unwrap();
    assert_eq!(conflict.base, None);
}
