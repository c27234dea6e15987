//! Who may do what with which object: calls made by every role on every object, each answer checked.
//!
//! The calls and their requests come from the descriptors and who may make them from the table in docs/ACCESS.md, so that a
//! new call has its cells without anybody adding them.

mod call;
mod check;
mod requests;
mod sight;
mod world;

use futures::{StreamExt as _, stream};

use crate::{
    ROLES,
    matrix::{
        check::{Asked, Bench},
        sight::Sight,
    },
};

pub use crate::matrix::{
    call::{Answer, Call},
    world::{Deployment, Object, Secret, Target, World},
};

/// Requests at the same time, where none changes anything.
const TOGETHER: usize = 16;

/// How calls were answered.
#[derive(Debug, Default)]
pub struct Verdict {
    /// Pairs of somebody and an object that a call was made with.
    pub cells: usize,
    /// Requests that were made.
    pub requests: usize,
    /// What is wrong with the answers.
    pub faults: Vec<String>,
}

impl Verdict {
    /// Adds another one to this.
    pub fn add(&mut self, other: Self) {
        self.cells += other.cells;
        self.requests += other.requests;
        self.faults.extend(other.faults);
    }
}

/// Makes a call on every object, as everybody.
pub async fn by_everybody<D: Deployment>(world: &World<D>, call: &Call) -> Verdict {
    let mut verdict = Verdict::default();
    for role in [None].into_iter().chain(ROLES.map(Some)) {
        let channel = world.deployment.holder(role);
        verdict.add(checked(world, call, &channel, role).await);
    }
    verdict
}

/// Makes a call on every object on a channel, and checks the answers as those to a holder of a role; none: to anybody.
pub async fn checked<D: Deployment>(
    world: &World<D>,
    call: &Call,
    channel: &rpc::Channel,
    role: Option<&str>,
) -> Verdict {
    let sight = call.sight(role);
    let asked = ask(world, call, channel, sight).await;
    let found = Bench { call, sight, secrets: &world.secrets }.check(&asked);
    let (name, who) = (call.name(), role.unwrap_or("anybody"));
    let is_asked = |object: &&Object| asked.iter().any(|asked| asked.target.object == **object);
    Verdict {
        cells: Object::ALL.iter().filter(is_asked).count(),
        requests: asked.len(),
        faults: found.into_iter().map(|fault| format!("{name} by {who}: {fault}")).collect(),
    }
}

/// Makes a call on every object, and on what does not exist in the place of each that is hidden.
async fn ask<D: Deployment>(
    world: &World<D>,
    call: &Call,
    channel: &rpc::Channel,
    sight: Sight,
) -> Vec<Asked> {
    let changes_nothing = call.is_read() || matches!(sight, Sight::Nothing { .. });
    let together = if changes_nothing { TOGETHER } else { 1 };
    let requests = world.targets.iter().flat_map(|target| {
        let pairs = call.requests(target).into_iter().zip(call.requests(&target.absent()));
        pairs.map(move |(request, of_absent)| (target, request, of_absent))
    });
    let asking = requests.map(|(target, request, of_absent)| async move {
        let answer = call.make(channel, &request).await;
        let of_absent = if needs_absent(target.object, sight) {
            Some(call.make(channel, &of_absent).await)
        } else {
            None
        };
        Asked { target: target.clone(), request, answer, of_absent }
    });
    stream::iter(asking).buffered(together).collect().await
}

/// Whether an answer is held against that on what does not exist; where all are the same, one is enough.
fn needs_absent(object: Object, sight: Sight) -> bool {
    match sight {
        Sight::Nothing { .. } => object == Object::ALL[0],
        sight => !object.is_seen_from(sight),
    }
}
