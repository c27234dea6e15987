//! Pages across years: plans, organisations, goals, indicators; what an edition is by chapter; what programs read.

use axum::http::{Request, header};
use portal::{Config, Theme};
use serde_json::json;

use crate::{fixture, sandbox::Sandbox};

async fn years() -> Sandbox {
    Sandbox::with_years(&fixture::later()).await
}

#[tokio::test]
async fn a_plan_shows_its_years_goals_and_organisations() {
    let page = years().await.get("/plan").await;
    page.is(200)
        .has("2021–2025")
        .has("Dit plan heeft 2 doelen met 3 indicatoren. 3 organisaties rapporteren erover.")
        .has("href=\"/plan/2022-2023/1\"")
        .has("href=\"/plan/2021/2\"")
        .has("href=\"/plan/doelen/1.1\"")
        .has("href=\"/plan/indicatoren/1-x\"")
        .has("href=\"/plan/organisaties/def\"")
        .has_no("href=\"/plan/2021/1\"");
}

#[tokio::test]
async fn a_plan_without_an_edition_says_so_and_one_that_is_not_there_is_missing() {
    let sandbox = Sandbox::new().await;
    let mut catalogue = fixture::catalogue();
    catalogue["cycles"][1]["editions"] = json!([]);
    sandbox.put("public/catalogue.json", catalogue.to_string()).await;
    sandbox.get("/plan").await.is(200).has("nog niet gepubliceerd").has_no("_goals");
    for address in ["/ander", "/ander/indicatoren/1-a", "/plan/indicatoren/1-a", "/plan/doelen/1"] {
        sandbox.get(address).await.is(404).has("Deze pagina bestaat niet");
    }
    for address in ["/plan/organisaties/xyz", "/plan/2021/1/bz"] {
        sandbox.get(address).await.is(404);
    }
}

#[tokio::test]
async fn completeness_is_shown_for_each_year() {
    let sandbox = Sandbox::with_edition(&fixture::accounted()).await;
    sandbox.get("/plan").await.is(200).has("3 van 1.203");
    sandbox.get("/plan/2021").await.is(200).has("Vragen beantwoord: 3 van 1.203");
    sandbox.get("/plan/organisaties/bz").await.is(200).has("2 van 3");
    sandbox.get("/").await.is(200).has("3 van 1.203").has("1.000 met reden open, 200 zonder");
}

#[tokio::test]
async fn an_indicator_is_followed_over_a_rename() {
    let sandbox = years().await;
    let page = sandbox.get("/plan/indicatoren/1-x").await;
    page.is(200)
        .has("Aantal missies en oefeningen")
        .has("Iets nieuws.")
        .has("Eerste <strong>alinea</strong>")
        .has("href=\"/plan/2022-2023/1/bz#bz/bz-9\"")
        .has("href=\"/plan/2021/2/bz#bz/bz-1+2\"")
        .has("href=\"/plan/2021/2/bz#bz/bz-1+2/p0\"")
        .has_no("In deze periode");
    // What stands there twice has no id.
    page.has_no("id=\"bz/bz-1+2\"");
    // The code of before is that of no indicator of the newest version; it leads to the year that has it.
    sandbox.get("/plan/indicatoren/1-a").await.is(200).has("Iets nieuws.");
}

#[tokio::test]
async fn a_series_goes_over_a_declared_link_with_a_break_and_not_without() {
    let page = years().await.get("/plan/indicatoren/1-c").await;
    page.is(200)
        .has("In deze periode: 1-b (gesplitst).")
        .has("<svg xmlns")
        .has("gesplitst")
        .has("Kosten, anders genoemd: van")
        .has("circa €\u{a0}35.000.000,5")
        .has("circa €\u{a0}36.000.000");
    // Without the link nothing joins both: names and codes do not.
    let sandbox = years().await;
    let sha256 = model::Hash::of(fixture::later().to_string().as_bytes()).to_string();
    let mut catalogue = fixture::catalogue_of_years(&sha256);
    catalogue["frameworks"][0]["versions"][1]["links"] = json!([]);
    sandbox.put("public/catalogue.json", catalogue.to_string()).await;
    let page = sandbox.get("/plan/indicatoren/1-c").await;
    page.is(200).has("circa €\u{a0}36.000.000").has_no("35.000.000,5").has_no("gesplitst");
}

#[tokio::test]
async fn two_years_stand_side_by_side() {
    let sandbox = years().await;
    sandbox
        .get("/plan/indicatoren/1-x")
        .await
        .has("href=\"/plan/indicatoren/1-x?jaren=2021,2022-2023\"")
        .has("2021 naast 2022–2023");
    let page = sandbox.get("/plan/indicatoren/1-x?jaren=2021,2022-2023").await;
    page.is(200)
        .has("1 passage woordelijk gelijk, 1 gewijzigd, 1 nieuw, 5 niet meer genoemd")
        .has("<p class=\"is-same\"")
        .has("<p class=\"is-new\"")
        .has("<p class=\"is-gone\"")
        .has("<b>")
        .has("href=\"/plan/2021/2/bz#bz/bz-1+2/p1\"")
        .has("href=\"/plan/2022-2023/1/bz#bz/bz-9/n2\"");
    // Years that it does not have are no comparison.
    for years in ["x", "2021,1999", "2021,2022-2023,2024", "%00,%00"] {
        let page = sandbox.get(&format!("/plan/indicatoren/1-x?jaren={years}")).await;
        page.is(200).has_no("is-same").has("Iets nieuws.");
    }
}

#[tokio::test]
async fn an_indicator_of_one_organisation_and_an_organisation_over_the_years() {
    let sandbox = years().await;
    let page = sandbox.get("/plan/indicatoren/1-x?organisatie=def").await;
    page.is(200).has_no("Iets nieuws.").has("niet beantwoord");
    let page = sandbox.get("/plan/organisaties/bz").await;
    page.is(200)
        .has("href=\"/plan/2021/2/bz\"")
        .has("href=\"/plan/indicatoren/1-x?organisatie=bz\"")
        .has("href=\"/plan/2021/2/bz#bz/bz-1+2\"")
        .has("aria-label=\"2021: deels beantwoord\"")
        .has("aria-label=\"2022–2023: beantwoord\"");
    let page = sandbox.get("/plan/doelen/1").await;
    page.is(200)
        .has("href=\"/plan/2022-2023/1/bz#bz/bz-9\"")
        .has("Indicatoren 1-x en 1-c: beantwoord");
}

#[tokio::test]
async fn an_edition_is_there_by_chapter() {
    let sandbox = Sandbox::new().await;
    let page = sandbox.get("/plan/2021/2/bz").await;
    page.is(200)
        .has("Hoofdstuk 1 van 3")
        .has("<article id=\"bz/bz-1+2\"")
        .has("href=\"#bz/bz-1+2/p0\"")
        .has("href=\"/plan/2021/2/def#def/def-9\"")
        .has("href=\"/plan/2021/2/def\" rel=\"next\"")
        .has("href=\"/plan/2021/2#_matrix\"")
        .has("aria-current=\"true\"")
        .has_no("<article id=\"def/def-9\"");
    sandbox.get("/plan/2021/2/bz?q=alinea").await.has("<mark>alinea</mark>");
    sandbox.get("/plan/2021/1/bz").await.has("Deze editie is vervangen");
    sandbox.get("/plan/2021/2/xyz").await.is(404);
}

#[tokio::test]
async fn a_large_edition_has_its_chapters_on_pages_of_their_own() {
    let mut edition = fixture::edition();
    let one = edition["contributions"][1].clone();
    for number in 0..300 {
        let mut more = one.clone();
        more["id"] = json!(format!("m{number}"));
        edition["contributions"].as_array_mut().unwrap().push(more);
    }
    let sandbox = Sandbox::with_edition(&edition).await;
    let page = sandbox.get("/plan/2021/2").await;
    page.is(200)
        .has("id=\"_matrix\"")
        .has("id=\"_colophon\"")
        .has("href=\"/plan/2021/2/bz#bz/bz-1+2\"")
        .has_no("<article id=");
    sandbox.get("/plan/2021/2/bz").await.is(200).has("<article id=\"bz/m299\"");
}

#[tokio::test]
async fn no_text_of_a_plan_becomes_markup() {
    let sandbox = years().await;
    for address in [
        "/plan",
        "/plan/organisaties/bz",
        "/plan/doelen/1",
        "/plan/indicatoren/1-c",
        "/plan/indicatoren/1-x?jaren=2021,2022-2023&organisatie=%3Cscript%3E",
        "/plan/2021/2/bz",
        "/documenten",
        "/edities.atom",
    ] {
        let page = sandbox.get(address).await;
        page.is(200).has_no("<script").has_no("javascript:");
    }
    let hostile = "/plan/indicatoren/1-x?organisatie=%22%3E%3Cscript%3E&jaren=%3Cscript%3E";
    sandbox.get(hostile).await.is(200).has_no("<script");
}

#[tokio::test]
async fn pages_say_what_they_are_and_where() {
    let sandbox = Sandbox::with_years_and(
        &fixture::later(),
        Config { address: "https://voortgang.example.nl/".to_owned(), ..Config::default() },
    )
    .await;
    sandbox
        .get("/plan/2021/2?lang=en")
        .await
        .has("<link rel=\"canonical\" href=\"https://voortgang.example.nl/plan/2021/2?lang=en\">")
        .has("hreflang=\"nl\" href=\"https://voortgang.example.nl/plan/2021/2?lang=nl\"")
        .has("property=\"og:title\"")
        .has("property=\"og:locale\" content=\"en_GB\"");
    sandbox.get("/plan").await.has("itemtype=\"https://schema.org/CreativeWorkSeries\"");
    let map = sandbox.get("/sitemap.xml").await;
    map.is(200)
        .has("<loc>https://voortgang.example.nl/plan/indicatoren/1-x</loc>")
        .has("<loc>https://voortgang.example.nl/plan/2021/2/bz</loc>")
        .has_no("/plan/2021/1<");
    let feed = sandbox.get("/edities.atom").await;
    feed.is(200)
        .has("<id>https://voortgang.example.nl/plan/2022-2023/1</id>")
        .has("<updated>2024-05-16T00:00:00Z</updated>");
    assert_eq!(feed.headers[header::CONTENT_TYPE], "application/atom+xml; charset=utf-8");
    // Without an address of its own, that under which it was asked for, if it can be one.
    let plain = years().await;
    let asked = |host: &str| Request::get("/edities.atom").header(header::HOST, host);
    plain.send(asked("localhost:7480")).await.has("<id>http://localhost:7480/plan/2021/2</id>");
    plain.send(asked("a/b\"<c")).await.has("<id>/plan/2021/2</id>");
}

#[tokio::test]
async fn a_leak_is_reported_to_the_contact_where_there_is_one() {
    let config = |contact: &str, until: &str| Config {
        contact: contact.to_owned(),
        security_contact_until: until.to_owned(),
        ..Config::default()
    };
    let address = "/.well-known/security.txt";
    let sandbox = Sandbox::with(config("nap@example.nl", "2027-12-31T00:00:00Z")).await;
    sandbox
        .get(address)
        .await
        .is(200)
        .has("Contact: mailto:nap@example.nl")
        .has("Expires: 2027-12-31T00:00:00Z");
    for config in [config("", "2027-12-31T00:00:00Z"), config("nap@example.nl", "")] {
        Sandbox::with(config).await.get(address).await.is(404);
    }
}

#[tokio::test]
async fn a_theme_is_shown_and_escaped() {
    let theme = Theme {
        sender: format!("Ministerie {}", fixture::HOSTILE),
        accent: "#7a1f3d".to_owned(),
        ..Theme::default()
    };
    let sandbox = Sandbox::with(Config { theme, ..Config::default() }).await;
    let page = sandbox.get("/").await;
    page.is(200).has("Ministerie &#60;script&#62;").has_no("<script").has("/assets/theme.");
    let sheet = page.text.split('"').find(|part| part.starts_with("/assets/theme.")).unwrap();
    sandbox.get(sheet).await.is(200).has("--accent:#7a1f3d");
    Sandbox::new().await.get("/").await.has_no("/assets/theme.");
}

#[tokio::test]
async fn pages_about_the_site_name_whom_to_ask() {
    let contact = "nap@example.nl".to_owned();
    let sandbox = Sandbox::with(Config { contact, ..Config::default() }).await;
    for address in ["/privacy", "/contact", "/toegankelijkheid"] {
        sandbox.get(address).await.is(200).has("mailto:nap@example.nl");
        sandbox.get(&format!("{address}?lang=en")).await.is(200).has("<html lang=\"en\">");
    }
    sandbox.get("/documenten").await.is(200).has("plan-2021.pdf").has("href=\"/plan/2021\"");
}
