//! Frameworks: versions, and faults.

pub(crate) mod series;

use model::{Framework, IndicatorLink, LinkKind};
use tonic::{Code, Status};
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
    let request = pb::RegisterFrameworkRequest {
        framework: Some(changed.into()),
        validate_only: false,
        again: false,
    };
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
    // The text of an earlier version says so and changes nothing, unless it is asked for.
    let older = register(&mut client).await;
    assert_eq!((older.created, older.framework, older.latest_version), (false, first.framework, 2));
    let request = pb::RegisterFrameworkRequest {
        framework: Some(testkit::framework().into()),
        again: true,
        ..pb::RegisterFrameworkRequest::default()
    };
    for created in [true, false] {
        let again = client.frameworks().register_framework(request.clone()).await.unwrap();
        let again = again.into_inner();
        assert_eq!((again.created, again.framework.unwrap().version), (created, 3));
    }
}

pub(crate) async fn a_link_to_what_is_not_there_is_refused(sandbox: Sandbox) {
    let mut client = sandbox.client.clone();
    let link = |kind, from: &[&str], to: &[&str]| IndicatorLink {
        kind,
        from: from.iter().map(|id| (*id).into()).collect(),
        to: to.iter().map(|id| (*id).into()).collect(),
    };
    let mut framework = testkit::framework();
    framework.links = vec![link(LinkKind::Same, &["1-a"], &["1-a"])];
    let request = |framework: &Framework| pb::RegisterFrameworkRequest {
        framework: Some(framework.clone().into()),
        ..pb::RegisterFrameworkRequest::default()
    };
    let first = client.frameworks().register_framework(request(&framework)).await.unwrap_err();
    assert_eq!(faults(&first), ["framework.links NO_VERSION_BEFORE"]);
    register(&mut client).await;
    framework.links = vec![
        link(LinkKind::Same, &["1-a"], &["1-a"]),
        link(LinkKind::Same, &["1-a"], &["9-a"]),
        link(LinkKind::Split, &["1-a"], &["1.1-a"]),
        link(LinkKind::Merged, &["1-a"], &["1.1-a"]),
        link(LinkKind::Broadened, &["1-a", "1.1-a"], &["1-a"]),
        link(LinkKind::Ended, &["1.1-a"], &["1-a"]),
    ];
    let refused = client.frameworks().register_framework(request(&framework)).await.unwrap_err();
    let expected = [
        "framework.links[1].to[0] UNKNOWN_INDICATOR",
        "framework.links[2].kind LINK_SHAPE",
        "framework.links[3].kind LINK_SHAPE",
        "framework.links[4].kind LINK_SHAPE",
        "framework.links[5].kind LINK_SHAPE",
    ];
    assert_eq!(faults(&refused), expected);
    framework.links =
        vec![link(LinkKind::Same, &["9-a"], &["1-a"]), link(LinkKind::Same, &["1-a"], &["1.1-a"])];
    let refused = client.frameworks().register_framework(request(&framework)).await.unwrap_err();
    let expected =
        ["framework.links[0].from[0] UNKNOWN_INDICATOR", "framework.links[1].to[0] LINK_MISSING"];
    assert_eq!(faults(&refused), expected);
    framework.links = vec![link(LinkKind::Same, &["1-a"], &["1-a"])];
    assert!(client.frameworks().register_framework(request(&framework)).await.is_ok());
}

pub(crate) async fn what_is_gone_without_a_link_is_named_and_may_be_linked_later(sandbox: Sandbox) {
    let mut client = sandbox.client.clone();
    register(&mut client).await;
    let registered = async |framework: &Framework| {
        let framework = Some(framework.clone().into());
        let request = pb::RegisterFrameworkRequest { framework, ..Default::default() };
        let answer = client.frameworks().register_framework(request).await.unwrap().into_inner();
        let reasons = answer.findings.into_iter().map(|one| one.reason).collect::<Vec<_>>();
        (answer.latest_version, reasons)
    };
    let first = testkit::framework();
    let mut second = first.clone();
    second.title = model::LocalizedText::of("nl", "Een ander plan");
    let indicator = &mut second.goals[1].indicators[0];
    let gone = std::mem::replace(&mut indicator.id, "anders".to_owned());
    assert_eq!(registered(&second).await, (2, vec!["INDICATOR_GONE".to_owned()]));
    // The version after says it, of an indicator of the version before last.
    let mut third = second.clone();
    let to = vec!["anders".to_owned()];
    third.links = vec![IndicatorLink { kind: LinkKind::Same, from: vec![gone.clone()], to }];
    assert_eq!(registered(&third).await, (3, Vec::new()));
    let mut again = third.clone();
    again.title = model::LocalizedText::of("nl", "Nog een plan");
    let request = pb::RegisterFrameworkRequest {
        framework: Some(again.into()),
        ..pb::RegisterFrameworkRequest::default()
    };
    let refused = client.frameworks().register_framework(request).await.unwrap_err();
    assert_eq!(faults(&refused), ["framework.links[0].from[0] UNKNOWN_INDICATOR"]);
    let mut fourth = third.clone();
    fourth.links = Vec::new();
    fourth.goals.truncate(1);
    fourth.goals[0].indicators.clear();
    let (_, findings) = registered(&fourth).await;
    assert!(findings.contains(&"GOAL_GONE".to_owned()), "{findings:?}");
    assert!(findings.contains(&"INDICATOR_GONE".to_owned()), "{findings:?}");
}

fn faults(status: &Status) -> Vec<String> {
    let faults = rpc::field_violations(status).into_iter();
    faults.map(|(field, reason, _)| format!("{field} {reason}")).collect()
}

pub(crate) async fn a_framework_that_cannot_be_printed_is_refused(sandbox: Sandbox) {
    let mut framework = testkit::framework();
    framework.title = model::LocalizedText::of("nl", "Plan \u{e000}");
    framework.organisations[0].names[0].name = model::LocalizedText::of("nl", "Dienst \u{f8ff}");
    framework.goals[0].statement = model::LocalizedText::of("nl", "Doel \u{fdd0}");
    let request =
        pb::RegisterFrameworkRequest { framework: Some(framework.into()), ..Default::default() };
    let status = sandbox.client.frameworks().register_framework(request).await.unwrap_err();
    let found = rpc::field_violations(&status);
    let fields: Vec<_> =
        found.iter().map(|(field, reason, _)| (field.as_str(), reason.as_str())).collect();
    let expected = [
        "framework.title",
        "framework.organisations[0].names[0].name",
        "framework.goals[0].statement",
    ];
    assert_eq!(fields, expected.map(|field| (field, "UNPRINTABLE_CHARACTER")));
}

pub(crate) async fn a_framework_with_faults_is_refused_with_all_of_them(sandbox: Sandbox) {
    let mut framework = testkit::framework();
    framework.goals[1].parent = Some("9".into());
    framework.goals[0].statement = model::LocalizedText::default();
    framework.goals[1].code = "1".into();
    let request = pb::RegisterFrameworkRequest {
        framework: Some(framework.into()),
        validate_only: false,
        again: false,
    };
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
