//! The API for programs: its document and what it answers say the same, and nothing is there that is not public.

use std::collections::{BTreeMap, BTreeSet};

use axum::http::{Method, Request};
use serde_json::{Value, json};
use wire::v1::{
    AnswerStatus, Dimension, Facet, FacetCount, Hit, Order, PassageHit, Scope, SearchResponse,
};

use crate::{
    fixture::{self, SECRET_SHA},
    sandbox::{Page, Sandbox},
};

const EDITION: &str = "/api/v1/frameworks/plan/cycles/2021/editions/2";

impl Page {
    /// What it holds as JSON.
    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes).unwrap_or_else(|error| panic!("{error}: {}", self.text))
    }
}

async fn document(sandbox: &Sandbox) -> Value {
    sandbox.get("/api/v1/openapi.json").await.is(200).json()
}

/// The path of the document that an address is of.
fn documented<'a>(address: &str, document: &'a Value) -> Option<&'a str> {
    let asked: Vec<&str> = address.split('?').next()?.split('/').skip(3).collect();
    let fits = |path: &&String| {
        let parts: Vec<&str> = path.split('/').skip(1).collect();
        parts.len() == asked.len()
            && parts.iter().zip(&asked).all(|(part, asked)| part.starts_with('{') || part == asked)
    };
    document["paths"].as_object()?.keys().find(fits).map(String::as_str)
}

/// Every address of the API in a value.
fn addresses(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::String(text) if text.starts_with("/api/v1/") => {
            found.insert(text.clone());
        }
        Value::Array(values) => values.iter().for_each(|value| addresses(value, found)),
        Value::Object(fields) => fields.values().for_each(|value| addresses(value, found)),
        _ => {}
    }
}

/// Reads every address that the document has an example for and every address that answers name, and returns those that
/// answer or are documented but not both.
async fn faults(sandbox: &Sandbox, document: &Value) -> Vec<String> {
    let mut open: Vec<String> = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        let mut address = format!("/api/v1{path}");
        for parameter in item["get"]["parameters"].as_array().unwrap() {
            if let Some(example) = parameter["example"].as_str() {
                let name = format!("{{{}}}", parameter["name"].as_str().unwrap());
                address = address.replace(&name, &example.replace('+', "%2B"));
            }
        }
        open.push(address);
    }
    let mut seen = BTreeSet::new();
    let mut faults = Vec::new();
    while let Some(address) = open.pop() {
        if !seen.insert(address.clone()) {
            continue;
        }
        let page = sandbox.get(&address).await;
        match documented(&address, document) {
            None => faults.push(format!("{address} is not documented")),
            Some(path) if page.status != 200 && page.status != 410 => {
                faults.push(format!("{path} is not served: {address} is {}", page.status));
            }
            Some(path) => faults.extend(invalid(&page, path, document)),
        }
        let mut found = BTreeSet::new();
        addresses(&page.json(), &mut found);
        open.extend(found.into_iter().filter(|_| !address.ends_with("openapi.json")));
    }
    faults
}

/// What of an answer does not have the schema of the document.
fn invalid(page: &Page, path: &str, document: &Value) -> Vec<String> {
    let responses = &document["paths"][path]["get"]["responses"];
    let response = match page.status.as_u16() {
        200 => &responses["200"]["content"]["application/json"]["schema"],
        _ => {
            &document["components"]["responses"]["Problem"]["content"]["application/problem+json"]["schema"]
        }
    };
    let mut schema = response.clone();
    schema["components"] = document["components"].clone();
    let validator = jsonschema::validator_for(&schema).unwrap();
    validator.iter_errors(&page.json()).map(|error| format!("{path}: {error}")).collect()
}

async fn sandbox() -> Sandbox {
    let sandbox = Sandbox::with_edition(&fixture::accounted()).await;
    sandbox.search.answer(found());
    sandbox
}

fn found() -> SearchResponse {
    let passage = PassageHit {
        id: "p0".into(),
        snippet: "meer \u{e000}vrouwen\u{e001} aan tafel".into(),
        url: "/plan/2021/2#bz/bz-1+2/p0".into(),
        language: "nl".to_owned(),
    };
    let hit = Hit {
        external_id: "bz-1+2".into(),
        organisation: "bz".into(),
        goals: vec!["1".into()],
        cycle: "plan/2021".into(),
        edition: "plan/2021/2".into(),
        answer: AnswerStatus::Partial.into(),
        score: 2.5,
        passages: vec![passage],
        url: "/plan/2021/2#bz/bz-1+2".into(),
        ..Hit::default()
    };
    let count = |value: &str| FacetCount { value: value.into(), label: String::new(), count: 2 };
    SearchResponse {
        total: 12,
        watermark: 77,
        hits: vec![hit],
        facets: vec![
            Facet { dimension: Dimension::Organisation.into(), counts: vec![count("def")] },
            Facet { dimension: Dimension::Answer.into(), counts: vec![count("partial")] },
        ],
        next_page_token: "next+/token".into(),
        ..SearchResponse::default()
    }
}

#[tokio::test]
async fn what_is_documented_is_served_as_it_says_and_what_is_served_is_documented() {
    let sandbox = sandbox().await;
    let document = document(&sandbox).await;
    assert_eq!(document["openapi"], "3.1.0");
    assert!(15 < document["paths"].as_object().unwrap().len());
    assert_eq!(faults(&sandbox, &document).await, [""; 0]);

    // The controls: a path that is not documented, one that is not served, and a schema that is not kept.
    let mut lacking = document.clone();
    lacking["paths"].as_object_mut().unwrap().remove("/frameworks/{framework}/cycles/{period}");
    let found = faults(&sandbox, &lacking).await;
    assert!(
        found.contains(&"/api/v1/frameworks/plan/cycles/2021 is not documented".to_owned()),
        "{found:?}"
    );
    let mut more = document.clone();
    more["paths"]["/ministries"] = document["paths"]["/organisations"].clone();
    let found = faults(&sandbox, &more).await;
    assert_eq!(found, ["/ministries is not served: /api/v1/ministries is 404 Not Found"]);
    let mut other = document.clone();
    other["components"]["schemas"]["Cycle"]["properties"]["name"]["type"] = json!("integer");
    assert!(!faults(&sandbox, &other).await.is_empty());
}

/// Field names as the published data writes them.
fn snake(value: &Value) -> Value {
    match value {
        Value::Array(values) => values.iter().map(snake).collect(),
        Value::Object(fields) => {
            let name = |name: &String| {
                name.chars().fold(String::new(), |mut text, c| {
                    if c.is_ascii_uppercase() {
                        text.push('_');
                    }
                    text.push(c.to_ascii_lowercase());
                    text
                })
            };
            fields.iter().map(|(field, value)| (name(field), snake(value))).collect()
        }
        _ => value.clone(),
    }
}

#[tokio::test]
async fn an_edition_by_the_api_has_the_texts_and_figures_of_its_file() {
    let sandbox = sandbox().await;
    let published = fixture::accounted();
    for (at, published) in published["contributions"].as_array().unwrap().iter().enumerate() {
        let list = sandbox.get(&format!("{EDITION}/contributions")).await.is(200).json();
        let address = list["items"][at]["url"].as_str().unwrap();
        let mut answer = snake(&sandbox.get(address).await.is(200).json());
        for added in ["organisation", "contribution", "number", "page"] {
            for list in ["figures", "passages"] {
                for item in answer[list].as_array_mut().unwrap() {
                    item.as_object_mut().unwrap().remove(added);
                }
            }
        }
        for field in [
            "id",
            "goals",
            "indicators",
            "answer",
            "section",
            "texts",
            "passages",
            "figures",
            "content_hash",
        ] {
            assert_eq!(answer[field], published[field], "{field} of {address}");
        }
    }
    let list = |name: &str| format!("{EDITION}/{name}?pageSize=100");
    for (name, field) in [("passages", "text"), ("figures", "value")] {
        let answer = sandbox.get(&list(name)).await.is(200).json();
        let told: Vec<_> =
            answer["items"].as_array().unwrap().iter().map(|item| &item[field]).collect();
        let wanted: Vec<_> = published["contributions"]
            .as_array()
            .unwrap()
            .iter()
            .flat_map(|contribution| contribution[name].as_array().unwrap())
            .map(|item| &item[field])
            .collect();
        assert_eq!(told, wanted);
    }
}

#[tokio::test]
async fn a_list_is_read_page_by_page_to_its_end() {
    let sandbox = sandbox().await;
    let mut address = format!("{EDITION}/contributions?pageSize=2&language=nl");
    let mut read = Vec::new();
    loop {
        let page = sandbox.get(&address).await;
        let list = page.is(200).json();
        assert_eq!(list["total"], 5);
        read.extend(list["items"].as_array().unwrap().iter().map(|item| item["id"].clone()));
        let Some(link) = page.header("link").strip_prefix('<') else {
            assert!(list.get("nextPageToken").is_none());
            break;
        };
        address = link.split_once(">; rel=\"next\"").unwrap().0.to_owned();
        assert!(address.contains("language=nl"));
    }
    assert_eq!(read, ["bz-0", "bz-1+2", "bz-raw", "def-1", "def-9"]);
    let filtered = sandbox.get(&format!("{EDITION}/contributions?organisation=def&goal=1")).await;
    assert_eq!(filtered.json()["items"][0]["id"], "def-1");
    assert_eq!(filtered.json()["total"], 1);
    for (indicator, figures) in [("1-b", 1), ("1-a", 0)] {
        let filtered = sandbox.get(&format!("{EDITION}/figures?indicator={indicator}")).await;
        assert_eq!(filtered.json()["total"], figures, "{indicator}");
    }
}

#[tokio::test]
async fn an_indicator_is_followed_over_the_years_by_its_id() {
    let sandbox = sandbox().await;
    let series =
        sandbox.get("/api/v1/frameworks/plan/indicators/1-b?language=en").await.is(200).json();
    assert_eq!(series["indicator"]["goal"], "1");
    assert_eq!(series["items"][0]["edition"], "plan/2021/2");
    assert_eq!(series["items"][0]["answers"][0]["figures"][0]["value"], "35000000.5");
    assert_eq!(series["items"][0]["answers"][0]["answerLabel"], "partly answered");
    sandbox.get("/api/v1/frameworks/plan/indicators/9-z").await.is(404);
}

#[tokio::test]
async fn search_is_asked_for_what_is_published_alone() {
    let sandbox = sandbox().await;
    let page = sandbox
        .get("/api/v1/search?query=vrouwen&year=2021&organisation=bz&organisation=def&order=newest&pageSize=1&asWritten=true&language=nl")
        .await;
    let result = page.is(200).json();
    let asked = sandbox.search.asked().unwrap();
    assert_eq!(
        (asked.scope(), asked.order(), asked.page_size),
        (Scope::Published, Order::Newest, 1)
    );
    assert_eq!((asked.filters.len(), asked.as_written, asked.query.as_str()), (2, true, "vrouwen"));
    assert_eq!(
        result["items"][0]["passages"][0]["snippet"][1],
        json!({"text": "vrouwen", "isMatch": true})
    );
    assert_eq!(result["items"][0]["answerLabel"], "deels beantwoord");
    let address = result["items"][0]["url"].as_str().unwrap();
    assert_eq!(sandbox.get(address).await.is(200).json()["id"], result["items"][0]["id"]);
    assert_eq!(result["facets"][0]["values"][0]["label"], "Ministerie van Defensie");
    assert!(
        !page.text.contains("77") && !page.text.contains("watermark"),
        "positions are not public"
    );
    assert!(page.header("link").contains("pageToken=next%2B%2Ftoken>; rel=\"next\""));
    let suggested = sandbox.get("/api/v1/suggestions?beginning=i").await.is(200).json();
    assert_eq!(suggested["items"][0]["query"], "country:Irak");
}

#[tokio::test]
async fn what_is_wrong_with_a_request_is_named_by_field_and_reason() {
    let mut sandbox = sandbox().await;
    let page = sandbox.get("/api/v1/search?pageSize=0&q=a&order=best").await;
    assert_eq!(page.is(400).header("content-type"), "application/problem+json");
    let problem = page.json();
    let reasons: Vec<_> = problem["errors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|error| (&error["field"], &error["reason"]))
        .collect();
    assert_eq!(
        reasons,
        [
            (&json!("pageSize"), &json!("OUT_OF_RANGE")),
            (&json!("q"), &json!("UNKNOWN_PARAMETER")),
            (&json!("order"), &json!("UNKNOWN_VALUE")),
        ]
    );
    sandbox.search.refuse("page_token", "PAGE_EXPIRED", "is of an earlier state");
    let expired = sandbox.get("/api/v1/search?pageToken=x").await.is(400).json();
    assert_eq!(
        expired["errors"][0],
        json!({"field": "pageToken", "reason": "PAGE_EXPIRED", "detail": "is of an earlier state"})
    );
    sandbox.stop_search().await;
    let away = sandbox.get("/api/v1/search").await;
    assert_eq!(away.is(503).header("retry-after"), "5");
    away.has("\"detail\":\"search does not answer\"");
    sandbox.get("/api/v1/suggestions").await.is(503);
}

#[tokio::test]
async fn every_answer_has_version_and_leave_for_other_sites() {
    let sandbox = sandbox().await;
    for (method, address, status) in [
        (Method::GET, "/api/v1/frameworks", 200),
        (Method::HEAD, "/api/v1/frameworks", 200),
        (Method::GET, "/api/v1/frameworks/", 404),
        (Method::GET, "/api/v1/frameworks/none", 404),
        (Method::GET, "/api/v1/frameworks/%ff", 404),
        (Method::GET, "/api/v1/frameworks/plan/cycles/2021/editions/3", 410),
        (Method::GET, "/api/v1/none", 404),
        (Method::GET, "/api/v1", 404),
        (Method::GET, "/api/v1/frameworks?x=1", 400),
        (Method::POST, "/api/v1/frameworks", 405),
        (Method::DELETE, "/api/v1/search", 405),
        (Method::TRACE, "/api/v1/search", 405),
    ] {
        let page = sandbox.send(Request::builder().method(&method).uri(address)).await;
        assert_eq!(page.status, status, "{method} {address}");
        assert_eq!(page.header("api-version"), "1.0.0", "{method} {address}");
        assert_eq!(page.header("access-control-allow-origin"), "*", "{method} {address}");
        assert!(page.header("content-security-policy").contains("frame-ancestors 'none'"));
        let media_type =
            if status == 200 { "application/json" } else { "application/problem+json" };
        assert_eq!(page.header("content-type"), media_type, "{method} {address}");
        if status == 405 {
            assert_eq!(page.header("allow"), "GET,HEAD");
        }
        if status != 200 {
            assert_eq!(
                (page.json()["status"].as_u64(), page.header("cache-control")),
                (Some(u64::from(status)), "no-store")
            );
        }
        assert_eq!(method == Method::HEAD, page.bytes.is_empty(), "{method} {address}");
    }
    let preflight =
        Request::options("/api/v1/search").header("access-control-request-method", "GET");
    let preflight = sandbox.send(preflight).await;
    assert_eq!(preflight.is(204).header("access-control-allow-methods"), "GET, HEAD");
    sandbox.send(Request::options("/api/v1/search")).await.is(405);
    // Pages are for readers of this site.
    assert_eq!(sandbox.get("/").await.header("access-control-allow-origin"), "");
}

#[tokio::test]
async fn an_answer_that_a_client_has_is_not_sent_again() {
    let sandbox = sandbox().await;
    let page = sandbox.get(EDITION).await;
    let tag = page.is(200).header("etag");
    assert_eq!(page.header("cache-control"), "public, no-cache");
    let again = sandbox.send(Request::get(EDITION).header("if-none-match", tag)).await;
    assert_eq!((again.is(304).header("etag"), again.bytes.len()), (tag, 0));
    let english = sandbox
        .send(Request::get(EDITION).header("if-none-match", tag).header("accept-language", "en"))
        .await;
    assert_eq!(english.is(200).header("content-language"), "en");
    assert_eq!(
        (english.json()["label"].clone(), page.json()["label"].clone()),
        (json!("Edition 2"), json!("Editie 2"))
    );
    let chosen = sandbox
        .send(Request::get(format!("{EDITION}?language=nl")).header("accept-language", "en"))
        .await;
    assert_eq!(chosen.header("content-language"), "nl");
}

/// Addresses below those that are served, with every value that the catalogue and the file of an edition have in their places.
#[tokio::test]
async fn what_is_not_public_is_at_no_address() {
    let secret = "Nog niet openbaar";
    let sandbox = sandbox().await;
    // A withdrawn edition whose file is still there, as a draft would be: with a word of its own.
    let mut withdrawn = fixture::accounted();
    withdrawn["contributions"][1]["passages"][0]["text"] = json!(secret);
    sandbox.put_artefact(&withdrawn.to_string()).await;
    let document = document(&sandbox).await;
    let values: BTreeMap<&str, &[&str]> = BTreeMap::from([
        ("framework", &["plan"][..]),
        ("period", &["2022-2023", "2021", "2020"]),
        ("number", &["0", "1", "2", "3", "4"]),
        ("organisation", &["bz", "def"]),
        ("contribution", &["bz-1%2B2", "def-9"]),
        ("indicator", &["1-a", "1-b"]),
    ]);
    let (mut read, mut gone) = (0, 0);
    for path in document["paths"].as_object().unwrap().keys() {
        let mut addresses = vec![format!("/api/v1{path}")];
        for (name, values) in &values {
            let name = format!("{{{name}}}");
            addresses = addresses
                .iter()
                .flat_map(|address| values.iter().map(|value| address.replace(&name, value)))
                .collect();
        }
        for address in addresses.into_iter().collect::<BTreeSet<_>>() {
            let page = sandbox.get(&address).await;
            page.has_no(secret).has_no(SECRET_SHA);
            let is_withdrawn =
                ["2021/editions/3", "2020/editions/1"].iter().any(|of| address.contains(of));
            if is_withdrawn {
                page.is(410).has_no("contributions/");
                gone += 1;
            }
            read += usize::from(page.status == 200);
        }
    }
    assert!(20 < read && gone == 2 * 8, "{read} {gone}");
    // The control: once it is published, its word is read.
    let published = Sandbox::with_edition(&withdrawn).await;
    published.get(&format!("{EDITION}/passages")).await.is(200).has(secret);
}

#[tokio::test]
async fn an_empty_portal_has_empty_lists_and_a_document() {
    let sandbox = Sandbox::empty(portal::Config::default());
    assert_eq!(
        sandbox.get("/api/v1/frameworks").await.is(200).json(),
        json!({"total": 0, "items": []})
    );
    document(&sandbox).await;
    sandbox.get("/api").await.is(200);
    sandbox.get("/api/v1/frameworks/plan").await.is(404);
}

#[tokio::test]
async fn a_page_lists_every_call_with_an_example_that_works() {
    let sandbox = sandbox().await;
    let document = document(&sandbox).await;
    let page = sandbox.get("/api").await;
    page.is(200).has_no("<script").has("Deze site lezen met een programma");
    for path in document["paths"].as_object().unwrap().keys() {
        page.has(&format!("<code>GET /api/v1{path}</code>"));
    }
    let examples: Vec<&str> = page
        .text
        .split("<a href=\"/api/v1/")
        .skip(1)
        .map(|rest| rest.split('"').next().unwrap())
        .collect();
    assert!(document["paths"].as_object().unwrap().len() <= examples.len());
    for example in examples {
        sandbox.get(&format!("/api/v1/{}", example.replace("&#38;", "&"))).await.is(200);
    }
    sandbox.get("/api?lang=en").await.is(200).has("Reading this site by program");
    sandbox.get("/").await.has("href=\"/api\"").has("rel=\"search\"");
}

#[tokio::test]
async fn programs_learn_how_to_search() {
    let sandbox = sandbox().await;
    let page = sandbox.send(Request::get("/opensearch.xml").header("host", "nap.example")).await;
    assert_eq!(page.is(200).header("content-type"), "application/opensearchdescription+xml");
    page.has("template=\"http://nap.example/zoeken?q={searchTerms}\"")
        .has("<Language>nl</Language>");
    sandbox.get("/opensearch.xml").await.is(404);
}
