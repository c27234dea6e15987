#[expect(dead_code, reason = "the calls' own tests use the rest of it")]
#[path = "../../../tests/it/database.rs"]
mod database;

use std::sync::Arc;

use jiff::civil::{Date, date};
use model::{Clock as _, Role};
use testkit::{TestClock, TestIds};

use self::database::Database;
use super::*;
use crate::{
    Config,
    store::{Store, scopes},
};

const DAY: i64 = 86_400_000;

async fn open(database: &Database, clock: Arc<TestClock>) -> Store {
    let config = Config { database: database.address(), ..Config::default() };
    Store::open(&config, clock, Arc::new(TestIds::default())).await.unwrap()
}

fn person(number: u128, subject: &str) -> Person {
    Person {
        id: Uuid::from_u128(number),
        subject: subject.to_owned(),
        name: "Anna".to_owned(),
        email: "a@example.org".to_owned(),
        language: "nl".to_owned(),
        notices: NoticeChoice::AtOnce,
        memberships: Vec::new(),
        create_time: Instant(1),
        erase_time: None,
    }
}

fn membership(number: u32, role: Role, from: Option<Date>, until: Option<Date>) -> Membership {
    Membership { number, grant: Grant::everywhere(role), from, until }
}

/// The grants of whoever has this subject; none where nobody has it.
async fn resolved(store: &Store, subject: &str) -> Option<(String, Vec<Role>)> {
    let found = store.read().await.unwrap().person_of_subject(subject).await.unwrap();
    found.map(|(id, grants)| (id, grants.into_iter().map(|grant| grant.role).collect()))
}

async fn a_caller_is_resolved_by_subject_or_id_with_what_is_in_force_today(database: Database) {
    let clock = Arc::new(TestClock::new());
    let store = open(&database, clock.clone()).await;
    assert_eq!(day_of(clock.now()), Some(date(2022, 3, 1)));
    let (anna, bert) = (person(1, "idp|anna"), person(2, ""));
    let mut tx = store.write([scopes::PEOPLE]).await.unwrap();
    tx.put_person(&anna).await.unwrap();
    tx.put_person(&bert).await.unwrap();
    for membership in [
        membership(1, Role::Contributor, None, Some(date(2022, 2, 28))),
        membership(2, Role::Reviewer, None, Some(date(2022, 3, 1))),
        membership(3, Role::Auditor, Some(date(2022, 3, 1)), None),
        membership(4, Role::Publisher, Some(date(2022, 3, 2)), None),
    ] {
        tx.put_membership(anna.id, &membership).await.unwrap();
    }
    tx.commit().await.unwrap();
    let id = anna.id.to_string();
    let expected = Some((id.clone(), vec![Role::Reviewer, Role::Auditor]));
    assert_eq!(resolved(&store, "idp|anna").await, expected);
    assert_eq!(resolved(&store, &id).await, expected);
    let nothing = Some((bert.id.to_string(), Vec::new()));
    assert_eq!(resolved(&store, &bert.id.to_string()).await, nothing);
    assert_eq!(resolved(&store, "").await, None);
    assert_eq!(resolved(&store, "idp|nobody").await, None);
    clock.advance(DAY);
    let expected = Some((id.clone(), vec![Role::Auditor, Role::Publisher]));
    assert_eq!(resolved(&store, "idp|anna").await, expected);
    let erased = Person { subject: String::new(), erase_time: Some(clock.now()), ..anna };
    let mut tx = store.write([scopes::PEOPLE]).await.unwrap();
    tx.put_person(&erased).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(resolved(&store, "idp|anna").await, None);
    assert_eq!(resolved(&store, &id).await, None);
    store.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_caller_is_resolved_on_sqlite() {
    a_caller_is_resolved_by_subject_or_id_with_what_is_in_force_today(Database::sqlite()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_caller_is_resolved_on_postgres() {
    let database = Database::postgres().await;
    a_caller_is_resolved_by_subject_or_id_with_what_is_in_force_today(database).await;
}
