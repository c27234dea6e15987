//! Generated plans of three versions, of whose indicators everything becomes that can: what rolling forward takes over and what
//! the series of an indicator joins is what a reference of its own says.

use std::collections::{BTreeMap, BTreeSet};

use model::{IndicatorLink, LinkKind};
use wire::v1 as pb;

use crate::{
    audit::Random,
    calls::{self, reason},
    editions::rendered,
    sandbox::{Client, Sandbox},
};

const PLANS: usize = 4;
const VERSIONS: usize = 3;
/// Indicators of a first version: one for each fate, and one more to be merged.
const INDICATORS: usize = 8;

/// What becomes of an indicator in the next version.
#[derive(Debug, Clone, Copy)]
enum Fate {
    Kept,
    Renamed,
    Split,
    Merged,
    Broadened,
    Ended,
    /// It is not there any more, and nothing says so.
    Undeclared,
}

const FATES: [Fate; 7] = [
    Fate::Kept,
    Fate::Renamed,
    Fate::Split,
    Fate::Merged,
    Fate::Broadened,
    Fate::Ended,
    Fate::Undeclared,
];

/// The ids of a version with their codes.
type Version = BTreeMap<String, String>;

/// A plan, and what is true of it.
#[derive(Debug, Default)]
struct Plan {
    versions: Vec<Version>,
    /// Of each step, from which id to which, and how.
    edges: Vec<Vec<(String, String, LinkKind)>>,
    links: Vec<Vec<IndicatorLink>>,
    ids: usize,
}

impl Plan {
    fn draw(random: &mut Random) -> Self {
        let mut plan = Self::default();
        let first = (0..INDICATORS).map(|_| plan.fresh()).collect();
        plan.add_version(first, random);
        plan.links.push(Vec::new());
        while plan.versions.len() < VERSIONS {
            plan.step(random);
        }
        plan
    }

    fn fresh(&mut self) -> String {
        self.ids += 1;
        format!("id-{}", self.ids)
    }

    /// Codes are given anew, so that most of them mean something else in the next version.
    fn add_version(&mut self, ids: Vec<String>, random: &mut Random) {
        let mut codes: Vec<String> = ('a'..).take(ids.len()).map(|c| format!("1-{c}")).collect();
        let drawn = ids.into_iter().map(|id| (id, codes.swap_remove(random.below(codes.len()))));
        self.versions.push(drawn.collect());
    }

    fn step(&mut self, random: &mut Random) {
        let mut left: Vec<String> = self.versions.last().unwrap().keys().cloned().collect();
        let (mut ids, mut links, mut edges) = (Vec::new(), Vec::new(), Vec::new());
        for fate in FATES.into_iter().cycle().skip(random.below(FATES.len())) {
            if left.is_empty() {
                break;
            }
            let mut from = vec![left.swap_remove(random.below(left.len()))];
            if matches!(fate, Fate::Merged) {
                from.extend(left.pop());
            }
            let (kind, to) = match fate {
                Fate::Undeclared => {
                    ids.push(self.fresh());
                    continue;
                }
                Fate::Merged if from.len() == 2 => (LinkKind::Merged, vec![self.fresh()]),
                Fate::Kept | Fate::Merged => {
                    edges.push((from[0].clone(), from[0].clone(), LinkKind::Same));
                    ids.append(&mut from);
                    continue;
                }
                Fate::Renamed => (LinkKind::Same, vec![self.fresh()]),
                Fate::Split => (LinkKind::Split, vec![from[0].clone(), self.fresh()]),
                Fate::Broadened => (LinkKind::Broadened, vec![from[0].clone()]),
                Fate::Ended => (LinkKind::Ended, Vec::new()),
            };
            let pairs = from.iter().flat_map(|from| to.iter().map(move |to| (from, to)));
            edges.extend(pairs.map(|(from, to)| (from.clone(), to.clone(), kind)));
            ids.extend(to.clone());
            links.push(IndicatorLink { kind, from, to });
        }
        self.add_version(ids, random);
        self.links.push(links);
        self.edges.push(edges);
    }

    /// What is related to an indicator in another version: each id with the links between, but for `same`.
    fn related(&self, id: &str, from: usize, to: usize) -> Vec<(String, Vec<LinkKind>)> {
        let mut found = vec![(id.to_owned(), Vec::new())];
        let steps: Vec<usize> =
            if from <= to { (from..to).collect() } else { (to..from).rev().collect() };
        for step in steps {
            let next = found.iter().flat_map(|(id, kinds)| {
                let ends = self.edges[step].iter().map(|(older, newer, kind)| {
                    if from <= to { (older, newer, kind) } else { (newer, older, kind) }
                });
                ends.filter(move |(near, ..)| *near == id).map(move |(_, far, kind)| {
                    let kind = Some(*kind).filter(|kind| *kind != LinkKind::Same);
                    (far.clone(), kinds.iter().copied().chain(kind).collect())
                })
            });
            found = next.collect();
        }
        let in_order = |(id, mut kinds): (String, Vec<LinkKind>)| {
            if from > to {
                kinds.reverse();
            }
            (id, kinds)
        };
        found.into_iter().map(in_order).collect()
    }
}

impl Plan {
    fn framework(&self, code: &str, version: usize) -> model::Framework {
        let mut framework = testkit::framework();
        framework.code = code.parse().unwrap();
        let example = framework.goals[0].indicators.remove(0);
        framework.goals[0].indicators = self.versions[version]
            .iter()
            .map(|(id, code)| model::Indicator {
                id: id.clone(),
                code: code.clone(),
                ..example.clone()
            })
            .collect();
        framework.links.clone_from(&self.links[version]);
        framework
    }

    /// What is expected of the series of an indicator in one cycle: codes with kinds, and values.
    fn expected(&self, id: &str, from: usize, to: usize) -> (BTreeSet<String>, BTreeSet<String>) {
        let related = self.related(id, from, to);
        let values = related.iter().map(|(id, _)| value(id, to)).collect();
        let shown = |(id, kinds): &(String, Vec<LinkKind>)| line(&self.versions[to][id], kinds);
        (related.iter().map(shown).collect(), values)
    }
}

fn line(code: &str, kinds: &[LinkKind]) -> String {
    format!("{code} {kinds:?}")
}

/// The number that is reported on an indicator.
fn value(id: &str, version: usize) -> String {
    format!("{}{}", version + 1, id.trim_start_matches("id-"))
}

fn cycle_of(code: &str, version: usize) -> String {
    format!("{code}/{}", 2021 + version)
}

/// Registers a version, opens its cycle and publishes a number on each indicator.
async fn report(sandbox: &Sandbox, plan: &Plan, code: &str, version: usize) {
    let mut client = sandbox.client.clone();
    let framework = Some(plan.framework(code, version).into());
    let request = pb::RegisterFrameworkRequest { framework, ..Default::default() };
    client.frameworks().register_framework(request).await.unwrap();
    let year = 2021 + version;
    let cycle = pb::Cycle {
        framework: code.into(),
        from: format!("{year}-01-01"),
        until: format!("{year}-12-31"),
        ..testkit::cycle().into()
    };
    client
        .cycles()
        .open_cycle(pb::OpenCycleRequest { cycle: Some(cycle), ..Default::default() })
        .await
        .unwrap();
    for earlier in 0..version {
        rolled_forward(&client, plan, code, (earlier, version)).await;
    }
    let save = |(id, indicator): (&String, &String)| {
        let figure = pb::Figure {
            kind: pb::FigureKind::Count.into(),
            value: value(id, version),
            indicator: indicator.clone(),
            ..pb::Figure::default()
        };
        let mut content: pb::Content = testkit::content("Een tekst.").into();
        (content.indicators, content.figures) = (vec![indicator.clone()], vec![figure]);
        let name = format!("{id}-{version}");
        pb::Save {
            cycle: cycle_of(code, version),
            content: Some(content),
            ..testkit::save(&name, "")
        }
    };
    let saves = plan.versions[version].iter().map(save).collect();
    calls::save_all(&mut client, saves, false).await;
    let order = pb::PublishEditionRequest {
        cycle: cycle_of(code, version),
        date: "2022-01-01".into(),
        formats: vec![pb::Format::Json.into()],
        ..pb::PublishEditionRequest::default()
    };
    let edition = client.editions().publish_edition(order).await.unwrap().into_inner();
    rendered(sandbox, &edition.edition.unwrap()).await;
}

/// Rolls a cycle forward: each text answers what its indicator became, is marked unless that is the same, and stays behind where
/// nothing did.
async fn rolled_forward(client: &Client, plan: &Plan, code: &str, (from, to): (usize, usize)) {
    let request = pb::RollForwardRequest {
        cycle: cycle_of(code, to),
        from: cycle_of(code, from),
        ..Default::default()
    };
    let rolled = client.obligations().roll_forward(request).await.unwrap().into_inner();
    let request = pb::ListContributionsRequest {
        cycle: cycle_of(code, to),
        page_size: 200,
        ..pb::ListContributionsRequest::default()
    };
    let found = client.contributions().list_contributions(request).await.unwrap().into_inner();
    let of_cycle = |one: &&pb::Contribution| one.external_id.ends_with(&format!("-{from}"));
    let drafts: BTreeMap<String, (BTreeSet<String>, bool)> = found
        .contributions
        .iter()
        .filter(of_cycle)
        .map(|one| {
            let indicators = one.content.clone().unwrap().indicators.into_iter().collect();
            let marks = one.findings.iter().filter(|mark| mark.reason == "TAKEN_OVER_BY_LINK");
            (one.external_id.clone(), (indicators, marks.count() > 0))
        })
        .collect();
    let mut expected = BTreeMap::new();
    for id in plan.versions[from].keys() {
        let related = plan.related(id, from, to);
        let indicators: BTreeSet<String> =
            related.iter().map(|(id, _)| plan.versions[to][id].clone()).collect();
        let is_marked = related.iter().any(|(_, kinds)| !kinds.is_empty());
        if !indicators.is_empty() {
            expected.insert(format!("{id}-{from}"), (indicators, is_marked));
        }
    }
    assert_eq!(drafts, expected, "{plan:?}");
    let marked = expected.values().filter(|(_, is_marked)| *is_marked).count();
    let behind = plan.versions[from].len() - expected.len();
    assert_eq!((rolled.offered.len(), rolled.left_behind.len()), (marked, behind), "{rolled:?}");
}

/// The series of an indicator: of each cycle its codes with kinds, and the values.
async fn series(
    client: &Client,
    code: &str,
    version: usize,
    indicator: &str,
) -> Vec<(BTreeSet<String>, BTreeSet<String>)> {
    let mut request = pb::ListIndicatorSeriesRequest {
        framework: code.into(),
        version: u32::try_from(version).unwrap() + 1,
        indicator: indicator.into(),
        page_size: 2,
        ..pb::ListIndicatorSeriesRequest::default()
    };
    let mut found = Vec::new();
    loop {
        let page = client.frameworks().list_indicator_series(request.clone()).await.unwrap();
        let page = page.into_inner();
        for one in page.cycles {
            let version = found.len();
            assert_eq!(one.cycle, cycle_of(code, version));
            assert_eq!(one.edition, format!("{}/1", one.cycle));
            let kinds = |one: &pb::RelatedIndicator| {
                one.kinds().map(|kind| kind.try_into().unwrap()).collect::<Vec<LinkKind>>()
            };
            let codes = one.indicators.iter().map(|one| line(&one.code, &kinds(one))).collect();
            let figures = one.answers.iter().flat_map(|answer| &answer.figures);
            found.push((codes, figures.map(|figure| figure.value.clone()).collect()));
        }
        request.page_token = page.next_page_token;
        if request.page_token.is_empty() {
            return found;
        }
    }
}

pub(crate) async fn what_is_declared_joins_cycles_and_nothing_else_does(sandbox: Sandbox) {
    let mut random = Random::new("plans of three versions");
    let mut joined_by_code = 0;
    for number in 0..PLANS {
        let (plan, code) = (Plan::draw(&mut random), format!("plan-{number}"));
        for version in 0..VERSIONS {
            report(&sandbox, &plan, &code, version).await;
        }
        for version in 0..VERSIONS {
            for (id, indicator) in &plan.versions[version] {
                let found = series(&sandbox.client, &code, version, indicator).await;
                let expected: Vec<_> =
                    (0..VERSIONS).map(|other| plan.expected(id, version, other)).collect();
                assert_eq!(found, expected, "{indicator} of version {version}: {plan:?}");
                // Were codes to join, most series would be others.
                let by_code = (0..VERSIONS).filter(|other| {
                    let is_there = plan.versions[*other].values().any(|code| code == indicator);
                    is_there && !expected[*other].0.contains(&line(indicator, &[]))
                });
                joined_by_code += by_code.count();
            }
        }
    }
    assert!(joined_by_code > INDICATORS, "the plans would not tell a join by code");
}

pub(crate) async fn a_series_shows_what_is_public_and_says_what_is_not_there(sandbox: Sandbox) {
    let mut client = calls::prepared(&sandbox).await;
    calls::save(&mut client, testkit::save("a-1", "Een.")).await;
    let request = |framework: &str, version, indicator: &str| pb::ListIndicatorSeriesRequest {
        framework: framework.into(),
        version,
        indicator: indicator.into(),
        ..pb::ListIndicatorSeriesRequest::default()
    };
    for (asked, expected) in [
        (request("plan", 1, "9-z"), "INDICATOR_NOT_FOUND"),
        (request("plan", 2, "1-a"), "FRAMEWORK_NOT_FOUND"),
        (request("other", 0, "1-a"), "FRAMEWORK_NOT_FOUND"),
    ] {
        let refused = client.frameworks().list_indicator_series(asked).await.unwrap_err();
        assert_eq!(reason(&refused), expected);
    }
    let answers = async |client: &Client| {
        let asked = request("plan", 0, "1-a");
        let found = client.frameworks().list_indicator_series(asked).await.unwrap().into_inner();
        let [cycle] = found.cycles.try_into().unwrap();
        assert_eq!(cycle.indicators[0].code, "1-a");
        (cycle.edition, cycle.answers.len())
    };
    assert_eq!(answers(&client).await, (String::new(), 0));
    let edition = calls::publish(&mut client, "2022-01-01").await.edition.unwrap();
    assert_eq!(answers(&client).await, (String::new(), 0), "it is not public yet");
    rendered(&sandbox, &edition).await;
    assert_eq!(answers(&client).await, (edition.name.clone(), 1));
    let withdraw = pb::WithdrawEditionRequest { name: edition.name, reason: "Fout.".into() };
    client.editions().withdraw_edition(withdraw).await.unwrap();
    assert_eq!(answers(&client).await, (String::new(), 0));
}
