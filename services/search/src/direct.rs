//! An index asked without a server, in the caller's own thread: what the benchmarks hold a call against.

use std::path::Path;

use wire::v1 as pb;

use crate::{
    Config, Error,
    index::{Bare, Indexes, Visible},
    request,
};

/// An index that no server has open.
#[derive(Debug)]
pub struct Direct(Indexes);

/// A request as a query object of tantivy.
pub struct TantivyQuery(Bare);

impl Direct {
    /// Opens the index in a folder.
    pub fn open(folder: &Path) -> Result<Self, Error> {
        let config = Config { index: folder.to_owned(), ..Config::default() };
        Indexes::open(&config).map(Self)
    }

    /// What the server would answer.
    pub fn answer(&self, request: pb::SearchRequest) -> Result<pb::SearchResponse, Error> {
        let (question, binding) = request::question(request, Visible::All)?;
        let answer = self.0.in_use().answer(&question)?;
        Ok(request::reply(answer, &question, &binding))
    }

    /// The query object that the server would put to tantivy.
    pub fn query(&self, request: pb::SearchRequest) -> Result<TantivyQuery, Error> {
        let (question, _) = request::question(request, Visible::All)?;
        self.0.in_use().bare(&question).map(TantivyQuery)
    }
}

impl std::fmt::Debug for TantivyQuery {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("TantivyQuery")
    }
}

impl TantivyQuery {
    /// Puts it to tantivy: how many contributions match, and the best of a page. No facets, no passages, no texts.
    pub fn run(&self) -> Result<usize, Error> {
        self.0.run()
    }
}
