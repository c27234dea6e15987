//! Random histories. What is done is chosen by the true reference, so that most of it makes sense, and before any call is made:
//! a seed gives the same history whatever is held against it.

use crate::{
    audit::Random,
    histories::{
        reference::Reference,
        vocabulary::{
            Action, Change, Etag, Fault, ITEMS, NOWHERE, Outcome, PEOPLE, Person, Snapshot, State,
            Text,
        },
    },
};

/// Actions of a history, at least.
const STEPS: usize = 40;
/// Some have more, by less than this.
const MORE: usize = 10;
/// After each so many of them it is kept how everything stands.
const LOOKED_AT: usize = 15;
const STATES: [State; 5] =
    [State::Draft, State::Submitted, State::Returned, State::Approved, State::Withdrawn];

/// One action with the answer that it has to have.
pub(crate) struct Step {
    pub(crate) who: &'static Person,
    pub(crate) action: Action,
    pub(crate) outcome: Outcome,
}

/// Actions with their answers, and what has to stand in between and at the end.
pub(crate) struct History {
    /// Whether the cycle is opened under four eyes.
    pub(crate) is_four_eyes: bool,
    pub(crate) steps: Vec<Step>,
    /// How everything stands after some of the steps, by their places.
    pub(crate) then: Vec<(usize, Snapshot)>,
    pub(crate) end: Reference,
}

impl History {
    /// The history of a seed as a reference with a fault has it, or without one.
    pub(crate) fn of(seed: u64, fault: Option<Fault>) -> Self {
        let mut random = Random::of(seed);
        let is_four_eyes = random.below(2) == 0;
        let mut truth = Reference::new(is_four_eyes, None);
        let mut end = Reference::new(is_four_eyes, fault);
        let (mut steps, mut then) = (Vec::new(), Vec::new());
        for _ in 0..STEPS + random.below(MORE) {
            let action = action(&mut random, &truth);
            let who = somebody(&mut random, &truth, &action);
            truth.answer(who, &action);
            let outcome = end.answer(who, &action);
            steps.push(Step { who, action, outcome });
            if steps.len().is_multiple_of(LOOKED_AT) {
                then.push((steps.len() - 1, end.snapshot()));
            }
        }
        Self { is_four_eyes, steps, then, end }
    }

    /// Whether both have the same answers.
    pub(crate) fn tells_as(&self, other: &Self) -> bool {
        self.steps.iter().map(|step| &step.outcome).eq(other.steps.iter().map(|step| &step.outcome))
            && self.then == other.then
    }
}

/// Mostly one of those whose answer is no refusal, so that histories go on; often one whom only four eyes refuse.
fn somebody(random: &mut Random, truth: &Reference, action: &Action) -> &'static Person {
    let (mut able, mut authors): (Vec<&Person>, Vec<&Person>) = (Vec::new(), Vec::new());
    for who in &PEOPLE {
        match truth.clone().answer(who, action) {
            Outcome::Refused(_, reason) if reason == "FOUR_EYES" => authors.push(who),
            Outcome::Refused(..) => {}
            _ => able.push(who),
        }
    }
    if !authors.is_empty() && random.below(3) == 0 {
        return authors[random.below(authors.len())];
    }
    if able.is_empty() || random.below(4) == 0 {
        return &PEOPLE[random.below(PEOPLE.len())];
    }
    able[random.below(able.len())]
}

fn action(random: &mut Random, truth: &Reference) -> Action {
    let item = random.below(ITEMS.len());
    let is_yes = |random: &mut Random| random.below(3) == 0;
    match random.below(42) {
        40 | 41 => Action::Change { change: change(random) },
        0..=15 => {
            let etag =
                if random.below(2) == 0 { Etag::NotGiven } else { etag(random, truth, item) };
            let is_draft = is_yes(random);
            Action::Save { item, text: text(random, truth, item), is_draft, etag }
        }
        16..=23 => {
            let etag = etag(random, truth, item);
            Action::Approve { item, etag, has_reason: is_yes(random) }
        }
        24..=28 => {
            let end = if random.below(10) == 0 { NOWHERE + 1 } else { NOWHERE };
            let places = (0..random.below(3)).map(|_| random.below(end)).collect();
            Action::Return { item, etag: etag(random, truth, item), places }
        }
        29 => Action::Withdraw { item, etag: etag(random, truth, item) },
        30..=33 => Action::Publish { has_reason: is_yes(random) },
        34 | 35 => Action::Confirm { number: random.below(truth.overrides.len() + 1) },
        36 | 37 => Action::Get { item },
        _ => Action::List { state: STATES[random.below(STATES.len())] },
    }
}

/// A cycle is open more often than not, and an organisation comes back sooner than it leaves.
fn change(random: &mut Random) -> Change {
    let place = random.below(2);
    match random.below(9) {
        0 => Change::Close,
        1..=3 => Change::Reopen,
        4 | 5 => Change::FourEyes,
        6 => Change::Leave(place),
        _ => Change::Join(place),
    }
}

/// Mostly what is there.
fn etag(random: &mut Random, truth: &Reference, item: usize) -> Etag {
    let version = truth.version(item);
    match random.below(12) {
        0 => Etag::NotGiven,
        1 => Etag::Strange,
        2 if version > 0 => Etag::Of(1 + random.below(version)),
        _ if version > 0 => Etag::Of(version),
        _ => Etag::Strange,
    }
}

/// What is there with a word changed, or as it is, or as it was, or something else.
fn text(random: &mut Random, truth: &Reference, item: usize) -> Text {
    let mut word = || u8::try_from(random.below(3)).unwrap();
    let fresh = [word(), word(), word()];
    let before = truth.texts(item);
    let Some(mut last) = before.last().copied() else { return fresh };
    match random.below(8) {
        0..=3 => {
            let place = random.below(last.len());
            last[place] = fresh[place];
            last
        }
        4 | 5 => last,
        6 => before[random.below(before.len())],
        _ => fresh,
    }
}
