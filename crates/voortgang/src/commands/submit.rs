//! `submit`: the items of a file, as one stream.

mod bases;
mod foreign;

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

use futures::stream;
use wire::v1::{self as pb, SaveOutcome, SubmitContributionsRequest};

use crate::{
    cli::SubmitArgs,
    client::{Client, ask},
    commands::{names::Names, read, refuse_file, shown, some, submit::bases::Bases, time},
    error::{Error, FAILED},
    files::{
        Fault, Syntax,
        contributions::{self, Item, Submission},
    },
    output::{Output, note, progress},
    results::{FindingShown, Message, Submitted, SubmittedItem},
};

/// What is found of more items than this is printed once.
const FEW: usize = 3;

pub(crate) async fn run(
    arguments: SubmitArgs,
    (server, client): (&str, &Client),
    output: Output,
    is_verbose: bool,
) -> Result<(), Error> {
    let SubmitArgs { file, cycle, draft, dry_run, overwrite } = arguments;
    let (submission, faults) = contributions::read(read(&file)?, Syntax::of(&file));
    let Some(submission) = submission else { return Err(refuse_file(&file, &faults, output)) };
    let cycle = cycle.unwrap_or_else(|| submission.cycle.to_string());
    let mode = if draft { pb::SaveMode::Draft } else { pb::SaveMode::Submit };
    let bases = Bases::of(&file, server, &cycle)?;
    let order = Order { cycle, mode, dry_run, bases: (!overwrite).then_some(&bases) };
    let mut submitted = submit(&submission, &order, client).await?;
    if !dry_run {
        bases.keep(submission.items.iter().map(|item| &item.save), &submitted);
    }
    foreign::leave_alone(&submission, &mut submitted);
    submitted.rejected += submission.faulty as u64;
    submitted.faults = faults.iter().map(shown).collect();
    let others = submitted.items.iter().filter_map(author_of_conflict);
    let names = Names::of(others, client, output).await;
    print_notes(&file, &submitted, &faults, (is_verbose, &names));
    output.result(&submitted, || text(&submitted))?;
    if submitted.rejected > 0 { Err(Error::silent(FAILED)) } else { Ok(()) }
}

/// How items are submitted.
pub(crate) struct Order<'a> {
    /// Name of the cycle.
    pub(crate) cycle: String,
    /// Draft or submission; an item that says it is a draft stays one.
    pub(crate) mode: pb::SaveMode,
    /// Check all and keep nothing.
    pub(crate) dry_run: bool,
    /// What the file was based on; none: whatever is there is replaced.
    pub(crate) bases: Option<&'a Bases>,
}

/// Submits items over one stream and returns what became of each.
pub(crate) async fn submit(
    submission: &Submission,
    order: &Order<'_>,
    client: &Client,
) -> Result<Submitted, Error> {
    let requests: Vec<SubmitContributionsRequest> =
        submission.items.iter().map(|item| request(item, order)).collect();
    let bar = progress(requests.len() as u64, "submitting");
    let mut results =
        client.submissions().submit_contributions(ask(stream::iter(requests))).await?.into_inner();
    let mut submitted =
        Submitted { cycle: order.cycle.clone(), dry_run: order.dry_run, ..Submitted::default() };
    while let Some(answer) = results.message().await? {
        bar.inc(1);
        let item = usize::try_from(answer.index).ok().and_then(|index| submission.items.get(index));
        let (Some(item), Some(result)) = (item, answer.result) else {
            return Err(Error::failed("the server answered an item that was not sent"));
        };
        count(&mut submitted, item, result.outcome());
        submitted.items.push(outcome(item, result));
    }
    bar.finish_and_clear();
    Ok(submitted)
}

fn request(item: &Item, order: &Order<'_>) -> SubmitContributionsRequest {
    let is_draft = item.save.mode() == pb::SaveMode::Draft;
    let mode = if is_draft { pb::SaveMode::Draft } else { order.mode };
    let etag = order.bases.map_or(String::new(), |bases| bases.etag(&item.save));
    let save =
        pb::Save { cycle: order.cycle.clone(), mode: mode.into(), etag, ..item.save.clone() };
    SubmitContributionsRequest { save: Some(save), validate_only: order.dry_run }
}

fn count(submitted: &mut Submitted, item: &Item, outcome: SaveOutcome) {
    let kind = item.save.content.as_ref().map(pb::Content::kind).unwrap_or_default();
    match (outcome, kind) {
        (SaveOutcome::Rejected | SaveOutcome::Unspecified, _) => submitted.rejected += 1,
        (SaveOutcome::Accepted, pb::ContributionKind::Unanswered) => submitted.open_cells += 1,
        (SaveOutcome::Accepted, pb::ContributionKind::GeneralRemark) => submitted.remarks += 1,
        (
            SaveOutcome::Unchanged,
            pb::ContributionKind::Unanswered | pb::ContributionKind::GeneralRemark,
        ) => {}
        (SaveOutcome::Accepted, _) => submitted.accepted += 1,
        (SaveOutcome::Unchanged, _) => submitted.unchanged += 1,
    }
}

fn outcome(item: &Item, result: pb::SaveResult) -> SubmittedItem {
    let outcome = match result.outcome() {
        SaveOutcome::Accepted => "accepted",
        SaveOutcome::Unchanged => "unchanged",
        SaveOutcome::Rejected | SaveOutcome::Unspecified => "rejected",
    };
    if let Some(returned) = result.contribution.as_ref().filter(|one| {
        result.outcome() == SaveOutcome::Unchanged && one.state() == pb::ContributionState::Returned
    }) {
        note(format_args!(
            "{}: it was returned and has not changed; `voortgang review decisions` shows what was asked for",
            returned.external_id
        ));
    }
    let (version, etag) = result.contribution.map_or((None, None), |contribution| {
        (Some(contribution.version), some(&contribution.etag).map(ToOwned::to_owned))
    });
    SubmittedItem {
        path: item.path.clone(),
        line: item.place().line,
        external_id: some(&item.save.external_id).map(ToOwned::to_owned),
        outcome: outcome.to_owned(),
        version,
        etag,
        approvals_ended: result.approvals_ended,
        findings: findings(item, result.error, result.findings),
        conflict: result.conflict.map(Message),
    }
}

/// Who saved the text that stands in the way or was overwritten.
fn author_of_conflict(item: &SubmittedItem) -> Option<&str> {
    Some(&item.conflict.as_ref()?.0.current.as_ref()?.author)
}

/// Whose text stands in the way or was overwritten, and what to do; none where nothing is there.
fn conflict_text(item: &SubmittedItem, dry_run: bool, names: &Names) -> Option<String> {
    let pb::SaveConflict { base, current } = &item.conflict.as_ref()?.0;
    let now = current.as_ref()?;
    let name = [now.cycle.as_str(), &now.organisation, &now.external_id].join(" ");
    let (version, at) = (now.version, time(now.update_time.as_ref()));
    let author = names.with_id(&now.author);
    let whose = format!("revision {version} of {at} by {author}");
    if item.outcome != "rejected" {
        let done = if dry_run { "would be overwritten" } else { "is overwritten" };
        let look = format!("contribution show {name} --version {version}");
        return Some(format!("{whose} {done}; `voortgang {look}` shows it"));
    }
    let (yours, look) = if let Some(base) = base {
        let from = base.version;
        let is_earlier = item.findings.iter().any(|finding| finding.reason == "EARLIER_TEXT");
        let how = if is_earlier { "says what stood in" } else { "was based on" };
        let look = format!("contribution compare {name} --from {from} --to {version}");
        (format!("your file {how} revision {from}"), look)
    } else {
        let look = format!("contribution show {name}");
        ("your file was not based on what is there".to_owned(), look)
    };
    Some(format!(
        "{whose} is there and {yours}; `voortgang {look}` shows it: take it over into the file, then submit with `--overwrite`"
    ))
}

/// The reasons of a refusal first, then what else was found.
fn findings(
    item: &Item,
    error: Option<pb::ItemError>,
    found: Vec<pb::Finding>,
) -> Vec<FindingShown> {
    let line = |field: &str| item.place_of(field.strip_prefix("save.").unwrap_or(field)).line;
    let mut findings = Vec::new();
    if let Some(pb::ItemError { reason, message, field_violations, .. }) = error {
        if field_violations.is_empty() {
            findings.push(FindingShown {
                severity: "blocker".to_owned(),
                field: String::new(),
                reason,
                message,
                line: item.place().line,
            });
        }
        for pb::FieldViolation { field, reason, description } in field_violations {
            findings.push(FindingShown {
                severity: "blocker".to_owned(),
                line: line(&field),
                field,
                reason,
                message: description,
            });
        }
    }
    let is_refused = !findings.is_empty();
    for finding in found
        .into_iter()
        .filter(|finding| !is_refused || finding.severity() != pb::Severity::Blocker)
    {
        let severity = match finding.severity() {
            pb::Severity::Blocker => "blocker",
            pb::Severity::Warning => "warning",
            pb::Severity::Info | pb::Severity::Unspecified => "info",
        };
        let pb::Finding { reason, field, message, .. } = finding;
        findings.push(FindingShown {
            severity: severity.to_owned(),
            line: line(&field),
            field,
            reason,
            message,
        });
    }
    findings
}

fn print_notes(
    file: &Path,
    submitted: &Submitted,
    faults: &[Fault],
    (is_verbose, names): (bool, &Names),
) {
    for fault in faults {
        note(format_args!("{}:{fault}", file.display()));
    }
    // One cause, such as a closed cycle, concerns every item.
    let mut counts: BTreeMap<_, usize> = BTreeMap::new();
    for finding in submitted.items.iter().flat_map(|item| findings_of(item, is_verbose)) {
        *counts.entry(cause(finding)).or_default() += 1;
    }
    let mut noted = BTreeSet::new();
    for item in &submitted.items {
        let name = item.external_id.as_ref().unwrap_or(&item.path);
        for finding in findings_of(item, is_verbose) {
            let FindingShown { severity, field, reason, message, line } = finding;
            let count = counts[&cause(finding)];
            if count > FEW && !noted.insert(cause(finding)) {
                continue;
            }
            let whose = if FEW < count { format!("{count} items") } else { name.clone() };
            let colon = if field.is_empty() { "" } else { ": " };
            note(format_args!(
                "{}:{line}: {whose}: {severity}: {field}{colon}{message} ({reason})",
                file.display()
            ));
        }
        if let Some(conflict) = conflict_text(item, submitted.dry_run, names) {
            note(format_args!("{}:{}: {name}: {conflict}", file.display(), item.line));
        }
        if let Some(ended) = ended_text(item, submitted.dry_run) {
            note(format_args!("{}:{}: {name}: {ended}", file.display(), item.line));
        }
    }
}

/// Whose approval ends; none where nobody's does.
fn ended_text(item: &SubmittedItem, dry_run: bool) -> Option<String> {
    let codes = item.approvals_ended.join(", ");
    let ends = if dry_run { "would end" } else { "ends" };
    (!codes.is_empty()).then(|| format!("the approval of {codes} {ends}: the text is another one"))
}

/// The findings that are printed.
fn findings_of(item: &SubmittedItem, is_verbose: bool) -> impl Iterator<Item = &FindingShown> {
    item.findings.iter().filter(move |finding| is_verbose || finding.severity != "info")
}

/// What a finding says, whichever item it is of.
fn cause(finding: &FindingShown) -> (&str, &str, &str) {
    (&finding.field, &finding.reason, &finding.message)
}

fn text(submitted: &Submitted) -> String {
    let Submitted {
        accepted, unchanged, rejected, open_cells, remarks, left_alone, dry_run, ..
    } = submitted;
    let mut lines = Vec::new();
    if *open_cells > 0 {
        lines.push(format!(
            "{open_cells} open cell{} recorded",
            if *open_cells == 1 { "" } else { "s" }
        ));
    }
    if *remarks > 0 {
        lines.push(format!(
            "{remarks} remark{} on a whole report recorded",
            if *remarks == 1 { "" } else { "s" }
        ));
    }
    if *left_alone > 0 {
        lines.push(format!("{left_alone} of other organisations left alone"));
    }
    if *dry_run {
        lines.push("dry run: nothing was kept".to_owned());
    }
    lines.push(format!("{accepted} accepted, {unchanged} unchanged, {rejected} rejected"));
    lines.join("\n")
}
