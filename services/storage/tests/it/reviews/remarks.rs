//! Remarks.

use testkit::save;
use tonic::{Code, Status};
use wire::v1 as pb;

use crate::{
    reviews::{opened, reason, review_by, saved},
    sandbox::Sandbox,
};

async fn listed(sandbox: &Sandbox, id: &str, show_resolved: bool) -> Vec<pb::Remark> {
    let request = pb::ListRemarksRequest { contribution: id.into(), show_resolved };
    review_by(sandbox, "anna").remarks().list_remarks(request).await.unwrap().into_inner().remarks
}

fn on(passage: &str, first_sentence: u32) -> pb::Target {
    pb::Target { passage: passage.into(), first_sentence, ..Default::default() }
}

pub(crate) async fn a_remark_on_nothing_is_named_at_its_field(sandbox: Sandbox) {
    opened(&sandbox, pb::ReviewPolicy::None).await;
    let one = saved(&sandbox, "anna", save("a-1", "Een zin. Twee zin.")).await;
    let passage = &one.passages[0].id;
    for (target, text, field, expected) in [
        (on("pnope", 0), "Wat?", "target", "UNKNOWN_TARGET"),
        (on(passage, 3), "Wat?", "target", "UNKNOWN_TARGET"),
        (on("", 3), "Wat?", "target", "INVALID_TARGET"),
        (on(passage, 1), " ", "text", "NOT_GIVEN"),
        (on(passage, 1), &"x".repeat(4_001), "text", "TOO_LONG"),
    ] {
        let request = pb::AddRemarkRequest {
            contribution: one.id.clone(),
            target: Some(target),
            text: text.into(),
            request_id: String::new(),
        };
        let status = review_by(&sandbox, "rita").remarks().add_remark(request).await.unwrap_err();
        let (found, reason, _) = rpc::field_violations(&status).remove(0);
        assert_eq!((status.code(), found.as_str()), (Code::InvalidArgument, field));
        assert_eq!(reason, expected);
    }
    assert_eq!(listed(&sandbox, &one.id, true).await, []);
}

pub(crate) async fn remarks_are_made_on_a_part_answered_and_resolved(sandbox: Sandbox) {
    opened(&sandbox, pb::ReviewPolicy::None).await;
    let one = saved(&sandbox, "anna", save("a-1", "Een zin. Twee zin.\n\nDrie.")).await;
    let add = |target: pb::Target, text: &str, request_id: &str| pb::AddRemarkRequest {
        contribution: one.id.clone(),
        target: Some(target),
        text: text.into(),
        request_id: request_id.into(),
    };
    let rita = review_by(&sandbox, "rita");
    let passage = &one.passages[0].id;
    let request = add(on(passage, 2), "Waarom twee?", "r-1");
    let made =
        rita.remarks().add_remark(request.clone()).await.unwrap().into_inner().remark.unwrap();
    assert_eq!((made.version, made.actor.as_str()), (1, "rita"));
    let again = rita.remarks().add_remark(request).await.unwrap().into_inner().remark.unwrap();
    assert_eq!(again, made);
    let status = rita.remarks().add_remark(add(on(passage, 1), "Anders", "r-1")).await.unwrap_err();
    assert_eq!(reason(&status), "REQUEST_ID_REUSED");
    let whole = pb::AddRemarkRequest { target: None, ..add(on("", 0), "Mooi.", "r-2") };
    let whole = rita.remarks().add_remark(whole).await.unwrap().into_inner().remark.unwrap();
    let answer = |text: &str, request_id: &str| pb::AnswerRemarkRequest {
        remark: made.id.clone(),
        text: text.into(),
        request_id: request_id.into(),
    };
    let anna = review_by(&sandbox, "anna");
    for _ in 0..2 {
        anna.remarks().answer_remark(answer("Omdat het er twee zijn.", "r-3")).await.unwrap();
    }
    let answered =
        anna.remarks().answer_remark(answer("Nog iets.", "")).await.unwrap().into_inner();
    let answers = answered.remark.unwrap().answers;
    let found: Vec<_> = answers.iter().map(|one| (one.actor.as_str(), one.text.as_str())).collect();
    assert_eq!(found, [("anna", "Omdat het er twee zijn."), ("anna", "Nog iets.")]);
    let resolve = pb::ResolveRemarkRequest { remark: made.id.clone() };
    let resolved =
        rita.remarks().resolve_remark(resolve.clone()).await.unwrap().into_inner().remark.unwrap();
    sandbox.clock.advance(1_000);
    let again = anna.remarks().resolve_remark(resolve).await.unwrap().into_inner().remark;
    assert_eq!((resolved.resolved_by.as_str(), again.as_ref()), ("rita", Some(&resolved)));
    let status: Status = anna.remarks().answer_remark(answer("Toch nog.", "")).await.unwrap_err();
    assert_eq!(
        (status.code(), reason(&status).as_str()),
        (Code::FailedPrecondition, "REMARK_RESOLVED")
    );
    assert_eq!(listed(&sandbox, &one.id, false).await, std::slice::from_ref(&whole));
    assert_eq!(listed(&sandbox, &one.id, true).await, [resolved, whole]);
    let unknown = pb::ResolveRemarkRequest { remark: uuid::Uuid::nil().to_string() };
    assert_eq!(rita.remarks().resolve_remark(unknown).await.unwrap_err().code(), Code::NotFound);
}
