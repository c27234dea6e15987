use std::collections::HashSet;

use jiff::civil::date;
use uuid::Uuid;

use super::*;
use crate::{
    Content, ContributionState, CycleState, FigureKind, GapPolicy, Hash, Instant, LocalizedText,
    Period, PlanPeriod, Precision, ReviewPolicy,
};

const CONTRIBUTIONS: u128 = 200;

fn figure(kind: FigureKind, value: &str) -> Figure {
    Figure { kind, value: value.into(), ..Figure::default() }
}

fn ratio(part: &str, whole: &str) -> Figure {
    Figure { per: whole.into(), ..figure(FigureKind::Ratio, part) }
}

fn fact(key: u128, value: &str) -> Figure {
    Figure { fact: format!("fact-{key}"), ..figure(FigureKind::Count, value) }
}

fn reference(target: String) -> Reference {
    let as_written = "zie daar".into();
    Reference { kind: ReferenceKind::Contribution, as_written, target, url: String::new() }
}

fn contribution(number: u128, figures: Vec<Figure>, references: Vec<Reference>) -> Contribution {
    let organisation = if number.is_multiple_of(2) { "alfa" } else { "beta" };
    Contribution {
        id: Uuid::from_u128(number),
        cycle: "plan/2021".parse().unwrap(),
        organisation: organisation.parse().unwrap(),
        external_id: Some(format!("c-{number}").parse().unwrap()),
        state: ContributionState::Submitted,
        content: Content { figures, references, ..Content::default() },
        content_hash: Hash::of(&number.to_be_bytes()),
        version: 1,
        passages: Vec::new(),
        findings: Vec::new(),
        create_time: Instant(0),
        update_time: Instant(0),
        autosave: false,
        rolled_forward: false,
        author: String::new(),
        approved_version: 0,
        state_time: Instant(0),
    }
}

/// What stands in a contribution, and what is to be found in it. Each fact of its own is stated once, and each kind of fault has
/// something beside it that looks like it and is none.
fn drawn(number: u128) -> (Contribution, Vec<&'static str>) {
    let own = fact(number, &number.to_string());
    let before = number - number % 20;
    let percent = |value: &str| figure(FigureKind::Percentage, value);
    let about = |value: &str| Figure { precision: Precision::About, ..percent(value) };
    let (more, references, found) = match number % 20 {
        1 => (vec![fact(before, &format!("{}", before + 1))], vec![], vec!["FACT_CONTRADICTS"]),
        2 => (vec![fact(before, &format!("{before}.0"))], vec![], vec!["FACT_REPEATED"]),
        3 => {
            let amount = Figure { unit: "km".into(), ..fact(before, &before.to_string()) };
            (vec![amount], vec![], vec!["FACT_CONTRADICTS"])
        }
        4 => (vec![percent("130")], vec![], vec!["PERCENTAGE_OVER_100"]),
        5 => (vec![percent("100.0"), percent("0")], vec![], vec![]),
        6 => (vec![ratio("12", "40"), percent("31")], vec![], vec!["SHARE_DISAGREES"]),
        7 => (vec![ratio("12", "40"), percent("30")], vec![], vec![]),
        8 => (vec![ratio("1", "3"), percent("33.3")], vec![], vec![]),
        9 => (vec![ratio("1", "3"), percent("33.4")], vec![], vec!["SHARE_DISAGREES"]),
        10 => (vec![ratio("1", "3"), about("30")], vec![], vec![]),
        11 => (vec![ratio("1", "0"), percent("30")], vec![], vec![]),
        12 => (vec![], vec![reference("c-999".into())], vec!["UNKNOWN_CONTRIBUTION"]),
        13 => (vec![], vec![reference(format!("c-{}", number - 2))], vec![]),
        14 => (vec![], vec![reference(format!("beta/c-{}", number - 1))], vec![]),
        // A plain id is one of the same organisation.
        15 => (vec![], vec![reference(format!("c-{}", number - 1))], vec!["UNKNOWN_CONTRIBUTION"]),
        16 => (vec![], vec![reference(String::new())], vec!["DANGLING_REFERENCE"]),
        _ => (vec![], vec![], vec![]),
    };
    let figures = [vec![own], more].concat();
    (contribution(number, figures, references), found)
}

fn of_year(year: i16) -> Cycle {
    let framework: Slug = "plan".parse().unwrap();
    let period = Period::new(date(year, 1, 1), date(year, 12, 31)).unwrap();
    Cycle {
        name: Cycle::name_of(&framework, &period),
        framework,
        framework_version: 1,
        period,
        organisations: Vec::new(),
        opening: None,
        deadline: None,
        state: CycleState::Open,
        create_time: None,
        gaps: GapPolicy::Print,
        review: ReviewPolicy::None,
    }
}

fn plan() -> Framework {
    Framework {
        code: "plan".parse().unwrap(),
        version: 1,
        title: LocalizedText::default(),
        language: "nl".into(),
        period: PlanPeriod { from: 2021, until: 2024, extended_until: Some(2025) },
        organisations: Vec::new(),
        pillars: Vec::new(),
        goals: Vec::new(),
        abbreviations: Vec::new(),
        links: Vec::new(),
        content_hash: None,
        create_time: None,
    }
}

#[test]
fn every_planted_fault_is_found_and_none_is_invented() {
    let (contributions, planted): (Vec<_>, Vec<_>) = (0..CONTRIBUTIONS).map(drawn).unzip();
    let known: HashSet<String> = contributions.iter().map(Contribution::name).collect();
    let found =
        cycle(&of_year(2021), &plan(), &[of_year(2021)], &contributions, &BTreeMap::new(), |one| {
            known.contains(one)
        });
    let found: Vec<(String, String)> =
        found.into_iter().map(|found| (found.contribution, found.finding.reason)).collect();
    let expected: Vec<(String, String)> = contributions
        .iter()
        .zip(planted)
        .flat_map(|(one, reasons)| {
            reasons.into_iter().map(|reason| (one.public_id(), reason.to_owned()))
        })
        .collect();
    assert_eq!(found, expected);
    assert!(expected.len() > 60, "{}", expected.len());
}

#[test]
fn a_period_lies_in_the_plan_and_in_no_other_cycle() {
    let found = |cycle: &Cycle, others: &[Cycle]| {
        let found = super::cycle(cycle, &plan(), others, &[], &BTreeMap::new(), |_| true);
        found.into_iter().map(|found| found.finding.reason).collect::<Vec<_>>()
    };
    let (first, extended) = (of_year(2021), of_year(2025));
    assert_eq!(found(&first, &[first.clone(), extended.clone()]), [""; 0]);
    assert_eq!(found(&extended, std::slice::from_ref(&first)), [""; 0]);
    assert_eq!(found(&of_year(2020), &[]), ["PERIOD_OUTSIDE_PLAN"]);
    assert_eq!(found(&of_year(2026), &[]), ["PERIOD_OUTSIDE_PLAN"]);
    let period = Period::new(date(2021, 12, 31), date(2022, 12, 31)).unwrap();
    let name = Cycle::name_of(&first.framework, &period);
    let overlapping = Cycle { name, period, ..first.clone() };
    assert_eq!(found(&first, std::slice::from_ref(&overlapping)), ["PERIODS_OVERLAP"]);
    assert_eq!(found(&overlapping, &[first]), ["PERIODS_OVERLAP"]);
}

#[test]
fn a_figure_of_other_years_than_cycle_and_plan_is_found() {
    let comparison = |year| crate::Comparison { value: "1".into(), year };
    let of = |from: &str, until: &str, years: &[i32], target: Option<i32>| {
        let figure = Figure {
            from: from.into(),
            until: until.into(),
            comparisons: years.iter().copied().map(comparison).collect(),
            target: target.map(comparison),
            ..figure(FigureKind::Count, "1")
        };
        let found = crate::check::years(&[figure], &of_year(2022), &plan());
        found.into_iter().map(|one| format!("{} {}", one.field, one.reason)).collect::<Vec<_>>()
    };
    let field = |rest: &str| format!("content.figures[0].{rest}");
    // Begun before, and going on.
    assert_eq!(of("2019-01-01", "2022-06-30", &[2021], Some(2025)), [""; 0]);
    assert_eq!(of("2022-12-31", "2023-12-31", &[2022], Some(2021)), [""; 0]);
    assert_eq!(of("2023-01-01", "", &[], None), [field("from PERIOD_OUTSIDE_CYCLE")]);
    assert_eq!(of("", "2021-12-31", &[], None), [field("until PERIOD_OUTSIDE_CYCLE")]);
    assert_eq!(of("", "", &[2021, 2023], None), [field("comparisons[1].year YEAR_AFTER_CYCLE")]);
    let before = [field("comparisons[0].year YEAR_OUTSIDE_PLAN")];
    assert_eq!(of("", "", &[1999], None), before);
    for year in [1999, 2050] {
        assert_eq!(of("", "", &[], Some(year)), [field("target.year YEAR_OUTSIDE_PLAN")]);
    }
}

#[test]
fn a_text_that_nobody_edited_is_found() {
    let edited = contribution(1, vec![], vec![]);
    let unedited = Contribution { rolled_forward: true, ..contribution(3, vec![], vec![]) };
    let found =
        cycle(&of_year(2022), &plan(), &[], &[edited, unedited], &BTreeMap::new(), |_| true);
    let found: Vec<_> =
        found.iter().map(|one| (one.contribution.as_str(), one.finding.reason.as_str())).collect();
    assert_eq!(found, [("c-3", "TEXT_OF_EARLIER_CYCLE")]);
}

#[test]
fn a_text_is_unedited_as_long_as_its_original_has_the_same_words() {
    let narrative = |language: &str, markdown: &str| crate::Narrative {
        language: language.into(),
        markdown: markdown.into(),
    };
    let with = |narratives: &[crate::Narrative], figures: &[Figure]| Content {
        narratives: narratives.to_vec(),
        figures: figures.to_vec(),
        ..Content::default()
    };
    let (text, figure) = (narrative("nl", "Een fonds\ngaf drie miljoen."), fact(1, "3"));
    let of = |content: Content, rolled_forward| Contribution {
        content_hash: crate::canonical::content_hash(&content),
        content,
        rolled_forward,
        ..contribution(1, vec![], vec![])
    };
    let before = of(with(std::slice::from_ref(&text), &[]), true);
    let is_unedited = |before: &Contribution, now: &Content| {
        before.is_unedited_by(now, crate::canonical::content_hash(now))
    };
    let figures = std::slice::from_ref(&figure);
    assert!(is_unedited(&before, &with(std::slice::from_ref(&text), figures)));
    let wrapped = narrative("nl", "Een fonds gaf\ndrie miljoen.");
    let translated = [wrapped, narrative("en", "A fund gave three million.")];
    assert!(is_unedited(&before, &with(&translated, figures)));
    let edited = [narrative("nl", "Een fonds gaf vier miljoen.")];
    assert!(!is_unedited(&before, &with(&edited, &[])));
    let own = of(with(std::slice::from_ref(&text), &[]), false);
    assert!(!is_unedited(&own, &with(std::slice::from_ref(&text), figures)), "the control");
    // What has no text is judged as a whole.
    let bare = of(with(&[], figures), true);
    assert!(is_unedited(&bare, &with(&[], figures)));
    assert!(!is_unedited(&bare, &with(&[], &[])));
}

#[test]
fn who_left_and_whose_approval_is_awaited_is_found_of_a_joint_text() {
    let reporter = |code: &str, approval| Reporter {
        organisation: code.parse().unwrap(),
        approval,
        given: None,
    };
    let (one, other) = (contribution(1, vec![], vec![]), contribution(3, vec![], vec![]));
    let found = |reporters: &[Reporter]| {
        let joint = BTreeMap::from([(one.id, reporters.to_vec())]);
        let both = [one.clone(), other.clone()];
        let found = cycle(&of_year(2022), &plan(), &[], &both, &joint, |_| true);
        let line = |found: &CycleFinding| {
            let Finding { reason, message, .. } = &found.finding;
            format!("{} {reason}: {message}", found.contribution)
        };
        found.iter().map(line).collect::<Vec<_>>()
    };
    let given = [reporter("beta", ApprovalState::Given), reporter("alfa", ApprovalState::Given)];
    assert_eq!(found(&given), [""; 0], "the control");
    let awaited = [given[0].clone(), reporter("alfa", ApprovalState::Awaited)];
    let expected = "c-1 APPROVAL_AWAITED: it waits for the approval of: alfa; given by: beta";
    assert_eq!(found(&awaited), [expected]);
    let left =
        [reporter("beta", ApprovalState::Awaited), reporter("alfa", ApprovalState::NotReporting)];
    let expected = [
        "c-1 PARTNER_NOT_REPORTING: alfa reports it too, does not report in the cycle, and is not named with it",
        "c-1 APPROVAL_AWAITED: it waits for the approval of: beta",
    ];
    assert_eq!(found(&left), expected);
}

#[test]
fn an_unknown_indicator_says_what_it_became() {
    let link = |kind, from: &str, to: &[&str]| crate::IndicatorLink {
        kind,
        from: vec![from.into()],
        to: to.iter().map(|id| (*id).into()).collect(),
    };
    let links = vec![
        link(crate::LinkKind::Split, "1-a", &["1-b", "1-c"]),
        link(crate::LinkKind::Ended, "1-d", &[]),
    ];
    let framework = Framework { links, ..plan() };
    let reported = |code: &str| {
        let content = Content { indicators: vec![code.into()], ..Content::default() };
        let found = crate::check::content(&content, &framework);
        found.into_iter().find(|one| one.reason == "UNKNOWN_INDICATOR").unwrap().message
    };
    assert!(reported("1-a").ends_with(": it became `1-b` and `1-c`"), "{}", reported("1-a"));
    assert!(reported("1-d").ends_with(": it ended"), "{}", reported("1-d"));
    assert!(reported("1-z").ends_with("has no indicator `1-z`"), "{}", reported("1-z"));
}
