//! `audit list`.

use jiff::{Timestamp, tz::Offset};
use model::Instant;
use rpc::pages;
use wire::v1 as pb;

use crate::{
    cli::AuditListArgs,
    client::{Client, ask},
    commands::{names::Names, time},
    error::Error,
    output::Output,
};

/// Entries of a page.
const PAGE: usize = 1_000;

pub(crate) async fn run(
    arguments: AuditListArgs,
    client: &Client,
    output: Output,
) -> Result<(), Error> {
    let AuditListArgs { object, actor, from, until, limit } = arguments;
    let request = pb::ListAuditEntriesRequest {
        object: id_of(object, client).await?,
        actor,
        from: from.as_deref().map(moment).transpose()?,
        until: until.as_deref().map(moment).transpose()?,
        page_size: i32::try_from(limit.clamp(1, PAGE)).unwrap_or(1),
        page_token: String::new(),
    };
    let (entries, next_page_token) = pages(limit, |page_token| {
        let request = pb::ListAuditEntriesRequest { page_token, ..request.clone() };
        async move {
            let page = client.audit().list_audit_entries(ask(request)).await?.into_inner();
            Ok((page.entries, page.next_page_token))
        }
    })
    .await?;
    let list = pb::ListAuditEntriesResponse { entries, next_page_token };
    let actors = list.entries.iter().map(|entry| entry.actor.as_str());
    let names = Names::of(actors, client, output).await;
    output.message(list, |list| text(list, &names))
}

/// The id under which the log has an object: a contribution may be named by cycle, organisation and the sender's own id.
async fn id_of(object: String, client: &Client) -> Result<String, Error> {
    let parts: Vec<&str> = object.splitn(4, '/').collect();
    let [code, period, organisation, external_id] = parts[..] else { return Ok(object) };
    // The third part of a file's name is the number of its edition.
    if organisation.parse::<u32>().is_ok() {
        return Ok(object);
    }
    let request = pb::GetContributionRequest {
        cycle: format!("{code}/{period}"),
        organisation: organisation.to_owned(),
        external_id: external_id.to_owned(),
        ..pb::GetContributionRequest::default()
    };
    let found = client.contributions().get_contribution(ask(request)).await?.into_inner();
    Ok(found.contribution.unwrap_or_default().id)
}

/// A day, from its first moment on in UTC, or a moment.
fn moment(text: &str) -> Result<wire::Timestamp, Error> {
    let day = || Offset::UTC.to_timestamp(wire::date(text, "time").ok()?.at(0, 0, 0, 0)).ok();
    let moment = text.parse::<Timestamp>().ok().or_else(day).ok_or_else(|| {
        Error::failed(format!("`{text}` is no time; write 2022-01-31 or 2022-01-31T12:00:00Z"))
    })?;
    Ok(wire::timestamp(Instant(moment.as_millisecond())))
}

fn text(list: &pb::ListAuditEntriesResponse, names: &Names) -> String {
    let line = |entry: &pb::AuditEntry| {
        let pb::AuditEntry { position, actor, origin, action, object, result, .. } = entry;
        let (time, actor) = (time(entry.time.as_ref()), names.with_id(actor));
        format!("{position}  {time}  {actor}  {origin}  {action}  {object}  {result}")
    };
    let mut lines: Vec<String> = list.entries.iter().map(line).collect();
    if lines.is_empty() {
        lines.push("no entries".to_owned());
    }
    if !list.next_page_token.is_empty() {
        lines.push("there are more: raise --limit, or narrow the time with --from".to_owned());
    }
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_a_day_or_a_moment_in_utc() {
        let seconds = |text| moment(text).unwrap().seconds;
        assert_eq!(seconds("2022-01-31"), 1_643_587_200);
        assert_eq!(seconds("2022-01-31T12:00:00Z"), 1_643_630_400);
        assert_eq!(seconds("2022-01-31T12:00:00+01:00"), 1_643_626_800);
        assert!(moment("gisteren").unwrap_err().message.contains("gisteren"));
    }
}
