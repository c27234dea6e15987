//! The first page, cycles and editions.

use axum::http::Request;
use portal::Config;
use serde_json::json;

use crate::{fixture, sandbox::Sandbox};

#[tokio::test]
async fn the_first_page_lists_what_is_published_with_its_files() {
    let page = Sandbox::new().await.get("/").await;
    page.is(200)
        .has("href=\"/plan/2021\"")
        .has("href=\"/plan/2021/2\"")
        .has("1 februari 2023")
        .has("5 bijdragen");
    page.has(&format!("href=\"/bestanden/{}/plan-2021.pdf\"", fixture::PDF_SHA)).has("1,3 MB");
    page.has("href=\"/plan/2022-2023\"").has("Van deze ronde is nog geen editie gepubliceerd.");
    page.has_no("/plan/2021/1\"");
}

#[tokio::test]
async fn with_nothing_published_the_first_page_says_what_to_do() {
    let sandbox = Sandbox::empty(Config::default());
    sandbox.get("/").await.is(200).has("Er is nog niets gepubliceerd").has("beheerder");
}

#[tokio::test]
async fn a_cycle_shows_its_editions_and_who_reports() {
    let sandbox = Sandbox::new().await;
    let page = sandbox.get("/plan/2021").await;
    page.is(200)
        .has("href=\"/plan/2021/2\"")
        .has("href=\"/plan/2021/1\"")
        .has("geldende editie")
        .has("vervangen")
        .has("Ministerie van Defensie");
    sandbox
        .get("/plan/2022-2023")
        .await
        .is(200)
        .has("2022–2023")
        .has("De organisaties werken er nog aan.");
}

#[tokio::test]
async fn every_contribution_and_passage_has_its_place() {
    let page = Sandbox::new().await.get("/plan/2021/2").await;
    page.is(200)
        .has("<article id=\"bz/bz-1+2\" data-external-id=\"bz-1+2\"")
        .has("<article id=\"def/def-9\" aria-labelledby");
    for passage in 0..7 {
        page.has(&format!("id=\"bz/bz-1+2/p{passage}\""))
            .has(&format!("href=\"#bz/bz-1+2/p{passage}\""));
    }
    page.has("<h6 dir=\"auto\" id=\"bz/bz-1+2/p1\">Kop")
        .has("<h4 dir=\"auto\" id=\"bz/bz-0/r0\">Vooraf");
    page.has("href=\"#bz::participatie\"").has("href=\"#def::\"").has("id=\"def::\"");
    for id in ["bz/bz-0", "bz/bz-1+2", "bz/bz-raw", "def/def-1", "def/def-9"] {
        assert_eq!(page.text.matches(&format!("<article id=\"{id}\"")).count(), 1, "{id}");
    }
}

#[tokio::test]
async fn answers_figures_and_references_are_shown() {
    let page = Sandbox::new().await.get("/plan/2021/2").await;
    page.has("deels beantwoord")
        .has("geen specifiek beleid")
        .has("niet beantwoord")
        .has_no("gerapporteerd");
    page.has("circa €\u{a0}35.000.000,5")
        .has("Periode: 2020–2023")
        .has("Eerder: 2020: €\u{a0}10,9")
        .has("Streefwaarde: 2024: €\u{a0}40.000.000")
        .has("Kanttekening: voorlopig");
    page.has("<a href=\"#def/def-9\" rel=\"noopener\">zie onder 9</a>")
        .has("Kamerstuk: kamerstuk 27 925, nr. 808")
        .has("Verwijzing: later");
    page.has("<dt>NAP</dt>")
        .has("aria-label=\"Indicator 1-a: open, zonder reden\"")
        .has_no(">geen bijdrage<")
        .has("Deze organisatie heeft geen bijdragen in deze editie.");
}

#[tokio::test]
async fn an_earlier_edition_points_to_the_current_one() {
    let sandbox = Sandbox::new().await;
    sandbox
        .get("/plan/2021/1")
        .await
        .is(200)
        .has("Deze editie is vervangen")
        .has("href=\"/plan/2021/2\"");
    sandbox.get("/plan/2021/2").await.has_no("Deze editie is vervangen");
}

#[tokio::test]
async fn no_text_of_a_report_becomes_markup() {
    let sandbox = Sandbox::new().await;
    for address in ["/", "/plan/2021", "/plan/2021/2", "/plan/2021/2?lang=en"] {
        let page = sandbox.get(address).await;
        page.is(200)
            .has_no("<script")
            .has_no("javascript:")
            .has("script&#62;alert(1)&#60;/script&#62;");
    }
    sandbox
        .get("/plan/2021/2")
        .await
        .has("<p dir=\"auto\" id=\"bz/bz-raw/q\">&#60;script&#62;")
        .has("kwaad");
}

#[tokio::test]
async fn pages_come_in_english_when_asked_and_say_which_text_is_dutch() {
    let sandbox = Sandbox::new().await;
    let page = sandbox.get("/plan/2021/2?lang=en").await;
    page.has("<html lang=\"en\">")
        .has("partly answered")
        .has("<div class=\"narrative\" lang=\"nl\">")
        .has("href=\"/?lang=en\"");
    page.has("href=\"/plan/2021/2?lang=nl\" lang=\"nl\"").has("about €\u{a0}35,000,000.5");
    let accepted =
        sandbox.send(Request::get("/").header("accept-language", "en-GB, nl;q=0.5")).await;
    accepted.has("<html lang=\"en\">").has("href=\"/zoeken\"");
    sandbox.get("/").await.has("<html lang=\"nl\">").has("href=\"/?lang=en\" lang=\"en\"");
}

#[tokio::test]
async fn an_unknown_address_explains_and_points_on() {
    let sandbox = Sandbox::new().await;
    for address in ["/nergens", "/plan/1999", "/plan/2021/2/x/y", "/plan/1999/1", "/assets/x.css"] {
        sandbox.get(address).await.is(404).has("Deze pagina bestaat niet").has("href=\"/zoeken\"");
    }
    for address in ["/plan/2021/4", "/plan/2021/01", "/plan/2021/x"] {
        sandbox
            .get(address)
            .await
            .is(404)
            .has("Deze editie bestaat niet")
            .has("href=\"/plan/2021\"");
    }
}

#[tokio::test(start_paused = true)]
async fn a_new_edition_is_there_within_a_second() {
    let sandbox = Sandbox::new().await;
    sandbox.get("/plan/2021/2").await.is(200);
    let mut catalogue = fixture::catalogue();
    catalogue["cycles"][1]["editions"] = json!([]);
    sandbox.put("public/catalogue.json", catalogue.to_string()).await;
    sandbox.get("/plan/2021/2").await.is(200);
    tokio::time::advance(std::time::Duration::from_secs(1)).await;
    sandbox.get("/plan/2021/2").await.is(404);
}

#[tokio::test(start_paused = true)]
async fn a_catalogue_that_does_not_read_back_leaves_the_last_one_in_place() {
    let sandbox = Sandbox::new().await;
    sandbox.get("/").await.has("/plan/2021");
    sandbox.put("public/catalogue.json", "{".to_owned()).await;
    tokio::time::advance(std::time::Duration::from_secs(2)).await;
    sandbox.get("/").await.is(200).has("/plan/2021");
    let fresh = Sandbox::empty(Config::default());
    fresh.put("public/catalogue.json", "{\"version\":2,\"cycles\":[]}".to_owned()).await;
    fresh.get("/").await.is(500).has("Er ging iets mis").has_no("format");
}

#[tokio::test]
async fn an_edition_that_is_too_large_for_a_page_points_to_its_files() {
    let sandbox = Sandbox::with(Config { max_edition_bytes: 100, ..Config::default() }).await;
    sandbox.get("/plan/2021/2").await.is(500).has("te groot om als pagina te tonen");
    sandbox.get("/plan/2021").await.is(200);
}

#[test]
fn the_edition_of_these_tests_is_one_that_rendering_could_have_written() {
    let schema = std::path::Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../crates/edition/schemas/edition.v1.schema.json");
    let schema: serde_json::Value =
        serde_json::from_slice(&std::fs::read(schema).unwrap()).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    for mut edition in [fixture::edition(), fixture::accounted()] {
        // The one value that stands for what a later version may add.
        edition["contributions"][1]["references"].as_array_mut().unwrap().pop();
        let faults: Vec<String> = validator
            .iter_errors(&edition)
            .map(|fault| format!("{}: {fault}", fault.instance_path()))
            .collect();
        assert_eq!(faults, Vec::<String>::new());
    }
}
