//! What is left of a withdrawn edition.

use axum::http::Request;

use crate::{
    fixture::{HOSTILE, PDF_SHA, SECRET_SHA},
    sandbox::Sandbox,
};

const FILE: &str =
    "/bestanden/ee44444444444444444444444444444444444444444444444444444444444444/plan.pdf";

#[tokio::test]
async fn every_address_of_a_withdrawn_edition_says_why_it_is_gone() {
    let sandbox = Sandbox::new().await;
    for address in ["/plan/2021/3", FILE] {
        let page = sandbox.get(address).await;
        page.is(410)
            .has("<h1>Deze editie is ingetrokken</h1>")
            .has("Editie 3")
            .has("<time datetime=\"2023-03-09\">9 maart 2023</time>")
            .has("<p>Noemt iemand bij naam.</p>")
            .has("<a href=\"/plan/2021/2\">Naar de geldende editie: Editie 2</a>")
            .has("href=\"/plan/2021\"")
            .has_no(HOSTILE)
            .has_no("<script");
        assert_eq!(page.header("cache-control"), "no-store");
        assert_eq!(page.header("content-type"), "text/html; charset=utf-8");
    }
    let kept = Request::get(FILE).header(
        "if-none-match",
        "\"ee44444444444444444444444444444444444444444444444444444444444444\"",
    );
    sandbox.send(kept).await.is(410);
}

#[tokio::test]
async fn it_is_shown_in_english_too() {
    let sandbox = Sandbox::new().await;
    for address in ["/plan/2021/3?lang=en".to_owned(), format!("{FILE}?lang=en")] {
        sandbox
            .get(&address)
            .await
            .is(410)
            .has("<html lang=\"en\">")
            .has("This edition has been withdrawn")
            .has("9 March 2023")
            .has("Noemt iemand bij naam.")
            .has("href=\"/plan/2021/2?lang=en\"");
    }
}

#[tokio::test]
async fn where_no_edition_holds_none_is_pointed_to() {
    let sandbox = Sandbox::new().await;
    sandbox.get("/plan/2020/1").await.is(410).has_no("Naar de geldende editie");
    // Even while its bytes are still there.
    let file = sandbox.get(&format!("/bestanden/{SECRET_SHA}/plan.pdf")).await;
    file.is(410).has_no("secret");
    let cycle = sandbox.get("/plan/2020").await;
    cycle.is(200).has("href=\"/plan/2020/1\"").has("ingetrokken").has_no("nog geen editie");
    let cycle = sandbox.get("/plan/2021").await;
    cycle.is(200).has("href=\"/plan/2021/3\"").has("href=\"/plan/2021/2\"").has("geldende editie");
    sandbox.get("/plan/2020/2").await.is(404);
}

#[tokio::test]
async fn a_file_that_another_edition_has_too_is_still_given_out() {
    let sandbox = Sandbox::new().await;
    sandbox.get(&format!("/bestanden/{PDF_SHA}/plan-2021.pdf")).await.is(200);
    sandbox.get(&format!("/bestanden/{PDF_SHA}/plan.json")).await.is(410);
}

#[tokio::test]
async fn programs_get_problem_details() {
    let sandbox = Sandbox::new().await;
    let page = sandbox.send(Request::get(FILE).header("accept", "application/json")).await;
    assert_eq!(page.is(410).header("content-type"), "application/problem+json");
    let details: serde_json::Value = serde_json::from_str(&page.text).unwrap();
    assert_eq!(details["status"], 410);
    let detail = details["detail"].as_str().unwrap();
    assert!(detail.starts_with("edition `plan/2021/3` was withdrawn on 2023-03-09: Noemt iemand"));
    assert!(detail.ends_with("`plan/2021/2` holds now"), "{detail}");
}

/// An older storage writes a catalogue without withdrawn editions.
#[tokio::test]
async fn a_catalogue_without_withdrawals_is_read() {
    let sandbox = Sandbox::new().await;
    let mut catalogue = crate::fixture::catalogue();
    catalogue["cycles"][1].as_object_mut().unwrap().remove("withdrawn");
    sandbox.put("public/catalogue.json", catalogue.to_string()).await;
    sandbox.get("/plan/2021/2").await.is(200);
}
