//! Words that stand for one another: terms, abbreviations, and those of an installation.

use std::collections::BTreeSet;

use search::Config;
use wire::v1::{Scope, SearchRequest, WideningSource};

use crate::{
    sandbox::{Running, Sandbox, all},
    service::{query, with_texts},
    storage::{Storage, text},
};

/// The texts that a query finds, and what its words were widened by.
async fn widened(
    running: &Running,
    request: SearchRequest,
) -> (BTreeSet<String>, Vec<(String, String, WideningSource)>) {
    let answer = running.search(request).await.unwrap();
    let widenings = answer.widenings.iter();
    let widenings =
        widenings.map(|found| (found.words.clone(), found.alternative.clone(), found.source()));
    (answer.hits.iter().map(|hit| hit.external_id.clone()).collect(), widenings.collect())
}

#[tokio::test(flavor = "multi_thread")]
async fn words_find_what_stands_for_them_and_the_answer_says_so() {
    let (_sandbox, running) = with_texts(&[
        ("a-1", "Steun in Yemen."),
        ("a-2", "De agenda Women, Peace and Security."),
        ("a-3", "Nederland beperkt de wapenexport."),
        ("a-4", "Iets anders over landbouw."),
        ("a-5", "De wapenexportcontrole is streng."),
    ])
    .await;
    for (asked, expected, alternative, source) in [
        ("jemen", "a-1", "Yemen", WideningSource::Country),
        ("WPS", "a-2", "women, peace and security", WideningSource::Thesaurus),
        (
            "vrouwen, vrede en veiligheid",
            "a-2",
            "women, peace and security",
            WideningSource::Thesaurus,
        ),
        ("export van wapens", "a-3", "wapenexport", WideningSource::Compound),
        ("wapen export", "a-3", "wapenexport", WideningSource::Compound),
        ("wapen-export", "a-3", "wapenexport", WideningSource::Compound),
        ("wapen export controle", "a-5", "wapenexportcontrole", WideningSource::Compound),
    ] {
        let (found, widenings) = widened(&running, query(asked)).await;
        assert!(found.contains(expected) && !found.contains("a-4"), "{asked}: {found:?}");
        let is_shown = |(_, known, by): &(String, String, WideningSource)| {
            known == alternative && *by == source
        };
        assert!(widenings.iter().any(is_shown), "{asked}: {widenings:?}");
    }
    for asked in ["\"jemen\"", "-jemen landbouw", "landbouw"] {
        let (found, widenings) = widened(&running, query(asked)).await;
        assert!(!found.contains("a-1") && widenings.is_empty(), "{asked}: {widenings:?}");
    }
    let alone = SearchRequest { as_written: true, ..query("WPS") };
    assert_eq!(widened(&running, alone).await, (BTreeSet::new(), Vec::new()));
    running.stop().await.unwrap();
}

/// Abbreviations come from public editions alone, and go with them.
#[tokio::test(flavor = "multi_thread")]
async fn abbreviations_are_those_that_published_texts_explain() {
    let (sandbox, running) = with_texts(&[
        ("a-1", "Het Fonds voor Lokale Initiatieven (FLI) groeit."),
        ("a-2", "Het FLI gaf geld."),
    ])
    .await;
    let asked =
        |scope| SearchRequest { query: "fonds voor lokale initiatieven".into(), ..all(scope) };
    let (_, widenings) = widened(&running, asked(Scope::Working)).await;
    assert!(
        widenings.iter().all(|(.., source)| *source != WideningSource::Abbreviation),
        "{widenings:?}"
    );
    sandbox.publish(&[sandbox.storage.publish()]).await;
    running.reaches(3).await;
    for scope in [Scope::Working, Scope::Published] {
        let (found, widenings) = widened(&running, asked(scope)).await;
        assert!(found.contains("a-2"), "{found:?}");
        let expected =
            ("fonds voor lokale initiatieven".into(), "FLI".into(), WideningSource::Abbreviation);
        assert!(widenings.contains(&expected), "{widenings:?}");
    }
    running.stop().await.unwrap();
    let running = sandbox.started().await;
    assert!(widened(&running, asked(Scope::Published)).await.0.contains("a-2"), "after a restart");
    sandbox.publish(&[sandbox.storage.withdraw(1)]).await;
    running.reaches(4).await;
    let (_, widenings) = widened(&running, asked(Scope::Working)).await;
    assert!(
        widenings.iter().all(|(.., source)| *source != WideningSource::Abbreviation),
        "{widenings:?}"
    );
    running.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_installation_has_terms_of_its_own_and_a_wrong_file_keeps_search_from_starting() {
    let sandbox = Sandbox::new(Storage::example()).await;
    sandbox.storage.save(text("a-1", 1, "De dijkverzwaring vordert."));
    let synonyms = sandbox.folder.path().join("synonyms.toml");
    std::fs::write(&synonyms, "[[concept]]\nnl = [\"waterkering\", \"dijkverzwaring\"]\n").unwrap();
    let config = Config { index: sandbox.index(), synonyms: synonyms.clone(), ..Config::default() };
    let running = sandbox.start_with(config.clone()).await;
    running.answers().await;
    let (found, widenings) = widened(&running, query("waterkering")).await;
    assert!(found.contains("a-1"));
    let expected = ("waterkering".into(), "dijkverzwaring".into(), WideningSource::Installation);
    assert_eq!(widenings, [expected]);
    running.stop().await.unwrap();
    std::fs::write(&synonyms, "[[concept]]\nnl = [\"waterkering\"]\n").unwrap();
    let error = sandbox.start_with(config).await.ends().await.unwrap_err();
    assert!(format!("{error:#}").contains("concept 1"), "{error:#}");
}
