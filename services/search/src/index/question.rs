//! A question to the indexes.

use model::{EditionName, Instant};

use crate::{
    grammar::Reading,
    index::{query::Filters, visible::Visible},
};

/// A question put to one of the indexes.
#[derive(Debug, Clone)]
pub(crate) struct Question {
    /// The query as it was read; without an expression it matches everything.
    pub(crate) reading: Reading,
    /// Filters that must hold besides.
    pub(crate) filters: Filters,
    /// Whether words are looked for alone, without what stands for them.
    pub(crate) is_as_written: bool,
    /// The index that is asked.
    pub(crate) scope: Scope,
    /// What the caller may find.
    pub(crate) visible: Visible,
    /// The edition that is searched; none: every cycle's current one.
    pub(crate) edition: Option<EditionName>,
    /// Point in time to search; `None` means now. Then the editions that were current at it, or the drafts and submissions.
    pub(crate) as_of: Option<Instant>,
    /// Order of the hits.
    pub(crate) sort: Sort,
    /// The number of hits before the page.
    pub(crate) offset: usize,
    /// How far the index was that answered the page before; none for the first page.
    pub(crate) at_position: Option<u64>,
    /// The largest number of hits to return.
    pub(crate) limit: usize,
}

/// The index that is searched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scope {
    /// Contributions of public editions.
    Published,
    /// Contributions at their latest revision, drafts included.
    Working,
}

/// Order of hits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sort {
    /// Best first.
    Score,
    /// Latest period first.
    Newest,
    /// Earliest period first.
    Oldest,
}
