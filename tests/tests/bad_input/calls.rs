//! Calls past the command, as another system's client makes them: what is refused says where and why in google.rpc details.

use end_to_end::{Server, as_operator};
use http::uri::PathAndQuery;
use prost::{Message, bytes::Bytes};
use tonic::{Code, Request, Status, service::interceptor::InterceptedService, transport::Endpoint};
use tonic_types::StatusExt as _;
use wire::{
    Clients,
    v1::{
        self as pb, ListContributionsRequest, SubmitContributionRequest, SubmitContributionResponse,
    },
};

use crate::prepared::{contributions, prepared, write};

/// What many clients take of headers, in bytes.
const HEADERS: u32 = 8 * 1024;
/// The limit on a text that a refusal names.
const MAX_TEXT: &str = "262144";

/// A request whose save is bytes as they are: a message and bytes look the same on the wire.
#[derive(Clone, PartialEq, Message)]
struct RawRequest {
    #[prost(bytes = "bytes", tag = "1")]
    save: Bytes,
}

fn save(text: &str) -> pb::Save {
    pb::Save {
        cycle: "proef/2021".to_owned(),
        organisation: "alfa".to_owned(),
        external_id: "a-1".to_owned(),
        content: Some(pb::Content {
            goals: vec!["1".to_owned()],
            indicators: vec!["1-a".to_owned()],
            answer: pb::AnswerStatus::Reported.into(),
            narratives: vec![pb::Narrative {
                language: "nl".to_owned(),
                markdown: text.to_owned(),
            }],
            ..pb::Content::default()
        }),
        ..pb::Save::default()
    }
}

/// A client with the limit on headers that many clients have.
fn channel(server: &Server) -> tonic::transport::Channel {
    let endpoint = Endpoint::from_shared(server.grpc.clone()).unwrap();
    endpoint.http2_max_header_list_size(HEADERS).connect_lazy()
}

async fn submit(server: &Server, save: pb::Save) -> Result<pb::SaveResult, Status> {
    let request = SubmitContributionRequest { save: Some(save), validate_only: false };
    let client = Clients::with_interceptor(channel(server), as_operator(&server.grpc));
    Ok(client.submissions().submit_contribution(request).await?.into_inner().result.unwrap())
}

/// Submits bytes in the place of a save.
async fn submit_raw(server: &Server, save: Vec<u8>) -> Status {
    let channel = InterceptedService::new(channel(server), as_operator(&server.grpc));
    let mut client = tonic::client::Grpc::new(channel);
    client.ready().await.unwrap();
    let path = PathAndQuery::from_static("/voortgang.v1.SubmissionService/SubmitContribution");
    let codec = tonic_prost::ProstCodec::<RawRequest, SubmitContributionResponse>::default();
    let request = Request::new(RawRequest { save: save.into() });
    client.unary(request, path, codec).await.unwrap_err()
}

/// Expects this code and reason, and a first fault at this field; returns the fault's words.
#[track_caller]
fn refused(status: &Status, code: Code, reason: &str, field: &str) -> String {
    assert_eq!(status.code(), code, "{status:?}");
    let info = status.get_details_error_info().expect("google.rpc.ErrorInfo");
    assert_eq!((info.reason.as_str(), info.domain.as_str()), (reason, "voortgang"));
    let request = status.get_details_bad_request().expect("google.rpc.BadRequest");
    let violation = &request.field_violations[0];
    assert_eq!(violation.field, field, "{violation:?}");
    violation.description.clone()
}

/// How many contributions the cycle has.
async fn count(server: &Server) -> usize {
    let request = ListContributionsRequest { cycle: "proef/2021".to_owned(), ..Default::default() };
    let client = Clients::with_interceptor(channel(server), as_operator(&server.grpc));
    client
        .contributions()
        .list_contributions(request)
        .await
        .unwrap()
        .into_inner()
        .contributions
        .len()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_contribution_of_10_megabytes_is_refused_by_its_field_and_limit() {
    let (folder, server) = prepared();
    let huge = "woord ".repeat(10 * 1024 * 1024 / 6);
    let status = submit(&server, save(&huge)).await.unwrap_err();
    let field = "save.content.narratives[0].markdown";
    let output = refused(&status, Code::InvalidArgument, "TOO_LONG", field);
    assert!(output.contains(MAX_TEXT), "{output}");
    let block = format!("|\n    {}", "woord woord woord\n    ".repeat(10 * 1024 * 1024 / 22));
    let text = contributions(&format!(
        "- id: a-1\n  organisation: alfa\n  goals: ['1']\n  answer: reported\n  text: {block}\n"
    ));
    let output = server.cli(&["submit", &write(folder.path(), "huge.yaml", text)]).fails(1);
    assert!(
        output.contains(field) && output.contains("TOO_LONG") && output.contains(MAX_TEXT),
        "{output}"
    );
    assert_eq!(count(&server).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_larger_than_any_contribution_may_be_is_refused_as_a_whole() {
    let (_folder, server) = prepared();
    let status = submit(&server, save(&"woord ".repeat(4 << 20))).await.unwrap_err();
    assert_eq!(status.code(), Code::OutOfRange, "{status:?}");
    submit(&server, save("Tekst.")).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn bytes_that_are_no_utf_8_and_a_message_cut_short_are_refused() {
    let (_folder, server) = prepared();
    let sound = save("Tekst.").encode_to_vec();
    let place = sound.windows(6).position(|bytes| bytes == b"Tekst.").unwrap();
    let mut bytes = sound.clone();
    bytes[place] = 0xff;
    let status = submit_raw(&server, bytes).await;
    let field = "save.content.narratives.markdown";
    let output = refused(&status, Code::InvalidArgument, "UNDECODABLE_MESSAGE", field);
    assert!(output.contains("UTF-8"), "{output}");
    let status = submit_raw(&server, sound[..sound.len() - 3].to_vec()).await;
    assert_eq!(status.code(), Code::InvalidArgument, "{status:?}");
    assert_eq!(rpc::reason(&status).as_deref(), Some("UNDECODABLE_MESSAGE"));
    submit(&server, save("Tekst.")).await.unwrap();
}

/// The two texts of a conflict; none where they did not fit.
fn texts(status: &Status) -> Vec<String> {
    let pb::SaveConflict { base, current } =
        rpc::detail(status, "voortgang.v1.SaveConflict").unwrap();
    let sides = [base.unwrap(), current.unwrap()];
    assert_eq!(sides.each_ref().map(|side| side.version), [1, 2]);
    let narratives =
        sides.into_iter().filter_map(|side| side.content).flat_map(|one| one.narratives);
    narratives.map(|narrative| narrative.markdown).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_conflict_of_long_texts_is_reported_by_their_versions() {
    let (_folder, server) = prepared();
    let long = |word: &str| format!("{word} ").repeat(5_000);
    let first = submit(&server, save(&long("een"))).await.unwrap().contribution.unwrap();
    let with = |text: &str| pb::Save { etag: first.etag.clone(), ..save(text) };
    submit(&server, with(&long("twee"))).await.unwrap();
    let status = submit(&server, with("Tekst drie.")).await.unwrap_err();
    refused(&status, Code::Aborted, "STALE_ETAG", "save.etag");
    assert!(texts(&status).is_empty());
    assert!(status.details().len() < 6_000, "it fits the headers of a client");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stale_etag_is_refused_and_changes_nothing() {
    let (_folder, server) = prepared();
    let first = submit(&server, save("Tekst een.")).await.unwrap().contribution.unwrap();
    let with = |text: &str, etag: &str| pb::Save { etag: etag.to_owned(), ..save(text) };
    let second = submit(&server, with("Tekst twee.", &first.etag)).await.unwrap();
    let status = submit(&server, with("Tekst drie.", &first.etag)).await.unwrap_err();
    refused(&status, Code::Aborted, "STALE_ETAG", "save.etag");
    assert_eq!(
        texts(&status),
        ["Tekst een.", "Tekst twee."],
        "what both began from, and what is there"
    );
    let now = second.contribution.unwrap();
    let unchanged = submit(&server, with("Tekst twee.", &now.etag)).await.unwrap();
    assert_eq!(unchanged.outcome(), pb::SaveOutcome::Unchanged);
    assert_eq!(unchanged.contribution.unwrap().version, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_id_has_one_effect_and_is_refused_for_another() {
    let (_folder, server) = prepared();
    let with = |text: &str| pb::Save { request_id: "r-1".to_owned(), ..save(text) };
    let first = submit(&server, with("Tekst een.")).await.unwrap();
    assert_eq!(submit(&server, with("Tekst een.")).await.unwrap(), first);
    let status = submit(&server, with("Tekst twee.")).await.unwrap_err();
    refused(&status, Code::InvalidArgument, "REQUEST_ID_REUSED", "save.request_id");
    let again = submit(&server, save("Tekst een.")).await.unwrap();
    assert_eq!(again.outcome(), pb::SaveOutcome::Unchanged);
}

#[tokio::test(flavor = "multi_thread")]
async fn deep_nesting_and_endless_lists_are_refused_where_they_stand() {
    let (_folder, server) = prepared();
    for (text, reason) in [
        (format!("{}diep", "> ".repeat(1_000)), "TOO_DEEP"),
        (format!("{}diep", "- ".repeat(1_000)), "TOO_DEEP"),
        ("- a\n".repeat(60_000), "TOO_MANY_BLOCKS"),
        ("- punt\n".repeat(100_000), "TOO_LONG"),
    ] {
        let status = submit(&server, save(&text)).await.unwrap_err();
        let path = "save.content.narratives[0].markdown";
        let output = refused(&status, Code::InvalidArgument, reason, path);
        assert!(output.starts_with(reason), "{output}");
    }
    submit(&server, save("Tekst.")).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn hundreds_of_faults_fit_the_headers_of_a_client_and_are_counted() {
    let (_folder, server) = prepared();
    let goal = |i: usize| pb::Goal {
        id: format!("{i}"),
        code: format!("{i}"),
        pillar: "bestaat-niet".to_owned(),
        parent: "ook-niet".to_owned(),
        kind: pb::GoalKind::Subgoal.into(),
        ..pb::Goal::default()
    };
    let framework = pb::Framework {
        code: "fout".to_owned(),
        language: "nl".to_owned(),
        period: Some(pb::PlanPeriod { from: 2021, until: 2025, extended_until: 0 }),
        goals: (0..400).map(goal).collect(),
        ..pb::Framework::default()
    };
    let request = pb::RegisterFrameworkRequest {
        framework: Some(framework),
        validate_only: false,
        again: false,
    };
    let client = Clients::with_interceptor(channel(&server), as_operator(&server.grpc));
    let status = client.frameworks().register_framework(request).await.unwrap_err();
    assert_eq!(status.code(), Code::InvalidArgument, "{status:?}");
    let output = rpc::field_violations(&status);
    assert!(5 < output.len() && output.len() < 400, "{output:?}");
    let (_, reason, words) = output.last().unwrap();
    assert_eq!(reason, "MORE_FAULTS");
    let more: usize = words.split(' ').next().unwrap().parse().unwrap();
    assert!(400 < more + output.len(), "{words}");
}
