//! A save that is sent again and again, over connections of which many break before they are answered, has one effect and one
//! answer.

#![expect(clippy::unwrap_used, reason = "a test ends at what it does not expect")]

use std::time::Duration;

use end_to_end::{Server, token};
use futures::future::join_all;
use rpc::Channel;
use testkit::{cycle, framework, save};
use wire::{
    Clients,
    v1::{self as pb, SubmitContributionRequest},
};

const IDS: usize = 30;

/// A connection of its own.
fn connected(server: &Server) -> Channel {
    rpc::connect(&server.grpc, None).unwrap().with_token(&token(&server.grpc)).unwrap()
}

fn request(number: usize) -> SubmitContributionRequest {
    let save = pb::Save {
        request_id: format!("request-{number}"),
        ..save(&format!("r-{number:02}"), &format!("Tekst {number}."))
    };
    SubmitContributionRequest { save: Some(save), validate_only: false }
}

/// Sends a save once; none where the connection was broken off before the answer.
async fn sent(server: &Server, number: usize, patience: Duration) -> Option<pb::SaveResult> {
    let client = Clients::new(connected(server));
    let answer =
        tokio::time::timeout(patience, client.submissions().submit_contribution(request(number)))
            .await;
    answer.ok().map(|answer| answer.unwrap().into_inner().result.unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_save_sent_over_breaking_connections_has_one_effect_and_one_answer() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(&folder.path().join("data"));
    let storage = Clients::new(connected(&server));
    let register = pb::RegisterFrameworkRequest {
        framework: Some(framework().into()),
        validate_only: false,
        again: false,
    };
    storage.frameworks().register_framework(register).await.unwrap();
    storage
        .cycles()
        .open_cycle(pb::OpenCycleRequest { cycle: Some(cycle().into()), ..Default::default() })
        .await
        .unwrap();
    let (mut broken, mut answered) = (0, 0);
    for number in 0..IDS {
        // Long enough for some and too short for others, whatever the machine.
        let patience = |send: usize| Duration::from_micros(200 << (send % 16));
        let sends = (0..=number % 24).map(|send| sent(&server, number, patience(send)));
        let mut answers: Vec<_> = join_all(sends).await;
        answers.push(sent(&server, number, Duration::from_mins(1)).await);
        broken += answers.iter().filter(|answer| answer.is_none()).count();
        let answers: Vec<_> = answers.into_iter().flatten().collect();
        answered += answers.len();
        assert_eq!(answers[0].outcome(), pb::SaveOutcome::Accepted, "{:?}", answers[0].error);
        assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:?}");
    }
    assert!(0 < broken && answered > IDS, "{broken} broken off, {answered} answered");
    let request = pb::ListContributionsRequest {
        cycle: "plan/2021".into(),
        page_size: 200,
        ..pb::ListContributionsRequest::default()
    };
    let listed = storage
        .contributions()
        .list_contributions(request)
        .await
        .unwrap()
        .into_inner()
        .contributions;
    assert_eq!(listed.len(), IDS);
    assert!(listed.iter().all(|contribution| contribution.version == 1), "{listed:?}");
    eprintln!("{IDS} request ids: {answered} calls answered, {broken} broken off");
}
