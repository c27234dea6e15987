//! What became of goals and indicators in later versions of a framework.
//!
//! Invariant: indicators are related by a declared link or by their id alone, never by their code or wording.

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
    let mut found = vec![Relative { code: code.to_owned(), kinds: Vec::new() }];
    for pair in versions.windows(2) {
        let [older, newer] = pair else { continue };
        let mut of_next: Vec<Relative> = Vec::new();
        for successor in found.iter().flat_map(|known| next(older, newer, known)) {
            // What was split and merged again is one.
            if !of_next.contains(&successor) {
                of_next.push(successor);
            }
        }
        found = of_next;
    }
    found
}

/// The successors of an indicator in the next version.
fn next(older: &Framework, newer: &Framework, known: &Relative) -> Vec<Relative> {
    let Some((_, indicator)) = older.indicator(&known.code) else { return Vec::new() };
    let id = &indicator.id;
    let step = |kind: LinkKind, id: &String| {
        let code = newer.indicator_with_id(id)?.code.clone();
        Some(Relative { code, kinds: [known.kinds.as_slice(), &[kind]].concat() })
    };
    let declared: Vec<_> = newer.links.iter().filter(|link| link.from.contains(id)).collect();
    if declared.is_empty() {
        return step(LinkKind::Same, id).into_iter().collect();
    }
    let of_link = declared.into_iter().flat_map(|link| link.to.iter().map(|to| (link.kind, to)));
    of_link.filter_map(|(kind, to)| step(kind, to)).collect()
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
}
