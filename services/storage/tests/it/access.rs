//! Who a certificate, a revoked token and a person stand for, and what each role may do.

mod matrix;

use identity::{ChannelExt as _, GrantClaim, Identity, TokenIdentity};
use model::{Grant, Role};
use tonic::{Code, Status};
use wire::{Clients, Service, internal, v1 as pb};

use crate::{
    audit,
    calls::{self, reason, save_all},
    people,
    sandbox::{Client, Sandbox, operator},
};

pub(crate) use crate::access::matrix::{
    a_leak_is_seen, each_role_sees_and_does_what_is_its_own_with_every_object,
};

const OIN: &str = "00000001003214345000";

async fn caller(sandbox: &Sandbox, identity: &Identity) -> Result<pb::GetCallerResponse, Status> {
    let client = Clients::new(sandbox.channel.clone().acting_as(identity));
    Ok(client.access().get_caller(pb::GetCallerRequest {}).await?.into_inner())
}

/// What a token of an auditor stands for.
fn token(subject: &str, id: &str, issued_at: i64) -> Identity {
    Identity::Token(TokenIdentity {
        subject: subject.to_owned(),
        id: id.to_owned(),
        issued_at,
        grants: vec![GrantClaim::from(Grant::everywhere(Role::Auditor))],
    })
}

pub(crate) async fn a_certificate_hands_in_for_the_organisation_of_its_oin(sandbox: Sandbox) {
    let mut framework = testkit::framework();
    OIN.clone_into(&mut framework.organisations[0].oin);
    let mut client = sandbox.client.clone();
    let framework = Some(framework.into());
    let request = pb::RegisterFrameworkRequest { framework, validate_only: false, again: false };
    client.frameworks().register_framework(request).await.unwrap();
    calls::open(&mut client).await;
    let holder = Identity::Certificate { oin: OIN.to_owned() };
    let known = caller(&sandbox, &holder).await.unwrap();
    assert_eq!(known.id, format!("oin:{OIN}"));
    assert_eq!(known.grants.len(), 1);
    assert_eq!(known.grants[0].role(), pb::Role::Contributor);
    let mut client = Client::new(sandbox.channel.clone().acting_as(&holder));
    let granted = testkit::save("a-1", "Tekst.");
    assert_eq!(granted.organisation, known.grants[0].organisation);
    let foreign = pb::Save { organisation: "beta".into(), ..testkit::save("b-1", "Tekst.") };
    let results = save_all(&mut client, vec![granted, foreign], false).await;
    assert_eq!(results[0].outcome(), pb::SaveOutcome::Accepted);
    assert_eq!(results[1].error.as_ref().unwrap().reason, "OTHER_ORGANISATION");
    let stranger = Identity::Certificate { oin: "00000001999999999000".to_owned() };
    let status = caller(&sandbox, &stranger).await.unwrap_err();
    assert_eq!((status.code(), reason(&status).as_str()), (Code::Unauthenticated, "UNKNOWN_OIN"));
}

pub(crate) async fn what_is_saved_comes_by_way_of_ingest(sandbox: Sandbox) {
    calls::prepared(&sandbox).await;
    let grant = Grant { organisation: "alfa".parse().ok(), ..Grant::everywhere(Role::Contributor) };
    let anna = Identity::with("anna", [grant]);
    let save = || {
        let save = Some(testkit::save("a-1", "Tekst."));
        let saves = vec![internal::CheckedSave { save, findings: Vec::new() }];
        internal::SaveContributionsRequest { saves, validate_only: false }
    };
    for service in [Service::Portal, Service::Search, Service::Rendering, Service::Storage] {
        let channel = sandbox.channel.clone().of_service(service).acting_as(&anna);
        let status = Client::new(channel).saves().save_contributions(save()).await.unwrap_err();
        let refusal = (status.code(), reason(&status));
        assert_eq!(refusal, (Code::PermissionDenied, "NOT_FROM_OUTSIDE".to_owned()));
        assert!(status.message().contains("for ingest alone"), "{status}");
    }
    let channel = sandbox.channel.clone().of_service(Service::Ingest).acting_as(&anna);
    Client::new(channel).saves().save_contributions(save()).await.unwrap();
}

/// Larger ones go to the services that take saves, frameworks, cycles and obligations.
pub(crate) async fn a_large_request_to_a_service_that_takes_none_is_refused(sandbox: Sandbox) {
    let client = Clients::new(operator(&sandbox.channel));
    let refusals = async |mebibytes: usize| {
        let text = "x".repeat(mebibytes * 1024 * 1024);
        let revoke = pb::RevokeTokensRequest { reason: text.clone(), ..Default::default() };
        let list = pb::ListAuditEntriesRequest { page_token: text.clone(), ..Default::default() };
        let approve = pb::ApproveContributionRequest { id: text, ..Default::default() };
        [
            client.access().revoke_tokens(revoke).await.unwrap_err().code(),
            client.audit().list_audit_entries(list).await.unwrap_err().code(),
            client.reviews().approve_contribution(approve).await.unwrap_err().code(),
        ]
    };
    assert_eq!(refusals(3).await, [Code::InvalidArgument; 3], "these are read");
    assert_eq!(refusals(5).await, [Code::OutOfRange; 3]);
}

pub(crate) async fn a_token_that_binds_a_role_for_the_whole_report_is_refused(sandbox: Sandbox) {
    for (role, _) in Role::NAMES {
        let grant = Grant { goals: vec!["1".to_owned()], ..Grant::everywhere(role) };
        let found = caller(&sandbox, &Identity::with("anna", [grant])).await;
        if matches!(role, Role::Contributor | Role::Reviewer) {
            found.unwrap();
            continue;
        }
        let status = found.unwrap_err();
        let refusal = (status.code(), reason(&status));
        assert_eq!(refusal, (Code::Unauthenticated, "TOKEN_GRANTS".to_owned()));
        assert!(status.message().contains("for the whole report"), "{status}");
    }
}

pub(crate) async fn a_revoked_token_is_worthless_and_a_later_one_is_not(sandbox: Sandbox) {
    let token = |id: &str, issued_at| token("anna", id, issued_at);
    let now = model::Clock::now(&*sandbox.clock).0 / 1_000;
    let access = Clients::new(operator(&sandbox.channel));
    caller(&sandbox, &token("1", now)).await.unwrap();
    let one = |token_id: &str, subject: &str| pb::RevokeTokensRequest {
        token_id: token_id.into(),
        subject: subject.into(),
        reason: "Test.".into(),
    };
    access.access().revoke_tokens(one("1", "")).await.unwrap();
    let status = caller(&sandbox, &token("1", now)).await.unwrap_err();
    assert_eq!((status.code(), reason(&status).as_str()), (Code::Unauthenticated, "TOKEN_REVOKED"));
    caller(&sandbox, &token("2", now)).await.unwrap();
    access.access().revoke_tokens(one("", "anna")).await.unwrap();
    assert_eq!(reason(&caller(&sandbox, &token("2", now)).await.unwrap_err()), "TOKEN_REVOKED");
    // Issued before by a clock that was ahead: such a token is taken, so that it is revoked as well.
    for ahead in [1, 30] {
        let status = caller(&sandbox, &token("3", now + ahead)).await.unwrap_err();
        assert_eq!(reason(&status), "TOKEN_REVOKED", "{ahead}");
    }
    caller(&sandbox, &token("3", now + 31)).await.unwrap();
    let both = access.access().revoke_tokens(one("1", "anna")).await.unwrap_err();
    assert_eq!(reason(&both), "ONE_OF_TWO");
}

pub(crate) async fn a_person_is_audited_by_id_and_may_what_memberships_say(sandbox: Sandbox) {
    calls::register(&mut sandbox.client.clone()).await;
    let people = Clients::new(operator(&sandbox.channel));
    let person = pb::Person {
        subject: "idp|42".into(),
        name: "Anna".into(),
        email: "anna@example.org".into(),
        language: "nl".into(),
        ..pb::Person::default()
    };
    let request = pb::SavePersonRequest { person: Some(person) };
    let saved = people.people().save_person(request).await.unwrap().into_inner().person.unwrap();
    let subject = Identity::with("idp|42", []);
    let nothing = caller(&sandbox, &subject).await.unwrap();
    assert_eq!((nothing.id.as_str(), nothing.grants.len()), (saved.id.as_str(), 0));
    let grant = pb::Grant {
        role: pb::Role::Reviewer.into(),
        organisation: "alfa".into(),
        ..pb::Grant::default()
    };
    let membership = pb::Membership { grant: Some(grant.clone()), ..pb::Membership::default() };
    let request =
        pb::AddMembershipRequest { person: saved.id.clone(), membership: Some(membership) };
    people.people().add_membership(request).await.unwrap();
    assert_eq!(caller(&sandbox, &subject).await.unwrap().grants, [grant]);
}

pub(crate) async fn the_tokens_of_a_person_are_revoked_under_each_of_their_names(sandbox: Sandbox) {
    let person = people::save(&mut sandbox.people.clone(), people::anna()).await.unwrap();
    let now = model::Clock::now(&*sandbox.clock).0 / 1_000;
    let access = Clients::new(operator(&sandbox.channel));
    for (revoked, at) in [(&person.id, now), (&person.subject, now + 60)] {
        let held = [&person.id, &person.subject].map(|name| token(name, "", at));
        for token in &held {
            assert_eq!(caller(&sandbox, token).await.unwrap().id, person.id);
        }
        let revoke = pb::RevokeTokensRequest {
            subject: revoked.clone(),
            reason: "Test.".into(),
            ..pb::RevokeTokensRequest::default()
        };
        access.access().revoke_tokens(revoke).await.unwrap();
        for token in &held {
            assert_eq!(reason(&caller(&sandbox, token).await.unwrap_err()), "TOKEN_REVOKED");
        }
        sandbox.clock.advance(60_000);
    }
}

pub(crate) async fn a_clock_that_was_set_back_takes_no_revocation_back(sandbox: Sandbox) {
    let now = model::Clock::now(&*sandbox.clock).0 / 1_000;
    let access = Clients::new(operator(&sandbox.channel));
    let revoke = || pb::RevokeTokensRequest {
        subject: "anna".into(),
        reason: "Test.".into(),
        ..pb::RevokeTokensRequest::default()
    };
    access.access().revoke_tokens(revoke()).await.unwrap();
    sandbox.clock.advance(-3_600_000);
    access.access().revoke_tokens(revoke()).await.unwrap();
    let status = caller(&sandbox, &token("anna", "", now)).await.unwrap_err();
    assert_eq!(reason(&status), "TOKEN_REVOKED");
}

pub(crate) async fn who_is_erased_gets_in_by_no_earlier_token(sandbox: Sandbox) {
    let mut client = sandbox.people.clone();
    let id = people::save(&mut client, people::anna()).await.unwrap().id;
    let now = model::Clock::now(&*sandbox.clock).0 / 1_000;
    let token = |subject: &str, issued_at| token(subject, "", issued_at);
    let subject = people::anna().subject;
    caller(&sandbox, &token(&subject, now)).await.unwrap();
    people::erase(&mut client, &id).await.unwrap();
    let status = caller(&sandbox, &token(&subject, now)).await.unwrap_err();
    assert_eq!((status.code(), reason(&status).as_str()), (Code::Unauthenticated, "TOKEN_REVOKED"));
    assert_eq!(reason(&caller(&sandbox, &token(&id, now)).await.unwrap_err()), "TOKEN_REVOKED");
    caller(&sandbox, &token("idp|bert", now)).await.unwrap();
    // Whoever has the subject later is somebody else.
    caller(&sandbox, &token(&subject, now + 60)).await.unwrap();
    // Once no token of hers can hold any more, what it would be known by goes.
    let kept = || async { audit::count_of(&audit::pool(&sandbox).await, "erased_subjects").await };
    sandbox.reminding(|_| ()).await.remind_once().await.unwrap();
    assert_eq!(kept().await, 2, "by subject and by id");
    sandbox.clock.advance(25 * 60 * 60 * 1_000);
    sandbox.reminding(|_| ()).await.remind_once().await.unwrap();
    assert_eq!(kept().await, 0);
}

pub(crate) async fn a_subject_that_somebody_had_before_gets_in_by_no_earlier_token(
    sandbox: Sandbox,
) {
    let mut client = sandbox.people.clone();
    let person = people::save(&mut client, people::anna()).await.unwrap();
    let now = model::Clock::now(&*sandbox.clock).0 / 1_000;
    let before = token(&person.subject, "", now);
    caller(&sandbox, &before).await.unwrap();
    let changed = pb::Person { subject: "idp|anna-78".into(), ..person.clone() };
    people::save(&mut client, changed).await.unwrap();
    assert_eq!(reason(&caller(&sandbox, &before).await.unwrap_err()), "TOKEN_REVOKED");
    let found = caller(&sandbox, &token("idp|anna-78", "", now)).await.unwrap();
    assert_eq!(found.id, person.id);
}

pub(crate) async fn whoever_writes_on_some_goals_writes_over_no_other(sandbox: Sandbox) {
    let mut operator = calls::prepared(&sandbox).await;
    calls::save(&mut operator, testkit::save("a-1", "Van een ander doel.")).await;
    let organisation = Some("alfa".parse().unwrap());
    let grant =
        Grant { organisation, goals: vec!["9".to_owned()], ..Grant::everywhere(Role::Contributor) };
    let limited = sandbox.channel.clone().acting_as(&Identity::with("anna", [grant]));
    let on_nine = |external_id: &str| {
        let mut save = testkit::save(external_id, "Over doel negen.");
        save.etag = "1-0".into();
        save.content.as_mut().unwrap().goals = vec!["9".into()];
        save
    };
    let fresh = pb::Save { etag: String::new(), ..on_nine("a-9") };
    let saves = vec![on_nine("a-1"), testkit::save("a-2", "Tekst."), fresh];
    let results = save_all(&mut Client::new(limited), saves, false).await;
    for refused in &results[..2] {
        assert_eq!(refused.error.as_ref().unwrap().reason, "OTHER_GOAL");
        assert_eq!(refused.conflict, None, "nothing of the other text is shown");
    }
    assert_eq!(results[2].outcome(), pb::SaveOutcome::Accepted);
}
