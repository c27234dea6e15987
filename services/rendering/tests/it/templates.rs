//! A template at fault gets the place of its fault, and sees nothing but the edition and its own files.

use model::Format;
use rendering::{Error, Template, TemplateFault, Workers};

use crate::sandbox::{config, report, template, trap};

async fn faults(template: Template, format: Format) -> Vec<TemplateFault> {
    let workers = Workers::start(config(), template, fonts::Config::default()).await.unwrap();
    match workers.render(&report("trap"), format, "nl").await.unwrap_err() {
        Error::TemplateFaults(faults) => faults,
        other => panic!("{other}"),
    }
}

/// Renders with this main file and expects one fault at this line with these words.
async fn check(report: &str, line: u32, words: &str) {
    let found = faults(template(&[("report.typ", report)]), Format::Pdf).await;
    let [fault] = found.as_slice() else { panic!("{found:?}") };
    assert_eq!((fault.file.as_str(), fault.line), ("report.typ", line), "{fault}");
    assert!(fault.column > 0 && fault.message.contains(words), "{fault}");
}

#[tokio::test]
async fn a_fault_has_file_line_and_reason() {
    check("= A\n\n#unknown-word", 3, "unknown variable: unknown-word").await;
    check("= A\n#(1 + \"a\")", 2, "cannot add integer and string").await;
    check("#let a = (1,\n", 1, "unclosed delimiter").await;
    let broken = template(&[("narrative.typ", "#let theme = 1\n#let x = 1 +\n")]);
    let found = faults(broken, Format::Pdf).await;
    assert_eq!((found[0].file.as_str(), found[0].line), ("narrative.typ", 2), "{found:?}");
    assert_eq!(
        found[0].to_string(),
        format!("narrative.typ:2:{}: {}", found[0].column, found[0].message)
    );
}

#[tokio::test]
async fn faulty_labels_have_file_line_and_reason() {
    for format in [Format::Html, Format::Pdf] {
        let found =
            faults(template(&[("messages.nl.ftl", "# A\nedition-goal = A\n")]), format).await;
        assert_eq!((found[0].file.as_str(), found[0].line), ("messages.nl.ftl", 2), "{found:?}");
    }
}

#[tokio::test]
async fn nothing_outside_the_template_can_be_read() {
    for path in
        ["/etc/passwd", "../../../../etc/passwd", "/proc/self/environ", "file:///etc/passwd"]
    {
        for call in ["read", "json", "image", "include"] {
            let call = if call == "include" {
                format!("include \"{path}\"")
            } else {
                format!("{call}(\"{path}\")")
            };
            let found = faults(trap(&call), Format::Pdf).await;
            let refused = ["not found", "escape", "outside", "not allowed", "cannot contain"];
            assert!(
                refused.iter().any(|word| found[0].message.contains(word)),
                "{call}: {found:?}"
            );
            assert!(!found[0].message.contains("root:"), "{call}");
        }
    }
}

#[tokio::test]
async fn packages_are_refused() {
    check("= A\n#import \"@preview/cetz:0.3.4\"", 2, "not found").await;
    check("#import \"@local/own:1.0.0\": x", 1, "not found").await;
}
