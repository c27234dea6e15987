//! Publishing: pins what an edition holds, and asks for its files.

use jiff::civil::Date;
use model::{
    ChangeNote, Contribution, ContributionKind, Cycle, CycleName, Edition, EditionState, Format,
    Framework, Hash, Manifest, Organisation, Override, RequestId, canonical,
};
use wire::{EventBody, events};

use crate::{
    Error, Storage,
    store::{
        Result, Tx,
        scopes::{editions_of, obligations_of, overrides_of},
    },
    verbs::{
        cycles::{cycle_not_found, framework_of, organisations_of},
        editions::{
            change_note::{Next, change_note, pin},
            jobs::add_jobs,
            lookup::reread,
            print_order::print_order,
            publishable::{Publishable, new_override, overrides_behind, publishable},
        },
        obligations::completeness,
        reviews::record_override,
        text_limits::{MAX_REASON, check_length},
    },
};

/// Maximum number of languages in one order.
const MAX_LANGUAGES: usize = 20;

/// What is to be published.
#[derive(Debug, Clone)]
pub(crate) struct PublishOrder {
    /// The cycle.
    pub(crate) cycle: CycleName,
    /// Date printed in it.
    pub(crate) date: Date,
    /// Formats to render; empty: all. JSON is always made.
    pub(crate) formats: Vec<Format>,
    /// Languages of the fixed texts; empty: the framework's.
    pub(crate) languages: Vec<String>,
    /// Recorded in the audit log. Publishing is idempotent by what is pinned, not by this id.
    pub(crate) request_id: Option<RequestId>,
    /// Why four eyes are overridden; empty where they are not.
    pub(crate) override_reason: String,
}

impl Storage {
    /// Pins an edition and queues its files. If content and date equal those of an edition that stands, it is that edition, and
    /// missing formats and languages are added. Returns the edition and whether it is new.
    pub(crate) async fn publish_edition(&self, order: PublishOrder) -> Result<(Edition, bool)> {
        check_length("override_reason", &order.override_reason, MAX_REASON)?;
        check_languages(&order.languages)?;
        let scopes = [editions_of, obligations_of, overrides_of].map(|scope| scope(&order.cycle));
        let mut tx = self.store.write(scopes).await?;
        check_date(order.date, tx.today()?)?;
        let cycle = tx.cycle(&order.cycle).await?.ok_or_else(|| cycle_not_found(&order.cycle))?;
        let framework = framework_of(&mut tx, &cycle).await?;
        let draft = draft(&mut tx, &cycle, &framework, &order).await?;
        let (edition, created) = match standing(&mut tx, &cycle, &draft).await? {
            Some(edition) => (edition, false),
            None => (pin_edition(&mut tx, &cycle, draft).await?, true),
        };
        let own = std::slice::from_ref(&framework.language);
        let languages = if order.languages.is_empty() { own } else { &order.languages };
        add_jobs(&mut tx, &edition, &order.formats, languages).await?;
        let request_id = order.request_id.as_ref().map_or("", |id| id.as_str());
        tx.audit("edition.publish", edition.name.as_str(), request_id.as_bytes())?;
        let edition = reread(&mut tx, &edition.name).await?;
        self.commit(tx).await?;
        Ok((edition, created))
    }
}

/// There is no schedule: what is published is public once its files are there.
fn check_date(date: Date, today: Date) -> Result<()> {
    if date <= today {
        return Ok(());
    }
    let message = format!(
        "{date} is after today, {today} (UTC), and an edition is public as soon as its files are there: publish on that day"
    );
    Err(Error::invalid("date", "DATE_TO_COME", message))
}

fn check_languages(languages: &[String]) -> Result<()> {
    if languages.len() <= MAX_LANGUAGES {
        return Ok(());
    }
    let message = format!("has {} languages, at most {MAX_LANGUAGES} are taken", languages.len());
    Err(Error::invalid("languages", "TOO_MANY", message))
}

/// What would be published now.
struct Draft {
    /// With number 0, by which editions are compared.
    manifest: Manifest,
    /// Contributions in printed order.
    pinned: Vec<Contribution>,
    /// The overrides that it rests on, with the persons.
    overrides: Vec<Override>,
    /// The one of them that is made by publishing.
    own: Option<Override>,
}

async fn draft(
    tx: &mut Tx,
    cycle: &Cycle,
    framework: &Framework,
    order: &PublishOrder,
) -> Result<Draft> {
    let handed_in = tx.handed_in(&cycle.name).await?;
    let Publishable { contributions, is_override } =
        publishable(tx, cycle, handed_in, &order.override_reason).await?;
    let pinned = print_order(contributions, cycle, framework);
    if pinned.is_empty() {
        let message = format!(
            "cycle `{}` has no submitted contribution; submit one, then publish",
            cycle.name
        );
        return Err(Error::Precondition { reason: "NOTHING_TO_PUBLISH", message });
    }
    let organisations = organisations_of(tx, cycle).await?;
    let completeness = completeness(tx, cycle, framework).await?;
    let number = next_number(tx, cycle).await?;
    let mut overrides = overrides_behind(tx, cycle, &pinned).await?;
    let own = is_override.then(|| new_override(tx, cycle, number, &order.override_reason));
    overrides.extend(own.clone());
    let manifest = Manifest {
        completeness,
        overrides: overrides.iter().cloned().map(Override::for_readers).collect(),
        ..manifest(cycle, framework, &organisations, &pinned, order.date)
    };
    Ok(Draft { manifest, pinned, overrides, own })
}

async fn next_number(tx: &mut Tx, cycle: &Cycle) -> Result<u32> {
    let latest = tx.latest_edition(&cycle.name).await?;
    Ok(latest.map_or(0, |(latest, _)| latest.name.number()) + 1)
}

/// The edition that has this content already, under this date: the latest one that stands, or whose files failed.
async fn standing(tx: &mut Tx, cycle: &Cycle, draft: &Draft) -> Result<Option<Edition>> {
    let latest = tx.latest_edition(&cycle.name).await?;
    let failed = latest.filter(|(latest, _)| latest.state == EditionState::Failed);
    let known = failed.into_iter().chain(tx.standing_edition(&cycle.name).await?);
    for (edition, key) in known {
        let dated = Manifest { date: edition.date, ..draft.manifest.clone() };
        if key != content_key(&dated).to_string() {
            continue;
        }
        if edition.date == draft.manifest.date {
            return Ok(Some(edition));
        }
        if edition.state != EditionState::Failed {
            return Err(nothing_changed(&edition));
        }
    }
    Ok(None)
}

fn nothing_changed(Edition { name, date, .. }: &Edition) -> Error {
    let message = format!(
        "nothing that is shown has changed since edition `{name}` of {date}, and a new date alone is no new edition; give that date to add formats or languages"
    );
    Error::Precondition { reason: "NOTHING_CHANGED", message }
}

/// Hash of a manifest with number 0.
fn content_key(manifest: &Manifest) -> Hash {
    Hash::of(&canonical::manifest(manifest))
}

/// Adds the edition, with what differs from the one that stands.
async fn pin_edition(tx: &mut Tx, cycle: &Cycle, draft: Draft) -> Result<Edition> {
    let Draft { manifest, pinned, overrides, own } = draft;
    let next = Next { manifest: &manifest, pinned: &pinned, overrides: &overrides };
    let change_note = match tx.standing_edition(&cycle.name).await? {
        Some((edition, key)) => {
            let note = change_note(tx, &edition, &key, next).await?;
            if note.changes.is_empty() {
                return Err(nothing_changed(&edition));
            }
            Some(note)
        }
        None => None,
    };
    if let Some(own) = own {
        record_override(tx, &own).await?;
    }
    let key = content_key(&manifest);
    let manifest = Manifest { number: next_number(tx, cycle).await?, ..manifest };
    insert(tx, cycle, manifest, change_note, key, &pinned).await
}

/// The manifest with number 0, by which an edition is compared with the latest.
fn manifest(
    cycle: &Cycle,
    framework: &Framework,
    organisations: &[Organisation],
    pinned: &[Contribution],
    date: Date,
) -> Manifest {
    let name = |organisation: &Organisation| {
        let name = organisation
            .name_on(cycle.period.until())
            .map_or("", |name| name.get(&framework.language, "nl"));
        (organisation.code.clone(), name.to_owned())
    };
    Manifest {
        cycle: cycle.name.clone(),
        number: 0,
        date,
        framework_version: framework.version,
        framework_hash: framework
            .content_hash
            .unwrap_or_else(|| Hash::of(&canonical::framework(framework))),
        organisations: organisations.iter().map(name).collect(),
        pins: pinned.iter().map(pin).collect(),
        completeness: None,
        review: cycle.review,
        overrides: Vec::new(),
    }
}

async fn insert(
    tx: &mut Tx,
    cycle: &Cycle,
    manifest: Manifest,
    change_note: Option<ChangeNote>,
    content_key: Hash,
    pinned: &[Contribution],
) -> Result<Edition> {
    let reported =
        pinned.iter().filter(|one| one.content.kind != ContributionKind::Unanswered).count();
    let edition = Edition {
        name: cycle.name.edition(manifest.number),
        date: manifest.date,
        state: EditionState::Rendering,
        manifest_hash: Hash::of(&canonical::manifest(&manifest)),
        contribution_count: u32::try_from(reported).unwrap_or(u32::MAX),
        jobs: Vec::new(),
        artefacts: Vec::new(),
        create_time: tx.now(),
        publish_time: None,
        withdrawal: None,
        completeness: manifest.completeness,
        gaps: cycle.gaps,
        review: manifest.review,
        overrides: manifest.overrides,
        change_note,
    };
    tx.insert_edition(&edition, content_key, pinned).await?;
    let body = events::EditionPinned { edition: edition.name.to_string() };
    tx.record_event(edition.name.as_str(), &EventBody::EditionPinned(body));
    Ok(edition)
}
