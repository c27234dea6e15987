//! Rows that entries of the audit log bind: each by its name and a hash of what is in it.
//!
//! Invariant: whatever a transaction writes into a [`Table`] is named by an entry of the same transaction, with the hash of
//! the row as the database has it.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::{self, Write as _},
};

use data_encoding::HEXLOWER;
use model::Hash;
use sqlx::{AssertSqlSafe, Row as _, any::AnyRow};

use crate::{
    Error,
    store::{Result, Store, Tx, audit::AuditRow, scopes},
};

/// Names that are read at a time.
const BATCH: usize = 1_000;
/// Entries whose rows are in memory at a time.
const ENTRIES_AT_ONCE: usize = 100;

/// A kind of row that never changes, but for erasure.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Table {
    name: &'static str,
    /// What follows `FROM`, where the rows are `t`.
    from: &'static str,
    /// What follows the condition on the key.
    more: &'static str,
    /// Names the row, with the number.
    key: &'static str,
    /// 0 where the key alone names it.
    number: &'static str,
    /// What the hash covers.
    columns: &'static str,
}

impl Table {
    pub(crate) const FRAMEWORK: &Self =
        &Self::of("framework", "frameworks t", ["t.code", "t.version"], "t.content_hash, t.body");
    pub(crate) const ORGANISATION: &Self = &Self::of(
        "organisation",
        "organisations t",
        ["t.code", "t.version"],
        "t.content_hash, t.body",
    );
    pub(crate) const CYCLE: &Self =
        &Self::of("cycle", "cycles t", ["t.name", "0"], "t.framework, t.body");
    pub(crate) const CYCLE_CHANGE: &Self = &Self::of(
        "cycle-change",
        "cycle_changes t",
        ["t.cycle", "t.number"],
        "t.body, t.reason, t.actor, t.time",
    );
    pub(crate) const REVISION: &Self = &Self {
        more: "JOIN contributions c ON c.id = t.contribution",
        ..Self::of(
            "revision",
            "revisions t",
            ["t.contribution", "t.version"],
            "c.cycle, c.organisation, c.external_id, t.state, t.content_hash, t.body",
        )
    };
    pub(crate) const ROLLED_FORWARD: &Self = &Self::of(
        "rolled-forward",
        "rolled_forward t",
        ["t.contribution", "0"],
        "t.cycle, t.source, t.time",
    );
    pub(crate) const OBLIGATION_CHANGE: &Self = &Self::of(
        "obligation-change",
        "obligation_changes t",
        ["t.cycle", "t.number"],
        "t.organisation, t.goal, t.indicator, t.kind, t.reason, t.actor, t.time",
    );
    pub(crate) const DEADLINE_CHANGE: &Self = &Self::of(
        "deadline-change",
        "deadline_changes t",
        ["t.cycle", "t.number"],
        "t.organisation, t.deadline, t.reason, t.actor, t.time",
    );
    pub(crate) const DECISION: &Self = &Self::of(
        "decision",
        "decisions t",
        ["t.contribution", "t.number"],
        "t.version, t.content_hash, t.kind, t.approved_version, t.time, t.body",
    );
    pub(crate) const OVERRIDE: &Self =
        &Self::of("override", "overrides t", ["t.id", "0"], "t.cycle, t.number, t.body");
    pub(crate) const OVERRIDE_CONFIRMATION: &Self = &Self::of(
        "override-confirmation",
        "override_confirmations t",
        ["t.override_id", "0"],
        "t.actor, t.time",
    );
    pub(crate) const REMARK: &Self =
        &Self::of("remark", "remarks t", ["t.id", "0"], "t.contribution, t.number, t.body");
    pub(crate) const REMARK_ANSWER: &Self =
        &Self::of("remark-answer", "remark_answers t", ["t.remark", "t.number"], "t.body");
    pub(crate) const REMARK_RESOLUTION: &Self = &Self::of(
        "remark-resolution",
        "remark_resolutions t",
        ["t.remark", "0"],
        "t.actor, t.time",
    );
    pub(crate) const EDITION: &Self = &Self::of(
        "edition",
        "editions t",
        ["t.name", "0"],
        "t.cycle, t.number, t.content_key, t.body",
    );
    pub(crate) const PIN: &Self =
        &Self::of("pin", "pins t", ["t.edition", "t.ordinal"], "t.contribution, t.version");
    pub(crate) const ARTEFACT: &Self =
        &Self::of("file", "artefacts t", ["t.edition || '/' || t.language", "t.format"], "t.body");
    pub(crate) const PUBLICATION: &Self =
        &Self::of("publication", "publications t", ["t.edition", "0"], "t.publish_time");
    pub(crate) const WITHDRAWAL: &Self =
        &Self::of("withdrawal", "withdrawals t", ["t.edition", "0"], "t.reason, t.actor, t.time");

    pub(crate) const ALL: [&Self; 19] = [
        Self::FRAMEWORK,
        Self::ORGANISATION,
        Self::CYCLE,
        Self::CYCLE_CHANGE,
        Self::REVISION,
        Self::ROLLED_FORWARD,
        Self::OBLIGATION_CHANGE,
        Self::DEADLINE_CHANGE,
        Self::DECISION,
        Self::OVERRIDE,
        Self::OVERRIDE_CONFIRMATION,
        Self::REMARK,
        Self::REMARK_ANSWER,
        Self::REMARK_RESOLUTION,
        Self::EDITION,
        Self::PIN,
        Self::ARTEFACT,
        Self::PUBLICATION,
        Self::WITHDRAWAL,
    ];

    const fn of(
        name: &'static str,
        from: &'static str,
        [key, number]: [&'static str; 2],
        columns: &'static str,
    ) -> Self {
        Self { name, from, more: "", key, number, columns }
    }

    /// Whether the key alone names a row.
    fn is_named_by_key(&self) -> bool {
        self.number == "0"
    }
}

/// Name of a row: that of its table, and what names it there.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct RowName {
    table: &'static Table,
    key: String,
    number: i64,
}

impl fmt::Display for RowName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.table.name, self.key)?;
        if self.table.is_named_by_key() { Ok(()) } else { write!(f, "/{}", self.number) }
    }
}

impl RowName {
    fn of(table: &'static Table, row: &AnyRow) -> Result<Self> {
        Ok(Self { table, key: row.try_get("row_key")?, number: row.try_get("row_number")? })
    }

    /// Reads a name that an entry has; none where no table has rows of such names.
    fn parse(text: &str) -> Option<Self> {
        let (name, key) = text.split_once(' ')?;
        let table = Table::ALL.into_iter().find(|table| table.name == name)?;
        if table.is_named_by_key() {
            return Some(Self { table, key: key.to_owned(), number: 0 });
        }
        let (key, number) = key.rsplit_once('/')?;
        Some(Self { table, key: key.to_owned(), number: number.parse().ok()? })
    }
}

/// A row that an entry names, as it is now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FoundRow {
    /// Position of the entry.
    pub(crate) position: u64,
    /// Its name.
    pub(crate) name: String,
    /// Hash of the entry's salt and the row; absent where an erasure removed the salt.
    pub(crate) hash: Option<String>,
}

/// The rows of a table by their names, each with its columns in one form.
type Forms = BTreeMap<RowName, Vec<u8>>;

impl Store {
    /// Binds what an earlier version wrote, by an entry for each table. Once any row is bound, a row without an entry is a
    /// finding of whoever verifies the log.
    pub(in crate::store) async fn bind_earlier_rows(&self) -> Result<()> {
        let mut tx = self.write([scopes::EARLIER_ROWS]).await?;
        let sql = "SELECT position FROM audit WHERE written_rows <> '' LIMIT 1";
        if sqlx::query(sql).fetch_optional(&mut *tx.inner).await?.is_some() {
            return Ok(());
        }
        for table in Table::ALL {
            let mut names = tx.row_names(table, None).await?;
            while let Some(last) = names.last().cloned() {
                tx.written = names;
                tx.audit("row.bind", table.name, b"")?;
                names = tx.row_names(table, Some(&last)).await?;
            }
        }
        tx.commit().await?;
        Ok(())
    }
}

impl Tx {
    /// Notes that a row was written. The next entry of the audit log binds it.
    pub(in crate::store) fn wrote(
        &mut self,
        table: &'static Table,
        key: impl Into<String>,
        number: i64,
    ) {
        self.written.push(RowName { table, key: key.into(), number });
    }

    /// Gives each entry the hashes of its rows, as the database has them.
    pub(in crate::store) async fn bind_rows(&mut self) -> Result<()> {
        let rest = std::mem::take(&mut self.written);
        if let Some(last) = self.entries.last_mut() {
            last.rows.extend(rest);
        }
        let names = self.entries.iter().flat_map(|entry| entry.rows.clone()).collect();
        let forms = self.forms(&names).await?;
        for entry in &mut self.entries {
            for name in &entry.rows {
                let form = forms.get(name).ok_or_else(|| Error::BadRow {
                    table: name.table.name,
                    problem: format!("`{name}` was written and is not there"),
                })?;
                // A text takes all that is written to it.
                let _ = writeln!(entry.written_rows, "{name} {}", row_hash(&entry.salt, form));
            }
        }
        Ok(())
    }

    /// The rows that entries name, as they are now; what is gone is left out.
    pub(crate) async fn found_rows(&mut self, entries: &[AuditRow]) -> Result<Vec<FoundRow>> {
        let mut found = Vec::new();
        for entries in entries.chunks(ENTRIES_AT_ONCE) {
            let names = entries.iter().flat_map(AuditRow::rows).collect();
            let forms = self.forms(&names).await?;
            for entry in entries {
                found.extend(entry.rows().filter_map(|name| found_row(entry, &name, &forms)));
            }
        }
        Ok(found)
    }

    /// Names of the rows of a table after one, in an order of the database's.
    pub(crate) async fn row_names(
        &mut self,
        table: &'static Table,
        after: Option<&RowName>,
    ) -> Result<Vec<RowName>> {
        let Table { from, key, number, .. } = table;
        let sql = format!(
            "SELECT {key} AS row_key, {number} AS row_number FROM {from} WHERE ({key}, {number}) > ($1, $2) \
             ORDER BY row_key, row_number LIMIT {BATCH}"
        );
        let (key, number) = after.map_or(("", -1), |after| (after.key.as_str(), after.number));
        let query = sqlx::query(AssertSqlSafe(sql)).bind(key).bind(number);
        let rows = query.fetch_all(&mut *self.inner).await?;
        rows.iter().map(|row| RowName::of(table, row)).collect()
    }

    async fn forms(&mut self, names: &BTreeSet<RowName>) -> Result<Forms> {
        let mut forms = Forms::new();
        let names: Vec<&RowName> = names.iter().collect();
        for of_table in names.chunk_by(|one, other| one.table == other.table) {
            for batch in of_table.chunks(BATCH) {
                self.read_forms(batch, &mut forms).await?;
            }
        }
        Ok(forms)
    }

    /// Reads rows of one table.
    async fn read_forms(&mut self, names: &[&RowName], forms: &mut Forms) -> Result<()> {
        let Some(RowName { table, .. }) = names.first() else { return Ok(()) };
        let Table { from, more, key, number, columns, .. } = table;
        let wanted = crate::store::inserts::places(names.len(), 2);
        let sql = format!(
            "WITH wanted (row_key, row_number) AS (VALUES {wanted}) SELECT w.row_key, w.row_number, {columns} \
             FROM wanted w JOIN {from} ON {key} = w.row_key AND {number} = w.row_number {more}"
        );
        let query = sqlx::query(AssertSqlSafe(sql)).persistent(names.len() == 1);
        let query = names.iter().fold(query, |query, name| query.bind(&name.key).bind(name.number));
        for row in query.fetch_all(&mut *self.inner).await? {
            forms.insert(RowName::of(table, &row)?, form(&row)?);
        }
        Ok(())
    }
}

impl AuditRow {
    /// Numbers of the rows of a table that the change wrote, in the order in which it wrote them.
    pub(crate) fn numbers_of(&self, table: &'static Table) -> Vec<i64> {
        self.rows().filter(|name| name.table == table).map(|name| name.number).collect()
    }

    /// The rows that the change wrote.
    fn rows(&self) -> impl Iterator<Item = RowName> {
        let names = self.written_rows.lines().filter_map(|line| line.rsplit_once(' '));
        names.filter_map(|(name, _)| RowName::parse(name))
    }
}

/// A row as an entry would bind it now; absent where it is gone.
fn found_row(entry: &AuditRow, name: &RowName, forms: &Forms) -> Option<FoundRow> {
    let form = forms.get(name)?;
    let salt = HEXLOWER.decode(entry.salt.as_bytes()).unwrap_or_default();
    let hash = (!salt.is_empty()).then(|| row_hash(&salt, form));
    Some(FoundRow { position: entry.position, name: name.to_string(), hash })
}

/// The columns after key and number, each with its length; a number in decimal.
fn form(row: &AnyRow) -> Result<Vec<u8>> {
    let mut form = Vec::new();
    for column in 2..row.len() {
        let value = match row.try_get::<String, _>(column) {
            Ok(text) => text.into_bytes(),
            Err(_) => match row.try_get::<i64, _>(column) {
                Ok(number) => number.to_string().into_bytes(),
                Err(_) => row.try_get::<Vec<u8>, _>(column)?,
            },
        };
        form.extend_from_slice(format!("{} ", value.len()).as_bytes());
        form.extend_from_slice(&value);
        form.push(b'\n');
    }
    Ok(form)
}

fn row_hash(salt: &[u8], form: &[u8]) -> String {
    Hash::of(&[salt, form].concat()).to_string()
}
