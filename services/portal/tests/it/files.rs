//! Downloads, assets and health.

use std::io::Read as _;

use axum::http::Request;
use object_store::ObjectStoreExt as _;

use crate::{
    fixture::{PDF_SHA, SECRET_SHA, data_sha},
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
    assert_eq!(file.header("cache-control"), "public, no-cache");
    let again =
        sandbox.send(Request::get(&address).header("if-none-match", file.header("etag"))).await;
    again.is(304);
    assert_eq!(again.text, "");
    let head = sandbox.send(Request::head(&address)).await;
    assert_eq!((head.header("content-length"), head.text.as_str()), ("8", ""));
}

#[tokio::test]
async fn a_part_of_a_file_is_given_out_and_the_rest_of_another_file_never() {
    let sandbox = Sandbox::new().await;
    let address = format!("/bestanden/{PDF_SHA}/plan-2021.pdf");
    let tag = format!("\"{PDF_SHA}\"");
    let part = |range: &str| Request::get(&address).header("range", range);
    for (range, content_range, text) in [
        ("bytes=0-3", "bytes 0-3/8", "%PDF"),
        ("bytes=5-", "bytes 5-7/8", "1.7"),
        ("bytes=-1", "bytes 7-7/8", "7"),
        ("bytes=-100", "bytes 0-7/8", "%PDF-1.7"),
        ("bytes=4-100", "bytes 4-7/8", "-1.7"),
    ] {
        let page = sandbox.send(part(range)).await;
        assert_eq!(page.is(206).header("content-range"), content_range);
        assert_eq!((page.text.as_str(), page.header("etag")), (text, tag.as_str()));
        assert_eq!(page.header("content-length"), text.len().to_string());
    }
    let beyond = sandbox.send(part("bytes=8-")).await;
    assert_eq!(beyond.is(416).header("content-range"), "bytes */8");
    for range in ["bytes=0-1,4-5", "bytes=3-1", "lines=1-2", "bytes=", "bytes=x-"] {
        assert_eq!(sandbox.send(part(range)).await.is(200).text, "%PDF-1.7", "{range}");
    }
    sandbox.send(part("bytes=0-3").header("if-range", &tag)).await.is(206);
    for another in ["\"another\"", &format!("W/{tag}"), "Sun, 29 Nov 2026 10:00:00 GMT"] {
        sandbox.send(part("bytes=0-3").header("if-range", another)).await.is(200);
    }
}

fn unpacked(bytes: &[u8]) -> String {
    let mut text = String::new();
    flate2::read::GzDecoder::new(bytes).read_to_string(&mut text).unwrap();
    text
}

#[tokio::test]
async fn texts_are_compressed_for_whoever_takes_that_and_pdf_is_not() {
    let sandbox = Sandbox::new().await;
    let style = portal_style(&sandbox).await;
    for address in ["/", "/plan/2021/2", "/nergens", &style] {
        let plain = sandbox.get(address).await;
        let packed =
            sandbox.send(Request::get(address).header("accept-encoding", "gzip, br")).await;
        assert_eq!(
            (plain.header("content-encoding"), packed.header("content-encoding")),
            ("", "gzip")
        );
        assert_eq!(unpacked(&packed.bytes), plain.text, "{address}");
        assert!(packed.bytes.len() < plain.bytes.len());
        let vary: Vec<_> = packed.headers.get_all("vary").iter().collect();
        assert!(vary.iter().any(|name| name.as_bytes() == b"accept-encoding"), "{vary:?}");
    }
    let pdf = format!("/bestanden/{PDF_SHA}/plan-2021.pdf");
    let pdf = sandbox.send(Request::get(pdf).header("accept-encoding", "gzip")).await;
    assert_eq!(pdf.is(200).header("content-encoding"), "");
}

#[tokio::test]
async fn each_encoding_of_a_file_has_a_tag_of_its_own() {
    let sandbox = Sandbox::new().await;
    let address = format!("/bestanden/{}/plan-2021.json", data_sha());
    let asked = || Request::get(&address).header("accept-encoding", "gzip");
    let (plain, packed) = (sandbox.get(&address).await, sandbox.send(asked()).await);
    assert_eq!(packed.is(200).header("content-encoding"), "gzip");
    assert_eq!(unpacked(&packed.bytes), plain.is(200).text);
    let tags = [plain.header("etag"), packed.header("etag")];
    assert_eq!(tags, [format!("\"{}\"", data_sha()), format!("\"{}-gzip\"", data_sha())]);
    for tag in tags {
        let again = sandbox.send(asked().header("if-none-match", tag)).await;
        assert_eq!((again.is(304).header("etag"), again.text.as_str()), (tag, ""));
    }
    // The rest of what came compressed is not in the file as it is.
    let rest = asked().header("range", "bytes=10-").header("if-range", tags[1]);
    assert_eq!(sandbox.send(rest).await.is(200).header("content-encoding"), "gzip");
}

async fn portal_style(sandbox: &Sandbox) -> String {
    let home = sandbox.get("/").await;
    let address = home.text.split("<link rel=\"stylesheet\" href=\"").nth(1).unwrap();
    address.split('"').next().unwrap().to_owned()
}

#[tokio::test]
async fn a_damaged_or_lost_file_is_not_given_out_but_made_known() {
    let sandbox = Sandbox::new().await;
    let (hash, address) = (PDF_SHA.parse().unwrap(), format!("/bestanden/{PDF_SHA}/plan-2021.pdf"));
    let path = catalogue::path_of(hash);
    sandbox.get(&address).await.is(200);
    sandbox.put(path.as_ref(), "%PDF-1.6".to_owned()).await;
    let damaged = sandbox.send(Request::get(&address).header("accept", "application/json")).await;
    damaged.is(503).has("has to be made again").has_no("%PDF");
    assert_eq!(damaged.header("content-type"), "application/problem+json");
    assert_eq!(damaged.header("cache-control"), "no-store");
    sandbox.objects.delete(&path).await.unwrap();
    sandbox.get(&address).await.is(503);
    sandbox.put(path.as_ref(), "%PDF-1.7".to_owned()).await;
    sandbox.get(&address).await.is(200);
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
    let file = serde_json::json!({"format": "html", "language": "nl", "sha256": data_sha(), "size": 1, "media_type": "text/html", "file_name": "a\"b\n.html"});
    catalogue["cycles"][1]["editions"][0]["artefacts"][0] = file;
    sandbox.put("public/catalogue.json", catalogue.to_string()).await;
    let page =
        sandbox.send(Request::head(format!("/bestanden/{}/a%22b%0A.html", data_sha()))).await;
    assert_eq!(page.is(200).header("content-disposition"), "attachment; filename=\"a_b_.html\"");
}

#[tokio::test]
async fn the_style_sheet_is_kept_for_ever_under_a_name_with_its_hash() {
    let sandbox = Sandbox::new().await;
    let style = sandbox.get(&portal_style(&sandbox).await).await;
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
