//! Every call that storage serves, made by everybody on every object.

use std::collections::BTreeMap;

use identity::{ChannelExt as _, Identity};
use model::{Grant, Role};
use rpc::Channel;
use testkit::{
    ROLES,
    matrix::{self, Call, Deployment, Object, Secret, Verdict},
};
use wire::{internal, v1 as pb};

use crate::{audit, calls, editions::withdrawal, reviews::saved, sandbox::Sandbox};

type World = matrix::World<Sandbox>;

impl Deployment for Sandbox {
    fn operator(&self, name: &str) -> Channel {
        self.by(name)
    }

    fn holder(&self, role: Option<&str>) -> Channel {
        self.channel.clone().acting_as(&identity(role))
    }

    async fn save(&self, name: &str, save: pb::Save) -> pb::Contribution {
        saved(self, name, save).await
    }

    async fn store_all(&self, edition: &str) {
        for job in [format!("{edition}/pdf/nl"), json(edition)] {
            withdrawal::store(self, &job, &withdrawal::bytes_of(&job)).await.unwrap();
        }
    }

    async fn store_one(&self, edition: &str) {
        let job = json(edition);
        withdrawal::store(self, &job, &withdrawal::bytes_of(&job)).await.unwrap();
    }

    async fn give_up(&self, edition: &str) {
        let name = format!("{edition}/pdf/nl");
        let mut rendering = self.rendering.clone();
        let lease = calls::lease(&mut rendering, &name).await.unwrap();
        let request = internal::FailJobRequest { name, lease, error: "broken".into() };
        rendering.jobs().fail_job(request).await.unwrap();
    }
}

fn json(edition: &str) -> String {
    format!("{edition}/json/nl")
}

fn identity(role: Option<&str>) -> Identity {
    let Some(role) = role else { return Identity::Anybody };
    let known = Role::from_name(role).unwrap();
    let organisation = matches!(known, Role::Contributor | Role::Reviewer).then_some("alfa");
    let organisation = organisation.map(|code| code.parse().unwrap());
    Identity::with(role, [Grant { organisation, ..Grant::everywhere(known) }])
}

async fn world(sandbox: Sandbox) -> World {
    let dead_letter = audit::park(&sandbox, &mut sandbox.client.clone()).await;
    let mut world = World::on(sandbox, dead_letter).await;
    let is_hidden =
        |object| matches!(object, Object::Unpublished | Object::GivenUp | Object::Other);
    for target in world.targets.iter().filter(|target| is_hidden(target.object)) {
        let file = String::from_utf8(withdrawal::bytes_of(&target.job)).unwrap();
        world.secrets.push(Secret::of_few(file));
    }
    world
}

/// The same on another database of the same kind.
async fn anew(old: World) -> World {
    let database = old.deployment.database.another().await;
    world(Sandbox::on(database).await).await
}

pub(crate) async fn each_role_sees_and_does_what_is_its_own_with_every_object(sandbox: Sandbox) {
    let mut world = world(sandbox).await;
    // What shows something comes first, while the world is as it was made.
    let mut calls = Call::of_services(&[wire::Service::Storage]);
    calls.sort_by_key(|call| !call.is_read());
    let mut verdict = Verdict::default();
    for call in &calls {
        if !call.is_read() && !world.is_as_made().await {
            world = anew(world).await;
        }
        verdict.add(matrix::by_everybody(&world, call).await);
    }
    let Verdict { cells, requests, faults } = verdict;
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
    eprintln!("{cells} cells of {} calls, {requests} requests", calls.len());
    assert_eq!(calls.len() * (ROLES.len() + 1) * Object::ALL.len(), cells);
}

/// What somebody who sees everything is answered would be a leak to somebody who does not.
pub(crate) async fn a_leak_is_seen(sandbox: Sandbox) {
    let world = world(sandbox).await;
    let operator = world.deployment.operator("operator");
    let mut found: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    let calls = Call::of_services(&[wire::Service::Storage]);
    for call in calls.iter().filter(|call| call.is_read()) {
        let verdict = matrix::checked(&world, call, &operator, Some("contributor")).await;
        found.insert(call.name(), verdict.faults);
    }
    for (name, kinds) in [
        ("ContributionService/GetContribution", ["shows", "is not answered as"]),
        ("ContributionService/ListContributions", ["shows", "is not answered as"]),
        ("EditionService/GetEdition", ["shows", "is not answered as"]),
        ("EditionService/ReadEdition", ["shows", "is not answered as"]),
        ("EditionService/DownloadArtefact", ["shows", "is not answered as"]),
        ("ContributionService/CompareRevisions", ["shows", "is not answered as"]),
        ("RemarkService/ListRemarks", ["shows", "is not answered as"]),
        ("PersonService/GetPerson", ["is not refused", "is not answered as"]),
    ] {
        for kind in kinds {
            let faults = &found[name];
            assert!(faults.iter().any(|fault| fault.contains(kind)), "{name} {kind}: {faults:?}");
        }
    }
}
