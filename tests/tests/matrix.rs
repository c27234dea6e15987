//! Every call of ingest, search and rendering, made by everybody on every object; and every call of every service with every
//! token that is not good.

#![expect(clippy::unwrap_used, reason = "a test ends at what it does not expect")]

#[path = "matrix/installation.rs"]
mod installation;
#[path = "matrix/tokens.rs"]
mod tokens;

use futures::{StreamExt as _, stream};
use testkit::{
    ROLES,
    matrix::{self, Call, Deployment as _, Object, Verdict},
};
use tonic::Code;
use wire::Service;

use crate::{
    installation::{World, world},
    tokens::{Bad, bad_tokens},
};

const SERVICES: [Service; 3] = [Service::Ingest, Service::Search, Service::Rendering];
/// Calls at the same time with tokens that are not good.
const TOGETHER: usize = 16;

#[tokio::test(flavor = "multi_thread")]
async fn each_role_sees_and_does_what_is_its_own_with_every_object() {
    let world = world().await;
    let mut calls = Call::of_services(&SERVICES);
    calls.sort_by_key(|call| !call.is_read());
    let mut verdict = Verdict::default();
    for call in &calls {
        verdict.add(matrix::by_everybody(&world, call).await);
    }
    let Verdict { cells, requests, faults } = verdict;
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
    assert!(world.is_as_made().await, "what was refused has changed something");
    eprintln!("{cells} cells of {} calls, {requests} requests", calls.len());
    assert_eq!(calls.len() * (ROLES.len() + 1) * Object::ALL.len(), cells);
}

/// What somebody is answered who is shown more or less would be a fault of an answer to another.
#[tokio::test(flavor = "multi_thread")]
async fn a_leak_is_seen() {
    let world = world().await;
    let operator = world.deployment.operator("operator");
    let contributor = world.deployment.holder(Some("contributor"));
    for (name, channel, role, kinds) in [
        (
            "ContributionService/GetContribution",
            &operator,
            "contributor",
            ["shows", "is not answered as"],
        ),
        (
            "ContributionService/ListContributions",
            &operator,
            "contributor",
            ["shows", "is not answered as"],
        ),
        ("SearchService/Search", &operator, "contributor", ["shows", "is not answered as"]),
        (
            "SearchService/Search",
            &operator,
            "administrator",
            ["is not refused", "is not answered as"],
        ),
        (
            "SearchService/Search",
            &contributor,
            "auditor",
            ["Other is not found", "Unpublished is not found"],
        ),
        (
            "TemplateService/RenderEdition",
            &operator,
            "auditor",
            ["is not refused", "is not answered as"],
        ),
    ] {
        let mut faults = Vec::new();
        for call in Call::of_services(&Service::ALL).iter().filter(|call| call.name() == name) {
            faults.extend(matrix::checked(&world, call, channel, Some(role)).await.faults);
        }
        for kind in kinds {
            assert!(faults.iter().any(|fault| fault.contains(kind)), "{name} {kind}: {faults:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_call_on_any_object_takes_a_token_that_is_not_good() {
    let world = world().await;
    let mut calls = Call::of_services(&Service::ALL);
    calls.retain(Call::is_public);
    let (mut asked, mut faults) = (0, Vec::new());
    for bad in bad_tokens(&world.deployment) {
        let (of_it, found) = refused(&world, &calls, &bad).await;
        asked += of_it;
        faults.extend(found);
    }
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
    assert!(world.is_as_made().await, "what was refused has changed something");
    eprintln!("{asked} cells of {} calls", calls.len());
    assert_eq!(calls.len() * ROLES.len() * tokens::KINDS.len() * Object::ALL.len(), asked);
    // A good one is seen among them.
    let role = "contributor";
    let good = Bad { kind: "good", role, token: world.deployment.token_of(role), reason: "" };
    let (_, faults) = refused(&world, &calls, &good).await;
    assert!(faults.iter().any(|fault| fault.contains("SubmissionService/SaveDraft")), "{faults:?}");
}

/// Makes every call on every object, and on what does not exist, with a token; returns how many pairs and what is wrong.
async fn refused(world: &World, calls: &[Call], bad: &Bad) -> (usize, Vec<String>) {
    let channel = &world.deployment.channel().with_token(&bad.token).unwrap();
    let of_one = async |call: &Call| {
        let absent = world.targets[0].absent();
        let mut answers = Vec::new();
        for target in world.targets.iter().chain([&absent]) {
            answers.push(call.make(channel, &call.requests(target)[0]).await);
        }
        let first = &answers[0];
        let is_refused = first.status.as_ref().is_some_and(|status| {
            status.code() == Code::Unauthenticated && first.reason() == bad.reason
        });
        let is_same = answers.iter().all(|answer| answer.bytes() == first.bytes());
        let fault = format!("{} by {}, {}: {answers:?}", call.name(), bad.role, bad.kind);
        (answers.len() - 1, (!is_refused || !is_same).then_some(fault))
    };
    let all: Vec<_> = stream::iter(calls.iter().map(of_one)).buffered(TOGETHER).collect().await;
    (
        all.iter().map(|(cells, _)| cells).sum(),
        all.into_iter().filter_map(|(_, fault)| fault).collect(),
    )
}
