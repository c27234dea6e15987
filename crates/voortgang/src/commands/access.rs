//! `voortgang whoami` and `voortgang revoke`.

use wire::storage as pb;

use crate::{
    cli::RevokeArgs,
    client::{Client, ask},
    output::Output,
    results::{CallerShown, GrantShown, Revoked},
    stop::Stop,
};

/// Tells who the server takes the caller for.
pub(crate) async fn whoami(client: &Client, output: Output) -> Result<(), Stop> {
    let answer = client.access().get_caller(ask(pb::GetCallerRequest {})).await?.into_inner();
    let caller = CallerShown {
        id: answer.id,
        grants: answer.grants.into_iter().map(GrantShown::from).collect(),
    };
    output.result(&caller, || {
        let grants: Vec<String> =
            caller.grants.iter().map(|grant| format!("\n  {grant}")).collect();
        format!("{}{}", caller.id, grants.concat())
    })
}

/// Makes tokens worthless before they expire.
pub(crate) async fn revoke(
    arguments: RevokeArgs,
    client: &Client,
    output: Output,
) -> Result<(), Stop> {
    let RevokeArgs { token_id, subject, reason } = arguments;
    let request = pb::RevokeTokensRequest {
        token_id: token_id.unwrap_or_default(),
        subject: subject.unwrap_or_default(),
        reason,
    };
    let answer = client.access().revoke_tokens(ask(request)).await?.into_inner();
    let time = answer.revoke_time.as_ref().map(wire::instant).unwrap_or_default();
    let time = jiff::Timestamp::from_millisecond(time.0);
    let revoked = Revoked { time: time.map_or_else(|_| String::new(), |time| time.to_string()) };
    output.result(&revoked, || format!("revoked since {}", revoked.time))
}
