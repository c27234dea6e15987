//! Contribution files.

use crate::prepared::{item, prepared, write};

#[test]
fn each_bad_contribution_is_refused_with_field_and_reason() {
    let (folder, server) = prepared();
    let good = item("Tekst.");
    for (text, reason) in [
        (good.replace("goals: ['1']", "goals: ['9']"), "UNKNOWN_GOAL"),
        (good.replace("[1-a]", "[9-z]"), "UNKNOWN_INDICATOR"),
        (good.replace("organisation: alfa", "organisation: beta"), "UNKNOWN_ORGANISATION"),
        (item("<script>alert(1)</script>"), "RAW_HTML"),
        (item(&format!("{}diep", "> ".repeat(1_000))), "TOO_DEEP"),
        (item(&"- a\n".repeat(60_000)), "TOO_MANY_BLOCKS"),
        (item(&"- punt\n".repeat(100_000)), "TOO_LONG"),
    ] {
        let output = server.cli(&["submit", &write(folder.path(), "bad.yaml", text)]).fails(1);
        assert!(
            output.contains(reason) && output.contains("0 accepted, 0 unchanged, 1 rejected"),
            "{reason}:\n{output}"
        );
    }
    let other_cycle = server
        .cli(&["submit", &write(folder.path(), "bad.yaml", &good), "--cycle", "proef/2022"])
        .fails(1);
    assert!(other_cycle.contains("CYCLE_NOT_FOUND"), "{other_cycle}");
    let not_utf_8 = [good.as_bytes(), b"# \xff\n"].concat();
    let output = server.cli(&["submit", &write(folder.path(), "bad.yaml", not_utf_8)]).fails(1);
    assert!(output.contains("NOT_UTF_8"), "{output}");
    assert_eq!(
        server.cli(&["submit", &write(folder.path(), "good.yaml", &good)]).ok().lines().last(),
        Some("1 accepted, 0 unchanged, 0 rejected")
    );
}
