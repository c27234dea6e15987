//! Publishing: pins what an edition holds, and asks for its files.

use jiff::civil::Date;
use model::{
    ChangeNote, Contribution, ContributionKind, Cycle, CycleName, Edition, EditionState, Exclusion,
    Format, Framework, Hash, Manifest, Organisation, Override, RequestId, canonical,
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
            exclusions::{check_exclusions, split},
            jobs::add_jobs,
            lookup::reread,
            print_order::print_order,
            publishable::{Publishable, new_override, overrides_behind, publishable},
        },
        obligations::completeness,
        reviews::record_override,
        text_checks::check_override_reason,
    },
};

/// Maximum number of languages in one order.
const MAX_LANGUAGES: usize = 20;

/// What is to be published.
#[derive(Debug, Clone)]
pub(crate) struct PublishOrder {
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
    /// Contributions that are left out.
    pub(crate) exclusions: Vec<Exclusion>,
}

impl Storage {
    /// Pins an edition and queues its files. If content and date equal those of an edition that stands, it is that edition, and
    /// missing formats and languages are added. Returns the edition and whether it is new.
    pub(crate) async fn publish_edition(&self, order: PublishOrder) -> Result<(Edition, bool)> {
        check_override_reason(&order.override_reason)?;
        self.printing.check_text("override_reason", &order.override_reason)?;
        check_languages(&order.languages)?;
        check_exclusions(&order.exclusions, &self.printing)?;
        let scopes = [editions_of, obligations_of, overrides_of].map(|scope| scope(&order.cycle));
        let mut tx = self.store.write(scopes).await?;
        check_date(order.date, tx.today()?)?;
        let cycle = tx.cycle(&order.cycle).await?.ok_or_else(|| cycle_not_found(&order.cycle))?;
        let framework = framework_of(&mut tx, &cycle).await?;
        let earlier = earlier(&mut tx, &cycle).await?;
        let draft = draft(&mut tx, &cycle, &framework, &order, earlier.next_number).await?;
        let (edition, created) = match earlier.with_content_of(&draft) {
            Some(edition) => (edition.clone(), false),
            None => (pin_edition(&mut tx, &cycle, draft, earlier).await?, true),
        };
        let default = std::slice::from_ref(&framework.language);
        let languages = if order.languages.is_empty() { default } else { &order.languages };
        for (i, language) in order.languages.iter().enumerate() {
            self.printing.check_language(&format!("languages[{i}]"), language)?;
        }
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

/// Editions of the cycle that matter to the next one, each with the key of its content.
struct Earlier {
    /// One more than the highest number.
    next_number: u32,
    /// The latest one, where its files failed.
    failed: Option<(Edition, String)>,
    /// The latest one that is public or becomes so.
    present: Option<(Edition, String)>,
}

impl Earlier {
    /// The edition that has this content already, under this date.
    fn with_content_of(&self, draft: &Draft) -> Option<&Edition> {
        let key = content_key(&draft.manifest).to_string();
        let date = draft.manifest.date;
        let mut known = self.failed.iter().chain(&self.present);
        known.find(|(edition, of)| *of == key && edition.date == date).map(|(edition, _)| edition)
    }
}

async fn earlier(tx: &mut Tx, cycle: &Cycle) -> Result<Earlier> {
    let mut next = tx.edition_below(&cycle.name, i64::MAX).await?;
    let next_number = next.as_ref().map_or(0, |(latest, _)| latest.name.number()) + 1;
    let failed = next.clone().filter(|(latest, _)| latest.state == EditionState::Failed);
    let stands = |edition: &Edition| {
        matches!(edition.state, EditionState::Rendering | EditionState::Published)
    };
    while let Some((edition, _)) = next.as_ref().filter(|(edition, _)| !stands(edition)) {
        next = tx.edition_below(&cycle.name, edition.name.number().into()).await?;
    }
    Ok(Earlier { next_number, failed, present: next })
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
    made: Option<Override>,
}

async fn draft(
    tx: &mut Tx,
    cycle: &Cycle,
    framework: &Framework,
    order: &PublishOrder,
    number: u32,
) -> Result<Draft> {
    let mut handed_in = tx.handed_in(&cycle.name).await?;
    // Who does not report any more has no chapter; the texts stay in the record.
    handed_in.retain(|contribution| cycle.organisations.contains(&contribution.organisation));
    let (handed_in, left_out) = split(handed_in, &order.exclusions)?;
    let Publishable { contributions, is_override } =
        publishable(tx, cycle, framework, handed_in, &order.override_reason).await?;
    let pinned = print_order(contributions, cycle, framework);
    if pinned.is_empty() {
        let message = format!(
            "cycle `{}` has no submitted contribution; submit one, then publish",
            cycle.name
        );
        return Err(Error::Precondition { reason: "NOTHING_TO_PUBLISH", message });
    }
    let organisations = organisations_of(tx, cycle).await?;
    let completeness = completeness(tx, cycle, framework, &left_out).await?;
    let mut overrides = overrides_behind(tx, cycle, &pinned).await?;
    let made = is_override.then(|| new_override(tx, cycle, number, &order.override_reason));
    overrides.extend(made.clone());
    let manifest = Manifest {
        completeness,
        overrides: overrides.iter().cloned().map(Override::for_readers).collect(),
        exclusions: order.exclusions.clone(),
        ..manifest(cycle, framework, &organisations, &pinned, order.date)
    };
    Ok(Draft { manifest, pinned, overrides, made })
}

/// Readers take the edition with the later date for the one that holds.
fn check_order(present: &Edition, date: Date) -> Result<()> {
    if present.date <= date {
        return Ok(());
    }
    let message = format!(
        "{date} is before {}, the date of edition `{}`, which this one takes the place of",
        present.date, present.name
    );
    Err(Error::invalid("date", "DATE_BEFORE_EDITION", message))
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
async fn pin_edition(
    tx: &mut Tx,
    cycle: &Cycle,
    draft: Draft,
    Earlier { next_number, present, .. }: Earlier,
) -> Result<Edition> {
    let Draft { manifest, pinned, overrides, made } = draft;
    let next = Next { manifest: &manifest, pinned: &pinned, overrides: &overrides };
    let mut note = None;
    if let Some((edition, key)) = present {
        let found = change_note(tx, &edition, &key, next).await?;
        if found.changes.is_empty() {
            return Err(nothing_changed(&edition));
        }
        check_order(&edition, manifest.date)?;
        note = Some(found);
    }
    if let Some(made) = made {
        record_override(tx, &made).await?;
    }
    let key = content_key(&manifest);
    insert(tx, cycle, Manifest { number: next_number, ..manifest }, note, key, &pinned).await
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
        let name = organisation.printed_name(cycle.period.until(), &framework.language);
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
        exclusions: Vec::new(),
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
    let name = cycle.name.edition(manifest.number);
    let edition = Edition {
        content_root: Some(model::content_root(&name, pinned)),
        name,
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
        exclusions: manifest.exclusions,
        change_note,
        cycle_change: tx.last_cycle_change(&cycle.name).await?,
    };
    tx.insert_edition(&edition, content_key, pinned).await?;
    let body = events::EditionPinned { edition: edition.name.to_string() };
    tx.record_event(edition.name.as_str(), &EventBody::EditionPinned(body));
    Ok(edition)
}
