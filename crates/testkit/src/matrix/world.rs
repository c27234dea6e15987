//! Objects in every state that decides who sees them, each with a text that nobody else has.

use rpc::Channel;
use wire::{Clients, v1 as pb};

use crate::matrix::sight::Sight;

/// Why editions and contributions are withdrawn.
pub(super) const WITHDRAWN_FOR: &str = "It names somebody by mistake.";

const PUBLISHED: &str = "plan/2021";
const UNPUBLISHED: &str = "plan/2022";
const WITHDRAWN: &str = "plan/2023";
const GIVEN_UP: &str = "plan/2024";
const CYCLES: [&str; 4] = [PUBLISHED, UNPUBLISHED, WITHDRAWN, GIVEN_UP];

/// What the calls are made on.
pub trait Deployment: Sync {
    /// The channel of somebody who has every role.
    fn operator(&self, name: &str) -> Channel;

    /// The channel of a holder of one role; a contributor or reviewer is of `alfa`. None: of who shows nothing.
    fn holder(&self, role: Option<&str>) -> Channel;

    /// Saves as somebody who has every role.
    fn save(&self, name: &str, save: pb::Save) -> impl Future<Output = pb::Contribution> + Send;

    /// Has both files of an edition stored, a PDF and one in JSON, so that it is public.
    fn store_all(&self, edition: &str) -> impl Future<Output = ()> + Send;

    /// Has the file in JSON of an edition stored, and never the other one.
    fn store_one(&self, edition: &str) -> impl Future<Output = ()> + Send;

    /// Has the file that is missing given up.
    fn give_up(&self, edition: &str) -> impl Future<Output = ()> + Send;
}

/// A contribution, and the edition of its cycle.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Object {
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
    /// All, in the order in which they are made.
    pub const ALL: [Self; 6] = [
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

    /// Whether a search finds its text for somebody.
    pub(super) fn is_found_from(self, sight: Sight) -> bool {
        match self {
            Self::Published => Sight::Public <= sight,
            Self::Own => Sight::Own <= sight,
            Self::Other | Self::Unpublished | Self::GivenUp => sight == Sight::Everything,
            Self::Withdrawn => false,
        }
    }

    pub(super) fn is_withdrawn(self) -> bool {
        matches!(self, Self::Withdrawn | Self::GivenUp)
    }

    /// A word of its own; no other holds it, nor one like it.
    fn word(self) -> &'static str {
        match self {
            Self::Own => "Hazelworm",
            Self::Other => "Vlierboom",
            Self::Published => "Zilverberk",
            Self::Unpublished => "Kwartelnest",
            Self::Withdrawn => "Moerasgans",
            Self::GivenUp => "Dropveter",
        }
    }

    fn secret(self, of: &str) -> String {
        format!("{}{of}", self.word())
    }
}

/// Everything that an object is named by.
#[derive(Debug, Clone)]
pub struct Target {
    /// The object.
    pub object: Object,
    /// Name of its cycle.
    pub cycle: String,
    /// Code of its organisation.
    pub organisation: &'static str,
    /// Id of the contribution.
    pub contribution: String,
    /// What its organisation calls it.
    pub external_id: String,
    /// A word of its text.
    pub word: String,
    /// Of the save that handed it in.
    pub request_id: String,
    /// Id of a remark on it.
    pub remark: String,
    /// Id of the override that approved it.
    pub override_id: String,
    /// Id of a member of the organisation.
    pub person: String,
    /// Name of the edition.
    pub edition: String,
    /// Name of the job that makes the edition's file in JSON.
    pub job: String,
    /// SHA-256 of that file.
    pub sha256: String,
    /// Id of an event that nobody could handle.
    pub dead_letter: u64,
}

impl Target {
    /// What does not exist in its place, under names of the same length.
    #[must_use]
    pub fn absent(&self) -> Self {
        let edition = format!("{}/9", self.cycle);
        Self {
            contribution: unlike(&self.contribution),
            external_id: unlike(&self.external_id),
            word: unlike(&self.word),
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

    /// How it is named in requests and answers.
    fn names(&self) -> [&str; 11] {
        [
            &self.contribution,
            &self.external_id,
            &self.word,
            &self.request_id,
            &self.remark,
            &self.override_id,
            &self.person,
            &self.job,
            &self.edition,
            &self.sha256,
            // A search says how it read a word, also one that is cut short or misspelt.
            &self.word[..self.word.len() - 3],
        ]
    }

    /// What was said of it, as said of what does not exist in its place.
    pub(super) fn in_place_of(&self, answer: &[u8]) -> Vec<u8> {
        let absent = self.absent();
        let mut answer = answer.to_vec();
        for (name, unlike) in self.names().into_iter().zip(absent.names()) {
            for start in 0..answer.len().saturating_sub(name.len() - 1) {
                if answer[start..].starts_with(name.as_bytes()) {
                    answer[start..start + name.len()].copy_from_slice(unlike.as_bytes());
                }
            }
        }
        answer
    }
}

/// A name of the same kind and length.
fn unlike(name: &str) -> String {
    let first = if name.starts_with('f') { 'e' } else { 'f' };
    format!("{first}{}", &name[1..])
}

/// What only some may see, wherever it stands.
#[derive(Debug)]
pub struct Secret {
    pub(super) text: String,
    /// From where on it is shown.
    pub(super) seen_from: Sight,
}

impl Secret {
    /// A text of what only who sees everything may see.
    pub fn of_few(text: String) -> Self {
        Self { text, seen_from: Sight::Everything }
    }
}

/// An object of each kind, on a fresh deployment.
#[derive(Debug)]
pub struct World<D> {
    /// Where they are.
    pub deployment: D,
    /// The objects.
    pub targets: Vec<Target>,
    /// What only some may see of them.
    pub secrets: Vec<Secret>,
    made: State,
}

impl<D: Deployment> World<D> {
    /// Makes the objects, on a deployment with this dead letter.
    pub async fn on(deployment: D, dead_letter: u64) -> Self {
        let by = By { deployment: &deployment };
        let request = pb::RegisterFrameworkRequest {
            framework: Some(crate::framework().into()),
            validate_only: false,
            again: false,
        };
        by.storage("carla").frameworks().register_framework(request).await.expect("a framework");
        for cycle in CYCLES {
            by.open(cycle).await;
        }
        let people = [("alfa", by.member("alfa").await), ("beta", by.member("beta").await)];
        let (mut targets, mut secrets) = (Vec::new(), Vec::new());
        for object in Object::ALL {
            let organisation = object.organisation();
            let person = people.iter().find(|(of, _)| *of == organisation);
            let person = person.map(|(_, id)| id.clone()).expect("a member");
            let target = Target { person, dead_letter, ..by.handed_in(object).await };
            let target = by.bring_to_its_state(target).await;
            secrets.extend(secrets_of(&target));
            targets.push(target);
        }
        let made = by.state().await;
        Self { deployment, targets, secrets, made }
    }

    /// Whether no call changed an object.
    pub async fn is_as_made(&self) -> bool {
        By { deployment: &self.deployment }.state().await == self.made
    }
}

/// All contributions and editions.
type State = (Vec<pb::Contribution>, Vec<pb::Edition>);

/// What people do on a deployment.
struct By<'a, D> {
    deployment: &'a D,
}

impl<D: Deployment> By<'_, D> {
    fn storage(&self, name: &str) -> Clients<Channel> {
        Clients::new(self.deployment.operator(name))
    }

    fn review(&self, name: &str) -> Clients<Channel> {
        Clients::new(self.deployment.operator(name))
    }

    async fn state(&self) -> State {
        let client = self.storage("carla");
        let mut contributions = Vec::new();
        for cycle in CYCLES {
            let request =
                pb::ListContributionsRequest { cycle: cycle.into(), ..Default::default() };
            let page = client
                .contributions()
                .list_contributions(request)
                .await
                .expect("a list")
                .into_inner();
            contributions.extend(page.contributions);
        }
        let editions = client.editions().list_editions(pb::ListEditionsRequest::default()).await;
        (contributions, editions.expect("a list").into_inner().editions)
    }

    /// Opens a cycle in which both organisations owe an answer to goal 1, and four eyes see it.
    async fn open(&self, cycle: &str) {
        let (_, year) = cycle.split_once('/').expect("a plan and a year");
        let cycle = pb::Cycle {
            name: String::new(),
            from: format!("{year}-01-01"),
            until: format!("{year}-12-31"),
            review: pb::ReviewPolicy::FourEyes.into(),
            ..crate::cycle().into()
        };
        let request = pb::OpenCycleRequest { cycle: Some(cycle), ..Default::default() };
        let opened =
            self.storage("carla").cycles().open_cycle(request).await.expect("a cycle").into_inner();
        let owed = |organisation: &str| pb::Obligation {
            organisation: organisation.into(),
            goal: "1".into(),
            ..pb::Obligation::default()
        };
        let request = pb::AssignObligationsRequest {
            cycle: opened.cycle.expect("the cycle").name,
            obligations: vec![owed("alfa"), owed("beta")],
            validate_only: false,
        };
        let client = Clients::new(self.deployment.operator("carla"));
        client.obligations().assign_obligations(request).await.expect("obligations");
    }

    async fn member(&self, organisation: &str) -> String {
        let client = Clients::new(self.deployment.operator("carla"));
        let person = pb::Person {
            subject: format!("idp|{organisation}"),
            name: "Anna Bijlsma".into(),
            email: "a.bijlsma@example.org".into(),
            language: "nl".into(),
            ..pb::Person::default()
        };
        let request = pb::SavePersonRequest { person: Some(person) };
        let saved = client.people().save_person(request).await.expect("a person").into_inner();
        let person = saved.person.expect("the person").id;
        let grant = pb::Grant {
            role: pb::Role::Contributor.into(),
            organisation: organisation.into(),
            ..pb::Grant::default()
        };
        let membership = Some(pb::Membership { grant: Some(grant), ..pb::Membership::default() });
        let request = pb::AddMembershipRequest { person: person.clone(), membership };
        client.people().add_membership(request).await.expect("a membership");
        person
    }

    /// A contribution with a remark, approved by an override.
    async fn handed_in(&self, object: Object) -> Target {
        let (cycle, organisation) = (object.cycle(), object.organisation());
        let external_id = format!("extern-{object:?}");
        let request_id = format!("request-{object:?}");
        let word = object.secret("Text");
        let save = pb::Save {
            cycle: cycle.into(),
            organisation: organisation.into(),
            request_id: request_id.clone(),
            ..crate::save(&external_id, &word)
        };
        let contribution = self.deployment.save("anna", save).await;
        let remark = pb::AddRemarkRequest {
            contribution: contribution.id.clone(),
            text: object.secret("Remark"),
            ..pb::AddRemarkRequest::default()
        };
        let remark =
            self.review("rita").remarks().add_remark(remark).await.expect("a remark").into_inner();
        let approval = pb::ApproveContributionRequest {
            id: contribution.id.clone(),
            etag: contribution.etag,
            override_reason: object.secret("Override"),
        };
        self.review("anna").reviews().approve_contribution(approval).await.expect("an approval");
        let list = pb::ListOverridesRequest { cycle: cycle.into() };
        let listed = self.review("rita").overrides().list_overrides(list).await.expect("a list");
        let edition = format!("{cycle}/1");
        Target {
            object,
            cycle: cycle.to_owned(),
            organisation,
            contribution: contribution.id,
            external_id,
            word,
            request_id,
            remark: remark.remark.expect("the remark").id,
            override_id: listed.into_inner().overrides.pop().expect("the override").id,
            person: String::new(),
            job: format!("{edition}/json/nl"),
            sha256: String::new(),
            edition,
            dead_letter: 0,
        }
    }

    async fn bring_to_its_state(&self, target: Target) -> Target {
        match target.object {
            Object::Own | Object::Other => self.draft(&target).await,
            Object::Published | Object::Withdrawn => {
                self.publish(&target.cycle).await;
                self.deployment.store_all(&target.edition).await;
            }
            Object::Unpublished | Object::GivenUp => {
                self.publish(&target.cycle).await;
                self.deployment.store_one(&target.edition).await;
            }
        }
        let target = Target { sha256: self.stored(&target).await, ..target };
        if target.object == Object::GivenUp {
            self.deployment.give_up(&target.edition).await;
        }
        if target.object.is_withdrawn() {
            self.withdraw(&target).await;
        }
        if target.object == Object::Withdrawn {
            self.withdraw_contribution(&target).await;
        }
        target
    }

    async fn draft(&self, target: &Target) {
        let save = pb::Save {
            cycle: target.cycle.clone(),
            organisation: target.organisation.into(),
            mode: pb::SaveMode::Draft.into(),
            ..crate::save(&target.external_id, &format!("{} anders", target.word))
        };
        self.deployment.save("anna", save).await;
    }

    /// By somebody who wrote none of it.
    async fn publish(&self, cycle: &str) {
        let request = pb::PublishEditionRequest {
            cycle: cycle.into(),
            date: "2022-01-01".into(),
            formats: vec![pb::Format::Pdf.into()],
            ..pb::PublishEditionRequest::default()
        };
        self.storage("piet").editions().publish_edition(request).await.expect("an edition");
    }

    /// SHA-256 of the edition's file in JSON.
    async fn stored(&self, target: &Target) -> String {
        let request = pb::GetEditionRequest { name: target.edition.clone() };
        let answer =
            self.storage("piet").editions().get_edition(request).await.expect("an edition");
        let files = answer.into_inner().edition.expect("the edition").artefacts;
        let json = files.into_iter().find(|file| file.format() == pb::Format::Json);
        json.expect("the file in JSON").sha256
    }

    async fn withdraw(&self, target: &Target) {
        let request = pb::WithdrawEditionRequest {
            name: target.edition.clone(),
            reason: WITHDRAWN_FOR.into(),
        };
        self.storage("piet").editions().withdraw_edition(request).await.expect("a tombstone");
    }

    async fn withdraw_contribution(&self, target: &Target) {
        let id = target.contribution.clone();
        let request = pb::GetContributionRequest { id: id.clone(), ..Default::default() };
        let found = self
            .storage("carla")
            .contributions()
            .get_contribution(request)
            .await
            .expect("it exists");
        let etag = found.into_inner().contribution.expect("the contribution").etag;
        let request = pb::WithdrawContributionRequest {
            id,
            etag,
            reason: WITHDRAWN_FOR.into(),
            validate_only: false,
        };
        self.review("carla").reviews().withdraw_contribution(request).await.expect("a tombstone");
    }
}

/// What only some may see of an object. Of a published one readers see the text, its external id and why four eyes were
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
        texts.push(target.word.clone());
        texts.push(object.secret("Override"));
        texts.push(target.external_id.clone());
    }
    if !object.is_seen_from(Sight::Own) {
        texts.push(target.sha256.clone());
    }
    texts.into_iter().map(|text| Secret { text, seen_from }).collect()
}
