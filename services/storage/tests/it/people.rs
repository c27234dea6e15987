//! People: promises of every database, each a story played through the calls.

use model::Clock as _;
use sqlx::Row as _;
use tonic::{Code, Status};
use wire::v1 as pb;

use crate::{
    audit::{self, pool},
    calls::{self, reason},
    erasure::{assert_not_in_files, tables_that_hold},
    sandbox::{People, Sandbox},
};

const DAY: i64 = 86_400_000;

pub(crate) fn anna() -> pb::Person {
    pb::Person {
        subject: "idp|anna-77".into(),
        name: "Anna Bijlsma".into(),
        email: "a.bijlsma@example.org".into(),
        language: "nl".into(),
        ..pb::Person::default()
    }
}

pub(crate) fn contributor(organisation: &str) -> pb::Membership {
    let grant = pb::Grant {
        role: pb::Role::Contributor.into(),
        organisation: organisation.into(),
        pillars: vec!["een".into()],
        goals: Vec::new(),
    };
    pb::Membership { grant: Some(grant), ..pb::Membership::default() }
}

pub(crate) async fn save(client: &mut People, person: pb::Person) -> Result<pb::Person, Status> {
    let request = pb::SavePersonRequest { person: Some(person) };
    Ok(client.people().save_person(request).await?.into_inner().person.unwrap())
}

pub(crate) async fn add(
    client: &mut People,
    person: &str,
    membership: pb::Membership,
) -> Result<pb::Person, Status> {
    let request =
        pb::AddMembershipRequest { person: person.to_owned(), membership: Some(membership) };
    Ok(client.people().add_membership(request).await?.into_inner().person.unwrap())
}

pub(crate) async fn end(
    client: &mut People,
    person: &str,
    number: u32,
    until: &str,
) -> Result<pb::Person, Status> {
    let request =
        pb::EndMembershipRequest { person: person.to_owned(), number, until: until.to_owned() };
    Ok(client.people().end_membership(request).await?.into_inner().person.unwrap())
}

pub(crate) async fn erase(client: &mut People, id: &str) -> Result<pb::Person, Status> {
    let request = pb::ErasePersonRequest { id: id.to_owned(), reason: "GDPR, article 17".into() };
    Ok(client.people().erase_person(request).await?.into_inner().person.unwrap())
}

async fn get(client: &mut People, id: &str) -> Result<pb::Person, Status> {
    let request = pb::GetPersonRequest { id: id.to_owned() };
    Ok(client.people().get_person(request).await?.into_inner().person.unwrap())
}

fn faults(status: &Status) -> Vec<String> {
    assert_eq!(status.code(), Code::InvalidArgument, "{status}");
    let found = rpc::field_violations(status).into_iter();
    found.map(|(field, reason, _)| format!("{field} {reason}")).collect()
}

pub(crate) async fn the_same_person_again_changes_nothing(sandbox: Sandbox) {
    let mut client = sandbox.people.clone();
    let first = save(&mut client, anna()).await.unwrap();
    let entries = audit::count(&pool(&sandbox).await).await;
    assert_eq!(save(&mut client, anna()).await.unwrap(), first);
    let with_id = pb::Person { id: first.id.clone(), ..anna() };
    assert_eq!(save(&mut client, with_id.clone()).await.unwrap(), first);
    assert_eq!(audit::count(&pool(&sandbox).await).await, entries);
    assert_eq!(get(&mut client, &first.id).await.unwrap(), first);
    let changed = pb::Person { language: "en".into(), subject: String::new(), ..with_id };
    let changed = save(&mut client, changed).await.unwrap();
    assert_eq!((changed.language.as_str(), changed.subject.as_str()), ("en", ""));
    assert_eq!(changed.create_time, first.create_time);
    // Without a subject, name, address and language say who it is.
    let again = pb::Person { language: "en".into(), subject: String::new(), ..anna() };
    assert_eq!(save(&mut client, again).await.unwrap().id, first.id);
    let other = pb::Person { name: "Anna B.".into(), subject: String::new(), ..anna() };
    assert_ne!(save(&mut client, other).await.unwrap().id, first.id);
    let unknown = pb::Person { id: uuid::Uuid::from_u128(9).to_string(), ..anna() };
    assert_eq!(reason(&save(&mut client, unknown).await.unwrap_err()), "PERSON_NOT_FOUND");
}

pub(crate) async fn what_cannot_be_a_person_is_named_at_its_place(sandbox: Sandbox) {
    let mut client = sandbox.people.clone();
    let bad = pb::Person {
        subject: "x".repeat(201),
        name: "Anna\u{7}".into(),
        email: "anna at example".into(),
        language: "de".into(),
        ..pb::Person::default()
    };
    let status = save(&mut client, bad).await.unwrap_err();
    assert_eq!(
        faults(&status),
        [
            "person.subject TOO_LONG",
            "person.name NOT_PRINTABLE",
            "person.email INVALID_EMAIL",
            "person.language UNKNOWN_LANGUAGE",
        ]
    );
    assert!(!status.message().contains("anna at"), "what is refused may be logged: {status}");
    for (person, expected) in [
        (pb::Person { name: String::new(), ..anna() }, "person.name NOT_GIVEN"),
        (pb::Person { name: " Anna".into(), ..anna() }, "person.name NOT_PRINTABLE"),
        (
            pb::Person { email: format!("{}@b.nl", "a".repeat(260)), ..anna() },
            "person.email TOO_LONG",
        ),
        (
            pb::Person { email: "a@b.nl\r\nBcc: c@d.nl".into(), ..anna() },
            "person.email INVALID_EMAIL",
        ),
        (pb::Person { email: "Anna <a@b.nl>".into(), ..anna() }, "person.email INVALID_EMAIL"),
        (pb::Person { email: String::new(), ..anna() }, "person.email INVALID_EMAIL"),
        (pb::Person { id: "7".into(), ..anna() }, "person.id INVALID_ID"),
    ] {
        assert_eq!(faults(&save(&mut client, person).await.unwrap_err()), [expected]);
    }
    let status =
        client.people().save_person(pb::SavePersonRequest { person: None }).await.unwrap_err();
    assert_eq!(faults(&status), ["person NOT_GIVEN"]);
}

pub(crate) async fn a_subject_belongs_to_one_person(sandbox: Sandbox) {
    let mut client = sandbox.people.clone();
    let first = save(&mut client, anna()).await.unwrap();
    let other = pb::Person { name: "Bert".into(), ..anna() };
    let status = save(&mut client, other.clone()).await.unwrap_err();
    assert_eq!(status.code(), Code::AlreadyExists);
    let impostor = pb::Person { subject: first.id.clone(), ..other.clone() };
    assert_eq!(save(&mut client, impostor).await.unwrap_err().code(), Code::AlreadyExists);
    let bert = save(&mut client, pb::Person { subject: "idp|bert".into(), ..other }).await.unwrap();
    let taken = pb::Person { subject: first.subject.clone(), ..bert };
    assert_eq!(save(&mut client, taken).await.unwrap_err().code(), Code::AlreadyExists);
    // Sixteen at once: one is made.
    let tasks = (0..16).map(|_| {
        let mut client = client.clone();
        let carla = pb::Person { subject: "idp|carla".into(), ..anna() };
        tokio::spawn(async move { save(&mut client, carla).await.unwrap().id })
    });
    let mut ids = Vec::new();
    for task in tasks.collect::<Vec<_>>() {
        ids.push(task.await.unwrap());
    }
    ids.dedup();
    assert_eq!(ids.len(), 1);
}

pub(crate) async fn a_membership_is_added_once_and_ended_once(sandbox: Sandbox) {
    calls::prepared(&sandbox).await;
    let mut client = sandbox.people.clone();
    let id = save(&mut client, anna()).await.unwrap().id;
    let membership = contributor("alfa");
    let person = add(&mut client, &id, membership.clone()).await.unwrap();
    assert_eq!(person.memberships, [pb::Membership { number: 1, ..membership.clone() }]);
    assert_eq!(add(&mut client, &id, membership).await.unwrap(), person);
    let later = pb::Membership { from: "2023-01-01".into(), ..contributor("beta") };
    let person = add(&mut client, &id, later).await.unwrap();
    assert_eq!(person.memberships[1].number, 2);
    let status = end(&mut client, &id, 2, "2022-12-31").await.unwrap_err();
    assert_eq!(faults(&status), ["until UNTIL_BEFORE_FROM"]);
    let ended = end(&mut client, &id, 1, "2022-06-30").await.unwrap();
    assert_eq!(ended.memberships[0].until, "2022-06-30");
    assert_eq!(end(&mut client, &id, 1, "2022-06-30").await.unwrap(), ended);
    let status = end(&mut client, &id, 1, "2024-01-01").await.unwrap_err();
    assert_eq!(
        (status.code(), reason(&status).as_str()),
        (Code::FailedPrecondition, "ENDS_EARLIER")
    );
    // At once: it is over, whether or not it had begun.
    let ended = end(&mut client, &id, 1, "").await.unwrap();
    let yesterday = model::Instant(sandbox.clock.now().0 - DAY).to_string();
    assert_eq!(ended.memberships[0].until, yesterday[..10]);
    assert_eq!(end(&mut client, &id, 2, "").await.unwrap().memberships[1].until, yesterday[..10]);
    let status = end(&mut client, &id, 3, "").await.unwrap_err();
    assert_eq!(reason(&status), "MEMBERSHIP_NOT_FOUND");
}

pub(crate) async fn what_cannot_be_a_membership_is_refused(sandbox: Sandbox) {
    calls::prepared(&sandbox).await;
    let mut client = sandbox.people.clone();
    let id = save(&mut client, anna()).await.unwrap().id;
    let grant = |change: &dyn Fn(&mut pb::Grant)| {
        let mut membership = contributor("alfa");
        change(membership.grant.as_mut().unwrap());
        membership
    };
    let backwards = pb::Membership {
        from: "2022-02-01".into(),
        until: "2022-01-01".into(),
        ..contributor("alfa")
    };
    let no_day = pb::Membership { from: "2022-02-30".into(), ..contributor("alfa") };
    for (membership, expected) in [
        (pb::Membership::default(), "membership.grant NOT_GIVEN"),
        (grant(&|grant| grant.role = 0), "membership.grant.role NOT_GIVEN"),
        (grant(&|grant| grant.role = 99), "membership.grant.role UNKNOWN_VALUE"),
        (contributor("gamma"), "membership.grant.organisation UNKNOWN_ORGANISATION"),
        (contributor(""), "membership.grant.organisation ORGANISATION_MISSING"),
        (grant(&|grant| grant.goals = vec![" ".into()]), "membership.grant.goals INVALID_CODE"),
        (
            grant(&|grant| grant.role = pb::Role::Coordinator.into()),
            "membership.grant.organisation NOT_FOR_THIS_ROLE",
        ),
        (
            grant(&|grant| grant.pillars = vec!["a".into(); 201]),
            "membership.grant.pillars TOO_MANY",
        ),
        (backwards, "membership.until UNTIL_BEFORE_FROM"),
        (no_day, "membership.from INVALID_DATE"),
    ] {
        assert_eq!(faults(&add(&mut client, &id, membership).await.unwrap_err()), [expected]);
    }
}

async fn list(client: &mut People, organisation: &str, size: i32) -> Vec<Vec<String>> {
    let mut request = pb::ListPeopleRequest {
        organisation: organisation.into(),
        page_size: size,
        page_token: String::new(),
    };
    let mut pages = Vec::new();
    loop {
        let page = client.people().list_people(request.clone()).await.unwrap().into_inner();
        pages.push(page.people.into_iter().map(|person| person.id).collect());
        request.page_token = page.next_page_token;
        if request.page_token.is_empty() {
            return pages;
        }
    }
}

pub(crate) async fn lists_have_pages_and_know_who_is_a_member_today(sandbox: Sandbox) {
    calls::prepared(&sandbox).await;
    let mut client = sandbox.people.clone();
    let mut ids = Vec::new();
    for number in 0..5 {
        let person = pb::Person { subject: format!("idp|{number}"), ..anna() };
        ids.push(save(&mut client, person).await.unwrap().id);
    }
    ids.sort();
    assert_eq!(list(&mut client, "", 2).await.concat(), ids);
    assert_eq!(list(&mut client, "", 0).await, [ids.clone()]);
    add(&mut client, &ids[0], contributor("alfa")).await.unwrap();
    let passed = pb::Membership { until: "2000-01-01".into(), ..contributor("alfa") };
    add(&mut client, &ids[1], passed).await.unwrap();
    let tomorrow = model::Instant(sandbox.clock.now().0 + DAY).to_string()[..10].to_owned();
    let future = pb::Membership { from: tomorrow, ..contributor("alfa") };
    add(&mut client, &ids[2], future).await.unwrap();
    assert_eq!(list(&mut client, "alfa", 0).await.concat(), [ids[0].clone()]);
    sandbox.clock.advance(DAY);
    assert_eq!(list(&mut client, "alfa", 0).await.concat(), [ids[0].clone(), ids[2].clone()]);
}

pub(crate) async fn who_is_erased_is_nowhere_any_more_and_stays_so(sandbox: Sandbox) {
    calls::prepared(&sandbox).await;
    let mut client = sandbox.people.clone();
    let pool = pool(&sandbox).await;
    let id = save(&mut client, anna()).await.unwrap().id;
    let moved = pb::Person { id: id.clone(), email: "anna@new.example.org".into(), ..anna() };
    save(&mut client, moved.clone()).await.unwrap();
    add(&mut client, &id, contributor("alfa")).await.unwrap();
    for text in ["Bijlsma", "example.org", "anna-77"] {
        assert_eq!(tables_that_hold(&pool, &sandbox, text).await, ["people"], "{text}");
    }
    let tombstone = erase(&mut client, &id).await.unwrap();
    let found = [&tombstone.name, &tombstone.email, &tombstone.subject];
    assert!(found.iter().all(|text| text.is_empty()) && tombstone.erase_time.is_some());
    assert!(!tombstone.memberships[0].until.is_empty());
    for text in ["Bijlsma", "example.org", "anna-77"] {
        assert!(tables_that_hold(&pool, &sandbox, text).await.is_empty(), "{text}");
        assert_not_in_files(&sandbox, text);
    }
    let sql = "SELECT COUNT(*) AS n FROM audit WHERE object = $1 AND salt <> '' AND action <> 'person.erase'";
    let salted: i64 = sqlx::query(sql).bind(&id).fetch_one(&pool).await.unwrap().get("n");
    assert_eq!(salted, 0);
    audit::assert_sound(&sandbox).await;
    let entries = audit::count(&pool).await;
    assert_eq!(erase(&mut client, &id).await.unwrap(), tombstone);
    assert_eq!(audit::count(&pool).await, entries);
    assert_eq!(get(&mut client, &id).await.unwrap(), tombstone);
    for refused in [
        save(&mut client, moved).await,
        add(&mut client, &id, contributor("beta")).await,
        end(&mut client, &id, 1, "").await,
    ] {
        assert_eq!(reason(&refused.unwrap_err()), "ERASED");
    }
    assert!(list(&mut client, "alfa", 0).await.concat().is_empty());
    // Somebody else may have the subject now.
    assert_ne!(save(&mut client, anna()).await.unwrap().id, id);
}
