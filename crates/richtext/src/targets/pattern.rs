//! Matches a list with a pattern of which some parts may be anything.

/// A part of what is expected.
pub(super) enum Part<'a, T> {
    /// Exactly this.
    Is(T),
    /// One that fits.
    One(Box<dyn Fn(&T) -> bool + 'a>),
    /// Any number of whatever.
    Any,
}

impl<T: PartialEq> Part<'_, T> {
    fn takes(&self, one: &T) -> bool {
        match self {
            Self::Is(expected) => expected == one,
            Self::One(fits) => fits(one),
            Self::Any => false,
        }
    }
}

/// Whether a list matches the pattern. Backtracks to the last part that may be anything, and no further: what comes before
/// it was matched as early as possible. Work is at most the product of both lengths.
pub(super) fn matches<T: PartialEq>(expected: &[Part<'_, T>], list: &[T]) -> bool {
    let (mut part, mut at) = (0, 0);
    let mut last_any: Option<(usize, usize)> = None;
    while at < list.len() {
        match expected.get(part) {
            Some(Part::Any) => {
                last_any = Some((part, at));
                part += 1;
            }
            Some(one) if one.takes(&list[at]) => {
                part += 1;
                at += 1;
            }
            _ => {
                let Some((any, from)) = last_any else { return false };
                last_any = Some((any, from + 1));
                (part, at) = (any + 1, from + 1);
            }
        }
    }
    expected[part..].iter().all(|part| matches!(part, Part::Any))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(expected: &str, list: &str, is_expected: bool) {
        let parts: Vec<Part<'_, char>> = expected
            .chars()
            .map(|c| match c {
                '*' => Part::Any,
                '?' => Part::One(Box::new(|_| true)),
                c => Part::Is(c),
            })
            .collect();
        let list: Vec<char> = list.chars().collect();
        assert_eq!(matches(&parts, &list), is_expected, "{expected} {list:?}");
    }

    #[test]
    fn what_may_be_anything_may_be_nothing_or_much_and_the_rest_stays() {
        for list in ["ac", "abc", "abbc", "acc"] {
            check("a*c", list, true);
        }
        for list in ["", "a", "ab", "bac", "acb"] {
            check("a*c", list, false);
        }
        check("*a*b", "xaab", true);
        check("a*a", "a", false);
        check("a?c", "abc", true);
        check("a?c", "ac", false);
        check("", "", true);
        check("*", "", true);
    }
}
