//! A save that the database takes back leaves nothing, and no event of it is ever published.

use sqlx::{AnyPool, AssertSqlSafe, Executor as _};
use wire::internal;

use crate::{
    audit,
    calls::{changes, last_position, prepared, save},
    sandbox::{Client, Sandbox},
};

/// Where a save writes, in the order in which it does.
const TABLES: [&str; 4] = ["revisions", "passage_ids", "events", "audit"];

pub(crate) async fn a_save_that_is_rolled_back_publishes_nothing(sandbox: Sandbox) {
    let mut client = prepared(&sandbox).await;
    let pool = audit::pool(&sandbox).await;
    for table in TABLES {
        let before = (rows(&pool).await, last_position(&mut client).await);
        refuse_rows(&pool, table, sandbox.database.is_sqlite()).await;
        let saved = two_saves(&mut client).await;
        saved.expect_err("the database refuses the save");
        take_rows_again(&pool, table, sandbox.database.is_sqlite()).await;
        assert_eq!((rows(&pool).await, last_position(&mut client).await), before, "{table}");
    }
    save(&mut client, testkit::save("after", "Tekst.")).await;
    let positions: Vec<u64> = changes(&mut client).await.iter().map(|one| one.position).collect();
    assert_eq!(positions, (1..=3).collect::<Vec<u64>>(), "framework, cycle and the one save");
}

async fn two_saves(client: &mut Client) -> Result<(), tonic::Status> {
    let checked = |id| internal::CheckedSave {
        save: Some(testkit::save(id, "Tekst.")),
        findings: Vec::new(),
    };
    let saves = vec![checked("a"), checked("b")];
    let request = internal::SaveContributionsRequest { saves, validate_only: false };
    client.saves().save_contributions(request).await.map(|_| ())
}

async fn rows(pool: &AnyPool) -> Vec<i64> {
    let mut all = Vec::new();
    for table in TABLES {
        all.push(audit::count_of(pool, table).await);
    }
    all
}

/// From now on every new row of a table is refused.
async fn refuse_rows(pool: &AnyPool, table: &str, is_sqlite: bool) {
    let statements = if is_sqlite {
        format!(
            "CREATE TRIGGER refuse BEFORE INSERT ON {table} BEGIN SELECT RAISE(ABORT, 'no'); END"
        )
    } else {
        format!(
            "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'no'; END $$; \
             CREATE TRIGGER refuse BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION refuse()"
        )
    };
    pool.execute(AssertSqlSafe(statements)).await.unwrap();
}

async fn take_rows_again(pool: &AnyPool, table: &str, is_sqlite: bool) {
    let statement = if is_sqlite {
        "DROP TRIGGER refuse".to_owned()
    } else {
        format!("DROP TRIGGER refuse ON {table}; DROP FUNCTION refuse()")
    };
    pool.execute(AssertSqlSafe(statement)).await.unwrap();
}
