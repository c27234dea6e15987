//! The search page.

use axum::http::Request;
use portal::Config;
use wire::v1::{
    AnswerStatus, ContextHit, ContextKind, Correction, Dimension, Facet, FacetCount, Hit, LinkKind,
    LinkedIndicator, Order, OtherQuestion, PassageHit, QueryNote, QueryNoteKind, Scope,
    SearchResponse, Widening, WideningSource,
};

use crate::{fixture::HOSTILE, sandbox::Sandbox};

fn count(value: &str, label: &str, count: u64) -> FacetCount {
    FacetCount { value: value.into(), label: label.into(), count }
}

fn found() -> SearchResponse {
    let passage = |id: &str, snippet: String| PassageHit {
        id: id.into(),
        snippet,
        url: format!("/plan/2021/2#bz/bz-1+2/{id}"),
        language: "nl".into(),
    };
    let hit = Hit {
        external_id: "bz-1+2".into(),
        organisation: "bz".into(),
        partners: vec!["def".into()],
        goals: vec!["1".into(), "1.1".into()],
        indicators: vec!["1-a".into()],
        cycle: "plan/2021".into(),
        edition: "plan/2021/2".into(),
        answer: AnswerStatus::Partial.into(),
        score: 2.5,
        passages: vec![
            passage("p0", "meer \u{e000}vrouwen\u{e001} aan tafel".into()),
            passage("p2", format!("{HOSTILE} \u{e000}<b>\u{e001}")),
        ],
        url: "/plan/2021/2#bz/bz-1+2".into(),
        state: 0,
        matched_words: Vec::new(),
        content_hash: "ab".repeat(32),
        context: Vec::new(),
        linked_indicators: vec![LinkedIndicator {
            indicator: "1-a".into(),
            asked: "9-z".into(),
            kinds: vec![LinkKind::Split.into()],
        }],
    };
    let evil =
        Hit { organisation: HOSTILE.into(), url: "//elsewhere.nl/\"x".into(), ..Hit::default() };
    SearchResponse {
        total: 1_234,
        watermark: 1,
        hits: vec![hit, evil],
        facets: vec![
            Facet {
                dimension: Dimension::Organisation.into(),
                counts: vec![count("bz", "BZ", 20), count("def", "", 14)],
            },
            Facet { dimension: Dimension::Year.into(), counts: vec![count("2021", "", 34)] },
            Facet {
                dimension: Dimension::Goal.into(),
                counts: (1..=12).map(|goal| count(&goal.to_string(), HOSTILE, 1)).collect(),
            },
            Facet {
                dimension: Dimension::Answer.into(),
                counts: vec![count("partial", "", 3), count("reported", "", 2)],
            },
        ],
        next_page_token: "next+/token".into(),
        ..SearchResponse::default()
    }
}

#[tokio::test]
async fn the_empty_page_asks_nothing_and_explains_how_to_search() {
    let sandbox = Sandbox::new().await;
    sandbox.get("/zoeken").await.is(200).has("Zo zoekt u").has("href=\"/zoeken?q=\"");
    assert!(sandbox.search.asked().is_none());
}

#[tokio::test]
async fn hits_lead_to_their_passages_with_the_matches_marked() {
    let sandbox = Sandbox::new().await;
    sandbox.search.answer(found());
    let page = sandbox.get("/zoeken?q=vrouwen").await;
    page.is(200)
        .has("1.234 bijdragen gevonden")
        .has("href=\"/plan/2021/2#bz/bz-1+2\"")
        .has("deels beantwoord")
        .has(" · Doel 1, 1.1")
        .has("Indicator 1-a is gekoppeld aan 9-z: gesplitst.");
    page.has("<a href=\"/plan/2021/2#bz/bz-1+2/p0\">meer <mark>vrouwen</mark> aan tafel</a>")
        .has("<mark>&#60;b&#62;</mark>");
    page.has("value=\"vrouwen\"").has("<title>vrouwen – Zoeken – Voortgang</title>");
    let asked = sandbox.search.asked().unwrap();
    assert_eq!(
        (asked.query.as_str(), asked.scope(), asked.order(), asked.page_size),
        ("vrouwen", Scope::Published, Order::Score, 10)
    );
}

#[tokio::test]
async fn nothing_that_search_or_a_visitor_says_becomes_markup() {
    let sandbox = Sandbox::new().await;
    sandbox.search.answer(found());
    let page = sandbox.get("/zoeken?q=%3Cscript%3Ealert(1)%3C/script%3E%22%27%26&organisation=%3Cscript%3E&sort=%3Cscript%3E").await;
    page.is(200)
        .has_no("<script")
        .has_no("<b>")
        .has_no("\"//")
        .has("href=\"/elsewhere.nl/&#34;x\"");
    sandbox.search.refuse("query", "UNCLOSED_QUOTE", HOSTILE);
    sandbox
        .get("/zoeken?q=%3Cscript%3E")
        .await
        .is(400)
        .has_no("<script")
        .has("&#60;script&#62;alert(1)");
}

#[tokio::test]
async fn facets_add_and_remove_a_filter_and_keep_the_question() {
    let sandbox = Sandbox::new().await;
    sandbox.search.answer(found());
    let page = sandbox.get("/zoeken?q=a+b&organisation=bz&sort=newest&page=T&lang=en").await;
    page.has("href=\"/zoeken?q=a+b&#38;organisation=bz&#38;organisation=def&#38;sort=newest&#38;lang=en\"");
    page.has("href=\"/zoeken?q=a+b&#38;sort=newest&#38;lang=en\"")
        .has("<input type=\"hidden\" name=\"organisation\" value=\"bz\">");
    page.has("partly answered").has("<details><summary>More").has_no("_facet-year");
    page.has("href=\"/zoeken?q=a+b&#38;organisation=bz&#38;sort=newest&#38;page=next%2B%2Ftoken&#38;lang=en\" rel=\"next\"").has("To the first results");
    let asked = sandbox.search.asked().unwrap();
    assert_eq!((asked.order(), asked.page_token.as_str()), (Order::Newest, "T"));
    assert_eq!(
        (asked.filters[0].dimension(), asked.filters[0].values.as_slice()),
        (Dimension::Organisation, ["bz".to_owned()].as_slice())
    );
}

#[tokio::test]
async fn hits_that_have_only_some_words_are_announced_as_such() {
    let sandbox = Sandbox::new().await;
    sandbox.search.answer(SearchResponse { relaxed: true, ..found() });
    sandbox.get("/zoeken?q=a").await.has("Weinig bijdragen bevatten alle woorden");
    sandbox.search.answer(found());
    sandbox.get("/zoeken?q=a").await.has_no("Weinig bijdragen bevatten alle woorden");
}

#[tokio::test]
async fn words_that_nothing_has_are_named_with_what_finds_something() {
    let sandbox = Sandbox::new().await;
    let other = OtherQuestion { query: "vrede".into(), without_filters: false, total: 3 };
    for answer in [found(), SearchResponse::default()] {
        let unmatched_words = vec!["xyzzy".to_owned(), HOSTILE.to_owned()];
        let would_find = vec![other.clone()];
        sandbox.search.answer(SearchResponse { unmatched_words, would_find, ..answer.clone() });
        let page = sandbox.get("/zoeken?q=vrede+xyzzy").await;
        page.has("Niets gevonden voor: <b>xyzzy, &#60;script&#62;").has_no("<script");
        page.has("<a href=\"/zoeken?q=vrede\">vrede</a>");
        assert_eq!(page.text.matches("Niets gevonden voor").count(), 1);
        sandbox.search.answer(answer);
        sandbox.get("/zoeken?q=vrede+xyzzy").await.has_no("Niets gevonden voor");
    }
}

#[tokio::test]
async fn words_that_were_not_expanded_are_announced() {
    let sandbox = Sandbox::new().await;
    let notice = "niet naar andere schrijfwijzen gezocht";
    for answer in [found(), SearchResponse::default()] {
        sandbox.search.answer(SearchResponse { unexpanded_words: 3, ..answer.clone() });
        sandbox.get("/zoeken?q=a").await.has(notice);
        sandbox.search.answer(answer);
        sandbox.get("/zoeken?q=a").await.has_no(notice);
    }
}

#[tokio::test]
async fn an_index_that_is_behind_is_announced_as_such() {
    let sandbox = Sandbox::new().await;
    sandbox.search.answer(SearchResponse { behind: true, ..SearchResponse::default() });
    sandbox.get("/zoeken?q=a").await.has("nog niet vindbaar");
    sandbox.search.answer(found());
    sandbox.get("/zoeken?q=a").await.has_no("nog niet vindbaar");
}

#[tokio::test]
async fn finding_nothing_says_what_to_try() {
    let sandbox = Sandbox::new().await;
    sandbox
        .get("/zoeken?q=a&year=2021")
        .await
        .is(200)
        .has("Niets gevonden")
        .has("Controleer de spelling")
        .has("Of haal een filter weg.");
    sandbox
        .get("/zoeken?q=")
        .await
        .is(200)
        .has("Er zijn nog geen bijdragen om in te zoeken.")
        .has_no("Controleer de spelling");
}

#[tokio::test]
async fn a_query_that_was_not_read_as_it_stands_says_how_it_was_read() {
    let sandbox = Sandbox::new().await;
    let note = |kind: QueryNoteKind, text: &str| QueryNote { kind: kind.into(), text: text.into() };
    let notes =
        vec![note(QueryNoteKind::Quote, HOSTILE), note(QueryNoteKind::UnknownField, "kleur:rood")];
    for answer in [found(), SearchResponse::default()] {
        let read_as = "a kleur <b>".to_owned();
        sandbox.search.answer(SearchResponse { read_as, notes: notes.clone(), ..answer.clone() });
        let page = sandbox.get("/zoeken?q=a").await;
        page.is(200)
            .has("Zo is de zoekvraag gelezen: <b>a kleur &#60;b&#62;</b>")
            .has("een aanhalingsteken zonder tweede is weggelaten")
            .has("dit veld is er niet")
            .has_no("<script");
        sandbox.search.answer(SearchResponse { read_as: "a".into(), ..answer });
        sandbox.get("/zoeken?q=a").await.has_no("Zo is de zoekvraag gelezen");
    }
}

#[tokio::test]
async fn what_words_were_widened_by_is_shown_and_one_link_undoes_it() {
    let sandbox = Sandbox::new().await;
    let widening = |alternative: &str| Widening {
        words: "jemen".into(),
        alternative: alternative.into(),
        source: WideningSource::Country.into(),
    };
    let widenings = vec![widening("<b>Yemen"), widening("Jemenitische")];
    sandbox.search.answer(SearchResponse { widenings, ..found() });
    let page = sandbox.get("/zoeken?q=jemen&year=2021&page=T").await;
    page.has("<li>jemen → &#60;b&#62;Yemen, Jemenitische <span class=\"quiet\">(land)</span></li>").has(
        "<a href=\"/zoeken?q=jemen&#38;year=2021&#38;as_written=1\">Zoek alleen op wat u typte</a>",
    );
    assert!(!sandbox.search.asked().unwrap().as_written);
    sandbox.search.answer(found());
    let page = sandbox.get("/zoeken?q=jemen&as_written=1").await;
    page.has("Alleen gezocht op wat u typte.")
        .has("<a href=\"/zoeken?q=jemen\">Zoek ook op woorden die hetzelfde zeggen</a>")
        .has("<input type=\"hidden\" name=\"as_written\" value=\"1\">");
    assert!(sandbox.search.asked().unwrap().as_written);
    sandbox.get("/zoeken?q=jemen").await.has_no("wat u typte");
}

#[tokio::test]
async fn a_question_that_search_refuses_keeps_its_form() {
    let sandbox = Sandbox::new().await;
    sandbox.search.refuse("filters[0].values", "INVALID_COUNT", "has 101 values; give 1 to 100");
    let page = sandbox.get("/zoeken?q=a+%22b").await;
    page.is(400)
        .has("Zoek op de woorden alleen")
        .has("<span lang=\"en\">has 101 values")
        .has("aria-invalid=\"true\"");
    page.has("aria-describedby=\"_q-help _q-error\"").has("value=\"a &#34;b\"");
    sandbox.search.refuse("page_token", "INVALID_PAGE_TOKEN", "is not a token of this query");
    sandbox
        .get("/zoeken?q=a&page=x")
        .await
        .is(400)
        .has("hoort bij een andere zoekvraag")
        .has("href=\"/zoeken?q=a\"");
    sandbox.search.refuse("page_token", "PAGE_EXPIRED", "the results changed");
    sandbox
        .get("/zoeken?q=a&page=x")
        .await
        .is(410)
        .has("De resultaten zijn veranderd sinds de vorige pagina")
        .has_no("hoort bij een andere zoekvraag")
        .has("href=\"/zoeken?q=a\"");
}

#[tokio::test]
async fn a_hit_opens_its_page_with_the_matched_words_marked() {
    let sandbox = Sandbox::new().await;
    let mut answer = found();
    answer.hits[0].matched_words = vec!["alinea".into(), "b&c".into()];
    sandbox.search.answer(answer);
    sandbox
        .get("/zoeken?q=alinea&lang=en")
        .await
        .has("href=\"/plan/2021/2?q=alinea+b%26c&#38;lang=en#bz/bz-1+2\"")
        .has("href=\"/plan/2021/2?q=alinea+b%26c&#38;lang=en#bz/bz-1+2/p0\"");
    let page = sandbox.get("/plan/2021/2?q=alinea+script").await;
    page.is(200)
        .has("<mark>alinea</mark>")
        .has("De woorden die u zocht, zijn gemarkeerd. <a href=\"/plan/2021/2\">")
        .has("&#60;<mark>script</mark>&#62;")
        .has_no("<script");
    for address in ["/plan/2021/2", "/plan/2021/2?q=komtnietvoor", "/plan/2021/2?q="] {
        sandbox.get(address).await.is(200).has_no("<mark>").has_no("zijn gemarkeerd");
    }
}

#[tokio::test]
async fn a_word_that_was_corrected_is_shown_with_the_query_that_was_meant() {
    let sandbox = Sandbox::new().await;
    let corrections = vec![Correction {
        word: "<b>vrde".into(),
        alternatives: vec!["vrede".into(), "vrode".into()],
    }];
    let answer = SearchResponse { corrections, corrected_query: "vrede nu".into(), ..found() };
    sandbox.search.answer(answer);
    sandbox
        .get("/zoeken?q=vrde+nu&year=2021&page=T")
        .await
        .has("Bedoelde u: <a href=\"/zoeken?q=vrede+nu&#38;year=2021\"><b>vrede nu</b></a>")
        .has("<b>&#60;b&#62;vrde</b> → vrede, vrode")
        .has("<a href=\"/zoeken?q=vrde+nu&#38;year=2021&#38;as_written=1\">Zoek toch alleen op");
    sandbox.search.answer(found());
    sandbox.get("/zoeken?q=vrede").await.has_no("Bedoelde u");
}

#[tokio::test]
async fn finding_nothing_leads_to_what_finds_something() {
    let sandbox = Sandbox::new().await;
    let other = |query: &str, without_filters, total| OtherQuestion {
        query: query.into(),
        without_filters,
        total,
    };
    let would_find = vec![other("vrede <b>", false, 1), other("", true, 12)];
    sandbox.search.answer(SearchResponse { would_find, ..SearchResponse::default() });
    sandbox
        .get("/zoeken?q=%22vrede%22&year=2021")
        .await
        .has("<a href=\"/zoeken?q=vrede+%3Cb%3E&#38;year=2021\">vrede &#60;b&#62;</a> <span class=\"quiet\">(1 bijdrage gevonden)")
        .has("<a href=\"/zoeken?q=\">Alle bijdragen bekijken</a> zonder filters <span class=\"quiet\">(12 bijdragen gevonden)");
    sandbox.search.answer(SearchResponse::default());
    sandbox.get("/zoeken?q=a").await.has_no("Wel iets te vinden");
}

#[tokio::test]
async fn results_are_taken_away_whole_with_their_filters() {
    let sandbox = Sandbox::new().await;
    let whole = SearchResponse { total: 2, next_page_token: String::new(), ..found() };
    sandbox.search.answer(whole.clone());
    sandbox
        .get("/zoeken?q=a&year=2021&lang=en&page=T")
        .await
        .has("href=\"/zoeken.csv?q=a&#38;year=2021&#38;lang=en\" download>CSV</a>");
    let page = sandbox.get("/zoeken.csv?q=a&year=2021&page=T").await;
    page.is(200).has("edition,cycle,organisation").has("/plan/2021/2#bz/bz-1+2").has("sha256:abab");
    assert_eq!(page.headers["content-type"], "text/csv; charset=utf-8; header=present");
    let asked = sandbox.search.asked().unwrap();
    assert_eq!((asked.page_token.as_str(), asked.filters.len(), asked.page_size), ("", 1, 100));
    assert!(page.bytes.starts_with("\u{feff}edition".as_bytes()), "a spreadsheet sees UTF-8");
    let page = sandbox.get("/zoeken.jsonl?q=a").await;
    assert_eq!(page.is(200).text.lines().count(), 2);
    let page = sandbox.get("/zoeken.xlsx?q=a").await;
    page.is(200);
    assert!(page.header("content-type").contains("spreadsheetml"));
    assert!(page.bytes.starts_with(b"PK"), "an archive");
    sandbox.search.refuse("filters[0].values", "INVALID_COUNT", "too many");
    let page = sandbox.get("/zoeken.csv?q=a&year=2021").await;
    assert_eq!(page.is(303).headers["location"], "/zoeken?q=a&year=2021");
}

#[tokio::test]
async fn links_in_files_are_whole() {
    let whole = SearchResponse { total: 2, next_page_token: String::new(), ..found() };
    let link = "a.nl/plan/2021/2#bz/bz-1+2,";
    let sandbox = Sandbox::new().await;
    sandbox.search.answer(whole.clone());
    let request = Request::get("/zoeken.csv?q=a").header("host", "a.nl");
    sandbox.send(request).await.has(&format!(",http://{link}"));
    let config = Config { address: "https://voortgang.a.nl/".to_owned(), ..Config::default() };
    let sandbox = Sandbox::with(config).await;
    sandbox.search.answer(whole);
    let request = Request::get("/zoeken.csv?q=a").header("host", "elsewhere.nl");
    sandbox
        .send(request)
        .await
        .has(&format!(",https://voortgang.{link}"))
        .has_no("elsewhere.nl/plan");
}

#[tokio::test]
async fn a_query_is_a_feed_that_its_page_names() {
    let config = Config { address: "https://a.nl".to_owned(), ..Config::default() };
    let sandbox = Sandbox::with(config).await;
    sandbox.search.answer(found());
    sandbox.get("/zoeken?q=vrouwen&year=2021&page=T&lang=en").await.has(
        "<link rel=\"alternate\" type=\"application/atom+xml\" title=\"Follow this search (Atom feed)\" \
         href=\"/zoeken.atom?q=vrouwen&#38;year=2021&#38;lang=en\">",
    );
    sandbox.get("/zoeken").await.has_no("zoeken.atom");
    let page = sandbox.get("/zoeken.atom?q=vrouwen&year=2021").await;
    page.is(200).has_no("<script");
    assert_eq!(page.header("content-type"), "application/atom+xml; charset=utf-8");
    let feed = roxmltree::Document::parse(&page.text).unwrap();
    let text = |node: roxmltree::Node<'_, '_>, name: &str| {
        let child = node.children().find(|child| child.has_tag_name(name));
        child.and_then(|child| child.text()).unwrap_or_default().to_owned()
    };
    let root = feed.root_element();
    assert_eq!(text(root, "id"), "https://a.nl/zoeken.atom?q=vrouwen&year=2021&sort=newest");
    assert_eq!(text(root, "updated"), "2023-02-01T00:00:00Z");
    let links = root.children().filter(|child| child.has_tag_name("link"));
    let links: Vec<_> = links.filter_map(|link| link.attribute("rel")).collect();
    assert_eq!(links, ["self", "alternate", "next"]);
    let entries: Vec<_> = root.children().filter(|child| child.has_tag_name("entry")).collect();
    assert_eq!(entries.len(), 2);
    assert_eq!(text(entries[0], "id"), "https://a.nl/plan/2021#bz/bz-1+2");
    assert_eq!(text(entries[0], "updated"), "2023-02-01T00:00:00Z");
    assert_eq!(text(entries[0], "summary"), "meer vrouwen aan tafel");
    assert!(text(entries[0], "title").contains("Doel 1, 1.1"), "{}", text(entries[0], "title"));
    let asked = sandbox.search.asked().unwrap();
    assert_eq!((asked.order(), asked.page_size), (Order::Newest, 100));
}

#[tokio::test]
async fn a_feed_of_what_search_does_not_answer_leads_to_its_page() {
    let mut sandbox = Sandbox::new().await;
    sandbox.search.refuse("filters[0].values", "INVALID_COUNT", "too many");
    let page = sandbox.get("/zoeken.atom?q=a").await;
    assert_eq!(page.is(303).headers["location"], "/zoeken?q=a&sort=newest");
    sandbox.stop_search().await;
    sandbox.get("/zoeken.atom?q=a").await.is(503);
}

#[tokio::test]
async fn what_is_public_and_what_search_has_of_it_is_stated() {
    let mut sandbox = Sandbox::new().await;
    let state = async |sandbox: &Sandbox| {
        let page = sandbox.get("/volledigheid.json").await;
        serde_json::from_str::<serde_json::Value>(&page.is(200).text).unwrap()
    };
    let whole = state(&sandbox).await;
    assert_eq!((&whole["complete"], &whole["documents"]), (&true.into(), &10.into()));
    assert_eq!(whole["root"].as_str().unwrap().len(), 64);
    let page = sandbox.get("/volledigheid").await;
    page.is(200).has("Alles wat openbaar is, is te vinden.").has("<dd>bz/bz-0</dd>");
    let more = crate::fixture::catalogue().to_string();
    let more = more.replace("\"contributions\":5", "\"contributions\":6");
    sandbox.put("public/catalogue.json", more).await;
    tokio::time::pause();
    tokio::time::advance(std::time::Duration::from_secs(2)).await;
    tokio::time::resume();
    assert_eq!(state(&sandbox).await["complete"], false, "the control");
    sandbox.get("/volledigheid").await.has("Niet alles wat openbaar is, is nu te vinden.");
    sandbox.stop_search().await;
    assert!(state(&sandbox).await["complete"].is_null());
}

/// A list that cannot be read in full is broken off, and not shortened.
#[tokio::test]
async fn a_list_that_is_not_whole_breaks_the_download_off() {
    let sandbox = Sandbox::new().await;
    let short = SearchResponse { next_page_token: String::new(), ..found() };
    sandbox.search.answer(short.clone());
    assert!(sandbox.broken("/zoeken.csv?q=a").await);
    sandbox.search.answer(found());
    assert!(sandbox.broken("/zoeken.csv?q=a").await, "every page is the first one again");
    sandbox.search.answer(SearchResponse { total: 2, ..short });
    assert!(!sandbox.broken("/zoeken.csv?q=a").await, "the control");
}

#[tokio::test]
async fn the_form_offers_what_may_be_meant_and_programs_ask_for_it() {
    let mut sandbox = Sandbox::new().await;
    sandbox
        .get("/zoeken")
        .await
        .is(200)
        .has("list=\"_suggestions\"")
        .has("<option value=\"country:Irak\">Irak &#60;script&#62;")
        .has_no("<script");
    let page = sandbox.get("/suggesties?q=ir").await;
    assert_eq!(page.is(200).headers["content-type"], "application/x-suggestions+json");
    let said: serde_json::Value = serde_json::from_str(&page.text).unwrap();
    assert_eq!((&said[0], &said[1][0]), (&"ir".into(), &"country:Irak".into()));
    assert!(said[2][0].as_str().unwrap().starts_with("irIrak"));
    sandbox.stop_search().await;
    sandbox.get("/zoeken").await.is(200).has_no("<option");
    sandbox.get("/suggesties?q=ir").await.is(200).has("[\"ir\",[],[]]");
}

#[tokio::test]
async fn a_hit_that_is_not_by_its_text_says_where_it_was_found() {
    let sandbox = Sandbox::new().await;
    let mut answer = found();
    let goal = ContextHit {
        kind: ContextKind::Goal.into(),
        code: "1.1".into(),
        snippet: format!("Meer \u{e000}wapens\u{e001} {HOSTILE}"),
    };
    answer.hits[0].context = vec![goal];
    sandbox.search.answer(answer);
    let page = sandbox.get("/zoeken?q=wapen").await;
    page.is(200)
        .has("Niet in de tekst gevonden, wel in:")
        .has("Doel 1.1:</span> Meer <mark>wapens</mark> ")
        .has_no("<script");
    assert_eq!(page.text.matches("Niet in de tekst").count(), 1, "the other hit is by its text");
}

#[tokio::test]
async fn what_is_chosen_is_never_folded_away() {
    let sandbox = Sandbox::new().await;
    sandbox.search.answer(found());
    let page = sandbox.get("/zoeken?q=a&goal=12").await;
    let (shown, folded) = page.text.split_once("<details>").unwrap();
    assert!(shown.contains("class=\"is-chosen\""), "{}", page.text);
    assert!(!folded.contains("class=\"is-chosen\""));
}

#[tokio::test]
async fn a_search_as_of_a_moment_says_so_and_leads_to_now() {
    let sandbox = Sandbox::new().await;
    sandbox.search.answer(found());
    let page = sandbox.get("/zoeken?q=a&year=2021&as_of=2022-03-01").await;
    page.is(200)
        .has("<b>Stand van 1 maart 2022.</b>")
        .has("<a href=\"/zoeken?q=a&#38;year=2021\">Zoek in wat nu geldt</a>")
        .has("<input type=\"hidden\" name=\"as_of\" value=\"2022-03-01\">");
    page.has("&#38;as_of=2022-03-01&#38;page=next%2B%2Ftoken\" rel=\"next\"");
    let asked = sandbox.search.asked().unwrap().as_of.unwrap();
    assert_eq!(wire::instant(&asked).to_string(), "2022-03-01T23:59:59.999Z");
    let page = sandbox.get("/zoeken?as_of=2022-03-01T12:00:00Z&lang=en").await;
    page.is(200).has("<b>As of 1 March 2022, 12:00:00 UTC.</b>").has("Search what is current now");
    sandbox.get("/zoeken?q=a").await.is(200).has_no("Stand van");
    assert_eq!(sandbox.search.asked().unwrap().as_of, None);
}

#[tokio::test]
async fn a_moment_that_cannot_be_read_is_refused_and_search_is_not_asked() {
    let sandbox = Sandbox::new().await;
    let page = sandbox.get("/zoeken?q=a&as_of=%3Cscript%3E").await;
    page.is(400)
        .has("Dit moment is niet te lezen.")
        .has("<a href=\"/zoeken?q=a\">")
        .has("value=\"a\"")
        .has_no("<script");
    assert!(sandbox.search.asked().is_none());
}

#[tokio::test]
async fn without_search_the_page_says_so_and_the_reports_can_be_read() {
    let mut sandbox = Sandbox::new().await;
    sandbox.stop_search().await;
    sandbox.get("/zoeken?q=a").await.is(503).has("Zoeken lukt nu even niet").has("value=\"a\"");
    for address in ["/", "/plan/2021", "/plan/2021/2", "/zoeken"] {
        sandbox.get(address).await.is(200);
    }
}

#[tokio::test]
async fn the_english_name_of_the_page_is_the_same_page() {
    Sandbox::new().await.get("/search?lang=en").await.is(200).has("How to search");
}

#[tokio::test]
async fn too_many_filters_are_refused() {
    let filters = (0..65).map(|year| format!("&year={year}")).collect::<Vec<_>>().concat();
    Sandbox::new()
        .await
        .get(&format!("/zoeken?q=a{filters}"))
        .await
        .is(400)
        .has("Haal filters weg");
}
