//! Publishing: pins what an edition holds, and asks for its files.

use jiff::civil::Date;
use model::{
    Contribution, ContributionKind, Cycle, CycleName, Edition, EditionState, Format, Framework,
    Hash, Manifest, Organisation, Override, Pin, RequestId, canonical,
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
    /// Pins an edition and queues its files. If content and date equal those of the latest edition and that was not withdrawn,
    /// it is that edition, and missing formats and languages are added. Returns the edition and whether it is new.
    pub(crate) async fn publish_edition(&self, order: PublishOrder) -> Result<(Edition, bool)> {
        check_length("override_reason", &order.override_reason, MAX_REASON)?;
        let scopes = [editions_of, obligations_of, overrides_of].map(|scope| scope(&order.cycle));
        let mut tx = self.store.write(scopes).await?;
        let cycle = tx.cycle(&order.cycle).await?.ok_or_else(|| cycle_not_found(&order.cycle))?;
        let framework = framework_of(&mut tx, &cycle).await?;
        let handed_in = tx.handed_in(&order.cycle).await?;
        let Publishable { contributions, is_override } =
            publishable(&mut tx, &cycle, handed_in, &order.override_reason).await?;
        let pinned = print_order(contributions, &cycle, &framework);
        if pinned.is_empty() {
            let message = format!(
                "cycle `{}` has no submitted contribution; submit one, then publish",
                cycle.name
            );
            return Err(Error::Precondition { reason: "NOTHING_TO_PUBLISH", message });
        }
        let organisations = organisations_of(&mut tx, &cycle).await?;
        let completeness = completeness(&mut tx, &cycle, &framework).await?;
        let latest = tx.latest_edition(&order.cycle).await?;
        let number = latest.as_ref().map_or(0, |(latest, _)| latest.name.number()) + 1;
        let mut overrides = overrides_behind(&mut tx, &cycle, &pinned).await?;
        let own = is_override.then(|| new_override(&tx, &cycle, number, &order.override_reason));
        overrides.extend(own.clone());
        let manifest = Manifest {
            completeness,
            overrides: overrides.into_iter().map(Override::for_readers).collect(),
            ..manifest(&cycle, &framework, &organisations, &pinned, order.date)
        };
        let content_key = Hash::of(&canonical::manifest(&manifest));
        let (edition, created) = match latest {
            Some((latest, key))
                if key == content_key.to_string() && latest.state != EditionState::Withdrawn =>
            {
                (latest, false)
            }
            _ => {
                if let Some(own) = own {
                    record_override(&mut tx, &own).await?;
                }
                let manifest = Manifest { number, ..manifest };
                (insert(&mut tx, &cycle, manifest, content_key, &pinned).await?, true)
            }
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
    let pin = |contribution: &Contribution| Pin {
        organisation: contribution.organisation.clone(),
        external_id: contribution.external_id.clone(),
        content_hash: contribution.content_hash,
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
    };
    tx.insert_edition(&edition, content_key, pinned).await?;
    let body = events::EditionPinned { edition: edition.name.to_string() };
    tx.record_event(edition.name.as_str(), &EventBody::EditionPinned(body));
    Ok(edition)
}
