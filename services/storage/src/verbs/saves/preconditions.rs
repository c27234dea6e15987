//! Refuses saves that are not allowed. Nothing here writes.

use jiff::civil::Date;
use model::{Contribution, ContributionState, Cycle, CycleState, Finding, Hash, Severity, Slug};

use crate::{
    Conflict, Error,
    caller::caller,
    store::{Head, Result, Tx},
    verbs::{
        cycles::framework_of,
        obligations::ALWAYS,
        saves::{
            CheckedSave,
            from_file::{is_of_sender, refuse_earlier_text},
        },
    },
};

pub(super) fn check_cycle(tx: &Tx, save: &CheckedSave, cycle: &Cycle) -> Result<()> {
    if !cycle.organisations.contains(&save.organisation) {
        let known: Vec<&str> = cycle.organisations.iter().map(Slug::as_str).collect();
        let description = format!(
            "`{}` does not report in `{}`; {} do",
            save.organisation,
            cycle.name,
            known.join(", ")
        );
        return Err(Error::invalid("save.organisation", "UNKNOWN_ORGANISATION", description));
    }
    if cycle.state == CycleState::Closed {
        return Err(Error::Precondition {
            reason: "CYCLE_CLOSED",
            message: format!("cycle `{}` no longer takes contributions", cycle.name),
        });
    }
    if let (Some(opening), Some(today)) = (cycle.opening, today(tx))
        && today < opening
    {
        return Err(Error::Precondition {
            reason: "CYCLE_NOT_YET_OPEN",
            message: format!("cycle `{}` takes contributions from {opening}", cycle.name),
        });
    }
    Ok(())
}

/// Today, in UTC.
fn today(tx: &Tx) -> Option<Date> {
    let now = jiff::Timestamp::from_millisecond(tx.now().0).ok()?;
    Some(jiff::tz::Offset::UTC.to_datetime(now).date())
}

/// What is said to somebody who first hands something in after the deadline of their organisation, which is that of the cycle
/// unless it has one of its own.
pub(super) async fn after_deadline(
    tx: &mut Tx,
    save: &CheckedSave,
    cycle: &Cycle,
    head: Option<&Head>,
) -> Result<Option<Finding>> {
    if save.state != ContributionState::Submitted {
        return Ok(None);
    }
    let own = tx.extended_deadlines(&cycle.name, ALWAYS).await?.get(&save.organisation).copied();
    let passed =
        own.or(cycle.deadline).filter(|deadline| today(tx).is_some_and(|today| *deadline < today));
    let Some(deadline) = passed else { return Ok(None) };
    if let Some(head) = head
        && tx.handed_in_of(head.id).await?.is_some()
    {
        return Ok(None);
    }
    Ok(Some(Finding {
        severity: Severity::Warning,
        reason: "AFTER_DEADLINE".to_owned(),
        field: String::new(),
        message: format!("it is late: `{}` had until {deadline}", save.organisation),
    }))
}

/// What is said to somebody who hands in a text of an earlier cycle that nobody edited.
pub(super) fn unedited(
    save: &CheckedSave,
    head: Option<&Head>,
    content_hash: Hash,
) -> Option<Finding> {
    let is_unedited = save.state == ContributionState::Submitted
        && head.is_some_and(|head| head.is_unedited_by(&save.content, content_hash));
    is_unedited.then(|| Finding {
        severity: Severity::Warning,
        reason: "TEXT_OF_EARLIER_CYCLE".to_owned(),
        field: "content.narratives".to_owned(),
        message: "the text was taken over from an earlier cycle, and nobody edited it".to_owned(),
    })
}

/// Refuses a save for an organisation or goal that the caller does not write for.
pub(super) async fn check_caller(tx: &mut Tx, save: &CheckedSave, cycle: &Cycle) -> Result<()> {
    let Some(caller) = caller() else { return Ok(()) };
    if caller.sees_all_of(&save.organisation) {
        return Ok(());
    }
    if !caller.sees_some_of(&save.organisation) {
        return Err(Error::Denied {
            reason: "OTHER_ORGANISATION",
            message: format!("you do not write for `{}`", save.organisation),
        });
    }
    let framework = framework_of(tx, cycle).await?;
    if caller.covers(&save.organisation, &save.content.goals, &framework) {
        return Ok(());
    }
    Err(other_goal(&save.organisation))
}

/// The message names no goals: the caller may not know those of an existing text.
pub(super) fn other_goal(organisation: &Slug) -> Error {
    Error::Denied {
        reason: "OTHER_GOAL",
        message: format!("you do not write on all goals of this text for `{organisation}`"),
    }
}

/// Refuses an external id that differs from that of the contribution found by id.
pub(super) fn check_external_id(save: &CheckedSave, head: Option<&Head>) -> Result<()> {
    match head {
        Some(head) if save.external_id.is_some() && head.external_id != save.external_id => {
            Err(Error::invalid(
                "save.external_id",
                "EXTERNAL_ID_DIFFERS",
                "the contribution with this id has another external id",
            ))
        }
        _ => Ok(()),
    }
}

/// The etag of what is not there.
const NOTHING: &str = "none";

/// Refuses a stale etag, with both revisions for a merge, and a file that is older than its etag.
pub(super) async fn check_etag(
    tx: &mut Tx,
    save: &CheckedSave,
    head: Option<&Head>,
    content_hash: Hash,
) -> Result<()> {
    if save.etag.is_empty() {
        return Ok(());
    }
    if let Some(head) = head.filter(|_| save.from_file) {
        refuse_earlier_text(tx, head, content_hash).await?;
    }
    let current = head.map_or(NOTHING.to_owned(), Contribution::etag);
    let is_over_nothing = save.etag == NOTHING && head.is_some_and(Contribution::is_untouched);
    if save.etag == current || is_over_nothing {
        return Ok(());
    }
    let base = match head {
        Some(head) => revision_of(tx, head, &save.etag).await?,
        None => None,
    };
    if let Some(head) = head.filter(|_| save.from_file && (base.is_some() || save.etag == NOTHING))
        && is_of_sender(tx, head, base.as_ref(), content_hash).await?
    {
        return Ok(());
    }
    Err(Error::StaleEtag {
        field: "save.etag",
        given: save.etag.chars().take(80).collect(),
        current,
        conflict: head.map(|head| Box::new(Conflict { base, current: head.clone() })),
    })
}

/// The revision that has an etag.
async fn revision_of(tx: &mut Tx, head: &Head, etag: &str) -> Result<Option<Contribution>> {
    let version = etag.split('-').next().and_then(|number| number.parse().ok()).unwrap_or(0);
    if version == 0 {
        return Ok(None);
    }
    Ok(tx.contribution(head.id, version).await?.filter(|revision| revision.etag() == etag))
}

/// Refuses a text that was erased from this contribution; another text may take its place.
pub(super) async fn refuse_erased(
    tx: &mut Tx,
    head: Option<&Head>,
    content_hash: Hash,
) -> Result<()> {
    let Some(head) = head else { return Ok(()) };
    // An erasure empties every revision, so only revisions that were saved later can follow a tombstone.
    let may_have_one = head.is_erased() || head.version > 1;
    if !may_have_one || !tx.has_erased(head.id, content_hash).await? {
        return Ok(());
    }
    let message = format!(
        "this text of contribution `{}` was erased; save it without the part that was erased",
        head.id
    );
    Err(Error::Precondition { reason: "ERASED", message })
}
