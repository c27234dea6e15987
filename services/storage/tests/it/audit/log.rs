//! The log as the database has it, and as it is exported.

use audit::{Checkpoint, Entry, Line};
use data_encoding::HEXLOWER;
use identity::ChannelExt as _;
use sqlx::{Any, AnyPool, AssertSqlSafe, Row as _, Transaction};
use wire::{
    Service,
    v1::{self as pb, export_audit_response::Part},
};

use crate::{
    database::Database,
    sandbox::{AuditClient, Sandbox},
};

/// All entries and checkpoints of a database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Log {
    pub(crate) entries: Vec<Row>,
    pub(crate) checkpoints: Vec<CheckpointRow>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Row {
    pub(crate) position: i64,
    pub(crate) time: i64,
    /// Actor, origin, action, object, result, payload hash.
    pub(crate) texts: [String; 6],
    pub(crate) rows: String,
    /// No part of the chain.
    salt: String,
    pub(crate) chain_hash: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct CheckpointRow {
    pub(crate) position: i64,
    pub(crate) chain_hash: String,
    pub(crate) time: i64,
    pub(crate) cause: String,
    pub(crate) key: String,
    pub(crate) signature: Vec<u8>,
}

pub(crate) async fn read_log(pool: &AnyPool) -> Log {
    let rows = sqlx::query("SELECT * FROM audit ORDER BY position").fetch_all(pool).await.unwrap();
    let texts = ["actor", "origin", "action", "object", "result", "payload_hash"];
    let entries = rows.iter().map(|row| Row {
        position: row.get("position"),
        time: row.get("time"),
        texts: texts.map(|column| row.get(column)),
        rows: row.get("written_rows"),
        salt: row.get("salt"),
        chain_hash: row.get("chain_hash"),
    });
    let sql = "SELECT * FROM checkpoints ORDER BY position";
    let rows = sqlx::query(sql).fetch_all(pool).await.unwrap();
    let checkpoints = rows.iter().map(|row| CheckpointRow {
        position: row.get("position"),
        chain_hash: row.get("chain_hash"),
        time: row.get("time"),
        cause: row.get("cause"),
        key: row.get("signing_key"),
        signature: row.get("signature"),
    });
    Log { entries: entries.collect(), checkpoints: checkpoints.collect() }
}

/// Puts other rows into the tables, as somebody with the rights to do so would.
pub(crate) async fn write_log(sandbox: &Sandbox, pool: &AnyPool, log: &Log) {
    let mut tx = pool.begin().await.unwrap();
    if let Database::Postgres { .. } = sandbox.database {
        // Storage makes checkpoints under this lock: none is made of half of what is written here.
        let lock = "SELECT pg_advisory_xact_lock(hashtextextended('checkpoints', 0))";
        sqlx::query(lock).execute(&mut *tx).await.unwrap();
    }
    for table in ["DELETE FROM audit", "DELETE FROM checkpoints"] {
        sqlx::query(table).execute(&mut *tx).await.unwrap();
    }
    insert_entries(&mut tx, &log.entries).await;
    for row in &log.checkpoints {
        let sql = "INSERT INTO checkpoints (position, chain_hash, time, cause, signing_key, signature, is_anchored) VALUES ($1, $2, $3, $4, $5, $6, 1)";
        sqlx::query(sql)
            .bind(row.position)
            .bind(row.chain_hash.as_str())
            .bind(row.time)
            .bind(row.cause.as_str())
            .bind(row.key.as_str())
            .bind(row.signature.clone())
            .execute(&mut *tx)
            .await
            .unwrap();
    }
    tx.commit().await.unwrap();
}

async fn insert_entries(tx: &mut Transaction<'_, Any>, rows: &[Row]) {
    if rows.is_empty() {
        return;
    }
    let places = |row: usize| {
        let places: Vec<String> =
            (1..=11).map(|column| format!("${}", row * 11 + column)).collect();
        format!("({})", places.join(", "))
    };
    let places: Vec<String> = (0..rows.len()).map(places).collect();
    let sql = format!(
        "INSERT INTO audit (position, time, actor, origin, action, object, result, payload_hash, written_rows, salt, chain_hash) VALUES {}",
        places.join(", ")
    );
    let mut query = sqlx::query(AssertSqlSafe(sql)).persistent(false);
    for row in rows {
        query = query.bind(row.position).bind(row.time);
        query = row.texts.iter().fold(query, |query, text| query.bind(text.as_str()));
        query = query.bind(row.rows.as_str()).bind(row.salt.as_str());
        query = query.bind(row.chain_hash.as_str());
    }
    query.execute(&mut **tx).await.unwrap();
}

/// What `audit export` would write.
pub(crate) async fn export(sandbox: &Sandbox) -> Vec<u8> {
    // On storage's own account: an outsider's export leaves an entry behind in what it exports.
    let audit = AuditClient::new(sandbox.channel.clone().of_service(Service::Storage));
    let mut parts =
        audit.audit().export_audit(pb::ExportAuditRequest {}).await.unwrap().into_inner();
    let mut lines = Vec::new();
    while let Some(message) = parts.message().await.unwrap() {
        let line = match message.part.unwrap() {
            Part::Entry(entry) => Line::Entry(Entry {
                position: entry.position,
                time_millis: wire::instant(&entry.time.unwrap()).0,
                actor: entry.actor.into(),
                origin: entry.origin.into(),
                action: entry.action.into(),
                object: entry.object.into(),
                result: entry.result.into(),
                payload_hash: entry.payload_hash.into(),
                rows: entry.rows.into(),
                chain_hash: entry.chain_hash.into(),
            }),
            Part::Checkpoint(checkpoint) => Line::Checkpoint(Checkpoint {
                position: checkpoint.position,
                chain_hash: checkpoint.chain_hash.into(),
                time_millis: wire::instant(&checkpoint.time.unwrap()).0,
                cause: checkpoint.cause.into(),
                key: checkpoint.key.into(),
                signature: HEXLOWER.encode(&checkpoint.signature).into(),
            }),
            Part::Row(pb::RecordedRow { position, name, hash }) => {
                Line::Row(audit::Row { position, name: name.into(), hash: hash.into() })
            }
            Part::Names(pb::RecordedNames { names }) => Line::Names(names),
        };
        serde_json::to_writer(&mut lines, &line).unwrap();
        lines.push(b'\n');
    }
    lines
}
