//! A question as its address says it, and the addresses of questions like it.

use model::{Instant, InvalidField};
use wire::v1::{Dimension, Filter, Order, Scope, SearchRequest};

use crate::Error;

/// Filters that one address may hold.
const MAX_FILTERS: usize = 64;
/// Contributions on a page.
const PAGE_SIZE: i32 = 10;

/// The orders with their names in addresses.
pub(crate) const ORDERS: [(Order, &str); 3] =
    [(Order::Score, "score"), (Order::Newest, "newest"), (Order::Oldest, "oldest")];

/// A question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Query {
    /// What was typed.
    pub text: String,
    /// Dimension and value of each filter, in the order given.
    pub filters: Vec<(Dimension, String)>,
    /// Order of the answers.
    pub order: Order,
    /// The moment as of which is searched, as it was given: a date or a time; empty for now.
    pub as_of: String,
    /// Whether the words alone are looked for, and nothing that stands for them.
    pub as_written: bool,
    /// Token of the page; empty for the first.
    pub page: String,
    /// Whether anything was asked at all; an empty question asks for everything.
    pub is_asked: bool,
}

impl Query {
    /// Reads the query of an address; what it does not know is passed over.
    pub(crate) fn read(text: &str) -> Result<Self, Error> {
        let mut query = Self {
            text: String::new(),
            filters: Vec::new(),
            order: Order::Score,
            as_of: String::new(),
            as_written: false,
            page: String::new(),
            is_asked: false,
        };
        for (key, value) in form_urlencoded::parse(text.as_bytes()) {
            let known = Dimension::from_name(&key);
            match (key.as_ref(), known) {
                (_, Some(dimension)) if !value.is_empty() => {
                    query.filter(dimension, &value)?;
                }
                ("q", _) => {
                    value.trim().clone_into(&mut query.text);
                    query.is_asked = true;
                }
                ("sort", _) => {
                    let known = ORDERS.iter().find(|(_, name)| *name == value);
                    query.order = known.map_or(Order::Score, |(order, _)| *order);
                }
                ("as_of", _) if !value.is_empty() => {
                    query.as_of = value.into_owned();
                    query.is_asked = true;
                }
                ("as_written", _) => query.as_written = value == "1",
                ("page", _) => query.page = value.into_owned(),
                _ => {}
            }
        }
        Ok(query)
    }

    fn filter(&mut self, dimension: Dimension, value: &str) -> Result<(), Error> {
        let filter = (dimension, value.to_owned());
        if !self.filters.contains(&filter) {
            self.filters.push(filter);
        }
        self.is_asked = true;
        if MAX_FILTERS < self.filters.len() { Err(Error::TooMany("64 filters")) } else { Ok(()) }
    }

    /// The moment as of which is searched; none for now.
    pub(crate) fn moment(&self) -> Result<Option<Instant>, InvalidField> {
        if self.as_of.is_empty() { Ok(None) } else { self.as_of.parse().map(Some) }
    }

    /// The question for search; fails where its moment cannot be read.
    pub(crate) fn request(&self) -> Result<SearchRequest, InvalidField> {
        let values = |dimension| {
            self.filters
                .iter()
                .filter(|(facet, _)| *facet == dimension)
                .map(|(_, value)| value.clone())
                .collect::<Vec<_>>()
        };
        let filters = Dimension::all()
            .map(|dimension| Filter { dimension: dimension.into(), values: values(dimension) });
        Ok(SearchRequest {
            query: self.text.clone(),
            filters: filters.filter(|filter| !filter.values.is_empty()).collect(),
            scope: Scope::Published.into(),
            order: self.order.into(),
            page_size: PAGE_SIZE,
            page_token: self.page.clone(),
            edition: String::new(),
            as_of: self.moment()?.map(wire::timestamp),
            as_written: self.as_written,
        })
    }

    pub(crate) fn address(&self) -> String {
        self.address_at("/zoeken")
    }

    /// The question at another path.
    pub(crate) fn address_at(&self, path: &str) -> String {
        let mut out = form_urlencoded::Serializer::new(String::new());
        out.append_pair("q", &self.text);
        for (key, value) in self.fields() {
            out.append_pair(key, value);
        }
        if !self.page.is_empty() {
            out.append_pair("page", &self.page);
        }
        format!("{path}?{}", out.finish())
    }

    /// What a form must carry along with a new text: filters, order, moment and whether words are widened.
    pub(crate) fn fields(&self) -> Vec<(&'static str, &str)> {
        let filters =
            self.filters.iter().map(|(dimension, value)| (dimension.name(), value.as_str()));
        let order = ORDERS
            .iter()
            .filter(|(order, _)| *order == self.order && self.order != Order::Score)
            .map(|(_, name)| ("sort", *name));
        let as_of = Some(("as_of", self.as_of.as_str())).filter(|_| !self.as_of.is_empty());
        let as_written = Some(("as_written", "1")).filter(|_| self.as_written);
        filters.chain(order).chain(as_of).chain(as_written).collect()
    }

    /// Whether a filter is chosen.
    pub(crate) fn has(&self, dimension: Dimension, value: &str) -> bool {
        self.filters.iter().any(|(facet, chosen)| *facet == dimension && chosen == value)
    }

    /// The same question from its first result.
    pub(crate) fn at_start(&self) -> Self {
        self.at(String::new())
    }

    /// The same question at a page.
    pub(crate) fn at(&self, page: String) -> Self {
        Self { page, ..self.clone() }
    }

    /// The same question in another order.
    pub(crate) fn ordered(&self, order: Order) -> Self {
        Self { order, ..self.at_start() }
    }

    /// The same question, for its words alone or for what stands for them too.
    pub(crate) fn with_as_written(&self, as_written: bool) -> Self {
        Self { as_written, ..self.at_start() }
    }

    /// Another text, asked in the same way.
    pub(crate) fn asking(&self, text: &str) -> Self {
        Self { text: text.to_owned(), ..self.at_start() }
    }

    /// The same question about now.
    pub(crate) fn now(&self) -> Self {
        Self { as_of: String::new(), ..self.at_start() }
    }

    /// The same question without filters.
    pub(crate) fn without_filters(&self) -> Self {
        Self { filters: Vec::new(), ..self.at_start() }
    }

    /// The same question with a filter more, or with that filter less if it is chosen.
    pub(crate) fn toggled(&self, dimension: Dimension, value: &str) -> Self {
        let mut toggled = self.at_start();
        if self.has(dimension, value) {
            toggled.filters.retain(|(facet, chosen)| *facet != dimension || chosen != value);
        } else {
            toggled.filters.push((dimension, value.to_owned()));
        }
        toggled
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_and_its_question_are_the_same() {
        let address = "/zoeken?q=a%26b+%22c%22&year=2021&organisation=bz&organisation=def&sort=newest&as_of=2022-03-01&as_written=1&page=T";
        let query = Query::read(address.split_once('?').unwrap().1).unwrap();
        assert_eq!(query.text, "a&b \"c\"");
        assert_eq!(query.address(), address);
        let request = query.request().unwrap();
        assert_eq!((request.filters.len(), request.page_token.as_str()), (2, "T"));
        assert!(request.as_written && !query.with_as_written(false).as_written);
        assert_eq!(request.as_of.map(|at| at.seconds), Some(1_646_179_199));
    }

    #[test]
    fn a_filter_goes_on_and_off_and_returns_to_the_first_page() {
        let query = Query::read("q=a&page=T&year=2021").unwrap();
        let more = query.toggled(Dimension::Organisation, "bz");
        assert_eq!(more.address(), "/zoeken?q=a&year=2021&organisation=bz");
        assert_eq!(more.toggled(Dimension::Year, "2021").address(), "/zoeken?q=a&organisation=bz");
    }

    #[test]
    fn only_a_question_is_asked() {
        assert!(!Query::read("lang=en").unwrap().is_asked);
        assert!(Query::read("q=").unwrap().is_asked);
        assert!(Query::read("year=2021").unwrap().is_asked);
        assert!(Query::read("as_of=2022-03-01").unwrap().is_asked);
    }

    #[test]
    fn a_moment_that_cannot_be_read_is_not_passed_over() {
        let query = Query::read("q=a&as_of=ooit").unwrap();
        assert_eq!(query.request().unwrap_err().reason, "INVALID_MOMENT");
        assert_eq!(query.now().address(), "/zoeken?q=a");
    }

    #[test]
    fn filters_are_limited() {
        let many = |count: usize| {
            (0..count).map(|year| format!("year={year}")).collect::<Vec<_>>().join("&")
        };
        assert!(Query::read(&many(64)).is_ok());
        assert!(matches!(Query::read(&many(65)), Err(Error::TooMany(_))));
        assert!(Query::read(&"year=1&".repeat(100)).is_ok());
    }
}
