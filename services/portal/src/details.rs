//! Problem details (RFC 9457), as programs get them.
//!
//! Invariant: the text of an internal error stays inside.

use axum::http::StatusCode;
use schemars::JsonSchema;
use serde::Serialize;

use crate::Error;

/// Why a request failed.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Problem")]
pub(crate) struct Details {
    /// Status of the response.
    status: u16,
    /// The status in words.
    title: &'static str,
    /// What is wrong.
    detail: String,
    /// The fields that are wrong.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<FieldError>,
}

/// A field of the request that is wrong.
#[derive(Debug, Serialize, JsonSchema)]
struct FieldError {
    /// Name of the field.
    field: String,
    /// Why, as a fixed text in upper snake case.
    reason: String,
    /// What is wrong with it.
    detail: String,
}

impl Details {
    pub(crate) fn of(error: &Error, status: StatusCode) -> Self {
        let detail = if error.kind() == rpc::Kind::Internal {
            "internal error; the server's log has the particulars".to_owned()
        } else {
            error.to_string()
        };
        let faults = if let Error::Invalid(faults) = error { faults.as_slice() } else { &[] };
        let errors = faults.iter().map(|fault| FieldError {
            field: fault.field.clone(),
            reason: fault.reason.to_string(),
            detail: fault.description.clone(),
        });
        Self {
            status: status.as_u16(),
            title: status.canonical_reason().unwrap_or("Error"),
            detail,
            errors: errors.collect(),
        }
    }
}
