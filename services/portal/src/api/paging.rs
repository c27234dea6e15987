//! Lists page by page. A page begins behind the item that its token names, so that what is published meanwhile neither
//! hides nor repeats an item.

use model::InvalidField;
use schemars::JsonSchema;
use serde::Serialize;

use crate::{
    Error,
    api::parameter::{Arguments, Kind, Parameter},
};

/// Items on a page.
const DEFAULT: usize = 25;
/// Items on a page, at most.
const MAX: usize = 100;

/// Parameters of every list.
pub(crate) const PARAMETERS: [Parameter; 2] = [size(DEFAULT, MAX), TOKEN];
/// Where a page begins.
pub(crate) const TOKEN: Parameter =
    Parameter::one("pageToken", "portal-api-page-token", Kind::Text { min: 0, max: 1_000 });

/// How many items a page has.
pub(crate) const fn size(default: usize, max: usize) -> Parameter {
    Parameter::one("pageSize", "portal-api-page-size", Kind::Count { default, max })
}

/// A page of a list.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "{T}List")]
pub(crate) struct Page<T> {
    /// How many items the list has.
    pub total: usize,
    /// The items of this page.
    pub items: Vec<T>,
    /// Token of the next page; not given on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_page_token: Option<String>,
}

impl<T> Page<T> {
    /// The page of `all` that was asked for; `key` names an item.
    pub(crate) fn of(
        all: Vec<T>,
        arguments: &Arguments,
        key: impl Fn(&T) -> String,
    ) -> Result<Self, Error> {
        Self::sized(all, arguments, DEFAULT, key)
    }

    /// The same, with this many items where the size is not given.
    pub(crate) fn sized(
        all: Vec<T>,
        arguments: &Arguments,
        default: usize,
        key: impl Fn(&T) -> String,
    ) -> Result<Self, Error> {
        let total = all.len();
        let begin = match arguments.text("pageToken") {
            "" => 0,
            token => 1 + all.iter().position(|item| key(item) == token).ok_or_else(invalid)?,
        };
        let size = arguments.count("pageSize").unwrap_or(default);
        let items: Vec<T> = all.into_iter().skip(begin).take(size).collect();
        let has_next = begin + items.len() < total;
        let next_page_token = items.last().filter(|_| has_next).map(key);
        Ok(Self { total, items, next_page_token })
    }

    /// The same page of other items.
    pub(crate) fn map<U>(self, item: impl FnMut(T) -> U) -> Page<U> {
        let Self { total, items, next_page_token } = self;
        Page { total, items: items.into_iter().map(item).collect(), next_page_token }
    }
}

fn invalid() -> Error {
    Error::Invalid(vec![InvalidField::new(
        "pageToken",
        "INVALID_PAGE_TOKEN",
        "is not a token of this list; begin again without one",
    )])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(all: &[u32], query: &str) -> Result<Page<u32>, Error> {
        let arguments = Arguments::read(query, &PARAMETERS)?;
        Page::of(all.to_vec(), &arguments, ToString::to_string)
    }

    #[test]
    fn pages_follow_each_other_while_the_list_grows() {
        let first = page(&[9, 8, 7], "pageSize=2").unwrap();
        assert_eq!(
            (first.total, first.items, first.next_page_token.as_deref()),
            (3, vec![9, 8], Some("8"))
        );
        let second = page(&[10, 9, 8, 7], "pageSize=2&pageToken=8").unwrap();
        assert_eq!((second.items, second.next_page_token), (vec![7], None));
        assert_eq!(page(&[], "").unwrap().total, 0);
    }

    #[test]
    fn a_token_of_another_list_is_refused() {
        let refused = page(&[1], "pageToken=2");
        assert!(
            matches!(refused, Err(Error::Invalid(faults)) if faults[0].reason == "INVALID_PAGE_TOKEN")
        );
    }
}
