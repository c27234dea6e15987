//! Pages of a list (AIP-158): opaque tokens, bound to the question that they belong to, and how a client reads a list whole.

use data_encoding::BASE64URL_NOPAD;
use model::{Hash, InvalidField};
use tonic::Status;

/// Returns the number of entries on a page: 50 unless asked otherwise, at most `max`.
pub fn page_size(asked: i32, max: u32) -> u32 {
    u32::try_from(asked).ok().filter(|asked| *asked > 0).unwrap_or(50).min(max)
}

/// Where a page begins: after the entry with this key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// Key of the last entry of the page before; empty on the first page.
    pub after: String,
    /// At most this many entries.
    pub size: u32,
}

impl Page {
    /// Reads a request's page. `question` is all that the token is bound to.
    pub fn read(size: i32, token: &str, question: &str) -> Result<Self, InvalidField> {
        let fault = || {
            InvalidField::new(
                "page_token",
                "INVALID_PAGE_TOKEN",
                "is not a token of this list; begin again without one",
            )
        };
        let size = page_size(size, 200);
        if token.is_empty() {
            return Ok(Self { after: String::new(), size });
        }
        let bytes = BASE64URL_NOPAD.decode(token.as_bytes()).map_err(|_| fault())?;
        let (seal, after) = bytes.split_at_checked(8).ok_or_else(fault)?;
        let after = String::from_utf8(after.to_vec()).map_err(|_| fault())?;
        if seal == Self::seal(question, &after) { Ok(Self { after, size }) } else { Err(fault()) }
    }

    /// Returns the token of the page after the entry with this key.
    pub fn token(after: &str, question: &str) -> String {
        BASE64URL_NOPAD.encode(&[Self::seal(question, after).as_slice(), after.as_bytes()].concat())
    }

    fn seal(question: &str, after: &str) -> [u8; 8] {
        let Hash(hash) = Hash::of(format!("{}:{question}:{after}", question.len()).as_bytes());
        hash[..8].try_into().expect("a hash has more than eight bytes")
    }
}

/// Reads all pages of a list. `ask` takes the token of a page, empty for the first, and returns its entries and the token of the
/// next one.
pub async fn all_pages<T, F: Future<Output = Result<(Vec<T>, String), Status>>>(
    ask: impl FnMut(String) -> F,
) -> Result<Vec<T>, Status> {
    let (entries, _) = pages(usize::MAX, ask).await?;
    Ok(entries)
}

/// Reads pages of a list until it has `limit` entries or ends; returns so many, and the token of the page behind those that were
/// read, empty where there is none.
pub async fn pages<T, F: Future<Output = Result<(Vec<T>, String), Status>>>(
    limit: usize,
    mut ask: impl FnMut(String) -> F,
) -> Result<(Vec<T>, String), Status> {
    let (mut entries, mut token) = ask(String::new()).await?;
    while !token.is_empty() && entries.len() < limit {
        let (more, next) = ask(token).await?;
        entries.extend(more);
        token = next;
    }
    entries.truncate(limit);
    Ok((entries, token))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Pages of two out of five entries; the token is the place of the first.
    async fn five(token: String) -> Result<(Vec<usize>, String), Status> {
        let first: usize = if token.is_empty() { 0 } else { token.parse().unwrap() };
        let end = (first + 2).min(5);
        let next = if end < 5 { end.to_string() } else { String::new() };
        Ok(((first..end).collect(), next))
    }

    #[tokio::test]
    async fn a_list_is_read_to_its_end_or_to_a_limit() {
        assert_eq!(all_pages(five).await.unwrap(), [0, 1, 2, 3, 4]);
        for (limit, token) in [(1, "2"), (2, "2"), (3, "4"), (4, "4"), (5, ""), (9, "")] {
            let (entries, next) = pages(limit, five).await.unwrap();
            assert_eq!((entries.len(), next.as_str()), (limit.min(5), token), "{limit}");
        }
        let asked = std::cell::Cell::new(0);
        let broken = |token: String| {
            asked.set(asked.get() + 1);
            let is_second = asked.get() == 2;
            async move { if is_second { Err(Status::aborted("gone")) } else { five(token).await } }
        };
        assert_eq!(all_pages(broken).await.unwrap_err().message(), "gone");
        assert_eq!(asked.get(), 2);
    }

    #[test]
    fn a_token_is_bound_to_its_question() {
        let token = Page::token("bz/1", "cycle=a");
        assert_eq!(Page::read(0, &token, "cycle=a"), Ok(Page { after: "bz/1".into(), size: 50 }));
        for (token, question) in
            [(token.as_str(), "cycle=b"), ("x", "cycle=a"), ("AAAAAAAAAAAAAAAA", "cycle=a")]
        {
            assert_eq!(Page::read(0, token, question).unwrap_err().reason, "INVALID_PAGE_TOKEN");
        }
    }
}
