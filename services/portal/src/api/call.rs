//! One request to an operation, and what several operations look up for it.

use std::sync::Arc;

use axum::http::{HeaderMap, Uri};
use edition::data;
use messages::Messages;
use model::AnswerStatus;

use crate::{
    Error, Portal,
    api::parameter::Arguments,
    pages::RequestContext,
    service::{
        CachedEdition,
        catalogue::{self, Catalogue, Cycle, Edition},
    },
};

/// A request, read.
#[derive(Debug)]
pub(crate) struct Call {
    pub portal: Arc<Portal>,
    /// What stands for the names in the path, in their order.
    pub segments: Vec<String>,
    pub arguments: Arguments,
    /// Language of labels.
    pub context: RequestContext,
}

/// An edition that was found: its data, its cycle and what the catalogue says of it.
#[derive(Debug)]
pub(crate) struct Found {
    pub name: String,
    pub cached: Arc<CachedEdition>,
}

impl Found {
    pub(crate) fn data(&self) -> &data::Edition {
        self.cached.data()
    }
}

impl Call {
    pub(crate) fn of(
        portal: Arc<Portal>,
        segments: Vec<String>,
        arguments: Arguments,
        uri: &Uri,
        headers: &HeaderMap,
    ) -> Self {
        let mut context = RequestContext::of(uri, headers);
        if let Some(language) = messages::Language::from_tag(arguments.text("language")) {
            context.language = language;
        }
        Self { portal, segments, arguments, context }
    }

    pub(crate) fn messages(&self) -> &'static Messages {
        self.context.messages()
    }

    /// What stands in the path at this place.
    pub(crate) fn segment(&self, at: usize) -> &str {
        self.segments.get(at).map_or("", String::as_str)
    }

    pub(crate) async fn catalogue(&self) -> Result<Arc<Catalogue>, Error> {
        self.portal.catalogue().await
    }

    /// The cycle that the path names first.
    pub(crate) fn cycle<'a>(&self, catalogue: &'a Catalogue) -> Result<&'a Cycle, Error> {
        let name = format!("{}/{}", self.segment(0), self.segment(1));
        catalogue.cycle(&name).ok_or(Error::NotFound)
    }

    /// The cycles of the framework that the path names first, newest first.
    pub(crate) fn cycles<'a>(&self, catalogue: &'a Catalogue) -> Result<Vec<&'a Cycle>, Error> {
        let of_it = |cycle: &&Cycle| cycle.framework == self.segment(0);
        let cycles: Vec<_> = catalogue.cycles.iter().filter(of_it).collect();
        if cycles.is_empty() { Err(Error::NotFound) } else { Ok(cycles) }
    }

    /// The edition that the path names.
    pub(crate) async fn edition(&self) -> Result<Found, Error> {
        let catalogue = self.catalogue().await?;
        self.read(catalogue::edition(self.cycle(&catalogue)?, self.segment(2))?).await
    }

    /// Reads an edition.
    pub(crate) async fn read(&self, edition: &Edition) -> Result<Found, Error> {
        let file = catalogue::data_file(edition, self.context.language)?;
        let cached = self.portal.edition(file).await?;
        Ok(Found { name: edition.name.clone(), cached })
    }

    /// An answer status in words.
    pub(crate) fn answer(&self, answer: &str) -> String {
        AnswerStatus::from_name(answer)
            .map_or_else(|| answer.to_owned(), |known| self.messages().answer(known).into_owned())
    }
}
