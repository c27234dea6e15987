//! Where a contribution answers, and what is marked there.

use std::collections::BTreeSet;

use model::{
    Content, Contribution, Cycle, Framework, Indicator, IndicatorLink, LinkKind, LocalizedText,
    Narrative,
};
use wire::v1::{ContextKind, Hit, QueryNote, QueryNoteKind, Scope, SearchRequest, WideningSource};

use crate::{
    sandbox::{Running, Sandbox, all},
    storage::{Storage, contribution, text},
};

fn query(query: &str) -> SearchRequest {
    SearchRequest { query: query.into(), ..all(Scope::Working) }
}

async fn hits(running: &Running, asked: &str) -> Vec<Hit> {
    running.search(query(asked)).await.unwrap().hits
}

async fn ids(running: &Running, asked: &str) -> BTreeSet<String> {
    hits(running, asked).await.into_iter().map(|hit| hit.external_id).collect()
}

fn set(ids: &[&str]) -> BTreeSet<String> {
    ids.iter().map(|id| (*id).to_owned()).collect()
}

/// What is marked in the best passage.
fn marked(hit: &Hit) -> Vec<String> {
    let parts = hit.passages[0].snippet.split('\u{e000}').skip(1);
    parts.filter_map(|part| Some(part.split_once('\u{e001}')?.0.to_owned())).collect()
}

/// A search over the contributions of two ministries; goal `1` is about weapons.
async fn of_ministries(contributions: Vec<Contribution>) -> (Sandbox, Running) {
    let mut framework = testkit::framework();
    let names = ["Ministerie van Justitie en Veiligheid", "Ministerie van Defensie"];
    for (organisation, name) in framework.organisations.iter_mut().zip(names) {
        organisation.names[0].name = LocalizedText::of("nl", name);
    }
    framework.goals[0].statement = LocalizedText::of("nl", "Minder wapens in omloop");
    let sandbox = Sandbox::new(Storage::new(framework, testkit::cycle())).await;
    for contribution in contributions {
        sandbox.storage.save(contribution);
    }
    let running = sandbox.started().await;
    (sandbox, running)
}

fn of(organisation: &str, id: &str, goal: &str, words: &str) -> Contribution {
    let content = Content { goals: vec![goal.into()], ..testkit::content(words) };
    Contribution { organisation: organisation.parse().unwrap(), ..contribution(id, 1, content) }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_goal_says_comes_behind_what_texts_say_and_is_shown_as_such() {
    let (_sandbox, running) = of_ministries(vec![
        of("alfa", "a-1", "1", "Er kwam een overleg over heel andere zaken."),
        of("alfa", "a-2", "1.1", "Veel zaken, en daarbij in de verte ook over wapens en hulp."),
        of("alfa", "a-3", "1", "n/a"),
    ])
    .await;
    let found = hits(&running, "wapens").await;
    let order: Vec<&str> = found.iter().map(|hit| hit.external_id.as_str()).collect();
    assert_eq!(order, ["a-2", "a-1"], "a text that says nothing is not found by its goal");
    assert!(found[0].context.is_empty(), "it is in the text");
    let [goal] = found[1].context.as_slice() else { panic!("{found:?}") };
    assert_eq!((goal.kind(), goal.code.as_str()), (ContextKind::Goal, "1"));
    assert_eq!(goal.snippet, "Minder \u{e000}wapens\u{e001} in omloop");
    assert!(marked(&found[1]).is_empty());
    assert!(ids(&running, "doel:1").await.contains("a-3"), "the control");
    running.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ministry_is_found_by_its_name_and_by_what_is_short_for_it() {
    let (_sandbox, running) = of_ministries(vec![
        of("alfa", "a-1", "1", "Er kwam een overleg."),
        of("alfa", "a-2", "1", "Overleg met het Ministerie van Defensie."),
        of("beta", "b-1", "1", "Er kwam een oefening."),
        of("beta", "b-2", "1", "De veiligheid van de oefening, en justitie."),
    ])
    .await;
    let expect = async |asked: &str, expected: &[&str]| {
        let found = hits(&running, asked).await;
        let found: BTreeSet<&str> = found.iter().map(|hit| hit.external_id.as_str()).collect();
        assert_eq!(found, expected.iter().copied().collect(), "{asked}");
    };
    for asked in ["JenV", "J&V", "Justitie en Veiligheid", "Ministerie van Justitie en Veiligheid"]
    {
        expect(asked, &["a-1", "a-2"]).await;
    }
    expect("Ministerie van Defensie", &["a-2", "b-1", "b-2"]).await;
    expect("beta", &["b-1", "b-2"]).await;
    let answer = running.search(query("JenV")).await.unwrap();
    let names: Vec<&str> = answer
        .widenings
        .iter()
        .filter(|widening| widening.source() == WideningSource::Organisation)
        .map(|widening| widening.alternative.as_str())
        .collect();
    assert_eq!(names, ["Ministerie van Justitie en Veiligheid"]);
    assert_eq!(answer.hits[0].context[0].kind(), ContextKind::Organisation);
    let alone = SearchRequest { as_written: true, ..query("JenV") };
    assert_eq!(running.search(alone).await.unwrap().total, 0, "as written");
    running.stop().await.unwrap();
}

async fn with_texts(texts: &[(&str, &str)]) -> (Sandbox, Running) {
    let sandbox = Sandbox::new(Storage::example()).await;
    for (id, words) in texts {
        sandbox.storage.save(text(id, 1, words));
    }
    let running = sandbox.started().await;
    (sandbox, running)
}

#[tokio::test(flavor = "multi_thread")]
async fn amounts_lead_to_the_passage_that_has_them_however_they_are_written() {
    let (_sandbox, running) = with_texts(&[
        ("a-1", "Het aandeel is 25,5 %.\n\nEr ging € 500.000 naar het fonds, en 11,5 % bleef."),
        ("a-2", "Eerst iets anders.\n\nZie Kamerstuk 27 925, nr. 808.\n\nHet kostte 35 mln. euro."),
    ])
    .await;
    for (asked, expected, amount) in [
        ("500000", "a-1", "500.000"),
        ("11.5%", "a-1", "11,5"),
        ("11,5 procent", "a-1", "11,5"),
        ("27925", "a-2", "Kamerstuk 27 925, nr. 808"),
        ("€ 35 mln", "a-2", "35 mln"),
        ("EUR 35 mln", "a-2", "35 mln"),
        ("35 miljoen euro's", "a-2", "35 mln"),
        ("35.000.000", "a-2", "35 mln"),
    ] {
        let found = hits(&running, asked).await;
        let [hit] = found.as_slice() else { panic!("{asked}: {found:?}") };
        assert_eq!(hit.external_id, expected, "{asked}");
        assert_eq!(marked(hit), [amount], "{asked}");
        assert_eq!(hit.passages.len(), 1, "{asked}");
        assert_eq!(hit.matched_words, [amount.to_lowercase()], "{asked}");
    }
    running.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn numbers_in_words_and_with_signs_are_numbers() {
    let (_sandbox, running) = with_texts(&[
        ("a-3", "Er kwam € 85.000,- bij.\n\nEn drie miljoen mensen deden mee."),
        ("a-4", "Er ging vijfentachtigduizend euro naar de opvang."),
        ("a-5", "Er bleef 86 over."),
    ])
    .await;
    for asked in
        ["85000", "-85.000", "85.000,-", "€ 85.000,-", "vijfentachtigduizend", "85 duizend"]
    {
        assert_eq!(ids(&running, asked).await, set(&["a-3", "a-4"]), "{asked}");
    }
    for asked in ["drie miljoen", "3.000.000", "3 mln"] {
        assert_eq!(ids(&running, asked).await, set(&["a-3"]), "{asked}");
    }
    let answer = running.search(query("-85.000")).await.unwrap();
    assert_eq!((answer.read_as.as_str(), answer.notes[0].kind()), ("85.000", QueryNoteKind::Sign));
    let words = hits(&running, "85000").await.into_iter().find(|hit| hit.external_id == "a-4");
    assert_eq!(marked(&words.unwrap()), ["vijfentachtigduizend"]);
    running.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_passage_is_linked_to_the_page_that_shows_its_language() {
    let both = Content {
        narratives: [("nl", "Over vrede.\n\nEn hulp."), ("en", "About peace.\n\nAnd aid.")]
            .map(|(language, markdown)| Narrative {
                language: language.to_owned(),
                markdown: markdown.to_owned(),
            })
            .into(),
        ..testkit::content("")
    };
    let sandbox = Sandbox::new(Storage::example()).await;
    sandbox.storage.save(contribution("a-1", 1, both));
    sandbox.storage.save(text("a-2", 1, "De oorlog."));
    sandbox.storage.publish();
    let running = sandbox.started().await;
    for (asked, language, page) in
        [("vrede", "nl", "?lang=nl#"), ("peace", "en", "?lang=en#"), ("oorlog", "nl", "/1#")]
    {
        let request =
            SearchRequest { query: asked.into(), as_written: true, ..all(Scope::Published) };
        let found = running.search(request).await.unwrap().hits;
        let passage = &found[0].passages[0];
        assert_eq!(passage.language, language, "{asked}");
        assert!(passage.url.contains(page), "{asked}: {}", passage.url);
        assert!(!found[0].url.contains('?'), "{}", found[0].url);
    }
    running.stop().await.unwrap();
}

/// By the score alone, the many weapons of a short text would come first.
#[tokio::test(flavor = "multi_thread")]
async fn words_as_they_were_asked_for_come_before_what_stands_for_them() {
    let (_sandbox, running) = with_texts(&[
        ("a-1", "In Yemen, Yemen, Yemen."),
        ("a-2", &format!("{} Jemen.", "Veel andere zaken kwamen aan de orde. ".repeat(20))),
        ("a-3", &format!("{} Jemen en hulp.", "Veel andere zaken kwamen aan de orde. ".repeat(20))),
        ("a-4", "Hulp aan Yemen."),
    ])
    .await;
    let order = async |asked: &str| -> Vec<String> {
        hits(&running, asked).await.into_iter().map(|hit| hit.external_id).collect()
    };
    assert_eq!(order("jemen").await[2..], ["a-1", "a-4"], "those with the word itself are first");
    assert_eq!(order("yemen").await[..2], ["a-1", "a-4"], "the control");
    assert_eq!(order("jemen hulp").await[..2], ["a-3", "a-4"], "more of the words go before");
    running.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_word_that_nothing_has_is_named() {
    let (_sandbox, running) = with_texts(&[
        ("a-1", "Het geweld tegen vrouwen in oorlogen."),
        ("a-2", "De genderbalans bij missies."),
    ])
    .await;
    let asked = async |asked: &str| {
        let answer = running.search(query(asked)).await.unwrap();
        let would_find = answer.would_find.into_iter().map(|other| other.query);
        (answer.unmatched_words, would_find.collect::<Vec<_>>(), answer.total)
    };
    let of = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
    let (unmatched, would_find, total) = asked("geweld xqzwvk vrouwen").await;
    assert_eq!((unmatched, would_find), (of(&["xqzwvk"]), of(&["geweld vrouwen"])));
    assert_eq!(total, 1);
    assert_eq!(asked("xqzwvk").await, (of(&["xqzwvk"]), vec![], 0));
    assert_eq!(asked("geweld vrouwen in").await.0, of(&[]), "the control");
    assert_eq!(asked("gewelt vrouwen").await.0, of(&[]), "a word that is corrected");
    assert_eq!(
        asked("\"xqzwvk\" NOT qwvxz geweld").await.0,
        of(&[]),
        "neither phrase nor excluded"
    );
    running.stop().await.unwrap();
}

/// Version 2 gives `1-a` another code, and splits `1-b`; nothing says what became of the third.
#[tokio::test(flavor = "multi_thread")]
async fn an_indicator_finds_what_it_was_in_earlier_versions() {
    let mut first = testkit::framework();
    first.version = 1;
    let old = |id: &str| Indicator {
        id: id.to_owned(),
        code: id.to_owned(),
        ..first.goals[0].indicators[0].clone()
    };
    let indicators = vec![old("1-a"), old("1-b"), old("1-c")];
    let new = |id: &str, code: &str| Indicator { code: code.to_owned(), ..old(id) };
    let later = vec![new("1-a", "9-z"), new("b1", "9-x"), new("b2", "9-y"), new("c2", "1-w")];
    first.goals[0].indicators = indicators;
    let mut second = Framework { version: 2, ..first.clone() };
    second.goals[0].indicators = later;
    second.links = vec![IndicatorLink {
        kind: LinkKind::Split,
        from: vec!["1-b".to_owned()],
        to: vec!["b1".to_owned(), "b2".to_owned()],
    }];
    let cycle = Cycle { framework_version: 1, ..testkit::cycle() };
    let sandbox = Sandbox::new(Storage::new(first, cycle)).await;
    for id in ["1-a", "1-b", "1-c"] {
        let content =
            Content { indicators: vec![id.to_owned()], ..testkit::content("Er kwam iets.") };
        sandbox.storage.save(contribution(id, 1, content));
    }
    let running = sandbox.started().await;
    let found = async |code: &str| {
        let hits = hits(&running, &format!("indicator:{code}")).await;
        let links = hits.iter().flat_map(|hit| &hit.linked_indicators);
        let links: Vec<(String, Vec<i32>)> =
            links.map(|link| (link.indicator.clone(), link.kinds.clone())).collect();
        (hits.len(), links)
    };
    assert_eq!(found("9-z").await.0, 0, "version 2 is not there yet");
    sandbox.publish(&[sandbox.storage.register(second)]).await;
    running.reaches(4).await;
    assert_eq!(found("9-z").await, (1, vec![("1-a".to_owned(), vec![])]));
    let split = vec![("1-b".to_owned(), vec![wire::v1::LinkKind::Split.into()])];
    assert_eq!(found("9-x").await, (1, split.clone()));
    assert_eq!(found("9-y").await, (1, split.clone()));
    assert_eq!(found("1-w").await, (0, vec![]), "what nothing links is another");
    assert_eq!(found("1-a").await, (1, vec![]), "the control");
    let alone = SearchRequest { as_written: true, ..query("indicator:9-z") };
    assert_eq!(running.search(alone).await.unwrap().total, 0);
    running.reindex().await.unwrap();
    assert_eq!(found("9-x").await, (1, split), "an index that was made anew");
    running.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn codes_dates_and_phrases_are_marked_where_they_are_whole() {
    let words =
        "Zie bz-1-2 van 2021-03-08 over 1.0-b: de vrede van Utrecht, 1 of 2 b, 8 maart 2021.";
    let (_sandbox, running) =
        with_texts(&[("a-1", words), ("a-2", "In 2021, 1 of 2 b en bz.")]).await;
    for (asked, expected) in [
        ("bz-1-2", "bz-1-2"),
        ("2021-03-08", "2021-03-08"),
        ("1.0-b", "1.0-b"),
        ("\"vrede van Utrecht\"", "vrede van Utrecht"),
    ] {
        let found = hits(&running, asked).await;
        let [hit] = found.as_slice() else { panic!("{asked}: {found:?}") };
        assert_eq!(marked(hit), [expected], "{asked}");
    }
    running.stop().await.unwrap();
}

/// A correction would find what nobody asked for.
#[tokio::test(flavor = "multi_thread")]
async fn a_name_is_never_corrected_and_as_written_nothing_is() {
    let (_sandbox, running) = with_texts(&[
        ("a-1", "Een pool van bemiddelaars, de child protection, het land, spanne en Clingendael."),
        ("a-2", "Iets anders."),
    ])
    .await;
    for asked in ["Chili", "Polen", "Spanje", "Duitsland"] {
        let answer = running.search(query(asked)).await.unwrap();
        assert_eq!((answer.total, answer.corrections.len()), (0, 0), "{asked}");
    }
    assert_eq!(ids(&running, "clingendeal").await.len(), 1, "the control");
    let alone = SearchRequest { as_written: true, ..query("clingendeal") };
    let answer = running.search(alone).await.unwrap();
    assert_eq!((answer.total, answer.corrections.len()), (0, 0));
    running.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn signs_of_other_search_engines_are_noted() {
    let (_sandbox, running) =
        with_texts(&[("a-1", "Het geweld tegen vrouwen."), ("a-2", "De genderbalans.")]).await;
    for (asked, expected, kind) in [
        ("ge*eld", "a-1", QueryNoteKind::InnerWildcard),
        ("gend?rbalans", "a-2", QueryNoteKind::InnerWildcard),
        ("geweld~2", "a-1", QueryNoteKind::Operator),
        ("geweld^3", "a-1", QueryNoteKind::Operator),
        ("geweld && vrouwen", "a-1", QueryNoteKind::Operator),
        ("geweld !genderbalans", "a-1", QueryNoteKind::Operator),
        ("geweld NEAR/3 vrouwen", "a-1", QueryNoteKind::Operator),
    ] {
        let answer = running.search(query(asked)).await.unwrap();
        let kinds: Vec<QueryNoteKind> = answer.notes.iter().map(QueryNote::kind).collect();
        let found: Vec<&str> = answer.hits.iter().map(|hit| hit.external_id.as_str()).collect();
        assert_eq!((found.as_slice(), kinds.as_slice()), (&[expected][..], &[kind][..]), "{asked}");
    }
    assert_eq!(ids(&running, "geweld || genderbalans").await.len(), 2);
    running.stop().await.unwrap();
}
