//! Cycles: opened, read, and changed.

mod change;
mod coming_back;
mod effects;
mod findings;
mod move_framework;

use model::{Cycle, CycleName, Framework, Instant, InvalidField, Organisation, Slug, canonical};
use wire::{EventBody, events};

use crate::{
    Error, Storage,
    store::{Result, Tx, scopes},
};

pub(crate) use crate::verbs::cycles::change::Changed;

impl Storage {
    /// Opens a cycle. Framework version 0 means the latest, no organisations means all that the framework names.
    /// Returns the cycle and whether it was opened now. With `validate_only` everything is done but the commit.
    pub(crate) async fn open_cycle(
        &self,
        mut cycle: Cycle,
        validate_only: bool,
    ) -> Result<(Cycle, bool)> {
        let mut tx = self.store.write([scopes::CYCLES]).await?;
        let framework = tx.framework(&cycle.framework, cycle.framework_version).await?;
        let framework = framework.ok_or_else(|| framework_not_found(&cycle))?;
        if cycle.organisations.is_empty() {
            cycle.organisations = framework
                .organisations
                .iter()
                .map(|organisation| organisation.code.clone())
                .collect();
        }
        check(&mut tx, &cycle).await?;
        if let Some(known) = tx.cycle(&cycle.name).await? {
            return same_cycle(known, &cycle).map(|known| (known, false));
        }
        cycle.framework_version = framework.version;
        cycle.create_time = Some(tx.now());
        tx.insert_cycle(&cycle).await?;
        let mut opened = canonical::framework(&framework);
        let (gaps, review) = (cycle.gaps.name(), cycle.review.name());
        opened.extend(format!("gaps {gaps}\nreview {review}\n").into_bytes());
        tx.audit("cycle.open", cycle.name.as_str(), &opened)?;
        let body = events::CycleOpened { cycle: cycle.name.to_string() };
        tx.record_event(cycle.name.as_str(), &EventBody::CycleOpened(body));
        if !validate_only {
            self.commit(tx).await?;
            self.show_in_catalogue().await;
        }
        Ok((cycle, true))
    }

    /// Returns a cycle.
    pub(crate) async fn cycle(&self, name: &CycleName) -> Result<Cycle> {
        self.store.read().await?.cycle(name).await?.ok_or_else(|| cycle_not_found(name))
    }

    /// Lists cycles by name, of one framework or of all, after `after`.
    pub(crate) async fn cycles(
        &self,
        framework: &str,
        after: &str,
        limit: u32,
    ) -> Result<Vec<Cycle>> {
        self.store.read().await?.cycles(framework, after, limit).await
    }
}

pub(crate) fn cycle_not_found(name: &CycleName) -> Error {
    Error::NotFound { what: "cycle", reason: "CYCLE_NOT_FOUND", name: name.to_string() }
}

fn framework_not_found(cycle: &Cycle) -> Error {
    let name = match cycle.framework_version {
        0 => cycle.framework.to_string(),
        version => format!("{}@{version}", cycle.framework),
    };
    Error::NotFound { what: "framework", reason: "FRAMEWORK_NOT_FOUND", name }
}

async fn check(tx: &mut Tx, cycle: &Cycle) -> Result<()> {
    let mut faults = Vec::new();
    for (i, code) in cycle.organisations.iter().enumerate() {
        let field = format!("cycle.organisations[{i}]");
        if tx.organisation(code).await?.is_none() {
            faults.push(InvalidField::new(
                field,
                "UNKNOWN_ORGANISATION",
                format!("the register has no organisation `{code}`"),
            ));
        } else if cycle.organisations[..i].contains(code) {
            faults.push(InvalidField::new(
                field,
                "DUPLICATE_ORGANISATION",
                format!("`{code}` is named twice"),
            ));
        }
    }
    if cycle.organisations.is_empty() {
        faults.push(InvalidField::new(
            "cycle.organisations",
            "EMPTY_LIST",
            "name at least one organisation: the framework names none",
        ));
    }
    if cycle.opening.zip(cycle.deadline).is_some_and(|(opening, deadline)| deadline < opening) {
        faults.push(InvalidField::new(
            "cycle.deadline",
            "DEADLINE_BEFORE_OPENING",
            "the deadline is before the opening",
        ));
    }
    if faults.is_empty() { Ok(()) } else { Err(Error::Invalid(faults)) }
}

/// Opening a cycle again with the same particulars changes nothing; with others it is refused.
fn same_cycle(known: Cycle, asked: &Cycle) -> Result<Cycle> {
    let same_version =
        asked.framework_version == 0 || asked.framework_version == known.framework_version;
    let same_organisations = sorted(&known.organisations) == sorted(&asked.organisations);
    let same_dates = (known.opening, known.deadline) == (asked.opening, asked.deadline);
    let same_policies = (known.gaps, known.review) == (asked.gaps, asked.review);
    if same_version && same_organisations && same_dates && same_policies {
        return Ok(known);
    }
    Err(Error::Exists(format!(
        "cycle `{}` is open already, with another framework version, other organisations, other dates, or another policy of gaps or review",
        known.name
    )))
}

fn sorted(codes: &[Slug]) -> Vec<&Slug> {
    let mut codes: Vec<&Slug> = codes.iter().collect();
    codes.sort();
    codes
}

/// The framework version of a cycle.
pub(crate) async fn framework_of(tx: &mut Tx, cycle: &Cycle) -> Result<Framework> {
    let framework = tx.framework(&cycle.framework, cycle.framework_version).await?;
    framework.ok_or_else(|| Error::BadRow {
        table: "cycles",
        problem: format!("`{}` has no framework", cycle.name),
    })
}

/// The organisations of a cycle, in its order.
pub(crate) async fn organisations_of(tx: &mut Tx, cycle: &Cycle) -> Result<Vec<Organisation>> {
    let mut organisations = Vec::new();
    for code in &cycle.organisations {
        let organisation = tx.organisation(code).await?;
        organisations.push(organisation.ok_or_else(|| Error::BadRow {
            table: "cycles",
            problem: format!("`{}` names `{code}`", cycle.name),
        })?);
    }
    Ok(organisations)
}

/// The cycle and its framework version.
pub(crate) async fn known(tx: &mut Tx, name: &CycleName) -> Result<(Cycle, Framework)> {
    known_as_of(tx, name, Instant(i64::MAX)).await
}

/// The same as it was at a moment.
pub(crate) async fn known_as_of(
    tx: &mut Tx,
    name: &CycleName,
    moment: Instant,
) -> Result<(Cycle, Framework)> {
    let cycle = tx.cycle_as_of(name, moment).await?.ok_or_else(|| cycle_not_found(name))?;
    let framework = framework_of(tx, &cycle).await?;
    Ok((cycle, framework))
}
