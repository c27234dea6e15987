//! One contribution a call.

use tonic::Code;
use wire::v1::{self as pb, SaveOutcome};

use crate::sandbox::Sandbox;

#[tokio::test]
async fn a_dry_run_of_one_says_what_the_real_one_says() {
    let sandbox = Sandbox::new().await;
    let before = sandbox.changes().await;
    let dry = sandbox.submit(testkit::save("s-1", "Tekst."), true).await.unwrap();
    assert_eq!(sandbox.changes().await, before, "a dry run kept something");
    let real = sandbox.submit(testkit::save("s-1", "Tekst."), false).await.unwrap();
    assert_eq!((dry.outcome(), real.outcome()), (SaveOutcome::Accepted, SaveOutcome::Accepted));
    assert_eq!(dry.findings, real.findings);
    let hash = |result: pb::SaveResult| result.contribution.unwrap().content_hash;
    assert_eq!(hash(dry), hash(real));
}

#[tokio::test]
async fn a_refusal_names_each_fault_of_a_save() {
    let sandbox = Sandbox::new().await;
    let mut save = testkit::save("s-1", "<b>Tekst</b>");
    save.content.as_mut().unwrap().goals = vec!["9".to_owned()];
    let status = sandbox.submit(save, false).await.unwrap_err();
    assert_eq!(status.code(), Code::InvalidArgument);
    let mut reasons: Vec<_> =
        rpc::field_violations(&status).into_iter().map(|(_, reason, _)| reason).collect();
    assert_eq!(rpc::reason(&status).as_ref(), reasons.first(), "the first fault gives the reason");
    reasons.sort();
    reasons.dedup();
    assert_eq!(reasons, ["RAW_HTML", "UNKNOWN_GOAL"]);
}

#[tokio::test]
async fn a_cycle_that_is_not_there_is_not_found() {
    let sandbox = Sandbox::new().await;
    let save = pb::Save { cycle: "plan/2030".to_owned(), ..testkit::save("s-1", "Tekst.") };
    let status = sandbox.submit(save, false).await.unwrap_err();
    assert_eq!(status.code(), Code::NotFound);
    assert_eq!(rpc::reason(&status).as_deref(), Some("CYCLE_NOT_FOUND"));
}
