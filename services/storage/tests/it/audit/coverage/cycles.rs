//! The calls that change a cycle, on one that nothing else needs.

use wire::v1 as pb;

use crate::{audit::coverage::Ledger, sandbox::Sandbox};

const CYCLE: &str = "plan/2022";

pub(super) async fn change(ledger: &mut Ledger, sandbox: &Sandbox) {
    let (name, reason) = (|| CYCLE.to_owned(), || "Een reden.".to_owned());
    let change = pb::ChangeCycleRequest {
        name: name(),
        reason: reason(),
        deadline: Some("2023-06-01".into()),
        ..pb::ChangeCycleRequest::default()
    };
    ledger
        .once("CycleService.ChangeCycle", async {
            drop(sandbox.client.cycles().change_cycle(change).await.unwrap());
        })
        .await;
    let close = pb::CloseCycleRequest { name: name(), reason: reason(), validate_only: false };
    ledger
        .once("CycleService.CloseCycle", async {
            drop(sandbox.client.cycles().close_cycle(close).await.unwrap());
        })
        .await;
    let reopen = pb::ReopenCycleRequest { name: name(), reason: reason(), validate_only: false };
    ledger
        .once("CycleService.ReopenCycle", async {
            drop(sandbox.client.cycles().reopen_cycle(reopen).await.unwrap());
        })
        .await;
    let list = pb::ListCycleChangesRequest { name: name(), ..Default::default() };
    ledger
        .once("CycleService.ListCycleChanges", async {
            let listed = sandbox.client.cycles().list_cycle_changes(list).await.unwrap();
            assert_eq!(listed.into_inner().changes.len(), 3);
        })
        .await;
    let list = pb::ListCycleFindingsRequest { name: name(), ..Default::default() };
    ledger
        .once("CycleService.ListCycleFindings", async {
            drop(sandbox.client.cycles().list_cycle_findings(list).await.unwrap());
        })
        .await;
}
