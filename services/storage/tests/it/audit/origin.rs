//! An entry says how the call came in.

use identity::{ChannelExt as _, Identity};
use model::{Grant, Role};
use wire::v1 as pb;

use crate::{
    audit::{log::read_log, pool, verified_alone},
    calls,
    sandbox::{Client, Sandbox},
};

const OIN: &str = "00000001003214345000";
const JOBS: [&str; 2] = ["plan/2021/1/html/nl", "plan/2021/1/json/nl"];

async fn everybody_calls(sandbox: &Sandbox) {
    let by = |identity: &Identity| Client::new(sandbox.channel.clone().acting_as(identity));
    let mut framework = testkit::framework();
    OIN.clone_into(&mut framework.organisations[0].oin);
    let mut operator = sandbox.client.clone();
    let framework = Some(framework.into());
    let request = pb::RegisterFrameworkRequest { framework, validate_only: false, again: false };
    operator.frameworks().register_framework(request).await.unwrap();
    calls::open(&mut operator).await;
    let mut holder = by(&Identity::Certificate { oin: OIN.to_owned() });
    calls::save(&mut holder, testkit::save("a-1", "Tekst.")).await;
    calls::publish(&mut operator, "2022-01-01").await;
    let hash = model::Hash::of(b"{}");
    for job in JOBS {
        let lease = calls::lease(&mut sandbox.rendering.clone(), job).await.unwrap();
        calls::upload(&mut sandbox.rendering.clone(), job, lease, b"{}", hash).await.unwrap();
    }
    let request = || pb::DownloadArtefactRequest { sha256: hash.to_string() };
    by(&Identity::Anybody).editions().download_artefact(request()).await.unwrap();
    let auditor = Identity::with("piet", [Grant::everywhere(Role::Auditor)]);
    let request = pb::RetryEditionRequest { name: "plan/2021/1".into() };
    by(&auditor).editions().retry_edition(request).await.unwrap_err();
}

pub(crate) async fn an_entry_records_how_the_call_came_in(sandbox: Sandbox) {
    everybody_calls(&sandbox).await;
    let log = read_log(&pool(&sandbox).await).await;
    let oin = format!("oin:{OIN}");
    for (actor, origin, action, result) in [
        ("operator", "token", "framework.register", "done"),
        ("operator", "token", "cycle.open", "done"),
        (&oin, "certificate", "contribution.submit", "done"),
        ("rendering", "service", "artefact.store", "done"),
        ("rendering", "service", "edition.published", "done"),
        ("public", "anybody", "artefact.read", "done"),
        ("piet", "token", "call", "refused"),
    ] {
        let is_it = |texts: &[String; 6]| {
            [&texts[0], &texts[1], &texts[2], &texts[4]] == [actor, origin, action, result]
        };
        let is_there = log.entries.iter().any(|row| is_it(&row.texts));
        assert!(is_there, "{actor} {origin} {action} {result}: {:?}", log.entries);
    }
    let known = ["token", "certificate", "anybody", "service"];
    assert!(log.entries.iter().all(|row| known.contains(&row.texts[1].as_str())));
    assert_eq!(verified_alone(&sandbox).await.finding, None);
}
