//! Rolling forward: copies obligations and texts of an earlier cycle into a new one.
//!
//! Invariant: nothing is copied twice, whatever happened to the copy since.

mod follow;

use std::collections::BTreeSet;

use model::{
    Asked, Content, Contribution, ContributionKind, ContributionState, Cycle, CycleName, Framework,
    ObligationChange, canonical,
};

use crate::{
    Error, Storage,
    store::{
        Changes, Result, Tx,
        scopes::{contributions_of, obligations_of},
    },
    verbs::{
        cycles::{cycle_not_found, known},
        obligations::{assigned_now, record_changes, unknown},
        roll_forward::follow::{Follow, Followed, finding},
        saves::{self, CheckedSave},
    },
};

/// What was taken over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RolledForward {
    /// The cycle taken from.
    pub(crate) from: CycleName,
    /// New obligations.
    pub(crate) obligations: u32,
    /// New drafts.
    pub(crate) drafts: u32,
    /// What was not taken over, and why.
    pub(crate) left_behind: Vec<String>,
    /// Drafts that answer another indicator than before, and how it became that.
    pub(crate) offered: Vec<String>,
}

impl Storage {
    /// Takes over obligations and texts from the cycle before, or from the one named. With `validate_only` everything is done
    /// but the commit.
    pub(crate) async fn roll_forward(
        &self,
        name: &CycleName,
        from: Option<CycleName>,
        validate_only: bool,
    ) -> Result<RolledForward> {
        let organisations = self.cycle(name).await?.organisations;
        let scopes = organisations.iter().map(|code| contributions_of(name, code));
        let mut tx = self.store.write(scopes.chain([obligations_of(name)])).await?;
        let (cycle, framework) = known(&mut tx, name).await?;
        let from = source(&mut tx, &cycle, from).await?;
        let follow = Follow::read(&mut tx, &from, &cycle).await?;
        let to = Target { cycle: &cycle, framework: &framework, follow: &follow };
        let mut rolled = RolledForward {
            from: from.name.clone(),
            obligations: 0,
            drafts: 0,
            left_behind: Vec::new(),
            offered: Vec::new(),
        };
        take_obligations(&mut tx, &to, &from, &mut rolled).await?;
        take_texts(&mut tx, &to, &from, &mut rolled).await?;
        if rolled.obligations + rolled.drafts > 0 && !validate_only {
            self.commit(tx).await?;
        }
        Ok(rolled)
    }
}

/// Where things are taken to.
struct Target<'a> {
    cycle: &'a Cycle,
    framework: &'a Framework,
    follow: &'a Follow,
}

/// The cycle to take from: the one named, else the framework's latest that ends before this one begins.
async fn source(tx: &mut Tx, cycle: &Cycle, named: Option<CycleName>) -> Result<Cycle> {
    if let Some(name) = named {
        let from = tx.cycle(&name).await?.ok_or_else(|| cycle_not_found(&name))?;
        if from.framework != cycle.framework || from.name == cycle.name {
            let message = format!("`{name}` is no other cycle of framework `{}`", cycle.framework);
            return Err(Error::invalid("from", "NO_EARLIER_CYCLE", message));
        }
        return Ok(from);
    }
    let known = tx.cycles(cycle.framework.as_str(), "", u32::MAX).await?;
    let before = known.into_iter().filter(|known| known.period.until() < cycle.period.from());
    before.max_by_key(|known| (known.period.until(), known.period.from())).ok_or_else(|| {
        Error::Precondition {
            reason: "NO_EARLIER_CYCLE",
            message: format!(
                "framework `{}` has no cycle before `{}`; name one, or assign obligations",
                cycle.framework, cycle.name
            ),
        }
    })
}

async fn take_obligations(
    tx: &mut Tx,
    to: &Target<'_>,
    from: &Cycle,
    rolled: &mut RolledForward,
) -> Result<()> {
    let (owed, _) = assigned_now(tx, &from.name).await?;
    let (_, mut ever) = assigned_now(tx, &to.cycle.name).await?;
    let mut changes = Changes::new();
    for (asked, assigned) in owed {
        let next = to.follow.asked(&asked);
        if next.is_empty() {
            rolled
                .left_behind
                .push(format!("{asked}: it ended, or no link says what became of it"));
        }
        for asked in next {
            if let Some(fault) = unknown(to.cycle, to.framework, &asked) {
                rolled.left_behind.push(format!("{asked}: {}", fault.description));
            } else if ever.insert(asked.clone()) {
                changes.push((asked, ObligationChange::Assigned { optional: assigned.optional }));
            }
        }
    }
    if !changes.is_empty() {
        record_changes(tx, &to.cycle.name, "obligations.roll-forward", &changes).await?;
    }
    rolled.obligations = u32::try_from(changes.len()).unwrap_or(u32::MAX);
    Ok(())
}

/// Open cells and tombstones are no texts; they stay where they are.
async fn take_texts(
    tx: &mut Tx,
    to: &Target<'_>,
    from: &Cycle,
    rolled: &mut RolledForward,
) -> Result<()> {
    let taken: BTreeSet<String> = tx.taken_over(&to.cycle.name).await?.into_iter().collect();
    let mut sources = tx.handed_in(&from.name).await?;
    sources.retain(|source| {
        !source.is_erased()
            && source.content.kind != ContributionKind::Unanswered
            && source.state != ContributionState::Withdrawn
    });
    sources.sort_by_cached_key(|source| (source.organisation.clone(), source.public_id()));
    for source in sources.iter().filter(|source| !taken.contains(&source.id.to_string())) {
        let named = |why: String| format!("{} {}: {why}", source.organisation, source.public_id());
        match followed(to, source) {
            Err(why) => rolled.left_behind.push(named(why)),
            Ok(Followed { content, marks }) => {
                if take_text(tx, to.cycle, source, content, &marks).await? {
                    rolled.drafts += 1;
                    rolled.offered.extend(marks.into_iter().map(named));
                }
            }
        }
    }
    Ok(())
}

/// What a text answers in the cycle; an error says why it has no place there.
fn followed(to: &Target<'_>, source: &Contribution) -> std::result::Result<Followed, String> {
    let content = text_of(&source.content, to.cycle);
    if to.follow.is_one_version() || !to.cycle.organisations.contains(&source.organisation) {
        return match unfit(to.cycle, to.framework, source) {
            Some(why) => Err(why),
            None => Ok(Followed { content, marks: Vec::new() }),
        };
    }
    to.follow.text(&content)
}

/// Why a text has no place in the cycle.
fn unfit(cycle: &Cycle, framework: &Framework, source: &Contribution) -> Option<String> {
    let asked = |goal: &str, indicator: &str| Asked {
        organisation: source.organisation.clone(),
        goal: goal.to_owned(),
        indicator: indicator.to_owned(),
    };
    if !cycle.organisations.contains(&source.organisation) {
        return unknown(cycle, framework, &asked("", "")).map(|fault| fault.description);
    }
    let Content { goals, indicators, .. } = &source.content;
    let missing = goals.iter().find_map(|goal| unknown(cycle, framework, &asked(goal, "")));
    let missing = missing.or_else(|| {
        // An indicator of a goal that is not named is allowed in a contribution.
        let gone = indicators.iter().find(|code| framework.indicator(code).is_none())?;
        let goal = framework.goals.first()?;
        unknown(cycle, framework, &asked(&goal.code, gone))
    });
    missing.map(|fault| fault.description)
}

/// Saves the text as a draft. Where the cycle has a contribution of that id or content already, it stays as it is.
async fn take_text(
    tx: &mut Tx,
    cycle: &Cycle,
    source: &Contribution,
    content: Content,
    marks: &[String],
) -> Result<bool> {
    let hash = canonical::content_hash(&content);
    let known = match &source.external_id {
        Some(id) => tx.contribution_by_external_id(&cycle.name, &source.organisation, id).await?,
        None => tx.contribution_by_content(&cycle.name, &source.organisation, hash).await?,
    };
    if known.is_some() {
        return Ok(false);
    }
    let save = CheckedSave {
        cycle: cycle.name.clone(),
        organisation: source.organisation.clone(),
        external_id: source.external_id.clone(),
        id: None,
        content,
        state: ContributionState::Draft,
        etag: String::new(),
        request_id: None,
        findings: marks.iter().map(|mark| finding(mark)).collect(),
        autosave: false,
        from_file: false,
        rolled_forward: true,
    };
    let draft = saves::write(tx, save, hash, None).await?;
    tx.write_saves().await?;
    tx.insert_taken_over(&cycle.name, source.id, draft.id).await?;
    Ok(true)
}

/// What is taken over: what the text says and where it belongs, with the partners that report in the cycle. Figures, pages and
/// notes are of their own period.
fn text_of(content: &Content, cycle: &Cycle) -> Content {
    let reports =
        |code: &&String| cycle.organisations.iter().any(|known| known.as_str() == code.as_str());
    Content {
        partners: content.partners.iter().filter(reports).cloned().collect(),
        figures: Vec::new(),
        source_pages: Vec::new(),
        note: String::new(),
        ..content.clone()
    }
}
