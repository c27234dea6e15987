//! The rows of submissions, read back from storage's database and inserted into another.

use std::sync::Arc;

use sqlx::{Any, AnyPool, AssertSqlSafe, Row as _, Transaction, any::AnyRow};

use crate::{database::Database, submissions::WRITERS};

/// A table that a submission adds a row to: name, columns with their types, and which rows are one round's.
struct Table {
    name: &'static str,
    columns: &'static [(&'static str, Kind)],
    of_round: &'static str,
}

#[derive(Clone, Copy)]
enum Kind {
    Text,
    Number,
    Bytes,
}

#[derive(Debug, Clone)]
pub(super) enum Value {
    Text(String),
    Number(i64),
    Bytes(Vec<u8>),
}

use Kind::{Bytes, Number, Text};

/// In an order in which rows refer to earlier ones only; the rows of a round come in order of the contribution.
const TABLES: [Table; 6] = [
    Table {
        name: "contributions",
        columns: &[("id", Text), ("cycle", Text), ("organisation", Text), ("external_id", Text)],
        of_round: "external_id LIKE $1 ORDER BY id",
    },
    Table {
        name: "revisions",
        columns: &[
            ("contribution", Text),
            ("version", Number),
            ("state", Number),
            ("content_hash", Text),
            ("body", Bytes),
        ],
        of_round: "contribution IN (SELECT id FROM contributions WHERE external_id LIKE $1) ORDER BY contribution",
    },
    Table {
        name: "passage_ids",
        columns: &[("contribution", Text), ("id", Text)],
        of_round: "contribution IN (SELECT id FROM contributions WHERE external_id LIKE $1) ORDER BY contribution",
    },
    Table {
        name: "requests",
        columns: &[("id", Text), ("content_hash", Text), ("answer", Bytes)],
        of_round: "id LIKE '% request-' || $1 ORDER BY id",
    },
    Table {
        name: "events",
        columns: &[
            ("position", Number),
            ("id", Text),
            ("topic", Text),
            ("subject", Text),
            ("time", Number),
            ("traceparent", Text),
            ("payload", Bytes),
        ],
        of_round: "subject IN (SELECT id FROM contributions WHERE external_id LIKE $1) ORDER BY subject",
    },
    Table {
        name: "audit",
        columns: &[
            ("position", Number),
            ("time", Number),
            ("actor", Text),
            ("origin", Text),
            ("action", Text),
            ("object", Text),
            ("result", Text),
            ("payload_hash", Text),
            ("chain_hash", Text),
        ],
        of_round: "object IN (SELECT id FROM contributions WHERE external_id LIKE $1) ORDER BY object",
    },
];

/// One row of each table: what a submission writes.
pub(super) type Rows = Arc<Vec<Vec<Value>>>;

/// A database of the same schema beside the one that storage writes.
pub(super) struct Baseline {
    source: AnyPool,
    target: AnyPool,
    begin: &'static str,
    _database: Database,
}

impl Baseline {
    pub(super) async fn beside(original: &Database) -> anyhow::Result<Self> {
        let database = original.another().await?;
        let source = original.pool(1).await?;
        let target = database.pool(u32::try_from(WRITERS)?).await?;
        database.migrate(&target).await?;
        let cycles =
            sqlx::query("SELECT name, framework, body FROM cycles").fetch_all(&source).await?;
        for cycle in cycles {
            sqlx::query("INSERT INTO cycles (name, framework, body) VALUES ($1, $2, $3)")
                .bind(cycle.try_get::<String, _>("name")?)
                .bind(cycle.try_get::<String, _>("framework")?)
                .bind(cycle.try_get::<Vec<u8>, _>("body")?)
                .execute(&target)
                .await?;
        }
        Ok(Self { source, target, begin: original.begin(), _database: database })
    }

    /// What each submission whose name begins so has written.
    pub(super) async fn rows_of(&self, prefix: &str) -> anyhow::Result<Vec<Rows>> {
        let mut submissions: Vec<Vec<Vec<Value>>> = Vec::new();
        for table in &TABLES {
            let columns: Vec<&str> = table.columns.iter().map(|(name, _)| *name).collect();
            let sql = format!(
                "SELECT {} FROM {} WHERE {}",
                columns.join(", "),
                table.name,
                table.of_round
            );
            let found = sqlx::query(AssertSqlSafe(sql))
                .bind(format!("{prefix}%"))
                .fetch_all(&self.source)
                .await?;
            submissions.resize(found.len(), Vec::new());
            for (submission, row) in submissions.iter_mut().zip(&found) {
                submission.push(read(row, table)?);
            }
        }
        Ok(submissions.into_iter().map(Arc::new).collect())
    }

    /// Inserts what one submission has written, in a transaction.
    pub(super) fn insert(
        &self,
        rows: Rows,
    ) -> impl Future<Output = anyhow::Result<()>> + Send + 'static {
        let (pool, begin) = (self.target.clone(), self.begin);
        async move {
            let mut tx = pool.begin_with(begin).await?;
            for (table, row) in TABLES.iter().zip(rows.iter()) {
                insert(&mut tx, table, row).await?;
            }
            Ok(tx.commit().await?)
        }
    }
}

fn read(row: &AnyRow, table: &Table) -> anyhow::Result<Vec<Value>> {
    let value = |(name, kind): &(&str, Kind)| {
        Ok(match kind {
            Text => Value::Text(row.try_get(name)?),
            Number => Value::Number(row.try_get(name)?),
            Bytes => Value::Bytes(row.try_get(name)?),
        })
    };
    table.columns.iter().map(value).collect()
}

async fn insert(
    tx: &mut Transaction<'static, Any>,
    table: &Table,
    row: &[Value],
) -> anyhow::Result<()> {
    let columns: Vec<&str> = table.columns.iter().map(|(name, _)| *name).collect();
    let places: Vec<String> = (1..=row.len()).map(|place| format!("${place}")).collect();
    let sql = format!(
        "INSERT INTO {} ({}) VALUES ({})",
        table.name,
        columns.join(", "),
        places.join(", ")
    );
    let mut statement = sqlx::query(AssertSqlSafe(sql));
    for value in row.iter().cloned() {
        statement = match value {
            Value::Text(text) => statement.bind(text),
            Value::Number(number) => statement.bind(number),
            Value::Bytes(bytes) => statement.bind(bytes),
        };
    }
    statement.execute(&mut **tx).await?;
    Ok(())
}
