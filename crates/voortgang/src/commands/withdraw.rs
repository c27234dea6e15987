//! `withdraw`: takes a published edition away from its readers.

use wire::v1 as pb;

use crate::{
    cli::WithdrawArgs,
    client::{Client, ask},
    error::Error,
    output::Output,
};

pub(crate) async fn run(
    WithdrawArgs { edition, reason }: WithdrawArgs,
    client: &Client,
    output: Output,
) -> Result<(), Error> {
    let request = pb::WithdrawEditionRequest { name: edition, reason };
    let answer = client.editions().withdraw_edition(ask(request)).await?.into_inner();
    output.message(answer.edition.unwrap_or_default(), |edition| {
        format!("{} is withdrawn: {}", edition.name, edition.withdraw_reason)
    })
}
