//! `remark`: what reviewers ask and organisations answer.

use wire::storage as pb;

use crate::{
    cli::RemarkCommand,
    client::{Client, ask},
    commands::{
        contribution::time,
        review::{id, lines, target, target_text},
        some,
    },
    output::Output,
    results::{RemarkAnswerShown, RemarkList, RemarkShown},
    stop::Stop,
};

pub(crate) async fn run(
    command: RemarkCommand,
    client: &Client,
    output: Output,
) -> Result<(), Stop> {
    let mut review = client.review();
    let remark = match command {
        RemarkCommand::List { name, all } => {
            let contribution = id(name, client).await?;
            let request = pb::ListRemarksRequest { contribution, show_resolved: all };
            let answer = review.list_remarks(ask(request)).await?.into_inner();
            let list = RemarkList { remarks: answer.remarks.into_iter().map(shown).collect() };
            return output.result(&list, || lines(&list.remarks, text, "no remarks"));
        }
        RemarkCommand::Add { name, text, target: about, request_id } => {
            let about = about.as_deref().map(target).transpose()?;
            let contribution = id(name, client).await?;
            let request = pb::AddRemarkRequest { contribution, target: about, text, request_id };
            review.add_remark(ask(request)).await?.into_inner().remark
        }
        RemarkCommand::Answer { id, text, request_id } => {
            let request = pb::AnswerRemarkRequest { remark: id, text, request_id };
            review.answer_remark(ask(request)).await?.into_inner().remark
        }
        RemarkCommand::Resolve { id } => {
            let request = pb::ResolveRemarkRequest { remark: id };
            review.resolve_remark(ask(request)).await?.into_inner().remark
        }
    };
    let remark = shown(remark.unwrap_or_default());
    output.result(&remark, || text(&remark))
}

fn shown(remark: pb::Remark) -> RemarkShown {
    let answer = |answer: pb::RemarkAnswer| RemarkAnswerShown {
        text: answer.text,
        actor: answer.actor,
        time: time(answer.time),
    };
    RemarkShown {
        id: remark.id,
        contribution: remark.contribution,
        version: remark.version,
        target: remark.target.as_ref().map(target_text),
        text: remark.text,
        actor: remark.actor,
        time: time(remark.time),
        answers: remark.answers.into_iter().map(answer).collect(),
        resolved_by: some(remark.resolved_by),
        resolve_time: remark.resolve_time.map(|resolved| time(Some(resolved))),
    }
}

fn text(remark: &RemarkShown) -> String {
    let RemarkShown { id, version, target, text, actor, time, answers, resolved_by, .. } = remark;
    let about = target.as_ref().map_or(String::new(), |target| format!(" on {target}"));
    let mut shown = format!("{id}  {time}  {actor}{about} at revision {version}: {text}");
    for RemarkAnswerShown { text, actor, time } in answers {
        shown = format!("{shown}\n  {time}  {actor}: {text}");
    }
    match resolved_by {
        Some(actor) => format!("{shown}\n  resolved by {actor}"),
        None => shown,
    }
}
