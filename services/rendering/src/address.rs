//! Addresses as files hold them.
//!
//! Invariant: one has no sign that an address must not have (RFC 3986): some readers take a file with such a one for damaged.

use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

/// What is written with a percent sign. A percent sign itself is not: the address may have some already.
const NOT_IN_ADDRESS: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'<')
    .add(b'>')
    .add(b'\\')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');

/// The address with what it must not have written with percent signs.
pub(crate) fn encoded(address: &str) -> String {
    utf8_percent_encode(address, NOT_IN_ADDRESS).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_address_must_not_have_is_encoded() {
        assert_eq!(
            encoded("https://a.nl/é?b=\"c d\"&e=%20#f"),
            "https://a.nl/%C3%A9?b=%22c%20d%22&e=%20#f"
        );
    }
}
