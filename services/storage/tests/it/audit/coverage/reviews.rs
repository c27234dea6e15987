//! The calls of review.

use wire::v1 as pb;

use crate::{
    audit::coverage::Ledger,
    calls,
    sandbox::{Review, Sandbox, operator},
};

/// Changes each contribution in turn; every decision is about one of its own.
pub(super) async fn change(ledger: &mut Ledger, sandbox: &Sandbox) {
    let client = || Review::new(operator(&sandbox.channel));
    let one = handed_in(sandbox, "r-1").await;
    let approve = pb::ApproveContributionRequest {
        id: one.id.clone(),
        etag: one.etag.clone(),
        override_reason: String::new(),
    };
    ledger
        .once("ReviewService.ApproveContribution", async {
            drop(client().reviews().approve_contribution(approve).await.unwrap());
        })
        .await;
    let two = handed_in(sandbox, "r-2").await;
    let approvals = pb::ApproveContributionsRequest {
        approvals: vec![pb::Approval { id: two.id, etag: two.etag }],
        ..pb::ApproveContributionsRequest::default()
    };
    ledger
        .once("ReviewService.ApproveContributions", async {
            drop(client().reviews().approve_contributions(approvals).await.unwrap());
        })
        .await;
    let give_back = pb::ReturnContributionRequest {
        id: one.id.clone(),
        etag: one.etag.clone(),
        reason: pb::ReturnReason::Other.into(),
        text: "Anders.".into(),
        targets: Vec::new(),
    };
    ledger
        .once("ReviewService.ReturnContribution", async {
            drop(client().reviews().return_contribution(give_back).await.unwrap());
        })
        .await;
    remark(ledger, sandbox, &one.id).await;
    let withdraw = pb::WithdrawContributionRequest {
        id: one.id,
        etag: one.etag,
        reason: "Hoort elders.".into(),
        validate_only: false,
    };
    ledger
        .once("ReviewService.WithdrawContribution", async {
            drop(client().reviews().withdraw_contribution(withdraw).await.unwrap());
        })
        .await;
    confirm(ledger, sandbox).await;
}

async fn handed_in(sandbox: &Sandbox, name: &str) -> pb::Contribution {
    let save = testkit::save(name, "Tekst.");
    calls::save(&mut sandbox.client.clone(), save).await.contribution.unwrap()
}

async fn remark(ledger: &mut Ledger, sandbox: &Sandbox, contribution: &str) {
    let client = || Review::new(operator(&sandbox.channel));
    let add = pb::AddRemarkRequest {
        contribution: contribution.into(),
        target: None,
        text: "Waarom?".into(),
        request_id: String::new(),
    };
    ledger
        .once("RemarkService.AddRemark", async {
            drop(client().remarks().add_remark(add).await.unwrap());
        })
        .await;
    let list = pb::ListRemarksRequest { contribution: contribution.into(), show_resolved: true };
    let remark =
        client().remarks().list_remarks(list).await.unwrap().into_inner().remarks[0].id.clone();
    let answer = pb::AnswerRemarkRequest {
        remark: remark.clone(),
        text: "Daarom.".into(),
        request_id: String::new(),
    };
    ledger
        .once("RemarkService.AnswerRemark", async {
            drop(client().remarks().answer_remark(answer).await.unwrap());
        })
        .await;
    ledger
        .once("RemarkService.ResolveRemark", async {
            drop(
                client()
                    .remarks()
                    .resolve_remark(pb::ResolveRemarkRequest { remark })
                    .await
                    .unwrap(),
            );
        })
        .await;
}

/// An override in a cycle of its own, confirmed by somebody else.
async fn confirm(ledger: &mut Ledger, sandbox: &Sandbox) {
    let cycle = pb::Cycle {
        from: "2023-01-01".into(),
        until: "2023-12-31".into(),
        review: pb::ReviewPolicy::FourEyes.into(),
        ..testkit::cycle().into()
    };
    let mut storage = sandbox.client.clone();
    storage
        .cycles()
        .open_cycle(pb::OpenCycleRequest { cycle: Some(cycle), ..Default::default() })
        .await
        .unwrap();
    let save = pb::Save { cycle: CYCLE.into(), ..testkit::save("r-2", "Tekst.") };
    let one = calls::save(&mut storage, save).await.contribution.unwrap();
    let approve = pb::ApproveContributionRequest {
        id: one.id,
        etag: one.etag,
        override_reason: "Niemand anders was er.".into(),
    };
    let client = Review::new(operator(&sandbox.channel));
    client.reviews().approve_contribution(approve).await.unwrap();
    let list = pb::ListOverridesRequest { cycle: CYCLE.into() };
    let id =
        client.overrides().list_overrides(list).await.unwrap().into_inner().overrides[0].id.clone();
    let second = Review::new(sandbox.by("rita"));
    ledger
        .once("OverrideService.ConfirmOverride", async {
            drop(
                second
                    .overrides()
                    .confirm_override(pb::ConfirmOverrideRequest { id })
                    .await
                    .unwrap(),
            );
        })
        .await;
}

const CYCLE: &str = "plan/2023";

pub(super) async fn show(ledger: &mut Ledger, sandbox: &Sandbox) {
    let client = || Review::new(operator(&sandbox.channel));
    let one = calls::by_external_id("r-1");
    let got = sandbox.client.contributions().get_contribution(one).await.unwrap().into_inner();
    let id = || got.contribution.as_ref().unwrap().id.clone();
    ledger
        .once("ReviewService.ListDecisions", async {
            let request = pb::ListDecisionsRequest { contribution: id() };
            client().reviews().list_decisions(request).await.unwrap();
        })
        .await;
    ledger
        .once("ReviewService.CompareWithApproved", async {
            let request = pb::CompareWithApprovedRequest { contribution: id() };
            client().reviews().compare_with_approved(request).await.unwrap();
        })
        .await;
    ledger
        .once("RemarkService.ListRemarks", async {
            let request = pb::ListRemarksRequest { contribution: id(), show_resolved: false };
            client().remarks().list_remarks(request).await.unwrap();
        })
        .await;
    ledger
        .once("OverrideService.ListOverrides", async {
            let request = pb::ListOverridesRequest { cycle: CYCLE.into() };
            client().overrides().list_overrides(request).await.unwrap();
        })
        .await;
}
