//! What codes of the database mean.

use crate::{Error, store::dialect::sqlite};

/// What a code of the database means. PostgreSQL's are its SQLSTATEs (appendix A of its manual), SQLite's its result
/// codes (<https://sqlite.org/rescode.html>); the two sets have nothing in common.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Trouble {
    /// No room to write.
    Full,
    /// Another writer was faster; the same again may well work.
    Overtaken,
    /// A lock or an answer took longer than it may.
    Late,
    /// The server goes down, comes up, or takes no more connections.
    Away,
}

impl Trouble {
    /// The trouble that a code stands for, if it is one.
    fn of(code: &str) -> Option<Self> {
        match code {
            code if sqlite::FULL.contains(&code) || code == "53100" => Some(Self::Full),
            // unique_violation, serialization_failure, deadlock_detected
            "23505" | "40001" | "40P01" => Some(Self::Overtaken),
            // lock_not_available, query_canceled
            "55P03" | "57014" => Some(Self::Late),
            // connection_exception, too_many_connections, operator_intervention, a standby that refuses writes, and
            // idle_in_transaction_session_timeout, which ends what stood still
            code if code.starts_with("08") || code.starts_with("57P") => Some(Self::Away),
            "53300" | "25006" | "25P03" => Some(Self::Away),
            _ => None,
        }
    }
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        let trouble = match &error {
            sqlx::Error::Database(inner) => inner.code().and_then(|code| Trouble::of(&code)),
            sqlx::Error::PoolTimedOut | sqlx::Error::Io(_) | sqlx::Error::PoolClosed => {
                Some(Trouble::Away)
            }
            _ => None,
        };
        match trouble {
            Some(Trouble::Full) => Self::DiskFull,
            Some(Trouble::Overtaken) => Self::Overtaken(error),
            Some(Trouble::Late) => Self::Late(error),
            Some(Trouble::Away) => Self::DatabaseAway(error),
            None => Self::Database(error),
        }
    }
}
