//! Who may do what with which object: every call that storage serves, made by every role on every object.
//!
//! The calls and their requests come from the descriptors and who may make them from the table in docs/ACCESS.md, so that a
//! new call has its cells without anybody adding them.

mod calls;
mod judge;
mod requests;
mod world;

use std::collections::BTreeMap;

use futures::{StreamExt as _, stream};
use prost_reflect::DescriptorPool;
use rpc::Identity;
use testkit::{AccessRow, ROLES, documented_access};
use wire::Method;

use crate::{
    access::matrix::{
        calls::Call,
        judge::{Asked, Bench, Sight},
        world::{Object, World},
    },
    sandbox::Sandbox,
};

const ANYBODY: &str = "anybody";

/// The calls that storage serves, each with its row of the table.
fn calls() -> Vec<(Call, AccessRow)> {
    let pool = DescriptorPool::decode(wire::DESCRIPTORS).unwrap();
    let mut rows = documented_access();
    let served = Method::ALL.into_iter().map(Method::path);
    let served = served.filter(|path| path.starts_with("voortgang.storage."));
    served
        .map(|path| {
            let call = Call::of(&pool, path);
            let row = rows.remove(call.name()).expect("docs/ACCESS.md has a row for each call");
            (call, row)
        })
        .collect()
}

/// What a role may see by a call.
fn sight(row: &AccessRow, role: &str) -> Sight {
    match role {
        "contributor" | "reviewer" if row.roles.contains(&role) => Sight::Own,
        role if row.roles.contains(&role) => Sight::Everything,
        _ if row.is_open => Sight::Public,
        role => Sight::Nothing { is_known: role != ANYBODY },
    }
}

/// Requests at the same time, where none changes anything.
const TOGETHER: usize = 16;

/// Makes a call on every object, and on what does not exist in the place of each that is hidden.
async fn ask(world: &World, call: &Call, identity: &Identity, sight: Sight) -> Vec<Asked> {
    let changes_nothing = call.is_read() || matches!(sight, Sight::Nothing { .. });
    let together = if changes_nothing { TOGETHER } else { 1 };
    let requests = world.targets.iter().flat_map(|target| {
        let pairs = call.requests(target).into_iter().zip(call.requests(&target.absent()));
        pairs.map(move |(request, of_absent)| (target, request, of_absent))
    });
    let asking = requests.map(|(target, request, of_absent)| async move {
        let answer = call.make(world, identity, &request).await;
        let of_absent = if needs_absent(target.object, sight) {
            Some(call.make(world, identity, &of_absent).await)
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

pub(crate) async fn each_role_sees_and_does_what_is_its_own_with_every_object(sandbox: Sandbox) {
    let mut world = World::in_sandbox(sandbox).await;
    // What shows something comes first, while the world is as it was made.
    let mut served = calls();
    served.sort_by_key(|(call, _)| !call.is_read());
    let (mut cells, mut requests, mut faults) = (0, 0, Vec::new());
    for (call, row) in &served {
        if !call.is_read() && !world.is_as_made().await {
            world = world.anew().await;
        }
        for role in [ANYBODY].into_iter().chain(ROLES) {
            let sight = sight(row, role);
            let asked = ask(&world, call, &world::identity(role), sight).await;
            let found = Bench { call, sight, secrets: &world.secrets }.judge(&asked);
            let name = call.name();
            faults.extend(found.into_iter().map(|fault| format!("{name} by {role}: {fault}")));
            requests += asked.len();
            cells += Object::ALL.iter().filter(|object| is_asked(&asked, **object)).count();
        }
    }
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
    eprintln!("{cells} cells of {} calls, {requests} requests", served.len());
    assert_eq!(served.len() * (ROLES.len() + 1) * Object::ALL.len(), cells);
}

fn is_asked(asked: &[Asked], object: Object) -> bool {
    asked.iter().any(|asked| asked.target.object == object)
}

/// What somebody who sees everything is answered would be a leak to somebody who does not.
pub(crate) async fn a_leak_is_seen(sandbox: Sandbox) {
    let world = World::in_sandbox(sandbox).await;
    let operator = Identity::with_every_role("operator");
    let mut found: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    let calls = calls();
    for (call, row) in calls.iter().filter(|(call, _)| call.is_read()) {
        let sight = sight(row, "contributor");
        let asked = ask(&world, call, &operator, sight).await;
        let faults = Bench { call, sight, secrets: &world.secrets }.judge(&asked);
        found.insert(call.name(), faults);
    }
    for (name, kinds) in [
        ("StorageService/GetContribution", ["shows", "is not answered as"]),
        ("StorageService/ListContributions", ["shows", "is not answered as"]),
        ("StorageService/GetEdition", ["shows", "is not answered as"]),
        ("StorageService/ReadEdition", ["shows", "is not answered as"]),
        ("StorageService/DownloadArtefact", ["shows", "is not answered as"]),
        ("HistoryService/CompareRevisions", ["shows", "is not answered as"]),
        ("ReviewService/ListRemarks", ["shows", "is not answered as"]),
        ("PersonService/GetPerson", ["is not refused", "is not answered as"]),
    ] {
        for kind in kinds {
            let faults = &found[name];
            assert!(faults.iter().any(|fault| fault.contains(kind)), "{name} {kind}: {faults:?}");
        }
    }
}
