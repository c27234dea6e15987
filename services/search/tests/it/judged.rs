//! Judged queries over the real contributions of 2021: how good the first ten hits are.

use std::{collections::BTreeMap, fs, path::PathBuf};

use jiff::civil::date;
use model::{
    AnswerStatus, Content, Contribution, Cycle, Framework, Goal, GoalKind, LocalizedText,
    Narrative, Organisation, OrganisationName, Period, Pillar,
};
use saphyr::{LoadableYamlNode as _, Yaml};
use wire::v1::{Scope, SearchRequest};

use crate::{
    sandbox::{Sandbox, all},
    storage::{Storage, contribution},
};

/// A little under what was measured, so that worse ranking is seen and a tie that falls otherwise is not.
const MIN_NDCG: f64 = 0.84;
/// Likewise.
const MIN_RECALL: f64 = 0.80;
/// What each kind of query reaches at least.
const MIN_NDCG_OF_KIND: f64 = 0.60;
/// What a change may cost a query before it has to be accepted by its name.
const MAX_LOSS: f64 = 0.1;
/// What each query reached: its id and nDCG@10. A change that costs one more, and is right all the same, writes it anew:
/// `VOORTGANG_GENERATE=1 cargo test -p search --test it judged`.
const REACHED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/judged.tsv");

/// The shared folder of data: `VOORTGANG_SHARED`, else `../shared` beside the workspace.
/// Absent it is a failure where `CI` is set; elsewhere the test says that it is left out.
fn data() -> Option<PathBuf> {
    let beside = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared");
    let data = std::env::var_os("VOORTGANG_SHARED").map_or(beside, PathBuf::from).join("data");
    if data.join("search-judgements/queries.yaml").is_file() {
        return Some(data);
    }
    assert!(std::env::var_os("CI").is_none(), "no judgements: set VOORTGANG_SHARED");
    eprintln!("left out, since {} has no judgements", data.display());
    None
}

fn yaml(file: PathBuf) -> Yaml<'static> {
    let text: &'static str = fs::read_to_string(file).unwrap().leak();
    Yaml::load_from_str(text).unwrap().remove(0)
}

fn text(node: &Yaml<'_>, key: &str) -> String {
    node[key].as_str().unwrap().to_owned()
}

fn list<'a>(node: &'a Yaml<'static>, key: &str) -> &'a [Yaml<'static>] {
    node.as_mapping_get(key).and_then(|node| node.as_vec()).map_or(&[], |list| list.as_slice())
}

fn texts(node: &Yaml<'static>, key: &str) -> Vec<String> {
    list(node, key).iter().map(|text| text.as_str().unwrap().to_owned()).collect()
}

fn dutch(text: &str) -> LocalizedText {
    LocalizedText::of("nl", text)
}

fn framework(node: &Yaml<'static>) -> Framework {
    let organisation = |node: &Yaml<'static>| Organisation {
        code: text(node, "code").parse().unwrap(),
        names: vec![OrganisationName { name: dutch(&text(node, "name")), from: None, until: None }],
        kind: "ministry".to_owned(),
        oin: String::new(),
        tooi: String::new(),
    };
    let pillar = |node: &Yaml<'static>| Pillar {
        code: text(node, "code").parse().unwrap(),
        name: dutch(&text(node, "name")),
    };
    let goal = |node: &Yaml<'static>| Goal {
        id: text(node, "code"),
        code: text(node, "code"),
        kind: GoalKind::StrategicGoal,
        pillar: text(node, "pillar"),
        parent: None,
        statement: dutch(&text(node, "statement")),
        indicators: Vec::new(),
    };
    Framework {
        code: text(node, "code").parse().unwrap(),
        organisations: list(node, "organisations").iter().map(organisation).collect(),
        pillars: list(node, "pillars").iter().map(pillar).collect(),
        goals: list(node, "goals").iter().map(goal).collect(),
        ..testkit::framework()
    }
}

fn cycle(framework: &Framework) -> Cycle {
    let period = Period::new(date(2021, 1, 1), date(2021, 12, 31)).unwrap();
    Cycle {
        name: Cycle::name_of(&framework.code, &period),
        framework: framework.code.clone(),
        period,
        ..testkit::cycle()
    }
}

fn submission(node: &Yaml<'static>, cycle: &Cycle) -> Contribution {
    let content = Content {
        goals: texts(node, "goals"),
        indicators: texts(node, "indicators"),
        answer: AnswerStatus::from_name(&text(node, "answer")),
        narratives: vec![Narrative { language: "nl".to_owned(), markdown: text(node, "text") }],
        ..Content::default()
    };
    Contribution {
        cycle: cycle.name.clone(),
        organisation: text(node, "organisation").parse().unwrap(),
        ..contribution(&text(node, "id"), 1, content)
    }
}

/// A query with the grade of each contribution that bears on it.
struct Judged {
    id: String,
    query: String,
    kind: String,
    grades: BTreeMap<String, i32>,
}

fn judged(node: &Yaml<'static>) -> Judged {
    let grades = node.as_mapping_get("judgements").and_then(|node| node.as_mapping());
    let grade = |(id, grade): (&Yaml<'_>, &Yaml<'_>)| {
        (id.as_str().unwrap().to_owned(), i32::try_from(grade.as_integer().unwrap()).unwrap())
    };
    Judged {
        id: text(node, "id"),
        query: text(node, "query"),
        kind: texts(node, "kinds").remove(0),
        grades: grades.into_iter().flatten().map(grade).collect(),
    }
}

fn gain(grades: impl Iterator<Item = i32>) -> f64 {
    let gain =
        |(rank, grade): (u32, i32)| (f64::from(2).powi(grade) - 1.0) / f64::from(rank + 1).log2();
    (1..=10).zip(grades).map(gain).sum()
}

impl Judged {
    fn grade(&self, id: &String) -> i32 {
        self.grades.get(id).copied().unwrap_or(0)
    }

    fn ndcg(&self, found: &[String]) -> f64 {
        let mut best: Vec<i32> = self.grades.values().copied().collect();
        best.sort_by(|one, other| other.cmp(one));
        gain(found.iter().map(|id| self.grade(id))) / gain(best.into_iter())
    }

    fn recall(&self, found: &[String]) -> f64 {
        let hits = found.iter().filter(|id| self.grades.contains_key(*id)).count();
        f64::from(u32::try_from(hits).unwrap())
            / f64::from(u32::try_from(self.grades.len()).unwrap())
    }
}

fn mean(figures: &[f64]) -> f64 {
    figures.iter().sum::<f64>() / f64::from(u32::try_from(figures.len()).unwrap())
}

/// Queries that lost more than a change may cost them, by what they had reached.
fn lost(reached: &BTreeMap<String, f64>) -> Vec<String> {
    let text = fs::read_to_string(REACHED).unwrap();
    let before = text.lines().map(|line| line.split_once('\t').unwrap());
    let lost = before.filter_map(|(id, before)| {
        let before: f64 = before.parse().unwrap();
        let now = reached.get(id).copied().unwrap_or_default();
        (now < before - MAX_LOSS).then(|| format!("{id}: {before:.3}, now {now:.3}"))
    });
    lost.collect()
}

/// Prints the figures per kind and returns the means over all.
fn report(figures: &BTreeMap<String, Vec<(f64, f64)>>) -> (f64, f64) {
    let means = |figures: &[(f64, f64)]| {
        let (ndcg, recall): (Vec<f64>, Vec<f64>) = figures.iter().copied().unzip();
        (mean(&ndcg), mean(&recall))
    };
    for (kind, figures) in figures {
        let (ndcg, recall) = means(figures);
        eprintln!("{kind:15} {:3} nDCG@10 {ndcg:.4} recall@10 {recall:.4}", figures.len());
    }
    let all: Vec<(f64, f64)> = figures.values().flatten().copied().collect();
    let (ndcg, recall) = means(&all);
    eprintln!("{:15} {:3} nDCG@10 {ndcg:.4} recall@10 {recall:.4}", "all", all.len());
    (ndcg, recall)
}

#[tokio::test(flavor = "multi_thread")]
async fn judged_queries_find_what_was_sought() {
    let Some(data) = data() else { return };
    let framework = framework(&yaml(data.join("nap1325-iv/framework.yaml")));
    let cycle = cycle(&framework);
    let storage = Storage::new(framework, cycle.clone());
    let report_2021 = yaml(data.join("nap1325-iv/contributions-2021.yaml"));
    for node in list(&report_2021, "contributions") {
        storage.save(submission(node, &cycle));
    }
    storage.publish();
    let sandbox = Sandbox::new(storage).await;
    let running = sandbox.started().await;
    assert_eq!(running.status().await.unwrap().published, 48);

    let queries = yaml(data.join("search-judgements/queries.yaml"));
    let mut figures: BTreeMap<String, Vec<(f64, f64)>> = BTreeMap::new();
    let mut in_vain = Vec::new();
    let mut reached = BTreeMap::new();
    for query in queries.as_vec().unwrap().iter().map(judged) {
        let request =
            SearchRequest { query: query.query.clone(), page_size: 10, ..all(Scope::Published) };
        let found: Vec<String> =
            running.found(request).await.into_iter().map(|(id, _)| id).collect();
        if query.grades.is_empty() {
            in_vain.push(found.len());
            continue;
        }
        let measured = (query.ndcg(&found), query.recall(&found));
        eprintln!(
            "{} {:.3} {:.3} {} [{}]",
            query.id, measured.0, measured.1, query.query, query.kind
        );
        reached.insert(query.id, measured.0);
        figures.entry(query.kind).or_default().push(measured);
    }
    eprintln!("hits of queries that nothing answers: {in_vain:?}");
    assert!(in_vain.iter().all(|hits| *hits == 0), "{in_vain:?}");
    let (ndcg, recall) = report(&figures);
    for (kind, figures) in &figures {
        let ndcg = mean(&figures.iter().map(|(ndcg, _)| *ndcg).collect::<Vec<_>>());
        assert!(
            ndcg >= MIN_NDCG_OF_KIND,
            "nDCG@10 {ndcg:.4} of {kind} is below {MIN_NDCG_OF_KIND}"
        );
    }
    if std::env::var_os("VOORTGANG_GENERATE").is_some() {
        let lines: Vec<String> =
            reached.iter().map(|(id, ndcg)| format!("{id}\t{ndcg:.3}\n")).collect();
        fs::write(REACHED, lines.concat()).unwrap();
    }
    let lost = lost(&reached);
    assert!(lost.is_empty(), "queries that lost more than {MAX_LOSS}: {lost:#?}");
    assert!(ndcg >= MIN_NDCG, "nDCG@10 {ndcg:.4} is below {MIN_NDCG}");
    assert!(recall >= MIN_RECALL, "recall@10 {recall:.4} is below {MIN_RECALL}");
    running.stop().await.unwrap();
}
