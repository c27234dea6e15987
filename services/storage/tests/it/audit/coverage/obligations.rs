//! The calls about what is owed, and who was reminded of it.

use wire::v1 as pb;

use crate::{
    audit::coverage::Ledger,
    sandbox::{Reminders, Sandbox, operator},
};

const CYCLE: &str = "plan/2021";

fn owed(goal: &str) -> pb::Obligation {
    pb::Obligation { organisation: "beta".into(), goal: goal.into(), ..pb::Obligation::default() }
}

pub(super) async fn change(ledger: &mut Ledger, sandbox: &Sandbox) {
    let client = || sandbox.obligations.clone();
    let assign = pb::AssignObligationsRequest {
        cycle: CYCLE.into(),
        obligations: vec![owed("1"), owed("1.1")],
        validate_only: false,
    };
    ledger
        .once("ObligationService.AssignObligations", async {
            drop(client().obligations().assign_obligations(assign).await.unwrap());
        })
        .await;
    let deadline = pb::SetDeadlineRequest {
        cycle: CYCLE.into(),
        organisation: "beta".into(),
        deadline: "2022-06-01".into(),
        reason: "later".into(),
    };
    ledger
        .once("ObligationService.SetDeadline", async {
            drop(client().obligations().set_deadline(deadline).await.unwrap());
        })
        .await;
    let accept = pb::AcceptGapRequest {
        cycle: CYCLE.into(),
        organisation: "beta".into(),
        goal: "1".into(),
        indicator: String::new(),
        reason: "known".into(),
    };
    ledger
        .once("ObligationService.AcceptGap", async {
            drop(client().obligations().accept_gap(accept).await.unwrap());
        })
        .await;
    let remove = pb::RemoveObligationRequest {
        cycle: CYCLE.into(),
        organisation: "beta".into(),
        goal: "1.1".into(),
        indicator: String::new(),
        reason: "by mistake".into(),
    };
    ledger
        .once("ObligationService.RemoveObligation", async {
            drop(client().obligations().remove_obligation(remove).await.unwrap());
        })
        .await;
    roll_forward(ledger, sandbox).await;
}

async fn roll_forward(ledger: &mut Ledger, sandbox: &Sandbox) {
    let next = pb::Cycle {
        from: "2022-01-01".into(),
        until: "2022-12-31".into(),
        ..testkit::cycle().into()
    };
    sandbox
        .client
        .cycles()
        .open_cycle(pb::OpenCycleRequest { cycle: Some(next), ..Default::default() })
        .await
        .unwrap();
    let roll = pb::RollForwardRequest {
        cycle: "plan/2022".into(),
        from: CYCLE.into(),
        ..Default::default()
    };
    ledger
        .once("ObligationService.RollForward", async {
            drop(sandbox.obligations.obligations().roll_forward(roll).await.unwrap());
        })
        .await;
}

pub(super) async fn show(ledger: &mut Ledger, sandbox: &Sandbox) {
    let client = || sandbox.obligations.clone();
    ledger
        .once("ObligationService.ListObligations", async {
            let request = pb::ListObligationsRequest {
                cycle: CYCLE.into(),
                ..pb::ListObligationsRequest::default()
            };
            client().obligations().list_obligations(request).await.unwrap();
        })
        .await;
    ledger
        .once("ObligationService.GetObligationMatrix", async {
            let request = pb::GetObligationMatrixRequest { cycle: CYCLE.into(), as_of: None };
            client().obligations().get_obligation_matrix(request).await.unwrap();
        })
        .await;
}

pub(super) async fn show_reminders(ledger: &mut Ledger, sandbox: &Sandbox) {
    ledger
        .once("ReminderService.ListReminders", async {
            let request = pb::ListRemindersRequest::default();
            let client = Reminders::new(operator(&sandbox.channel));
            client.reminders().list_reminders(request).await.unwrap();
        })
        .await;
}
