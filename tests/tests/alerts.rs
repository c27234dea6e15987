//! Each alert rule fires in the state that it is for, and no other does. Prometheus itself, by `promtool`, evaluates the rules on
//! what a program in that state reports.

#![expect(clippy::unwrap_used, reason = "a test ends at what it does not expect")]

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    io::{BufRead as _, BufReader},
    path::{Path, PathBuf},
    process::{Child, ChildStdin, Command, Stdio},
    sync::Arc,
    time::{Duration, Instant},
};

use bus::{Bus as _, Embedded};
use end_to_end::{Server, block, get, load::prepare};
use serde_json::json;

/// How long a test waits for what must happen.
const TIMEOUT: Duration = Duration::from_mins(2);
/// How far search is behind.
const LAG: &str = "voortgang_search_index_lag_events";
const ITEM: &str = "framework: proefplan\nperiod: {from: 2021-01-01, until: 2021-12-31}\nlanguage: nl\n\
                    contributions:\n- {id: a, organisation: alfa, goals: ['1'], answer: reported, text: Tekst}\n";

/// What a program reports: each series with its value.
type Metrics = BTreeMap<String, f64>;

fn file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(name)
}

#[expect(
    clippy::disallowed_methods,
    reason = "the environment says where the servers and tools of tests are"
)]
fn tool(variable: &str) -> String {
    std::env::var(variable).unwrap_or_else(|_| panic!("set {variable}, or run ./tests/run"))
}

fn scrape(server: &Server) -> Metrics {
    let (_, _, text) = get(&format!("{}/metrics", server.health));
    let lines = text.lines().filter(|line| line.starts_with("voortgang_"));
    let series = lines.map(|line| {
        let (name, value) = line.rsplit_once(' ').unwrap();
        (name.to_owned(), value.parse().unwrap())
    });
    series.collect()
}

/// Scrapes until something is seen.
fn scrape_until(server: &Server, seen: impl Fn(&Metrics) -> bool) -> Metrics {
    let deadline = Instant::now() + TIMEOUT;
    loop {
        let metrics = scrape(server);
        if seen(&metrics) {
            return metrics;
        }
        assert!(Instant::now() < deadline, "{metrics:#?}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// Scrapes once something is seen and nothing else is under way: how far search is behind is measured now and then, and may be
/// of a moment before.
fn scrape_at_rest(server: &Server, seen: impl Fn(&Metrics) -> bool) -> Metrics {
    scrape_until(server, |metrics| seen(metrics) && value(metrics, LAG) == 0.0)
}

/// Whether nothing is wrong.
fn is_well(metrics: &Metrics) -> bool {
    value(metrics, "voortgang_problems") == 0.0
}

/// Whether a metric counts something under a label with this value.
fn counts(metrics: &Metrics, name: &str, label: &str) -> bool {
    let label = format!("=\"{label}\"");
    metrics
        .iter()
        .any(|(series, count)| series.starts_with(name) && series.contains(&label) && *count > 0.0)
}

/// The greatest value of a metric.
fn value(metrics: &Metrics, name: &str) -> f64 {
    let of_metric = metrics.iter().filter(|(series, _)| series.starts_with(name));
    of_metric.map(|(_, value)| *value).fold(0.0, f64::max)
}

/// A series with the labels that scraping adds.
fn scraped(series: &str) -> String {
    let labels = r#"job="voortgang",instance="one""#;
    match series.split_once('{') {
        Some((name, rest)) => format!("{name}{{{labels},{rest}"),
        None => format!("{series}{{{labels}}}"),
    }
}

/// Returns the alerts that fire where a program was up and reported `before` for ten minutes, and then `after` for twenty.
fn firing(folder: &Path, is_up: bool, before: &Metrics, after: &Metrics) -> BTreeSet<String> {
    let names: BTreeSet<_> = before.keys().chain(after.keys()).collect();
    let mut series = vec![json!({
        "series": scraped("up"),
        "values": if is_up { "1x30" } else { "1x10 0x20" },
    })];
    for name in names {
        // A counter that was not there yet is reported from its first event on.
        let earlier =
            before.get(name).map_or_else(|| "_x10".to_owned(), |value| format!("{value}x10"));
        let later =
            after.get(name).map_or_else(|| "_x20".to_owned(), |value| format!("{value}x20"));
        series.push(json!({ "series": scraped(name), "values": format!("{earlier} {later}") }));
    }
    let case = json!({
        "rule_files": [file("deploy/alerts/voortgang.yaml")],
        "evaluation_interval": "1m",
        "tests": [{
            "interval": "1m",
            "input_series": series,
            // It expects no alert, so that promtool lists what there is.
            "promql_expr_test": [{
                "expr": r#"count by (alertname) (max_over_time(ALERTS{alertstate="firing"}[30m]))"#,
                "eval_time": "30m",
                "exp_samples": [],
            }],
        }],
    });
    let path = folder.join("rules.json");
    fs::write(&path, case.to_string()).unwrap();
    let output = Command::new(tool("VOORTGANG_PROMTOOL"))
        .args(["test", "rules"])
        .arg(&path)
        .output()
        .unwrap();
    let text =
        String::from_utf8(output.stderr).unwrap() + &String::from_utf8(output.stdout).unwrap();
    assert!(text.contains("SUCCESS") || text.contains("alertname"), "{text}");
    let alerts = text.split("alertname=\"").skip(1);
    alerts.map(|rest| rest.split('"').next().unwrap().to_owned()).collect()
}

#[track_caller]
fn check(folder: &Path, before: &Metrics, after: &Metrics, expected: &[&str]) {
    let expected: BTreeSet<String> = expected.iter().map(|&name| name.to_owned()).collect();
    assert_eq!(firing(folder, true, before, after), expected);
}

/// Holds the write lock of an SQLite database, from a process of its own, while the returned pipe is open.
fn lock(database: &Path) -> (Child, ChildStdin) {
    let script = "import sqlite3, sys\n\
                  c = sqlite3.connect(sys.argv[1], isolation_level=None)\n\
                  c.execute('BEGIN IMMEDIATE')\nprint('held', flush=True)\nsys.stdin.read()";
    let mut child = Command::new(tool("VOORTGANG_PYTHON"))
        .args(["-c", script])
        .arg(database)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    assert_eq!(line.trim(), "held");
    let pipe = child.stdin.take().unwrap();
    (child, pipe)
}

fn submit(server: &Server, folder: &Path) {
    let item = folder.join("a.yaml");
    fs::write(&item, ITEM).unwrap();
    server.cli(&["submit", &item.display().to_string()]).ok();
}

fn prepared(folder: &Path, variables: &[(&str, &str)]) -> Server {
    let server = Server::start_with(&folder.join("data"), variables);
    prepare(|arguments| server.cli(arguments), folder);
    submit(&server, folder);
    server.wait_until_indexed();
    server
}

#[test]
fn a_program_at_rest_raises_no_alert_and_one_that_is_gone_does() {
    let folder = tempfile::tempdir().unwrap();
    let server = prepared(folder.path(), &[]);
    let rest = scrape_at_rest(&server, is_well);
    check(folder.path(), &rest, &rest, &[]);
    let gone = firing(folder.path(), false, &rest, &Metrics::new());
    assert_eq!(gone, BTreeSet::from(["ProcessDown".to_owned()]));
}

#[test]
fn a_bus_that_takes_no_events_raises_alerts_of_outbox_and_search() {
    let folder = tempfile::tempdir().unwrap();
    let server = prepared(folder.path(), &[]);
    let before = scrape_at_rest(&server, is_well);
    let (mut holder, pipe) = lock(&server.data.join("bus.sqlite"));
    server
        .cli(&["cycle", "open", "proefplan", "--from", "2022-01-01", "--until", "2022-12-31"])
        .ok();
    let age = "voortgang_storage_outbox_age_seconds";
    let first = scrape_until(&server, |seen| value(seen, age) > 0.0);
    let mut after = scrape_until(&server, |seen| {
        value(seen, age) > value(&first, age) && value(seen, LAG) > 0.0
    });
    // It goes on growing, one second in each.
    for (_, seconds) in after.iter_mut().filter(|(series, _)| series.starts_with(age)) {
        *seconds += 120.0;
    }
    drop(pipe);
    holder.wait().unwrap();
    check(folder.path(), &before, &after, &["EventsNotPublished", "SearchBehind"]);
}

#[test]
fn a_message_that_was_given_up_raises_an_alert() {
    let folder = tempfile::tempdir().unwrap();
    let server = prepared(folder.path(), &[]);
    let before = scrape_at_rest(&server, is_well);
    let data = server.data.clone();
    tokio::runtime::Runtime::new().unwrap().block_on(async {
        let bus = Embedded::open(&data.join("bus.sqlite"), Arc::new(|| 0)).await.unwrap();
        let event = bus::contract::event("contribution.submitted.v1", 1);
        let event = bus::Event { payload: b"unreadable".to_vec(), epoch: String::new(), ..event };
        bus.publish(&[event]).await.unwrap();
    });
    let after = scrape_at_rest(&server, |seen| {
        is_well(seen) && value(seen, "voortgang_storage_dead_letters") > 0.0
    });
    check(folder.path(), &before, &after, &["DeadLetters"]);
}

#[test]
fn a_file_that_cannot_be_rendered_raises_an_alert() {
    let folder = tempfile::tempdir().unwrap();
    let template = folder.path().join("template");
    fs::create_dir_all(&template).unwrap();
    fs::write(template.join("report.typ"), "\n#unknown-function()\n").unwrap();
    let template = template.display().to_string();
    let server = prepared(folder.path(), &[("VOORTGANG__RENDERING__TEMPLATE_DIR", &template)]);
    let before = scrape_at_rest(&server, is_well);
    server
        .cli(&["publish", "proefplan/2021", "--date", "2022-01-01", "--format", "pdf", "--wait"])
        .fails(1);
    let after = scrape_at_rest(&server, |seen| {
        is_well(seen) && counts(seen, "voortgang_rendering_jobs_total", "failed")
    });
    check(folder.path(), &before, &after, &["RenderingFails"]);
}

#[test]
fn a_damaged_row_raises_an_alert() {
    let folder = tempfile::tempdir().unwrap();
    let server = prepared(folder.path(), &[]);
    let before = scrape_at_rest(&server, is_well);
    let script = "import sqlite3, sys\n\
                  c = sqlite3.connect(sys.argv[1])\n\
                  c.execute(\"UPDATE cycles SET body = x'ff'\")\nc.commit()";
    let done = Command::new(tool("VOORTGANG_PYTHON"))
        .args(["-c", script])
        .arg(server.data.join("storage.sqlite"))
        .status();
    assert!(done.unwrap().success());
    server.cli(&["cycle", "list"]).fails(1);
    let codes = ["Internal", "DataLoss", "Unknown"];
    let after = scrape_at_rest(&server, |seen| {
        codes.iter().any(|code| counts(seen, "voortgang_rpc_calls_total", code))
    });
    check(folder.path(), &before, &after, &["CallsFail"]);
}

#[test]
fn a_published_file_that_broke_raises_an_alert() {
    let folder = tempfile::tempdir().unwrap();
    let server = prepared(folder.path(), &[]);
    let order = [
        "publish",
        "proefplan/2021",
        "--date",
        "2022-01-01",
        "--format",
        "html",
        "--wait",
        "--json",
    ];
    let published = server.cli(&order).json();
    let before = scrape_at_rest(&server, is_well);
    let file = &published["edition"]["artefacts"][0];
    let (hash, name) = (file["sha256"].as_str().unwrap(), file["file_name"].as_str().unwrap());
    let stored = server.data.join("objects/artefacts").join(&hash[..2]).join(hash);
    fs::write(stored, "something else").unwrap();
    assert_eq!(server.get(&format!("/bestanden/{hash}/{name}")).0, 503);
    let after = scrape_at_rest(&server, |seen| {
        is_well(seen) && value(seen, "voortgang_broken_files_total") > 0.0
    });
    check(folder.path(), &before, &after, &["FileBroken"]);
}

#[test]
fn what_does_not_work_for_minutes_raises_an_alert() {
    let folder = tempfile::tempdir().unwrap();
    let server = prepared(folder.path(), &[]);
    let before = scrape_at_rest(&server, is_well);
    block(&server.data.join("objects/probes"));
    let after = scrape_at_rest(&server, |seen| counts(seen, "voortgang_problems", "objects"));
    check(folder.path(), &before, &after, &["Degraded"]);
}

/// Names of our metrics in a text.
fn named(text: &str) -> BTreeSet<String> {
    let words = text.split(|sign: char| !sign.is_ascii_alphanumeric() && sign != '_');
    let names = words.filter(|word| word.starts_with("voortgang_"));
    names.map(|name| name.trim_end_matches("_bucket").to_owned()).collect()
}

#[test]
fn every_metric_that_rules_and_dashboard_name_is_one_of_the_program() {
    let metrics =
        ["crates/bus", "crates/rpc", "services/rendering", "services/search", "services/storage"]
            .map(|folder| format!("{folder}/src/metrics.rs"));
    let others = ["crates/artefacts/src/lib.rs", "crates/rpc/src/problems.rs"].map(str::to_owned);
    let sources: String =
        metrics.iter().chain(&others).map(|name| fs::read_to_string(file(name)).unwrap()).collect();
    let known = named(&sources);
    for name in ["deploy/alerts/voortgang.yaml", "deploy/dashboards/voortgang.json"] {
        let used = named(&fs::read_to_string(file(name)).unwrap());
        assert!(!used.is_empty(), "{name} names metrics");
        let unknown: Vec<_> = used.difference(&known).collect();
        assert!(unknown.is_empty(), "{name} names {unknown:?}");
    }
}

#[test]
fn every_alert_has_its_section_in_the_document() {
    let rules = fs::read_to_string(file("deploy/alerts/voortgang.yaml")).unwrap();
    let document = fs::read_to_string(file("docs/OPERATIONS.md")).unwrap();
    let alerts: Vec<_> =
        rules.lines().filter_map(|line| line.trim().strip_prefix("- alert: ")).collect();
    assert!(!alerts.is_empty());
    for alert in alerts {
        assert!(document.contains(&format!("| `{alert}` |")), "{alert} is not described");
    }
}
