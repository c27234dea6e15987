//! Objects in every state that decides who sees them, each with a text that nobody else has.

use model::{Grant, Role};
use rpc::Identity;
use wire::storage as pb;

use crate::{
    access::matrix::judge::Sight,
    audit, contract, people,
    review::{approve, review_by, saved, storage_by},
    sandbox::Sandbox,
    withdrawal::{self, publish_all},
};

/// Why editions and contributions are withdrawn.
pub(super) const WITHDRAWN_FOR: &str = "It names somebody by mistake.";

const PUBLISHED: &str = "plan/2021";
const UNPUBLISHED: &str = "plan/2022";
const WITHDRAWN: &str = "plan/2023";
const GIVEN_UP: &str = "plan/2024";
const CYCLES: [&str; 4] = [PUBLISHED, UNPUBLISHED, WITHDRAWN, GIVEN_UP];

/// A contribution, and the edition of its cycle.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Object {
    /// A draft of `alfa` on what it handed in, after the edition.
    Own,
    /// The same of `beta`.
    Other,
    /// One of `alfa` in a published edition.
    Published,
    /// One of `beta` in an edition of which a file is still missing: it is under embargo until it is published.
    Unpublished,
    /// A withdrawn one of `alfa` in a withdrawn edition.
    Withdrawn,
    /// One of `beta` in an edition that was withdrawn before it was published, so that it never was public.
    GivenUp,
}

impl Object {
    pub(super) const ALL: [Self; 6] = [
        Self::Published,
        Self::Unpublished,
        Self::Withdrawn,
        Self::GivenUp,
        Self::Own,
        Self::Other,
    ];

    fn cycle(self) -> &'static str {
        match self {
            Self::Own | Self::Published => PUBLISHED,
            Self::Other | Self::Unpublished => UNPUBLISHED,
            Self::Withdrawn => WITHDRAWN,
            Self::GivenUp => GIVEN_UP,
        }
    }

    fn organisation(self) -> &'static str {
        match self {
            Self::Own | Self::Published | Self::Withdrawn => "alfa",
            Self::Other | Self::Unpublished | Self::GivenUp => "beta",
        }
    }

    /// Whether somebody sees it, or its edition where the call shows what is published.
    pub(super) fn is_seen_from(self, sight: Sight) -> bool {
        match self {
            Self::Own | Self::Published | Self::Withdrawn => Sight::Public <= sight,
            Self::Other | Self::Unpublished | Self::GivenUp => sight == Sight::Everything,
        }
    }

    pub(super) fn is_withdrawn(self) -> bool {
        matches!(self, Self::Withdrawn | Self::GivenUp)
    }

    /// A text of its own; no other holds it.
    fn secret(self, of: &str) -> String {
        format!("Zilverberk{self:?}{of}")
    }
}

/// Everything that an object is named by.
#[derive(Debug, Clone)]
pub(super) struct Target {
    pub(super) object: Object,
    pub(super) cycle: String,
    pub(super) organisation: &'static str,
    pub(super) contribution: String,
    pub(super) external_id: String,
    /// Of the save that handed it in.
    pub(super) request_id: String,
    pub(super) remark: String,
    pub(super) override_id: String,
    /// A member of the organisation.
    pub(super) person: String,
    pub(super) edition: String,
    pub(super) job: String,
    /// A file of the edition.
    pub(super) sha256: String,
    pub(super) dead_letter: u64,
}

impl Target {
    /// What does not exist in its place, under names of the same length.
    pub(super) fn absent(&self) -> Self {
        let edition = format!("{}/9", self.cycle);
        Self {
            contribution: unlike(&self.contribution),
            external_id: unlike(&self.external_id),
            request_id: unlike(&self.request_id),
            remark: unlike(&self.remark),
            override_id: unlike(&self.override_id),
            person: unlike(&self.person),
            job: self.job.replace(&self.edition, &edition),
            edition,
            sha256: unlike(&self.sha256),
            dead_letter: self.dead_letter + 1_000,
            ..self.clone()
        }
    }

    fn names(&self) -> [&str; 9] {
        [
            &self.contribution,
            &self.external_id,
            &self.request_id,
            &self.remark,
            &self.override_id,
            &self.person,
            &self.job,
            &self.edition,
            &self.sha256,
        ]
    }

    /// What was said of it, as said of what does not exist in its place.
    pub(super) fn in_place_of(&self, told: &[u8]) -> Vec<u8> {
        let absent = self.absent();
        let mut told = told.to_vec();
        for (name, unlike) in self.names().into_iter().zip(absent.names()) {
            for start in 0..told.len().saturating_sub(name.len() - 1) {
                if told[start..].starts_with(name.as_bytes()) {
                    told[start..start + name.len()].copy_from_slice(unlike.as_bytes());
                }
            }
        }
        told
    }
}

/// A name of the same kind and length.
fn unlike(name: &str) -> String {
    let first = if name.starts_with('f') { 'e' } else { 'f' };
    format!("{first}{}", &name[1..])
}

/// What only some may see, wherever it stands.
#[derive(Debug)]
pub(super) struct Secret {
    pub(super) text: String,
    /// From where on it is shown.
    pub(super) seen_from: Sight,
}

/// A sandbox with an object of each kind.
pub(super) struct World {
    pub(super) sandbox: Sandbox,
    pub(super) targets: Vec<Target>,
    pub(super) secrets: Vec<Secret>,
    made: State,
}

/// Somebody with a role; a contributor or reviewer is of `alfa`.
pub(super) fn identity(role: &str) -> Identity {
    let Some(known) = Role::from_name(role) else { return Identity::Anybody };
    let organisation = matches!(known, Role::Contributor | Role::Reviewer).then_some("alfa");
    let organisation = organisation.map(|code| code.parse().unwrap());
    Identity::with(role, [Grant { organisation, ..Grant::everywhere(known) }])
}

impl World {
    /// Another one, on a database of the same kind.
    pub(super) async fn anew(self) -> Self {
        let database = self.sandbox.database.another().await;
        Self::in_sandbox(Sandbox::on(database).await).await
    }

    pub(super) async fn in_sandbox(sandbox: Sandbox) -> Self {
        contract::register(&mut sandbox.client.clone()).await;
        for cycle in CYCLES {
            open(&sandbox, cycle).await;
        }
        let people =
            [("alfa", member(&sandbox, "alfa").await), ("beta", member(&sandbox, "beta").await)];
        let dead_letter = audit::park(&sandbox, &mut sandbox.client.clone()).await;
        let (mut targets, mut secrets) = (Vec::new(), Vec::new());
        for object in Object::ALL {
            let organisation = object.organisation();
            let (_, person) = people.iter().find(|(of, _)| *of == organisation).unwrap();
            let target =
                Target { person: person.clone(), dead_letter, ..handed_in(&sandbox, object).await };
            let target = bring_to_its_state(&sandbox, target).await;
            secrets.extend(secrets_of(&target));
            targets.push(target);
        }
        let made = state(&sandbox).await;
        Self { sandbox, targets, secrets, made }
    }

    /// Whether no call changed an object.
    pub(super) async fn is_as_made(&self) -> bool {
        state(&self.sandbox).await == self.made
    }
}

/// All contributions and editions.
type State = (Vec<pb::Contribution>, Vec<pb::Edition>);

async fn state(sandbox: &Sandbox) -> State {
    let mut client = sandbox.client.clone();
    let mut contributions = Vec::new();
    for cycle in CYCLES {
        let request = pb::ListContributionsRequest { cycle: cycle.into(), ..Default::default() };
        let page = client.list_contributions(request).await.unwrap().into_inner();
        contributions.extend(page.contributions);
    }
    let request = pb::ListEditionsRequest::default();
    (contributions, client.list_editions(request).await.unwrap().into_inner().editions)
}

/// Opens a cycle in which both organisations owe an answer to goal 1, and four eyes see it.
async fn open(sandbox: &Sandbox, cycle: &str) {
    let (_, year) = cycle.split_once('/').unwrap();
    let cycle = pb::Cycle {
        name: String::new(),
        from: format!("{year}-01-01"),
        until: format!("{year}-12-31"),
        review: pb::ReviewPolicy::FourEyes.into(),
        ..testkit::cycle().into()
    };
    let request = pb::OpenCycleRequest { cycle: Some(cycle) };
    let opened = sandbox.client.clone().open_cycle(request).await.unwrap().into_inner();
    let owed = |organisation: &str| pb::Obligation {
        organisation: organisation.into(),
        goal: "1".into(),
        ..pb::Obligation::default()
    };
    let request = pb::AssignObligationsRequest {
        cycle: opened.cycle.unwrap().name,
        obligations: vec![owed("alfa"), owed("beta")],
        validate_only: false,
    };
    sandbox.obligations.clone().assign_obligations(request).await.unwrap();
}

async fn member(sandbox: &Sandbox, organisation: &str) -> String {
    let mut client = sandbox.people.clone();
    let person = pb::Person { subject: format!("idp|{organisation}"), ..people::anna() };
    let person = people::save(&mut client, person).await.unwrap();
    people::add(&mut client, &person.id, people::contributor(organisation)).await.unwrap();
    person.id
}

/// A contribution with a remark, approved by an override.
async fn handed_in(sandbox: &Sandbox, object: Object) -> Target {
    let (cycle, organisation) = (object.cycle(), object.organisation());
    let external_id = format!("extern-{object:?}");
    let request_id = format!("request-{object:?}");
    let save = pb::Save {
        cycle: cycle.into(),
        organisation: organisation.into(),
        request_id: request_id.clone(),
        ..testkit::save(&external_id, &object.secret("Text"))
    };
    let contribution = saved(sandbox, "anna", save).await;
    let mut review = review_by(sandbox, "rita");
    let remark = pb::AddRemarkRequest {
        contribution: contribution.id.clone(),
        text: object.secret("Remark"),
        ..pb::AddRemarkRequest::default()
    };
    let remark = review.add_remark(remark).await.unwrap().into_inner().remark.unwrap().id;
    approve(sandbox, "anna", &contribution, &object.secret("Override")).await.unwrap();
    let list = pb::ListOverridesRequest { cycle: cycle.into() };
    let mut overrides = review.list_overrides(list).await.unwrap().into_inner().overrides;
    let edition = format!("{cycle}/1");
    Target {
        object,
        cycle: cycle.to_owned(),
        organisation,
        contribution: contribution.id,
        external_id,
        request_id,
        remark,
        override_id: overrides.pop().unwrap().id,
        person: String::new(),
        job: format!("{edition}/json/nl"),
        sha256: model::Hash::of(&withdrawal::bytes_of(&format!("{edition}/json/nl"))).to_string(),
        edition,
        dead_letter: 0,
    }
}

async fn bring_to_its_state(sandbox: &Sandbox, target: Target) -> Target {
    match target.object {
        Object::Own | Object::Other => draft(sandbox, &target).await,
        Object::Published => {
            publish(sandbox, &target.cycle).await;
            publish_all(sandbox, &target.edition).await;
        }
        Object::Unpublished => {
            publish(sandbox, &target.cycle).await;
            store_one(sandbox, &target).await;
        }
        Object::Withdrawn => {
            publish(sandbox, &target.cycle).await;
            publish_all(sandbox, &target.edition).await;
            withdraw(sandbox, &target).await;
            withdraw_contribution(sandbox, &target).await;
        }
        Object::GivenUp => {
            publish(sandbox, &target.cycle).await;
            store_one(sandbox, &target).await;
            fail_the_other(sandbox, &target).await;
            withdraw(sandbox, &target).await;
        }
    }
    target
}

async fn draft(sandbox: &Sandbox, target: &Target) {
    let text = format!("{} anders", target.object.secret("Text"));
    let save = pb::Save {
        cycle: target.cycle.clone(),
        organisation: target.organisation.into(),
        mode: pb::SaveMode::Draft.into(),
        ..testkit::save(&target.external_id, &text)
    };
    saved(sandbox, "anna", save).await;
}

/// By somebody who wrote none of it.
async fn publish(sandbox: &Sandbox, cycle: &str) {
    let request = pb::PublishEditionRequest {
        cycle: cycle.into(),
        date: "2022-01-01".into(),
        formats: vec![pb::Format::Html.into()],
        ..pb::PublishEditionRequest::default()
    };
    storage_by(sandbox, "piet").publish_edition(request).await.unwrap();
}

async fn store_one(sandbox: &Sandbox, target: &Target) {
    withdrawal::store(sandbox, &target.job, &withdrawal::bytes_of(&target.job)).await.unwrap();
}

async fn fail_the_other(sandbox: &Sandbox, target: &Target) {
    let name = format!("{}/html/nl", target.edition);
    let mut rendering = sandbox.rendering.clone();
    let lease = contract::lease(&mut rendering, &name).await.unwrap();
    let request = pb::FailJobRequest { name, lease, error: "broken".into() };
    rendering.fail_job(request).await.unwrap();
}

async fn withdraw(sandbox: &Sandbox, target: &Target) {
    withdrawal::withdraw(&mut sandbox.client.clone(), &target.edition).await.unwrap();
}

async fn withdraw_contribution(sandbox: &Sandbox, target: &Target) {
    let id = target.contribution.clone();
    let request = pb::GetContributionRequest { id: id.clone(), ..Default::default() };
    let found = sandbox.client.clone().get_contribution(request).await.unwrap().into_inner();
    let etag = found.contribution.unwrap().etag;
    let request = pb::WithdrawContributionRequest { id, etag, reason: WITHDRAWN_FOR.into() };
    review_by(sandbox, "carla").withdraw_contribution(request).await.unwrap();
}

/// What only some may see of an object. Of a published one readers are told the text, its external id and why four eyes were
/// overridden.
fn secrets_of(target: &Target) -> Vec<Secret> {
    let object = target.object;
    let seen_from = if target.organisation == "alfa" { Sight::Own } else { Sight::Everything };
    let mut texts = vec![
        target.contribution.clone(),
        target.request_id.clone(),
        target.remark.clone(),
        object.secret("Remark"),
    ];
    if object != Object::Published {
        texts.push(object.secret("Text"));
        texts.push(object.secret("Override"));
        texts.push(target.external_id.clone());
    }
    if !object.is_seen_from(Sight::Own) {
        texts.push(target.sha256.clone());
        texts.push(String::from_utf8(withdrawal::bytes_of(&target.job)).unwrap());
    }
    texts.into_iter().map(|text| Secret { text, seen_from }).collect()
}
