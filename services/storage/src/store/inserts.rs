//! Inserts of many rows in one statement: a round trip to the database for each row would limit throughput.

use std::ops::Range;

use sqlx::{Any, AssertSqlSafe, any::AnyArguments, query::Query};

use crate::store::{Result, Tx};

/// Maximum number of rows in one statement. A row binds ten values at most, and SQLite takes 32,766 in all.
pub(super) const BATCH: usize = 1_000;

/// Statements with more rows are not prepared on the server: they are rarely used again with the same number of rows.
const MAX_PREPARED_ROWS: usize = 32;

/// A statement whose values are being bound.
type Statement = Query<'static, Any, AnyArguments>;

/// Rows for one table.
pub(super) struct Insert<'a> {
    /// Table and columns.
    into: &'static str,
    columns: usize,
    /// What follows the values.
    end: &'static str,
    rows: usize,
    bind: Box<dyn Fn(Statement, Range<usize>) -> Statement + Send + Sync + 'a>,
}

impl<'a> Insert<'a> {
    /// `into` names table and columns, `end` is what follows the values, and `bind` binds a row's.
    pub(super) fn of<R: Sync>(
        into: &'static str,
        columns: usize,
        end: &'static str,
        rows: &'a [R],
        bind: impl Fn(Statement, &R) -> Statement + Send + Sync + 'a,
    ) -> Self {
        let bind = move |statement, of: Range<usize>| rows[of].iter().fold(statement, &bind);
        Self { into, columns, end, rows: rows.len(), bind: Box::new(bind) }
    }

    /// So many of its rows at a time.
    fn parts(&self) -> impl Iterator<Item = Part<'_>> {
        let part = move |first| (self, first..self.rows.min(first + BATCH));
        (0..self.rows).step_by(BATCH).map(part)
    }
}

/// Some rows of an insert.
type Part<'a> = (&'a Insert<'a>, Range<usize>);

impl Tx {
    /// Inserts rows into tables, in this order or, where the database can, at once.
    pub(super) async fn insert(&mut self, inserts: &[Insert<'_>]) -> Result<()> {
        let parts: Vec<_> = inserts.iter().flat_map(Insert::parts).collect();
        let rows: usize = inserts.iter().map(|insert| insert.rows).sum();
        let at_once = if self.dialect.inserts_at_once() && rows <= BATCH { parts.len() } else { 1 };
        for parts in parts.chunks(at_once.max(1)) {
            let statement = sqlx::query(AssertSqlSafe(sql(parts)));
            let bind = |statement, (insert, of): &Part<'_>| (insert.bind)(statement, of.clone());
            let rows: usize = parts.iter().map(|(_, of)| of.len()).sum();
            let statement =
                parts.iter().fold(statement, bind).persistent(rows <= MAX_PREPARED_ROWS);
            statement.execute(&mut *self.inner).await?;
        }
        Ok(())
    }
}

/// The statement that inserts all of these: with several of them all but the last in common table expressions, whose rows
/// PostgreSQL writes with the statement's (its manual, section 7.8.4).
fn sql(parts: &[Part<'_>]) -> String {
    let mut bound = 0;
    let mut statements: Vec<String> = Vec::new();
    for (Insert { into, columns, end, .. }, of) in parts {
        let values = places_after(bound, of.len(), *columns);
        bound += of.len() * columns;
        statements.push(format!("INSERT INTO {into} VALUES {values} {end}"));
    }
    let last = statements.pop().unwrap_or_default();
    if statements.is_empty() {
        return last;
    }
    let name = |(number, statement)| format!("part_{number} AS ({statement})");
    let others: Vec<String> = statements.into_iter().enumerate().map(name).collect();
    format!("WITH {} {last}", others.join(", "))
}

/// What follows `VALUES` in a statement for so many rows.
pub(super) fn places(rows: usize, columns: usize) -> String {
    places_after(0, rows, columns)
}

fn places_after(bound: usize, rows: usize, columns: usize) -> String {
    let row = |row: usize| {
        let places: Vec<String> =
            (1..=columns).map(|column| format!("${}", bound + row * columns + column)).collect();
        format!("({})", places.join(", "))
    };
    (0..rows).map(row).collect::<Vec<_>>().join(", ")
}
