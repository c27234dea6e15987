//! Downloads, assets and health.

use axum::http::Request;

use crate::{
    fixture::{DATA_SHA, PDF_SHA, SECRET_SHA},
    sandbox::Sandbox,
};

#[tokio::test]
async fn a_published_file_downloads_under_its_hash() {
    let sandbox = Sandbox::new().await;
    let address = format!("/bestanden/{PDF_SHA}/plan-2021.pdf");
    let file = sandbox.get(&address).await;
    file.is(200);
    assert_eq!(file.text, "%PDF-1.7");
    assert_eq!(file.header("content-type"), "application/pdf");
    assert_eq!(file.header("content-disposition"), "inline; filename=\"plan-2021.pdf\"");
    assert_eq!(file.header("etag"), format!("\"{PDF_SHA}\""));
    assert_eq!(file.header("cache-control"), "public, max-age=31536000, immutable");
    let again =
        sandbox.send(Request::get(&address).header("if-none-match", file.header("etag"))).await;
    again.is(304);
    assert_eq!(again.text, "");
    let head = sandbox.send(Request::head(&address)).await;
    assert_eq!((head.header("content-length"), head.text.as_str()), ("8", ""));
}

#[tokio::test]
async fn only_files_that_the_catalogue_names_are_given_out() {
    let sandbox = Sandbox::new().await;
    for address in [
        format!("/bestanden/{SECRET_SHA}/plan-2021.pdf"),
        format!("/bestanden/{PDF_SHA}/other.pdf"),
        format!("/bestanden/{}/plan-2021.pdf", PDF_SHA.to_uppercase()),
        "/bestanden/..%2f..%2fpublic/catalogue.json".to_owned(),
    ] {
        let page = sandbox.get(&address).await;
        page.is(404).has_no("secret");
    }
}

#[tokio::test]
async fn a_file_that_a_page_could_be_made_of_is_saved() {
    let sandbox = Sandbox::new().await;
    let mut catalogue = crate::fixture::catalogue();
    let file = serde_json::json!({"format": "html", "language": "nl", "sha256": DATA_SHA, "size": 1, "media_type": "text/html", "file_name": "a\"b\n.html"});
    catalogue["cycles"][1]["editions"][0]["artefacts"][0] = file;
    sandbox.put("public/catalogue.json", catalogue.to_string()).await;
    let page = sandbox.send(Request::head(format!("/bestanden/{DATA_SHA}/a%22b%0A.html"))).await;
    assert_eq!(page.is(200).header("content-disposition"), "attachment; filename=\"a_b_.html\"");
}

#[tokio::test]
async fn the_style_sheet_is_kept_for_ever_under_a_name_with_its_hash() {
    let sandbox = Sandbox::new().await;
    let home = sandbox.get("/").await;
    let address = home
        .text
        .split("<link rel=\"stylesheet\" href=\"")
        .nth(1)
        .unwrap()
        .split('"')
        .next()
        .unwrap();
    let style = sandbox.get(address).await;
    style.is(200).has("font:");
    assert_eq!(style.header("content-type"), "text/css; charset=utf-8");
    assert!(style.header("cache-control").contains("immutable"));
}

#[tokio::test]
async fn readiness_names_each_dependency() {
    let mut sandbox = Sandbox::new().await;
    sandbox.get("/livez").await.is(200);
    sandbox
        .get("/readyz")
        .await
        .is(200)
        .has("{\"name\":\"search\",\"status\":\"ready\"")
        .has("\"status\":\"ready\",\"dependencies\"");
    sandbox.stop_search().await;
    sandbox
        .get("/readyz")
        .await
        .is(200)
        .has("\"status\":\"degraded\"")
        .has("{\"name\":\"search\",\"status\":\"away\"");
    sandbox.put("public/catalogue.json", "{".to_owned()).await;
    sandbox.get("/readyz").await.is(503).has("{\"name\":\"object-store\",\"status\":\"away\"");
}

#[tokio::test]
async fn robots_may_read_the_reports() {
    Sandbox::new()
        .await
        .get("/robots.txt")
        .await
        .is(200)
        .has("Disallow: /zoeken")
        .has_no("Disallow: /\n");
}
