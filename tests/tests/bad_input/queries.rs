//! Queries.

use crate::prepared::prepared;

#[test]
fn hostile_queries_are_refused_and_search_goes_on() {
    let (_folder, server) = prepared();
    for (query, reason) in [
        ("(".repeat(20_000), "QUERY_TOO_LONG"),
        ("(".repeat(100), "TOO_DEEP"),
        ("\"a b\"~1000000000".into(), "SLOP_TOO_LARGE"),
        ("*a".into(), "LEADING_WILDCARD"),
    ] {
        let output = server.cli(&["search", &query]).fails(1);
        assert!(output.contains(reason), "{reason}:\n{output}");
    }
    assert_eq!(server.cli(&["search", "vrede", "--json"]).json()["total"], 0);
    assert_eq!(server.get("/zoeken?q=%28%28").0, 400);
}
