//! Which words find which texts.

use std::collections::BTreeSet;

use model::Content;
use wire::v1::{Dimension, Filter, SearchRequest};

use crate::{
    sandbox::Sandbox,
    service::{ids, query, with_texts},
    storage::{Storage, contribution},
};

#[tokio::test(flavor = "multi_thread")]
async fn a_word_that_no_text_has_is_corrected_and_the_answer_says_so() {
    let (_sandbox, running) = with_texts(&[("a-1", "Clingendael over Jemen.")]).await;
    let answer = running.search(query("clingendeal jemen")).await.unwrap();
    assert_eq!(answer.total, 1);
    let corrections = answer.corrections.iter();
    let corrections: Vec<_> =
        corrections.map(|word| (&*word.word, word.alternatives.concat())).collect();
    assert_eq!(corrections, [("clingendeal", "clingendael".to_owned())]);
    assert_eq!(answer.corrected_query, "clingendael jemen");
    let answer = running.search(query("clingendael jemen")).await.unwrap();
    assert_eq!((answer.corrections.len(), answer.corrected_query.as_str()), (0, ""), "the control");
    running.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_without_hits_says_what_would_find_something() {
    let (_sandbox, running) = with_texts(&[("a-1", "De vrede in Jemen.")]).await;
    let would_find = async |request: SearchRequest| {
        let answer = running.search(request).await.unwrap();
        let other = answer.would_find.into_iter();
        let other = other.map(|other| (other.query, other.without_filters, other.total));
        (answer.total, other.collect::<Vec<_>>())
    };
    let phrase = would_find(query("\"vrede bewaren\"")).await;
    let words = ["vrede bewaren", "vrede"].map(|query| (query.to_owned(), false, 1));
    assert_eq!(phrase, (0, words.to_vec()));
    let filters = vec![Filter { dimension: Dimension::Year.into(), values: vec!["1999".into()] }];
    let filtered = would_find(SearchRequest { filters, ..query("vrede") }).await;
    assert_eq!(filtered, (0, vec![("vrede".to_owned(), true, 1)]));
    assert_eq!(would_find(query("vrede")).await, (1, Vec::new()), "the control");
    running.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hit_has_the_words_of_its_text_that_match() {
    let (_sandbox, running) = with_texts(&[("a-1", "Vrouwen en de vrouw. Vrede.")]).await;
    let answer = running.search(query("vrouw")).await.unwrap();
    assert_eq!(answer.hits[0].matched_words, ["vrouw", "vrouwen"]);
    let answer = running.search(query("")).await.unwrap();
    assert!(answer.hits[0].matched_words.is_empty(), "everything is asked for");
    running.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_word_with_a_wildcard_finds_every_word_that_begins_so() {
    let texts: Vec<(String, String)> =
        (0..60).map(|number| (format!("a-{number}"), format!("vrouw{number:02}x"))).collect();
    let texts: Vec<(&str, &str)> = texts.iter().map(|(id, text)| (&**id, &**text)).collect();
    let (_sandbox, running) = with_texts(&texts).await;
    assert_eq!(ids(&running, query("vrouw*")).await.len(), 60);
    assert_eq!(ids(&running, query("vrouw1*")).await.len(), 10);
    running.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn words_before_a_wildcard_stand_before_it() {
    let (_sandbox, running) =
        with_texts(&[("a-1", "co-ordinatie van hulp"), ("a-2", "ordinair"), ("a-3", "co")]).await;
    assert_eq!(ids(&running, query("co-ordin*")).await, BTreeSet::from(["a-1".to_owned()]));
    running.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sign_between_words_is_not_looked_for() {
    let (_sandbox, running) = with_texts(&[("a-1", "vrede"), ("a-2", "vrede en veiligheid")]).await;
    for (asked, expected) in [("vrede &", 2), ("vrede AND &", 2), ("vrede & AND veiligheid", 1)] {
        let answer = running.search(query(asked)).await.unwrap();
        assert_eq!((answer.total, answer.relaxed), (expected, false), "{asked}");
    }
    assert_eq!(running.search(query("&")).await.unwrap().total, 0);
    running.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn codes_of_organisations_are_found_in_capitals() {
    let (_sandbox, running) = with_texts(&[("a-1", "vrede")]).await;
    assert_eq!(ids(&running, query("organisatie:ALFA antwoord:Reported")).await.len(), 1);
    assert_eq!(ids(&running, query("organisatie:BETA")).await.len(), 0);
    running.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn fields_take_the_values_that_people_see() {
    let (_sandbox, running) = with_texts(&[
        ("a-1", "Steun in Irak."),
        ("a-2", "De Iraakse overheid."),
        ("a-3", "Iets anders."),
    ])
    .await;
    for (asked, expected) in [
        ("ministerie:alfa", 3),
        ("status:gerapporteerd", 3),
        ("status:\"deels beantwoord\"", 0),
        ("pijler:EEN", 3),
        ("pijler:1", 3),
        ("pijler:2", 0),
        ("pijler:\"Pijler een\"", 3),
        ("doel:1 OF doel:9", 3),
        ("jaar:2021", 3),
        ("jaar:2020..2021", 3),
        ("jaar:>2020", 3),
        ("jaar:>2021", 0),
        ("jaar:<2021", 0),
        ("land:Irak", 2),
        ("country:Iraq", 2),
        ("land:Jemen", 0),
        ("-land:Irak", 1),
        ("land:Irak jaar:2021", 2),
    ] {
        assert_eq!(ids(&running, query(asked)).await.len(), expected, "{asked}");
    }
    running.stop().await.unwrap();
}

/// A text that each of these queries finds.
async fn finds(texts: &[(&str, &str)], queries: &[(&str, &str)]) {
    let (_sandbox, running) = with_texts(texts).await;
    for (asked, expected) in queries {
        let found = running.found(query(asked)).await;
        let first = found.first().map(|(id, _)| id.as_str());
        assert_eq!(first, Some(*expected), "{asked}");
    }
    running.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn compounds_and_their_parts_find_each_other() {
    let texts = [
        ("a-1", "Nederland beperkt de wapenexport."),
        ("a-2", "Steun voor organisaties die opkomen voor vrouwenrechten."),
        ("a-3", "De genderanalyses van de missie."),
        ("a-4", "Iets anders."),
    ];
    let queries = [
        ("export van wapens", "a-1"),
        ("vrouwenrechtenorganisaties", "a-2"),
        ("analyse gender", "a-3"),
        ("genderanalyse", "a-3"),
    ];
    finds(&texts, &queries).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_compound_that_no_text_has_finds_its_head_where_little_else_answers() {
    let (_sandbox, running) = with_texts(&[
        ("a-1", "Er is nieuw beleid."),
        ("a-2", "Alle landen."),
        ("a-3", "Iets anders."),
    ])
    .await;
    let found = ids(&running, query("landenbeleid")).await;
    assert_eq!(found, BTreeSet::from(["a-1".to_owned()]));
    assert!(ids(&running, query("\"landenbeleid\"")).await.is_empty());
    running.stop().await.unwrap();
    let texts: Vec<String> = (0..10).map(|number| format!("b-{number}")).collect();
    let mut texts: Vec<(&str, &str)> =
        texts.iter().map(|id| (&**id, "Het landenbeleid.")).collect();
    texts.push(("a-1", "Er is nieuw beleid."));
    let (_sandbox, running) = with_texts(&texts).await;
    assert!(!ids(&running, query("landenbeleid")).await.contains("a-1"));
    running.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_word_is_found_however_it_was_typed() {
    let texts = [
        ("a-1", "De bee\u{308}indiging van de financie\u{308}n."),
        ("a-2", "Krapte op de arbeids\u{ad}markt\u{200b}krapte."),
        ("a-3", "De N.A.V.O. vergadert\u{b2}."),
    ];
    let queries = [
        ("beëindiging", "a-1"),
        ("beeindiging", "a-1"),
        ("financien", "a-1"),
        ("beëind*", "a-1"),
        ("arbeidsmarktkrapte", "a-2"),
        ("navo", "a-3"),
        ("N.A.V.O.", "a-3"),
        ("vergadert", "a-3"),
    ];
    finds(&texts, &queries).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn numbers_and_papers_are_found_however_they_are_written() {
    let texts = [
        ("a-1", "Er ging € 574.000 naar het fonds."),
        ("a-2", "In totaal is 35.000.000 besteed."),
        ("a-3", "Zie Kamerstukken II 2020/21, 27 925, nr. 808 over de missie."),
        ("a-4", "Er is 27 925 keer gebeld, en 35 mensen kwamen."),
    ];
    let queries = [
        ("574000 euro", "a-1"),
        ("574.000", "a-1"),
        ("EUR 574 000", "a-1"),
        ("35 mln", "a-2"),
        ("35 miljoen", "a-2"),
        ("27925-808", "a-3"),
        ("27 925, nr. 808", "a-3"),
        ("kamerstuk 27925", "a-3"),
        ("kst-27925-808", "a-3"),
    ];
    finds(&texts, &queries).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_finds_its_goal_first() {
    let sandbox = Sandbox::new(Storage::example()).await;
    let with_goal = |id: &str, goal: &str, words: &str| {
        let content = Content { goals: vec![goal.into()], ..testkit::content(words) };
        sandbox.storage.save(contribution(id, 1, content));
    };
    with_goal("a-1", "1", "Onder 1.1, 1.1 en 1.1 staat meer over doel 1.1.");
    with_goal("a-2", "1.1", "Iets over vrede.");
    let running = sandbox.started().await;
    for (asked, expected) in
        [("1.1", "a-2"), ("doel 1.1", "a-2"), ("doel 1", "a-1"), ("vrede 1.1", "a-2")]
    {
        let found = running.found(query(asked)).await;
        assert_eq!(found[0].0, expected, "{asked}");
    }
    running.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_has_more_of_the_words_comes_first() {
    let texts = [
        ("a-1", "vrede vrede vrede vrede"),
        ("a-2", "Een lange tekst over veel zaken, en aan het einde vrede en hulp en water."),
        ("a-3", "hulp hulp en vrede vrede"),
    ];
    let (_sandbox, running) = with_texts(&texts).await;
    let answer = running.search(query("vrede hulp water")).await.unwrap();
    let found: Vec<&str> = answer.hits.iter().map(|hit| hit.external_id.as_str()).collect();
    assert_eq!(found, ["a-2", "a-3", "a-1"]);
    assert!(answer.relaxed, "a contribution with one of the words follows");
    assert!(!running.search(query("vrede")).await.unwrap().relaxed);
    running.stop().await.unwrap();
}
