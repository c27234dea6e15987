//! Plays a history through the calls, and returns what was answered in the words of the reference.

use std::collections::{BTreeMap, HashMap};

use identity::ChannelExt as _;
use model::{Clock as _, Grant, Instant, Role as OfGrant};
use prost_types::Timestamp;
use tonic::{Code, Status};
use wire::{
    internal,
    v1::{self as pb, ContributionState, SaveOutcome, read_edition_response::Part},
};

use crate::{
    calls::{self, reason},
    histories::{
        random::{History, Step},
        vocabulary::{
            Action, Approval, Change, Effect, Etag, ITEMS, NOWHERE, ORGANISATIONS, Object, Outcome,
            Owed, PARTNERS, PEOPLE, Person, Role, Snapshot, State, markdown,
        },
    },
    sandbox::{Client, Review, Sandbox},
};

/// Entries of the audit log by action and object.
pub(crate) type Entries = BTreeMap<(String, String), i64>;

/// Everybody's own clients, made once.
pub(crate) struct Callers(HashMap<&'static str, (Client, Review)>);

impl Callers {
    pub(crate) fn of(sandbox: &Sandbox) -> Self {
        let clients = |who: &'static Person| {
            let grants = who.roles.iter().map(|(role, organisation)| Grant {
                organisation: (!organisation.is_empty()).then(|| organisation.parse().unwrap()),
                ..Grant::everywhere(granted(*role))
            });
            let channel =
                sandbox.channel.clone().acting_as(&identity::Identity::with(who.name, grants));
            let client = Client::new(channel.clone());
            (who.name, (client, Review::new(channel)))
        };
        Self(PEOPLE.iter().map(clients).collect())
    }
}

fn granted(role: Role) -> OfGrant {
    match role {
        Role::Contributor => OfGrant::Contributor,
        Role::Reviewer => OfGrant::Reviewer,
        Role::Coordinator => OfGrant::Coordinator,
        Role::Publisher => OfGrant::Publisher,
        Role::Auditor => OfGrant::Auditor,
    }
}

/// A history that is under way in a cycle of its own.
struct Play<'a> {
    sandbox: &'a Sandbox,
    callers: &'a Callers,
    cycle: String,
    /// Every revision that was answered, by item and version.
    known: HashMap<(usize, usize), pb::Contribution>,
    /// When each step was over.
    moments: Vec<Instant>,
}

/// Plays a history; an error says what differed and lists what was done until then. Returns the entries that it has to leave.
pub(crate) async fn play(
    sandbox: &Sandbox,
    callers: &Callers,
    number: usize,
    history: &History,
) -> Result<Entries, String> {
    let cycle = opened(sandbox, &format!("plan-{number}"), history.is_four_eyes).await;
    let mut play = Play { sandbox, callers, cycle, known: HashMap::new(), moments: Vec::new() };
    for (place, step) in history.steps.iter().enumerate() {
        // What is decided at two moments has two times.
        sandbox.clock.advance(1);
        let outcome = play.step(step.who, &step.action).await;
        if outcome != step.outcome {
            let done = listing(&history.steps[..=place]);
            return Err(format!("{done}but was answered {outcome:?}"));
        }
        play.moments.push(sandbox.clock.now());
    }
    play.end(history).await.map_err(|wrong| format!("{}{wrong}", listing(&history.steps)))
}

fn listing(steps: &[Step]) -> String {
    let line = |(place, Step { who, action, outcome }): (usize, &Step)| {
        format!("{:3}. {}: {action:?}\n     {outcome:?}\n", place + 1, who.name)
    };
    steps.iter().enumerate().map(line).collect()
}

async fn opened(sandbox: &Sandbox, code: &str, is_four_eyes: bool) -> String {
    let mut framework = testkit::framework();
    framework.code = code.parse().unwrap();
    let client = sandbox.client.clone();
    let request = pb::RegisterFrameworkRequest {
        framework: Some(framework.into()),
        validate_only: false,
        again: false,
    };
    client.frameworks().register_framework(request).await.unwrap();
    let policy = if is_four_eyes { pb::ReviewPolicy::FourEyes } else { pb::ReviewPolicy::None };
    let cycle = pb::Cycle {
        name: format!("{code}/2021"),
        framework: code.to_owned(),
        review: policy.into(),
        ..testkit::cycle().into()
    };
    let opened = client
        .cycles()
        .open_cycle(pb::OpenCycleRequest { cycle: Some(cycle), ..Default::default() })
        .await
        .unwrap();
    let cycle = opened.into_inner().cycle.unwrap().name;
    let owed = ORGANISATIONS.map(|organisation| pb::Obligation {
        organisation: organisation.into(),
        goal: "1".into(),
        ..pb::Obligation::default()
    });
    let assign = pb::AssignObligationsRequest {
        cycle: cycle.clone(),
        obligations: owed.into(),
        validate_only: false,
    };
    sandbox.obligations.obligations().assign_obligations(assign).await.unwrap();
    cycle
}

fn state(outcome: ContributionState) -> State {
    match outcome {
        ContributionState::Draft => State::Draft,
        ContributionState::Submitted => State::Submitted,
        ContributionState::Returned => State::Returned,
        ContributionState::Approved => State::Approved,
        ContributionState::Withdrawn => State::Withdrawn,
        ContributionState::Unspecified => panic!("a contribution without a state"),
    }
}

fn message_of(state: State) -> ContributionState {
    match state {
        State::Draft => ContributionState::Draft,
        State::Submitted => ContributionState::Submitted,
        State::Returned => ContributionState::Returned,
        State::Approved => ContributionState::Approved,
        State::Withdrawn => ContributionState::Withdrawn,
    }
}

/// Place and version of a contribution.
fn place_of(found: &pb::Contribution) -> (usize, usize) {
    let name = (found.organisation.as_str(), found.external_id.as_str());
    let item = ITEMS.iter().position(|item| *item == name).unwrap();
    (item, usize::try_from(found.version).unwrap())
}

fn listed(found: &pb::Contribution) -> (usize, usize, State) {
    let (item, version) = place_of(found);
    (item, version, state(found.state()))
}

impl Play<'_> {
    async fn step(&mut self, who: &Person, action: &Action) -> Outcome {
        self.ask(who, action)
            .await
            .unwrap_or_else(|status| Outcome::Refused(status.code(), reason(&status)))
    }

    async fn ask(&mut self, who: &Person, action: &Action) -> Result<Outcome, Status> {
        let (mut client, mut review) = self.callers.0[who.name].clone();
        let found = match action {
            Action::Save { .. } => return self.save(&mut client, action).await,
            Action::Publish { has_reason } => return self.publish(&mut client, *has_reason).await,
            Action::Confirm { number } => return self.confirm(&mut review, *number).await,
            Action::Change { change } => return self.change(&client, *change).await,
            Action::List { state } => {
                let found = self.list(&mut client, message_of(*state), None).await?;
                return Ok(Outcome::Listed(found.iter().map(place_of).collect()));
            }
            Action::Get { item } => {
                let (organisation, external_id) = ITEMS[*item];
                let request = pb::GetContributionRequest {
                    cycle: self.cycle.clone(),
                    organisation: organisation.into(),
                    ..calls::by_external_id(external_id)
                };
                let answer = client.contributions().get_contribution(request).await?.into_inner();
                let reporters = answer.reporters.iter().map(approval).collect();
                let stands = self.stands(answer.contribution.unwrap(), true);
                return Ok(Outcome::Got(Box::new(stands), reporters));
            }
            Action::Approve { item, etag, has_reason } => {
                let request = pb::ApproveContributionRequest {
                    id: self.id(*item),
                    etag: self.etag(*item, *etag),
                    override_reason: reason_of(*has_reason),
                };
                review.reviews().approve_contribution(request).await?.into_inner().contribution
            }
            Action::Return { item, etag, places } => {
                let request = pb::ReturnContributionRequest {
                    id: self.id(*item),
                    etag: self.etag(*item, *etag),
                    reason: pb::ReturnReason::Unclear.into(),
                    text: "Maak dit duidelijk.".into(),
                    targets: places.iter().map(|place| self.target(*item, *place)).collect(),
                };
                review.reviews().return_contribution(request).await?.into_inner().contribution
            }
            Action::Withdraw { item, etag } => {
                let request = pb::WithdrawContributionRequest {
                    id: self.id(*item),
                    etag: self.etag(*item, *etag),
                    reason: "Hoort elders.".into(),
                    validate_only: false,
                };
                review.reviews().withdraw_contribution(request).await?.into_inner().contribution
            }
        };
        Ok(self.stands(found.unwrap(), true))
    }

    fn stands(&mut self, found: pb::Contribution, is_new: bool) -> Outcome {
        let (_, version) = place_of(&found);
        let outcome = Outcome::Stands {
            state: state(found.state()),
            version,
            approved: usize::try_from(found.approved_version).unwrap(),
            text: found.content.as_ref().unwrap().narratives[0].markdown.clone(),
            is_new,
        };
        self.known.insert(place_of(&found), found);
        outcome
    }

    fn latest(&self, item: usize) -> Option<&pb::Contribution> {
        let versions = self.known.iter().filter(|((of, _), _)| *of == item);
        versions.max_by_key(|((_, version), _)| *version).map(|(_, found)| found)
    }

    fn id(&self, item: usize) -> String {
        self.latest(item).map_or(uuid::Uuid::max().to_string(), |found| found.id.clone())
    }

    fn etag(&self, item: usize, etag: Etag) -> String {
        match etag {
            Etag::NotGiven => String::new(),
            Etag::Strange => "0-strange".to_owned(),
            Etag::Of(version) => self.known[&(item, version)].etag.clone(),
        }
    }

    fn target(&self, item: usize, place: usize) -> pb::Target {
        let passage = self.latest(item).filter(|_| place < NOWHERE).map(|found| &found.passages);
        let passage = passage.map_or("pnope".to_owned(), |passages| passages[place].id.clone());
        pb::Target { passage, ..pb::Target::default() }
    }

    async fn save(&mut self, client: &mut Client, action: &Action) -> Result<Outcome, Status> {
        let Action::Save { item, text, is_draft, etag } = action else { unreachable!() };
        let (organisation, external_id) = ITEMS[*item];
        let mode = if *is_draft { pb::SaveMode::Draft } else { pb::SaveMode::Submit };
        let partners = PARTNERS[*item].iter().map(|code| (*code).to_owned()).collect();
        let content = model::Content { partners, ..testkit::content(&markdown(*text)) };
        let save = pb::Save {
            cycle: self.cycle.clone(),
            organisation: organisation.into(),
            mode: mode.into(),
            etag: self.etag(*item, *etag),
            content: Some(content.into()),
            ..testkit::save(external_id, "")
        };
        let saves = vec![internal::CheckedSave { save: Some(save), findings: Vec::new() }];
        let request = internal::SaveContributionsRequest { saves, validate_only: false };
        let result =
            client.saves().save_contributions(request).await?.into_inner().results.remove(0);
        if let Some(error) = result.error {
            return Ok(Outcome::Refused(Code::from_i32(error.code), error.reason));
        }
        let is_new = result.outcome() == SaveOutcome::Accepted;
        Ok(self.stands(result.contribution.unwrap(), is_new))
    }

    async fn publish(&self, client: &mut Client, has_reason: bool) -> Result<Outcome, Status> {
        let request = pb::PublishEditionRequest {
            cycle: self.cycle.clone(),
            date: "2022-02-15".into(),
            formats: vec![pb::Format::Json.into()],
            override_reason: reason_of(has_reason),
            ..pb::PublishEditionRequest::default()
        };
        let answer = client.editions().publish_edition(request).await?.into_inner();
        let edition = answer.edition.unwrap();
        Ok(Outcome::Published {
            number: usize::try_from(edition.number).unwrap(),
            is_new: answer.created,
            pinned: usize::try_from(edition.contribution_count).unwrap(),
            overrides: edition.overrides.len(),
        })
    }

    async fn overrides(&self) -> Vec<pb::Override> {
        let request = pb::ListOverridesRequest { cycle: self.cycle.clone() };
        let review = self.callers.0["carla"].1.clone();
        review.overrides().list_overrides(request).await.unwrap().into_inner().overrides
    }

    async fn confirm(&self, review: &mut Review, number: usize) -> Result<Outcome, Status> {
        let id = self.overrides().await.get(number).map(|made| made.id.clone());
        let id = id.unwrap_or(uuid::Uuid::max().to_string());
        let answer = review.overrides().confirm_override(pb::ConfirmOverrideRequest { id }).await?;
        Ok(Outcome::Confirmed { by: answer.into_inner().r#override.unwrap().confirmed_by })
    }

    async fn change(&self, client: &Client, change: Change) -> Result<Outcome, Status> {
        let (name, reason) = (self.cycle.clone(), "Zo is het besloten.".to_owned());
        let mut request = pb::ChangeCycleRequest {
            name: name.clone(),
            reason: reason.clone(),
            ..Default::default()
        };
        let validate_only = false;
        let (is_new, effects) = match change {
            Change::Close => {
                let request = pb::CloseCycleRequest { name, reason, validate_only };
                let answer = client.cycles().close_cycle(request).await?.into_inner();
                (answer.changed, answer.effects)
            }
            Change::Reopen => {
                let request = pb::ReopenCycleRequest { name, reason, validate_only };
                let answer = client.cycles().reopen_cycle(request).await?.into_inner();
                (answer.changed, answer.effects)
            }
            Change::Leave(_) | Change::Join(_) | Change::FourEyes => {
                match change {
                    Change::Leave(place) => request.leaving = vec![ORGANISATIONS[place].into()],
                    Change::Join(place) => request.joining = vec![ORGANISATIONS[place].into()],
                    Change::FourEyes | Change::Close | Change::Reopen => {
                        request.review = pb::ReviewPolicy::FourEyes.into();
                    }
                }
                let dry = pb::ChangeCycleRequest { validate_only: true, ..request.clone() };
                let dry = client.cycles().change_cycle(dry).await?.into_inner();
                let answer = client.cycles().change_cycle(request).await?.into_inner();
                assert_eq!(answer, dry, "a dry run answers as the real one");
                (answer.changed, answer.effects)
            }
        };
        Ok(Outcome::Changed { is_new, effects: effects.iter().map(effect).collect() })
    }

    async fn list(
        &self,
        client: &mut Client,
        state: ContributionState,
        as_of: Option<Timestamp>,
    ) -> Result<Vec<pb::Contribution>, Status> {
        let request = pb::ListContributionsRequest {
            cycle: self.cycle.clone(),
            state: state.into(),
            as_of,
            ..pb::ListContributionsRequest::default()
        };
        Ok(client.contributions().list_contributions(request).await?.into_inner().contributions)
    }

    /// How everything stood at a moment, or stands now.
    async fn snapshot(&self, as_of: Option<Timestamp>) -> Snapshot {
        let mut client = self.callers.0["carla"].0.clone();
        let listed = self.list(&mut client, ContributionState::Unspecified, as_of).await.unwrap();
        let listed = listed.iter().map(self::listed).collect();
        let obligations = self.sandbox.obligations.clone();
        let cycle = self.cycle.clone();
        let request =
            pb::ListObligationsRequest { cycle: cycle.clone(), as_of, ..Default::default() };
        let found = obligations
            .obligations()
            .list_obligations(request)
            .await
            .unwrap()
            .into_inner()
            .obligations;
        let owed = ORGANISATIONS.map(|organisation| {
            let line = found.iter().find(|one| one.organisation == organisation);
            let Some(line) = line else { return Owed::Not };
            match line.state() {
                pb::ObligationState::Open => Owed::Open,
                pb::ObligationState::Drafted => Owed::By(State::Draft),
                pb::ObligationState::Submitted => Owed::By(State::Submitted),
                pb::ObligationState::Returned => Owed::By(State::Returned),
                pb::ObligationState::Approved => Owed::By(State::Approved),
                other => panic!("{other:?}"),
            }
        });
        let request = pb::GetObligationMatrixRequest { cycle, as_of };
        let matrix = obligations
            .obligations()
            .get_obligation_matrix(request)
            .await
            .unwrap()
            .into_inner()
            .matrix;
        let matrix = matrix.unwrap();
        assert_eq!(matrix.required, matrix.answered + matrix.gaps, "{matrix:?}");
        Snapshot { listed, owed, answered: matrix.answered as usize }
    }

    /// Compares what stands at the end, and what stood before as it is read then.
    async fn end(&mut self, History { end, then, .. }: &History) -> Result<Entries, String> {
        same("what stands", &self.snapshot(None).await, &end.snapshot())?;
        for (place, expected) in then {
            let moment = self.moments[*place];
            let found = self.snapshot(Some(wire::timestamp(moment))).await;
            same(&format!("what stood after step {}, read", place + 1), &found, expected)?;
        }
        // Whoever sees one organisation, the other, and both.
        for who in PEOPLE.iter().filter(|who| ["anna", "rob", "carla"].contains(&who.name)) {
            let mut client = self.callers.0[who.name].0.clone();
            let found = self.list(&mut client, ContributionState::Unspecified, None).await.unwrap();
            let found: Vec<_> = found.iter().map(listed).collect();
            same(&format!("what {} sees", who.name), &found, &end.listed(who))?;
        }
        let made = self.overrides().await;
        let outcome: Vec<_> =
            made.iter().map(|one| (one.actor.as_str(), one.confirmed_by.as_str())).collect();
        let expected: Vec<_> = end.overrides.iter().map(|one| (one.by, one.confirmed_by)).collect();
        same("the overrides", &outcome, &expected)?;
        if let Some(last) = end.editions.last() {
            let name = format!("{}/{}", self.cycle, end.editions.len());
            same("what the last edition pins", &self.pinned(name).await, &last.pinned)?;
        }
        let object = |object: &Object| match object {
            Object::Item(item) => self.id(*item),
            Object::Override(number) => made[*number].id.clone(),
            Object::Edition(number) => format!("{}/{number}", self.cycle),
            Object::Cycle => self.cycle.clone(),
        };
        let entry = |((action, of), count): (&(&str, Object), &i64)| {
            (((*action).to_owned(), object(of)), *count)
        };
        Ok(end.entries.iter().map(entry).collect())
    }

    async fn pinned(&self, name: String) -> Vec<(usize, usize)> {
        let client = self.sandbox.client.clone();
        let mut stream = client
            .editions()
            .read_edition(pb::ReadEditionRequest { name })
            .await
            .unwrap()
            .into_inner();
        let mut found = Vec::new();
        while let Some(message) = stream.message().await.unwrap() {
            if let Some(Part::Contribution(one)) = message.part {
                found.push(place_of(&one));
            }
        }
        found
    }
}

/// An organisation of a contribution, and where its approval stands.
fn approval(reporter: &pb::Reporter) -> (String, Approval) {
    let approval = match reporter.approval() {
        pb::ApprovalState::Given => Approval::GivenBy(reporter.actor.clone()),
        pb::ApprovalState::Awaited => Approval::Awaited,
        pb::ApprovalState::NotAwaited => Approval::NotAwaited,
        pb::ApprovalState::NotReporting => Approval::NotReporting,
        pb::ApprovalState::Unspecified => panic!("an approval without a state"),
    };
    (reporter.organisation.clone(), approval)
}

fn effect(reported: &pb::CycleEffect) -> (Effect, usize) {
    use pb::CycleEffectKind as Kind;
    let effect = match reported.kind() {
        Kind::ObligationRemoved => Effect::NotOwed,
        Kind::ObligationAdded => Effect::OwedAgain,
        Kind::ObligationShut => Effect::CannotBeAnswered,
        Kind::ObligationAnswerable => Effect::CanBeAnswered,
        Kind::TextPublishable => Effect::Published,
        Kind::TextAwaitsApproval => Effect::AwaitsApproval,
        Kind::TextLeftOut => Effect::LeftOut,
        Kind::TextShut => Effect::CannotBeHandedIn,
        Kind::TextEditable => Effect::CanBeHandedIn,
        Kind::TextWithoutPartner => Effect::LosesPartner,
        Kind::TextWithPartner => Effect::HasPartner,
        other => panic!("{other:?} cannot be here"),
    };
    let place = if reported.contribution.is_empty() {
        ORGANISATIONS.iter().position(|code| *code == reported.organisation)
    } else {
        let name = (reported.organisation.as_str(), reported.external_id.as_str());
        ITEMS.iter().position(|item| *item == name)
    };
    (effect, place.unwrap())
}

fn reason_of(has_reason: bool) -> String {
    if has_reason { "Er is haast.".to_owned() } else { String::new() }
}

fn same<T: PartialEq + std::fmt::Debug>(what: &str, found: &T, expected: &T) -> Result<(), String> {
    if found == expected {
        return Ok(());
    }
    Err(format!("{what} at the end: {found:?}, and has to be {expected:?}"))
}
