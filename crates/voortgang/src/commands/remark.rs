//! `remark`: what reviewers ask and organisations answer.

use wire::v1 as pb;

use crate::{
    cli::RemarkCommand,
    client::{Client, ask},
    commands::{
        contribution,
        decision::{target, target_text},
        lines,
        names::Names,
        review::id,
        some, time,
    },
    error::Error,
    output::Output,
};

pub(crate) async fn run(
    command: RemarkCommand,
    client: &Client,
    output: Output,
) -> Result<(), Error> {
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
            let names = Names::of(answer.remarks.iter().flat_map(people_of), client, output).await;
            let text = |remark: &pb::Remark| text(remark, &names);
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
    let remark = remark.unwrap_or_default();
    let names = Names::of(people_of(&remark), client, output).await;
    output.message(remark, |remark| text(remark, &names))
}

/// Whoever made a remark, answered or resolved it.
fn people_of(remark: &pb::Remark) -> impl Iterator<Item = &str> {
    let answers = remark.answers.iter().map(|answer| answer.actor.as_str());
    [remark.actor.as_str(), &remark.resolved_by].into_iter().chain(answers)
}

/// Lists the remarks on every contribution of a cycle, each under its contribution.
async fn of_cycle(cycle: String, all: bool, client: &Client, output: Output) -> Result<(), Error> {
    let request = pb::ListContributionsRequest { cycle, ..Default::default() };
    let mut by_contribution = Vec::new();
    for one in contribution::list(request, client).await?.contributions {
        let request = pb::ListRemarksRequest { contribution: one.id.clone(), show_resolved: all };
        let found = client.remarks().list_remarks(ask(request)).await?.into_inner().remarks;
        if !found.is_empty() {
            let name = some(&one.external_id).unwrap_or(&one.id);
            by_contribution.push((format!("{}/{name}", one.organisation), found));
        }
    }
    let all = by_contribution.iter().flat_map(|(_, found)| found);
    let names = Names::of(all.flat_map(people_of), client, output).await;
    let under = |(name, found): &(String, Vec<pb::Remark>)| {
        let of_it = lines(found, |remark| text(remark, &names), "").replace('\n', "\n  ");
        format!("{name}\n  {of_it}")
    };
    let shown: Vec<String> = by_contribution.iter().map(under).collect();
    let remarks = by_contribution.into_iter().flat_map(|(_, found)| found).collect();
    let list = pb::ListRemarksResponse { remarks };
    output.message(list, |_| lines(&shown, ToString::to_string, "no remarks"))
}

fn text(remark: &pb::Remark, names: &Names) -> String {
    let pb::Remark { id, version, target, text, actor, answers, resolved_by, .. } = remark;
    let made = time(remark.time.as_ref());
    let about =
        target.as_ref().map_or(String::new(), |target| format!(" on {}", target_text(target)));
    let actor = names.with_id(actor);
    let mut shown = format!("{id}  {made}  {actor}{about} at revision {version}: {text}");
    for pb::RemarkAnswer { text, actor, time: answered } in answers {
        let actor = names.with_id(actor);
        shown = format!("{shown}\n  {}  {actor}: {text}", time(answered.as_ref()));
    }
    match some(resolved_by) {
        Some(actor) => format!("{shown}\n  resolved by {}", names.with_id(actor)),
        None => shown,
    }
}
