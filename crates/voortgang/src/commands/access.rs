//! `voortgang whoami` and `voortgang revoke`.

use wire::v1 as pb;

use crate::{
    cli::RevokeArgs,
    client::{Client, ask},
    commands::time,
    error::Error,
    output::Output,
};

/// Prints whom the server takes the caller for.
pub(crate) async fn whoami(client: &Client, output: Output) -> Result<(), Error> {
    let caller = client.access().get_caller(ask(pb::GetCallerRequest {})).await?.into_inner();
    output.message(caller, |caller| {
        let grants = caller.grants.iter().map(|granted| format!("\n  {}", grant(granted)));
        format!("{}{}", caller.id, grants.collect::<String>())
    })
}

/// A role, and where it holds.
fn grant(grant: &pb::Grant) -> String {
    let role = model::Role::try_from(grant.role()).map_or("", model::Role::name);
    let pb::Grant { role: _, organisation, pillars, goals } = grant;
    let mut text = role.to_owned();
    if !organisation.is_empty() {
        text = format!("{text} of {organisation}");
    }
    for (what, codes) in [("pillars", pillars), ("goals", goals)] {
        if !codes.is_empty() {
            text = format!("{text}, {what} {}", codes.join(" "));
        }
    }
    text
}

/// Makes tokens worthless before they expire.
pub(crate) async fn revoke(
    arguments: RevokeArgs,
    client: &Client,
    output: Output,
) -> Result<(), Error> {
    let RevokeArgs { token_id, subject, reason } = arguments;
    let request = pb::RevokeTokensRequest {
        token_id: token_id.unwrap_or_default(),
        subject: subject.unwrap_or_default(),
        reason,
    };
    let revoked = client.access().revoke_tokens(ask(request)).await?.into_inner();
    output
        .message(revoked, |revoked| format!("revoked since {}", time(revoked.revoke_time.as_ref())))
}
