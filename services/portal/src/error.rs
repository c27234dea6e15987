//! Errors of the portal, with the HTTP status and the kind of each.

use std::fmt;

use model::InvalidField;
use rpc::Kind;

/// Why a withdrawn edition, or a file of it, is gone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gone {
    /// Name of the edition.
    pub edition: String,
    /// Name of its cycle.
    pub cycle: String,
    /// Its number.
    pub number: u32,
    /// Why it was withdrawn.
    pub reason: String,
    /// When, ISO 8601.
    pub withdrawn_on: String,
    /// Name and number of the edition that holds now, if there is one.
    pub current: Option<(String, u32)>,
}

impl fmt::Display for Gone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { edition, reason, withdrawn_on, current, .. } = self;
        write!(f, "edition `{edition}` was withdrawn on {withdrawn_on}: {reason}")?;
        match current {
            Some((current, _)) => write!(f, "; `{current}` holds now"),
            None => Ok(()),
        }
    }
}

/// A failure to answer a request.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is nothing at the address.
    #[error("there is nothing at this address")]
    NotFound,
    /// The cycle exists, the edition does not.
    #[error("cycle `{cycle}` has no published edition with this number")]
    NoEdition {
        /// Name of the cycle.
        cycle: String,
    },
    /// The edition was withdrawn.
    #[error("{0}")]
    Gone(Box<Gone>),
    /// The address does not take the method.
    #[error("the method is not taken here")]
    Method,
    /// The address is too long.
    #[error("the address is too long")]
    AddressTooLong,
    /// The request asks for too much.
    #[error("the request has more than {0}")]
    TooMany(&'static str),
    /// Fields of the request are wrong.
    #[error("{}", sentences(.0))]
    Invalid(Vec<InvalidField>),
    /// Search does not answer.
    #[error("search does not answer")]
    Search(#[source] Box<tonic::Status>),
    /// Too many requests at once.
    #[error("too many requests at the same time")]
    Busy,
    /// It took too long.
    #[error("the answer took too long")]
    Slow,
    /// The edition is too large to be shown as a page.
    #[error("`{what}` is {size} bytes, at most {limit} are read")]
    TooLarge {
        /// What is too large.
        what: String,
        /// Its size in bytes.
        size: u64,
        /// The limit in bytes.
        limit: u64,
    },
    /// The object store does not answer.
    #[error("the object store does not answer")]
    Objects(#[source] object_store::Error),
    /// A file is not what was published, or gone. It is never given out; it can be made again.
    #[error(
        "`{file_name}` is not given out: the file is damaged or lost, and has to be made again"
    )]
    Broken {
        /// Its name.
        file_name: String,
        /// What is wrong with it.
        #[source]
        source: artefacts::Error,
    },
    /// A file that the catalogue should name is not there.
    #[error("file `{0}` is not in the catalogue")]
    Missing(String),
    /// A file does not read back.
    #[error("`{what}` does not read back")]
    Unreadable {
        /// The file.
        what: String,
        /// Why.
        #[source]
        source: serde_json::Error,
    },
    /// A file has a format of another version.
    #[error("`{what}` has format `{format}`, which this version does not read")]
    Format {
        /// The file.
        what: String,
        /// The format it names.
        format: String,
    },
    /// A fault of the program.
    #[error("{0}")]
    Fault(String),
}

fn sentences(faults: &[InvalidField]) -> String {
    faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}

impl Error {
    /// The category.
    #[must_use]
    pub fn kind(&self) -> Kind {
        match self {
            Self::NotFound | Self::NoEdition { .. } => Kind::NotFound,
            Self::Gone(_) => Kind::Precondition,
            Self::Method | Self::AddressTooLong | Self::TooMany(_) | Self::Invalid(_) => {
                Kind::Invalid
            }
            Self::TooLarge { .. } => Kind::Exhausted,
            Self::Busy | Self::Search(_) | Self::Objects(_) | Self::Broken { .. } => {
                Kind::Unavailable
            }
            Self::Slow => Kind::Deadline,
            Self::Missing(_) | Self::Unreadable { .. } | Self::Format { .. } | Self::Fault(_) => {
                Kind::Internal
            }
        }
    }
}
