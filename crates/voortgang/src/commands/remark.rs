//! `remark`: what reviewers ask and organisations answer.

use wire::v1 as pb;

use crate::{
    cli::RemarkCommand,
    client::{Client, ask},
    commands::{
        contribution,
        decision::{target, target_text},
        lines,
        review::id,
        some, time,
    },
    output::Output,
    stop::Stop,
};

pub(crate) async fn run(
    command: RemarkCommand,
    client: &Client,
    output: Output,
) -> Result<(), Stop> {
    let review = client;
    let remark = match command {
        RemarkCommand::List { name, all }
            if name.first.contains('/') && name.organisation.is_none() =>
        {
            return of_cycle(name.first, all, client, output).await;
        }
        RemarkCommand::List { name, all } => {
            let contribution = id(name, client).await?;
            let request = pb::ListRemarksRequest { contribution, show_resolved: all };
            let answer = review.remarks().list_remarks(ask(request)).await?.into_inner();
            return output.message(answer, |list| lines(&list.remarks, text, "no remarks"));
        }
        RemarkCommand::Add { name, text, target: about, request_id } => {
            let about = about.as_deref().map(target).transpose()?;
            let contribution = id(name, client).await?;
            let request = pb::AddRemarkRequest { contribution, target: about, text, request_id };
            review.remarks().add_remark(ask(request)).await?.into_inner().remark
        }
        RemarkCommand::Answer { id, text, request_id } => {
            let request = pb::AnswerRemarkRequest { remark: id, text, request_id };
            review.remarks().answer_remark(ask(request)).await?.into_inner().remark
        }
        RemarkCommand::Resolve { id } => {
            let request = pb::ResolveRemarkRequest { remark: id };
            review.remarks().resolve_remark(ask(request)).await?.into_inner().remark
        }
    };
    output.message(remark.unwrap_or_default(), text)
}

/// Lists the remarks on every contribution of a cycle, each under its contribution.
async fn of_cycle(cycle: String, all: bool, client: &Client, output: Output) -> Result<(), Stop> {
    let request = pb::ListContributionsRequest { cycle, ..Default::default() };
    let mut remarks = Vec::new();
    let mut shown = Vec::new();
    for one in contribution::list(request, client).await?.contributions {
        let request = pb::ListRemarksRequest { contribution: one.id.clone(), show_resolved: all };
        let found = client.remarks().list_remarks(ask(request)).await?.into_inner().remarks;
        if !found.is_empty() {
            let name = some(&one.external_id).unwrap_or(&one.id);
            let of_it = lines(&found, text, "").replace('\n', "\n  ");
            shown.push(format!("{}/{name}\n  {of_it}", one.organisation));
        }
        remarks.extend(found);
    }
    let list = pb::ListRemarksResponse { remarks };
    output.message(list, |_| lines(&shown, ToString::to_string, "no remarks"))
}

fn text(remark: &pb::Remark) -> String {
    let pb::Remark { id, version, target, text, actor, answers, resolved_by, .. } = remark;
    let made = time(remark.time.as_ref());
    let about =
        target.as_ref().map_or(String::new(), |target| format!(" on {}", target_text(target)));
    let mut shown = format!("{id}  {made}  {actor}{about} at revision {version}: {text}");
    for pb::RemarkAnswer { text, actor, time: answered } in answers {
        shown = format!("{shown}\n  {}  {actor}: {text}", time(answered.as_ref()));
    }
    match some(resolved_by) {
        Some(actor) => format!("{shown}\n  resolved by {actor}"),
        None => shown,
    }
}
