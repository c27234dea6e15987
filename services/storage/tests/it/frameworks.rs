//! Frameworks: versions, and faults.

use tonic::Code;
use wire::v1 as pb;

use crate::{
    calls::{last_position, register},
    sandbox::Sandbox,
};

pub(crate) async fn the_same_framework_again_is_no_new_version(sandbox: Sandbox) {
    let mut client = sandbox.client.clone();
    let first = register(&mut client).await;
    let again = register(&mut client).await;
    assert_eq!((first.created, again.created), (true, false));
    assert_eq!(first.framework, again.framework);
    let mut changed = testkit::framework();
    changed.title = model::LocalizedText::of("nl", "Ander plan");
    let request =
        pb::RegisterFrameworkRequest { framework: Some(changed.into()), validate_only: false };
    let next = client.frameworks().register_framework(request).await.unwrap().into_inner();
    assert_eq!((next.created, next.framework.unwrap().version), (true, 2));
    let old = client
        .frameworks()
        .get_framework(pb::GetFrameworkRequest { code: "plan".into(), version: 1 })
        .await
        .unwrap()
        .into_inner()
        .framework;
    assert_eq!(old, first.framework);
}

pub(crate) async fn a_framework_with_faults_is_refused_with_all_of_them(sandbox: Sandbox) {
    let mut framework = testkit::framework();
    framework.goals[1].parent = Some("9".into());
    framework.goals[0].statement = model::LocalizedText::default();
    framework.goals[1].code = "1".into();
    let request =
        pb::RegisterFrameworkRequest { framework: Some(framework.into()), validate_only: false };
    let status = sandbox.client.frameworks().register_framework(request).await.unwrap_err();
    assert_eq!(status.code(), Code::InvalidArgument);
    let faults: Vec<(String, String)> = rpc::field_violations(&status)
        .into_iter()
        .map(|(field, reason, _)| (field, reason))
        .collect();
    for expected in [
        ("framework.goals[1].parent", "UNKNOWN_PARENT"),
        ("framework.goals[0].statement", "STATEMENT_MISSING"),
        ("framework.goals[1].code", "DUPLICATE_CODE"),
    ] {
        assert!(
            faults.contains(&(expected.0.into(), expected.1.into())),
            "{expected:?} is not in {faults:?}"
        );
    }
    assert_eq!(last_position(&mut sandbox.client.clone()).await, 0);
}
