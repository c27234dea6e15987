//! What became of goals and indicators in later versions of a framework.
//!
//! Invariant: indicators are related by a declared link or by their id alone, never by their code or wording. What no version says
//! of an indicator that is gone a later version may still say.

use std::collections::HashSet;

use crate::{Framework, LinkKind};

/// An indicator of another version that goes back to one, or that one goes back to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Relative {
    /// Its code in that version.
    pub code: String,
    /// How the earlier one became the later one, version by version.
    pub kinds: Vec<LinkKind>,
}

impl Relative {
    /// Whether both measure the same.
    pub fn is_same(&self) -> bool {
        self.kinds.iter().all(|kind| *kind == LinkKind::Same)
    }
}

/// The indicators of the last of `versions` that go back to the one with this code in the first. The versions follow one
/// another without a gap.
pub fn successors(versions: &[Framework], code: &str) -> Vec<Relative> {
    let Some((_, indicator)) = versions.first().and_then(|first| first.indicator(code)) else {
        return Vec::new();
    };
    let mut found = vec![Known { id: &indicator.id, kinds: Vec::new(), is_lost: false }];
    for newer in versions.iter().skip(1) {
        let mut of_next: Vec<Known<'_>> = Vec::new();
        for successor in found.iter().flat_map(|known| next(newer, known)) {
            // What was split and merged again is one.
            if !of_next.contains(&successor) {
                of_next.push(successor);
            }
        }
        found = of_next;
    }
    let last = versions.last();
    let there = found.into_iter().filter(|known| !known.is_lost).filter_map(|known| {
        let code = last?.indicator_with_id(known.id)?.code.clone();
        Some(Relative { code, kinds: known.kinds })
    });
    there.collect()
}

/// An indicator that is followed from version to version.
#[derive(PartialEq)]
struct Known<'a> {
    id: &'a str,
    kinds: Vec<LinkKind>,
    /// Whether no version so far says what became of it.
    is_lost: bool,
}

/// What becomes of an indicator in the next version: its successors, or itself where it is lost.
fn next<'a>(newer: &'a Framework, known: &Known<'a>) -> Vec<Known<'a>> {
    let step = |kind: LinkKind, id: &'a str| Known {
        id,
        kinds: [known.kinds.as_slice(), &[kind]].concat(),
        is_lost: false,
    };
    let is_of_it = |from: &String| from == known.id;
    let declared: Vec<_> =
        newer.links.iter().filter(|link| link.from.iter().any(is_of_it)).collect();
    if !declared.is_empty() {
        let of_link =
            declared.into_iter().flat_map(|link| link.to.iter().map(|to| (link.kind, to)));
        return of_link.map(|(kind, to)| step(kind, to)).collect();
    }
    match (known.is_lost, newer.indicator_with_id(known.id).is_some()) {
        (false, true) => vec![step(LinkKind::Same, known.id)],
        // An id that comes back after it was gone is that of another indicator.
        (true, true) => Vec::new(),
        (_, false) => vec![Known { id: known.id, kinds: known.kinds.clone(), is_lost: true }],
    }
}

/// The ids of indicators that the last of `versions` does not have, and of which none says what became of them.
pub(crate) fn lost_indicators(versions: &[Framework]) -> HashSet<&str> {
    let mut lost = HashSet::new();
    for pair in versions.windows(2) {
        let [older, newer] = pair else { continue };
        let ids = newer.indicator_ids();
        lost.extend(older.indicator_ids().difference(&ids).copied());
        for said in newer.links.iter().flat_map(|link| &link.from) {
            lost.remove(said.as_str());
        }
        lost.retain(|id| !ids.contains(id));
    }
    lost
}

/// The indicators of version `to` that go back to the one with this code in version `from`, or to which it goes back. The
/// versions follow one another without a gap.
pub fn relatives(versions: &[Framework], from: u32, to: u32, code: &str) -> Vec<Relative> {
    let place = |number: u32| versions.iter().position(|version| version.version == number);
    let between = |(first, last): (usize, usize)| versions.get(first..=last);
    if from <= to {
        let forward = place(from).zip(place(to)).and_then(between);
        return successors(forward.unwrap_or_default(), code);
    }
    let back = place(to).zip(place(from)).and_then(between);
    predecessors(back.unwrap_or_default(), code)
}

/// The indicators of the first of `versions` to which the one with this code in the last goes back.
fn predecessors(versions: &[Framework], code: &str) -> Vec<Relative> {
    let goals = versions.first().into_iter().flat_map(|first| &first.goals);
    let earlier = goals.flat_map(|goal| &goal.indicators).flat_map(|indicator| {
        let later = successors(versions, &indicator.code);
        let of_code = later.into_iter().filter(|later| later.code == code);
        of_code.map(|later| Relative { code: indicator.code.clone(), kinds: later.kinds })
    });
    earlier.collect()
}

/// The code in the last of `versions` of the goal that has this code in the first; none where it is gone. A goal is the same
/// by its id.
pub fn goal_code<'a>(versions: &'a [Framework], code: &str) -> Option<&'a str> {
    let (first, last) = (versions.first()?, versions.last()?);
    let id = &first.goal(code)?.id;
    last.goals.iter().find(|goal| goal.id == *id).map(|goal| goal.code.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Goal, GoalKind, Indicator, IndicatorLink, LocalizedText, Measure, PlanPeriod};

    /// A version with one goal and indicators of these ids and codes.
    fn version(indicators: &[(&str, &str)], links: Vec<IndicatorLink>) -> Framework {
        let indicator = |(id, code): &(&str, &str)| Indicator {
            id: (*id).into(),
            code: (*code).into(),
            measure: Measure::Count,
            statement: LocalizedText::default(),
            items: Vec::new(),
            sub_prompts: Vec::new(),
            optional: false,
            target: None,
        };
        Framework {
            code: "plan".parse().unwrap(),
            version: 0,
            title: LocalizedText::default(),
            language: "nl".into(),
            period: PlanPeriod { from: 2021, until: 2025, extended_until: None },
            organisations: Vec::new(),
            pillars: Vec::new(),
            goals: vec![Goal {
                id: "g".into(),
                code: "1".into(),
                kind: GoalKind::StrategicGoal,
                pillar: "een".into(),
                parent: None,
                statement: LocalizedText::default(),
                indicators: indicators.iter().map(indicator).collect(),
            }],
            abbreviations: Vec::new(),
            links,
            content_hash: None,
            create_time: None,
        }
    }

    fn link(kind: LinkKind, from: &[&str], to: &[&str]) -> IndicatorLink {
        let ids = |ids: &[&str]| ids.iter().map(|id| (*id).to_owned()).collect();
        IndicatorLink { kind, from: ids(from), to: ids(to) }
    }

    fn found(versions: &[Framework], code: &str) -> Vec<(String, Vec<LinkKind>)> {
        successors(versions, code).into_iter().map(|found| (found.code, found.kinds)).collect()
    }

    #[test]
    fn an_id_that_stays_is_the_same_under_any_code() {
        let versions = [version(&[("a", "1-a")], vec![]), version(&[("a", "1-z")], vec![])];
        assert_eq!(found(&versions, "1-a"), [("1-z".into(), vec![LinkKind::Same])]);
        assert_eq!(goal_code(&versions, "1"), Some("1"));
    }

    #[test]
    fn links_are_followed_over_versions_and_what_ended_has_no_successor() {
        use LinkKind::{Ended, Merged, Same, Split};
        let versions = [
            version(&[("a", "1-a"), ("b", "1-b"), ("c", "1-c")], vec![]),
            version(
                &[("a", "1-a"), ("a2", "1-d"), ("x", "1-b")],
                vec![
                    link(Split, &["a"], &["a", "a2"]),
                    link(Same, &["b"], &["x"]),
                    link(Ended, &["c"], &[]),
                ],
            ),
            version(&[("m", "1-m"), ("x", "1-b")], vec![link(Merged, &["a", "a2"], &["m"])]),
        ];
        assert_eq!(found(&versions, "1-a"), [("1-m".into(), vec![Split, Merged])]);
        assert_eq!(found(&versions, "1-b"), [("1-b".into(), vec![Same, Same])]);
        assert_eq!(found(&versions, "1-c"), []);
    }

    #[test]
    fn the_same_code_alone_joins_nothing() {
        let versions = [version(&[("a", "1-a")], vec![]), version(&[("other", "1-a")], vec![])];
        assert_eq!(found(&versions, "1-a"), []);
    }

    #[test]
    fn a_later_version_says_what_became_of_what_was_lost() {
        use LinkKind::{Same, Split};
        let mut versions = vec![
            version(&[("a", "1-a"), ("b", "1-b"), ("c", "1-c")], vec![]),
            version(&[("x", "1-x"), ("y", "1-y")], vec![link(Same, &["b"], &["y"])]),
        ];
        assert_eq!(lost_indicators(&versions), HashSet::from(["a", "c"]));
        assert_eq!(found(&versions, "1-a"), []);
        let ids = [("x", "1-x"), ("y", "1-y"), ("c", "1-c")];
        versions.push(version(&ids, vec![link(Split, &["a"], &["x", "y"])]));
        let expected = ["1-x", "1-y"].map(|code| (code.to_owned(), vec![Split]));
        assert_eq!(found(&versions, "1-a"), expected);
        assert_eq!(found(&versions, "1-b"), [("1-y".into(), vec![Same, Same])]);
        // What comes back under the id of one that is lost is another.
        assert_eq!(found(&versions, "1-c"), []);
        assert_eq!(lost_indicators(&versions), HashSet::new());
    }
}
