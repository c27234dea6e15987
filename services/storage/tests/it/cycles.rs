//! Cycles: opened once, and changed.

pub(crate) mod changes;
pub(crate) mod findings;

use tonic::Code;
use wire::v1 as pb;

use crate::{
    calls::{open, reason, register},
    sandbox::Sandbox,
};

pub(crate) async fn a_cycle_opens_once(sandbox: Sandbox) {
    let mut client = sandbox.client.clone();
    register(&mut client).await;
    let first = open(&mut client).await;
    assert_eq!(first.cycle.as_ref().unwrap().name, "plan/2021");
    assert_eq!(first.cycle.as_ref().unwrap().organisations, ["alfa", "beta"]);
    let again = open(&mut client).await;
    assert_eq!((first.created, again.created, first.cycle), (true, false, again.cycle));
    let other = pb::Cycle { organisations: vec!["alfa".into()], ..testkit::cycle().into() };
    let status = client
        .cycles()
        .open_cycle(pb::OpenCycleRequest { cycle: Some(other), ..Default::default() })
        .await
        .unwrap_err();
    assert_eq!(status.code(), Code::AlreadyExists);
    let unknown = pb::Cycle { organisations: vec!["gamma".into()], ..testkit::cycle().into() };
    let status = client
        .cycles()
        .open_cycle(pb::OpenCycleRequest { cycle: Some(unknown), ..Default::default() })
        .await
        .unwrap_err();
    assert_eq!(
        (status.code(), reason(&status).as_str()),
        (Code::InvalidArgument, "UNKNOWN_ORGANISATION")
    );
}
