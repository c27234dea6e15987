//! What a change of a cycle does to obligations and contributions: what is the case after it and was not before.

use std::collections::{BTreeMap, BTreeSet};

use model::{
    Asked, Contribution, ContributionState, Cycle, CycleState, Framework, GapPolicy, Obligation,
    ReviewPolicy, Slug,
};
use wire::v1::{self as pb, CycleEffectKind as Kind};

use crate::{
    store::{Result, Tx},
    verbs::{
        cycles::{
            framework_of,
            move_framework::{is_out, latest_of},
        },
        obligations::obligation_states,
    },
};

/// What becomes of an obligation or a contribution.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Effect {
    kind: Kind,
    subject: Subject,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Subject {
    Obligation(Asked),
    /// Its organisation, the sender's own id and its id.
    Text(String, String, String),
    /// A partner of a text, which is named as above.
    Partner(Box<Subject>, Slug),
}

impl From<Effect> for pb::CycleEffect {
    fn from(Effect { kind, subject }: Effect) -> Self {
        let effect = Self::from(subject);
        Self { kind: kind.into(), ..effect }
    }
}

impl From<Subject> for pb::CycleEffect {
    fn from(subject: Subject) -> Self {
        match subject {
            Subject::Obligation(Asked { organisation, goal, indicator }) => {
                Self { organisation: organisation.to_string(), goal, indicator, ..Self::default() }
            }
            Subject::Text(organisation, external_id, contribution) => {
                Self { organisation, contribution, external_id, ..Self::default() }
            }
            Subject::Partner(text, partner) => {
                Self { partner: partner.to_string(), ..Self::from(*text) }
            }
        }
    }
}

/// How everything stands in a cycle at one point.
pub(super) struct Snapshot {
    /// In the order of the cycle and its framework.
    obligations: Vec<Obligation>,
    is_closed: bool,
    /// Whether an unexplained gap stops publishing.
    refuses_gaps: bool,
    /// What becomes of the text that was handed in last.
    published: BTreeMap<Subject, Kind>,
    /// Whether what is not handed in can be.
    edited: BTreeMap<Subject, Kind>,
    /// Whether the partner of a text reports.
    partners: BTreeMap<Subject, Kind>,
}

impl Snapshot {
    pub(super) async fn take(tx: &mut Tx, cycle: &Cycle) -> Result<Self> {
        let framework = framework_of(tx, cycle).await?;
        let obligations = obligation_states(tx, cycle, &framework, None).await?;
        let handed_in = tx.handed_in(&cycle.name).await?;
        let latest = latest_of(tx, &cycle.name).await?;
        let published = handed_in
            .iter()
            .filter_map(|text| Some((subject(text), published(cycle, &framework, text)?)));
        let edited = latest.iter().filter_map(|text| Some((subject(text), edited(cycle, text)?)));
        Ok(Self {
            obligations,
            is_closed: cycle.state == CycleState::Closed,
            refuses_gaps: cycle.gaps == GapPolicy::Refuse,
            published: published.collect(),
            edited: edited.collect(),
            partners: latest.iter().flat_map(|text| partners(cycle, text)).collect(),
        })
    }

    /// Whether no edition is published while an obligation stands like this.
    fn is_blocked_by(&self, obligation: &Obligation) -> bool {
        self.refuses_gaps && obligation.is_unexplained()
    }
}

fn subject(text: &Contribution) -> Subject {
    let external_id = text.external_id.as_ref().map_or("", |id| id.as_str());
    Subject::Text(text.organisation.to_string(), external_id.to_owned(), text.id.to_string())
}

/// What becomes of a text that was handed in; none where it was returned or withdrawn.
fn published(cycle: &Cycle, framework: &Framework, text: &Contribution) -> Option<Kind> {
    let is_approved = match text.state {
        ContributionState::Approved => true,
        ContributionState::Submitted => cycle.review == ReviewPolicy::None,
        ContributionState::Draft | ContributionState::Returned | ContributionState::Withdrawn => {
            return None;
        }
    };
    if text.is_erased() {
        None
    } else if !cycle.organisations.contains(&text.organisation) {
        Some(Kind::TextLeftOut)
    } else if !text.content.is_within(framework) {
        Some(Kind::TextOutsideFramework)
    } else if is_approved {
        Some(Kind::TextPublishable)
    } else {
        Some(Kind::TextAwaitsApproval)
    }
}

/// Whether a text that is not handed in can be.
fn edited(cycle: &Cycle, text: &Contribution) -> Option<Kind> {
    let is_open = match text.state {
        ContributionState::Draft | ContributionState::Returned => !is_out(text),
        ContributionState::Submitted
        | ContributionState::Approved
        | ContributionState::Withdrawn => false,
    };
    let can_be =
        cycle.state == CycleState::Open && cycle.organisations.contains(&text.organisation);
    is_open.then_some(if can_be { Kind::TextEditable } else { Kind::TextShut })
}

/// The partners of a text whose organisation reports, and whether they do.
fn partners(cycle: &Cycle, text: &Contribution) -> Vec<(Subject, Kind)> {
    if is_out(text) || !cycle.organisations.contains(&text.organisation) {
        return Vec::new();
    }
    let partner = |code: Slug| {
        let reports = cycle.organisations.contains(&code);
        let kind = if reports { Kind::TextWithPartner } else { Kind::TextWithoutPartner };
        (Subject::Partner(Box::new(subject(text)), code), kind)
    };
    text.organisations().into_iter().skip(1).map(partner).collect()
}

/// What is the case now and was not before: obligations first, in their order, then texts by organisation and id, then partners.
pub(super) fn effects(before: &Snapshot, now: &Snapshot) -> Vec<Effect> {
    let mut effects = of_obligations(before, now);
    for (was, is) in [(&before.published, &now.published), (&before.edited, &now.edited)] {
        let changed = is.iter().filter(|(subject, kind)| was.get(*subject) != Some(*kind));
        effects.extend(
            changed.map(|(subject, kind)| Effect { kind: *kind, subject: subject.clone() }),
        );
    }
    // Partners of a text that an edition may have now, or no more, are not news of their own.
    let partners = now
        .partners
        .iter()
        .filter(|(subject, kind)| before.partners.get(*subject).is_some_and(|was| was != *kind));
    effects
        .extend(partners.map(|(subject, kind)| Effect { kind: *kind, subject: subject.clone() }));
    effects
}

fn of_obligations(before: &Snapshot, now: &Snapshot) -> Vec<Effect> {
    let known: BTreeMap<&Asked, &Obligation> =
        before.obligations.iter().map(|one| (&one.asked, one)).collect();
    let owed: BTreeSet<&Asked> = now.obligations.iter().map(|one| &one.asked).collect();
    let effect = |kind, asked: &Asked| Effect { kind, subject: Subject::Obligation(asked.clone()) };
    let gone = before.obligations.iter().filter(|one| !owed.contains(&one.asked));
    let mut effects: Vec<Effect> =
        gone.map(|one| effect(Kind::ObligationRemoved, &one.asked)).collect();
    for one in &now.obligations {
        let Some(was) = known.get(&one.asked) else {
            effects.push(effect(Kind::ObligationAdded, &one.asked));
            continue;
        };
        match (was.late, one.late) {
            (false, true) => effects.push(effect(Kind::ObligationLate, &one.asked)),
            (true, false) => effects.push(effect(Kind::ObligationInTime, &one.asked)),
            (true, true) | (false, false) => {}
        }
        if now.is_blocked_by(one) && !before.is_blocked_by(was) {
            effects.push(effect(Kind::ObligationBlocks, &one.asked));
        }
        // What was answered is open again where whoever led the text does not report any more.
        let is_news = before.is_closed != now.is_closed || was.state.is_answered();
        if is_news && !one.state.is_answered() {
            let kind = match (now.is_closed, one.is_unexplained()) {
                (true, true) => Kind::ObligationShut,
                (true, false) => Kind::ObligationStaysOpen,
                (false, _) => Kind::ObligationAnswerable,
            };
            effects.push(effect(kind, &one.asked));
        }
    }
    effects
}
