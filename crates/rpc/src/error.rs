//! A closed set of error kinds, mapped to gRPC once.

mod bounds;
#[cfg(test)]
mod tests;

use std::{collections::HashMap, sync::Arc};

use model::InvalidField;
use prost::Message;
use prost_types::Any;
use tonic::{Code, Status};
use tonic_types::{ErrorDetails, StatusExt};

/// The category of a failure as its caller sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The request is wrong; sending it again changes nothing.
    Invalid,
    /// What is named does not exist.
    NotFound,
    /// It exists already, otherwise.
    AlreadyExists,
    /// Somebody else wrote in between; read again and retry.
    Conflict,
    /// Who calls is not known, or not believed.
    Unauthenticated,
    /// Who calls may not do it.
    Denied,
    /// The state of things does not allow it.
    Precondition,
    /// Too large or too many.
    Exhausted,
    /// A dependency is unavailable; retry later.
    Unavailable,
    /// It took too long.
    Deadline,
    /// A fault of ours.
    Internal,
}

impl Kind {
    /// The gRPC code (google.rpc.Code; AIP-193).
    pub fn code(self) -> Code {
        match self {
            Self::Invalid => Code::InvalidArgument,
            Self::NotFound => Code::NotFound,
            Self::AlreadyExists => Code::AlreadyExists,
            Self::Conflict => Code::Aborted,
            Self::Unauthenticated => Code::Unauthenticated,
            Self::Denied => Code::PermissionDenied,
            Self::Precondition => Code::FailedPrecondition,
            Self::Exhausted => Code::ResourceExhausted,
            Self::Unavailable => Code::Unavailable,
            Self::Deadline => Code::DeadlineExceeded,
            Self::Internal => Code::Internal,
        }
    }
}

impl From<Code> for Kind {
    fn from(code: Code) -> Self {
        match code {
            Code::InvalidArgument | Code::OutOfRange => Self::Invalid,
            Code::NotFound => Self::NotFound,
            Code::AlreadyExists => Self::AlreadyExists,
            Code::Aborted => Self::Conflict,
            Code::Unauthenticated => Self::Unauthenticated,
            Code::PermissionDenied => Self::Denied,
            Code::FailedPrecondition => Self::Precondition,
            Code::ResourceExhausted => Self::Exhausted,
            Code::Unavailable => Self::Unavailable,
            Code::DeadlineExceeded | Code::Cancelled => Self::Deadline,
            _ => Self::Internal,
        }
    }
}

/// A service's error as its caller sees it, turned into a status with google.rpc details.
#[derive(Debug)]
pub struct Failure {
    /// Category.
    pub kind: Kind,
    /// Stable name in upper snake case (google.rpc.ErrorInfo).
    pub reason: String,
    /// In words; replaced for internal errors.
    pub message: String,
    /// What is wrong with which field (google.rpc.BadRequest): path, reason, description.
    pub fields: Vec<(String, String, String)>,
}

/// Faults of fields in the form of [`Failure::fields`].
pub fn violations(fields: &[InvalidField]) -> Vec<(String, String, String)> {
    fields
        .iter()
        .map(|field| {
            (field.field.clone(), field.reason.clone().into_owned(), field.description.clone())
        })
        .collect()
}

impl Failure {
    /// Builds the status and keeps `source` for the log line that the server writes.
    ///
    /// A status travels in headers, of which many clients take no more than 8 KiB: words and faults beyond
    /// [`bounds`] are left out, and the last fault counts them.
    pub fn into_status(self, source: impl std::error::Error + Send + Sync + 'static) -> Status {
        let Self { kind, reason, message, fields } = self;
        let message = if kind == Kind::Internal {
            "internal error; the server's log has the particulars".to_owned()
        } else {
            bounds::words(&message, bounds::MAX_MESSAGE_BYTES)
        };
        let mut details = ErrorDetails::with_error_info(reason, "voortgang", HashMap::new());
        for (field, description) in bounds::faults(&fields) {
            details.add_bad_request_violation(field, description);
        }
        if kind == Kind::Unavailable {
            details.set_retry_info(Some(std::time::Duration::from_secs(1)));
        }
        let mut status = Status::with_error_details(kind.code(), message, details);
        status.set_source(Arc::new(source));
        status
    }
}

/// The same status with one more detail, a message with this name. It has to be small: see [`Failure::into_status`].
#[must_use]
pub fn with_detail(status: &Status, name: &str, detail: &impl Message) -> Status {
    let mut all = tonic_types::pb::Status::decode(status.details()).unwrap_or_default();
    let type_url = format!("type.googleapis.com/{name}");
    all.details.push(Any { type_url, value: detail.encode_to_vec() });
    let details = all.encode_to_vec().into();
    let mut more = Status::with_details(status.code(), status.message(), details);
    if let Some(source) = std::error::Error::source(status) {
        more.set_source(Arc::new(std::io::Error::other(source.to_string())));
    }
    more
}

/// Returns the detail of a status that is a message with this name.
pub fn detail<M: Message + Default>(status: &Status, name: &str) -> Option<M> {
    let all = tonic_types::pb::Status::decode(status.details()).ok()?;
    let found = all.details.iter().find(|one| one.type_url.ends_with(&format!("/{name}")))?;
    M::decode(found.value.as_slice()).ok()
}

/// Returns the reason of a status: its google.rpc.ErrorInfo.
pub fn reason(status: &Status) -> Option<String> {
    status.get_details_error_info().map(|info| info.reason)
}

/// Returns the faults of fields that a status lists: path, reason, description.
pub fn field_violations(status: &Status) -> Vec<(String, String, String)> {
    let violations = status
        .get_details_bad_request()
        .map(|request| request.field_violations)
        .unwrap_or_default();
    let split = |text: &str| {
        text.split_once(": ").map_or((String::new(), text.to_owned()), |(reason, rest)| {
            (reason.to_owned(), rest.to_owned())
        })
    };
    violations
        .into_iter()
        .map(|violation| {
            let (reason, description) = split(&violation.description);
            (violation.field, reason, description)
        })
        .collect()
}

/// Whether trying again later can help, whatever the request (AIP-194).
pub fn is_unavailable(status: &Status) -> bool {
    matches!(
        status.code(),
        Code::Unavailable | Code::DeadlineExceeded | Code::Cancelled | Code::Unknown
    )
}
