//! `withdraw`: takes a published edition away from its readers.

use wire::storage as pb;

use crate::{
    cli::WithdrawArgs,
    client::{Client, ask},
    output::Output,
    results::EditionWithdrawn,
    stop::Stop,
};

pub(crate) async fn run(
    WithdrawArgs { edition, reason }: WithdrawArgs,
    client: &Client,
    output: Output,
) -> Result<(), Stop> {
    let request = pb::WithdrawEditionRequest { name: edition, reason };
    let answer = client.storage().withdraw_edition(ask(request)).await?.into_inner();
    let pb::Edition { name, withdraw_reason, withdraw_time, .. } =
        answer.edition.unwrap_or_default();
    let withdrawn = EditionWithdrawn {
        edition: name,
        reason: withdraw_reason,
        withdraw_time: withdraw_time.as_ref().map(|time| wire::instant(time).to_string()),
    };
    output
        .result(&withdrawn, || format!("{} is withdrawn: {}", withdrawn.edition, withdrawn.reason))
}
