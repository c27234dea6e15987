//! What callers may do.
//!
//! Invariant: a call is answered only after [`guard`] has found who makes it and [`table`] allows it.

mod callers;
pub(crate) mod guard;
pub(crate) mod table;

pub(crate) use crate::access::callers::Callers;
