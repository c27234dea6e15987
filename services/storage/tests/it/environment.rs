//! Counts and seeds that a run of the tests may be given by the environment.

use std::{
    collections::hash_map::RandomState,
    env,
    hash::{BuildHasher as _, Hasher as _},
};

#[expect(clippy::disallowed_methods, reason = "whoever runs the tests says how much they do")]
fn given(variable: &str) -> Option<u64> {
    let text = env::var(variable).ok().filter(|text| !text.is_empty())?;
    Some(text.parse().unwrap_or_else(|_| panic!("{variable} is no number: {text}")))
}

/// How many of something a test does; `usual` where nobody asks for another number.
pub(crate) fn count(variable: &str, usual: usize) -> usize {
    given(variable).map_or(usual, |count| usize::try_from(count).unwrap())
}

/// The seed that `VOORTGANG_SEED` gives, or one of its own; printed, so that a failure can be had again.
pub(crate) fn seed(what: &str) -> u64 {
    let seed =
        given("VOORTGANG_SEED").unwrap_or_else(|| RandomState::new().build_hasher().finish());
    eprintln!("{what}: VOORTGANG_SEED={seed}");
    seed
}
