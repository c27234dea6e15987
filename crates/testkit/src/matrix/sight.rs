//! How much somebody may see.

/// What somebody may see by a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Sight {
    /// Nothing: the call is not for them. One who shows nothing is asked to.
    Nothing { is_known: bool },
    /// What is published.
    Public,
    /// That, and what is of their own organisation.
    Own,
    /// Everything.
    Everything,
}
