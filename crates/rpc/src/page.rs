//! Pages of a list (AIP-158): opaque tokens, bound to the question that they belong to.

use data_encoding::BASE64URL_NOPAD;
use model::{Hash, InvalidField};

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

#[cfg(test)]
mod tests {
    use super::*;

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
