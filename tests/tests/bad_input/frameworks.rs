//! Framework files.

use std::fmt::Write as _;

use crate::prepared::{FRAMEWORK, prepared, write};

#[test]
fn each_fault_of_a_framework_file_is_reported_with_its_place() {
    let (folder, server) = prepared();
    for (from, to, reason, line) in [
        ("  pillar: een", "  pillar: twee", "UNKNOWN_PILLAR", 12),
        ("  statement: Doel", "  statement: ''", "STATEMENT_MISSING", 13),
        ("  kind: strategic_goal", "  kind: subgoal\n  parent: '9'", "UNKNOWN_PARENT", 12),
        ("  kind: strategic_goal", "  kind: subgoal\n  parent: '1'", "PARENT_CYCLE", 12),
        ("language: nl", "language: nl\ncolour: blue", "UNKNOWN_KEY", 4),
        (
            "- {code: een, name: Een}",
            "- {code: een, name: Een}\n- {code: een, name: Twee}",
            "DUPLICATE_CODE",
            9,
        ),
    ] {
        let file = write(folder.path(), "bad.yaml", FRAMEWORK.replacen(from, to, 1));
        let output = server.cli(&["framework", "add", &file]).fails(1);
        assert!(
            output.contains(reason) && output.contains(&format!("bad.yaml:{line}:")),
            "{reason} at {line}:\n{output}"
        );
    }
    let list = server.cli(&["framework", "list", "--json"]).json();
    assert_eq!(list["frameworks"][0]["version"], 1, "a bad file changed something");
}

#[test]
fn a_file_with_hundreds_of_faults_has_each_of_them_reported() {
    let (folder, server) = prepared();
    let mut text = FRAMEWORK.to_owned();
    for i in 0..700 {
        writeln!(
            text,
            "- {{code: '1.{i}', kind: subgoal, pillar: een, parent: '9', statement: Doel}}"
        )
        .unwrap();
    }
    let output =
        server.cli(&["framework", "add", &write(folder.path(), "bad.yaml", text)]).fails(1);
    assert_eq!(output.matches("(UNKNOWN_PARENT)").count(), 700, "{output}");
}
