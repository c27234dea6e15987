//! Errors of storage, with the kind and the reason that a caller gets.

use std::io::ErrorKind;

use model::{Contribution, Instant, InvalidField};
use rpc::{Failure, Kind};

/// What a refused sender needs to merge.
#[derive(Debug, Clone)]
pub struct Conflict {
    /// The revision that the sender went on from, where there was one.
    pub base: Option<Contribution>,
    /// The revision that is there.
    pub current: Contribution,
}

/// A failure of a verb of storage.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The request is wrong.
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
    Invalid(Vec<InvalidField>),
    /// What is named does not exist.
    #[error("{what} `{name}` does not exist")]
    NotFound {
        /// What kind of thing.
        what: &'static str,
        /// Stable name of the failure.
        reason: &'static str,
        /// The name that was asked for.
        name: String,
    },
    /// Somebody else wrote in between.
    #[error("the contribution is at etag `{current}`, not `{given}`: read it again and merge")]
    StaleEtag {
        /// The field that gave it.
        field: &'static str,
        /// What the sender last saw.
        given: String,
        /// What is there.
        current: String,
        /// Both texts for a merge, where the contribution is there at all.
        conflict: Option<Box<Conflict>>,
    },
    /// A file says what somebody else has replaced since.
    #[error(
        "this is the text of revision {earlier}; revision {version} by `{author}` of {time} replaced it"
    )]
    EarlierText {
        /// The revision that said the same.
        earlier: u64,
        /// The last revision that somebody else saved since.
        version: u64,
        /// Opaque id of who saved that.
        author: String,
        /// When.
        time: Instant,
        /// The revision that said the same, and the one that is there.
        conflict: Box<Conflict>,
    },
    /// It exists already, otherwise.
    #[error("{0}")]
    Exists(String),
    /// Who calls is not known, or not believed.
    #[error("{message}")]
    Unauthenticated {
        /// Stable name of the failure.
        reason: &'static str,
        /// In words, with what to do.
        message: String,
    },
    /// Who calls may not do it.
    #[error("{message}")]
    Denied {
        /// Stable name of the failure.
        reason: &'static str,
        /// In words.
        message: String,
    },
    /// The state of things does not allow it.
    #[error("{message}")]
    Precondition {
        /// Stable name of the failure.
        reason: &'static str,
        /// In words, with what to do.
        message: String,
    },
    /// Too large.
    #[error("{0}")]
    TooLarge(String),
    /// The disk has no room.
    #[error("the disk of the data folder is full: make room, then try again")]
    DiskFull,
    /// The database is away.
    #[error("the database is not there: try again later")]
    DatabaseAway(#[source] sqlx::Error),
    /// Another writer of the same thing was faster.
    #[error("somebody else changed the same thing at the same time: try again")]
    Overtaken(#[source] sqlx::Error),
    /// A lock or an answer of the database took longer than it may.
    #[error("the database is held up: try again later")]
    Late(#[source] sqlx::Error),
    /// There was no answer in time: transactions are held up, or the process is stopping.
    #[error("the save was not answered in time, or the server is stopping: try again")]
    GivenUp,
    /// The database refused a statement.
    #[error("the database failed")]
    Database(#[source] sqlx::Error),
    /// A row does not read back.
    #[error("row of `{table}` does not read back: {problem}")]
    BadRow {
        /// The table.
        table: &'static str,
        /// What is wrong with it.
        problem: String,
    },
    /// The database does not fit this program.
    #[error("{0}")]
    Unfit(String),
    /// An answer says another thing about its audit entry than the table of access.
    #[error("the answer to `{0}` and the table of access differ on what is audited")]
    AuditDiffers(&'static str),
    /// The object store failed.
    #[error("the object store failed")]
    Objects(#[source] object_store::Error),
    /// A published file is lost or damaged.
    #[error("{0}; it has to be made again")]
    Broken(#[source] artefacts::Error),
    /// The bus failed.
    #[error("the bus failed")]
    Bus(#[source] bus::Error),
}

impl Error {
    /// One fault of one field.
    pub fn invalid(field: &str, reason: &'static str, description: impl Into<String>) -> Self {
        Self::Invalid(vec![InvalidField::new(field, reason, description)])
    }

    /// The category.
    pub fn kind(&self) -> Kind {
        match self {
            Self::Invalid(_) => Kind::Invalid,
            Self::NotFound { .. } => Kind::NotFound,
            Self::StaleEtag { .. } | Self::EarlierText { .. } => Kind::Conflict,
            Self::Exists(_) => Kind::AlreadyExists,
            Self::Unauthenticated { .. } => Kind::Unauthenticated,
            Self::Denied { .. } => Kind::Denied,
            Self::Precondition { .. } => Kind::Precondition,
            Self::TooLarge(_) | Self::DiskFull => Kind::Exhausted,
            Self::DatabaseAway(_)
            | Self::Overtaken(_)
            | Self::Late(_)
            | Self::GivenUp
            | Self::Broken(_)
            | Self::Bus(_) => Kind::Unavailable,
            Self::Database(_)
            | Self::BadRow { .. }
            | Self::Unfit(_)
            | Self::AuditDiffers(_)
            | Self::Objects(_) => Kind::Internal,
        }
    }

    /// Stable name in upper snake case.
    pub fn reason(&self) -> &str {
        match self {
            Self::Invalid(fields) => fields.first().map_or("INVALID", |field| &field.reason),
            Self::NotFound { reason, .. }
            | Self::Unauthenticated { reason, .. }
            | Self::Denied { reason, .. }
            | Self::Precondition { reason, .. } => reason,
            Self::StaleEtag { .. } => "STALE_ETAG",
            Self::EarlierText { .. } => "EARLIER_TEXT",
            Self::Exists(_) => "EXISTS_WITH_OTHER_CONTENT",
            Self::TooLarge(_) => "TOO_LARGE",
            Self::DiskFull => "DISK_FULL",
            Self::DatabaseAway(_) => "DATABASE_AWAY",
            Self::Overtaken(_) => "OVERTAKEN",
            Self::Late(_) => "DATABASE_LATE",
            Self::GivenUp => "GIVEN_UP",
            Self::Broken(_) => "FILE_BROKEN",
            Self::Bus(_) => "BUS_AWAY",
            Self::Database(_)
            | Self::BadRow { .. }
            | Self::Unfit(_)
            | Self::AuditDiffers(_)
            | Self::Objects(_) => "INTERNAL",
        }
    }

    /// What the caller gets.
    pub fn failure(&self) -> Failure {
        let fields = match self {
            Self::Invalid(fields) => fields.clone(),
            Self::StaleEtag { field, .. } => {
                vec![InvalidField::new(*field, "STALE_ETAG", self.to_string())]
            }
            Self::EarlierText { .. } => {
                vec![InvalidField::new("save.content", "EARLIER_TEXT", self.to_string())]
            }
            Self::NotFound { .. }
            | Self::Exists(_)
            | Self::Unauthenticated { .. }
            | Self::Denied { .. }
            | Self::Precondition { .. }
            | Self::TooLarge(_)
            | Self::DiskFull
            | Self::DatabaseAway(_)
            | Self::Overtaken(_)
            | Self::Late(_)
            | Self::GivenUp
            | Self::Database(_)
            | Self::BadRow { .. }
            | Self::Unfit(_)
            | Self::AuditDiffers(_)
            | Self::Objects(_)
            | Self::Broken(_)
            | Self::Bus(_) => Vec::new(),
        };
        Failure {
            kind: self.kind(),
            reason: self.reason().to_owned(),
            message: self.to_string(),
            fields: rpc::violations(&fields),
        }
    }
}

impl From<InvalidField> for Error {
    fn from(field: InvalidField) -> Self {
        Self::Invalid(vec![field])
    }
}

impl From<object_store::Error> for Error {
    fn from(error: object_store::Error) -> Self {
        let is_full = |error: &(dyn std::error::Error + 'static)| {
            let error = error.downcast_ref::<std::io::Error>().map(std::io::Error::kind);
            matches!(error, Some(ErrorKind::StorageFull | ErrorKind::QuotaExceeded))
        };
        let mut at: Option<&(dyn std::error::Error + 'static)> = Some(&error);
        while let Some(source) = at {
            if is_full(source) {
                return Self::DiskFull;
            }
            at = source.source();
        }
        Self::Objects(error)
    }
}

impl From<artefacts::Error> for Error {
    fn from(error: artefacts::Error) -> Self {
        match error {
            artefacts::Error::Objects(error) => error.into(),
            broken => Self::Broken(broken),
        }
    }
}

impl From<bus::Error> for Error {
    fn from(error: bus::Error) -> Self {
        Self::Bus(error)
    }
}
