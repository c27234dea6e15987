//! Queries.

use crate::prepared::prepared;

#[test]
fn hostile_queries_are_answered_and_say_how_they_were_read() {
    let (_folder, server) = prepared();
    for (query, note) in [
        ("(".repeat(20_000), "a parenthesis without a second one"),
        ("\"a b\"~1000000000".into(), "behind `~` stands a number"),
        ("*a".into(), "a `*` stands behind"),
        ("kleur:rood".into(), "no such field"),
        ("woord ".repeat(600), "too long"),
    ] {
        let output = server.cli(&["search", &query]).ok();
        assert!(output.contains(note), "{note}:\n{output}");
    }
    assert_eq!(server.cli(&["search", "vrede", "--json"]).json()["total"], 0);
    let (status, _, page) = server.get("/zoeken?q=%28%28");
    assert_eq!(status, 200);
    assert!(page.contains("haakje zonder tweede"), "{page}");
}
