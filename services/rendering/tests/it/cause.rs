//! An edition that cannot be rendered names the contributions at fault.

use std::time::Duration;

use edition::Report;
use model::{Format, Narrative};
use rendering::{Config, Error, Workers};

use crate::sandbox::{LOOP, config, pdf, report, template, trap};

/// Six contributions, of which those at `places` say `trap`.
fn trapped(places: &[usize]) -> Report {
    let mut report = report("plan");
    let first = report.contributions[0].clone();
    report.contributions.clear();
    for at in 0..6 {
        let mut one = first.clone();
        one.external_id = Some(format!("alfa-{at}").parse().unwrap());
        let said = if places.contains(&at) { "trap" } else { "tekst" };
        one.content.narratives =
            vec![Narrative { language: "nl".to_owned(), markdown: said.to_owned() }];
        report.contributions.push(one);
    }
    report
}

/// How rendering ends with a template that runs `code` where a contribution says `trap`.
async fn ended(config: Config, code: &str, report: &Report) -> String {
    let built_in = include_str!("../../template/report.typ");
    let guard = "#if repr(json(\"/edition.json\").chapters).contains(\"trap\")";
    let template = template(&[("report.typ", &format!("{guard} {{ {code} }}\n{built_in}"))]);
    let workers = Workers::start(config, template, fonts::Config::default()).await.unwrap();
    let error = pdf(&workers, report).await.unwrap_err();
    workers.named(report, Format::Pdf, "nl", error).await.to_string()
}

fn code(report: &Report) -> String {
    report.contributions[0].organisation.to_string()
}

#[tokio::test]
async fn each_contribution_at_fault_is_named() {
    let report = trapped(&[1, 4]);
    let error = ended(config(), "panic(\"sprung\")", &report).await;
    let code = code(&report);
    assert!(error.starts_with(&format!("contribution `{code}/alfa-1`: ")), "{error}");
    assert!(error.contains(&format!("; contribution `{code}/alfa-4`: ")), "{error}");
    assert!(!error.contains("alfa-0") && error.contains("--leave-out"), "{error}");
}

#[tokio::test]
async fn a_contribution_that_takes_too_long_is_named() {
    let config = Config { time_limit: Duration::from_secs(20), ..config() };
    let report = trapped(&[5]);
    let error = ended(config, LOOP, &report).await;
    let expected =
        format!("contribution `{}/alfa-5`: rendering took more than 20 s", code(&report));
    assert!(error.starts_with(&expected), "{error}");
}

#[tokio::test]
async fn without_a_contribution_at_fault_none_is_named() {
    // Together they are too many; alone each passes.
    let many = "assert(repr(json(\"/edition.json\").chapters).matches(\"trap\").len() < 4)";
    let error = ended(config(), many, &trapped(&[0, 1, 2, 3, 4, 5])).await;
    assert!(!error.contains("contribution `"), "{error}");
    // The template fails whatever it is given.
    let workers = Workers::start(config(), trap("panic(\"sprung\")"), fonts::Config::default())
        .await
        .unwrap();
    let (trap, before) = (report("trap"), Error::Unreadable("as it was".to_owned()));
    let error = workers.named(&trap, Format::Pdf, "nl", before).await;
    assert!(matches!(error, Error::Unreadable(_)));
}
