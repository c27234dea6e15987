use std::{fmt::Write as _, path::Path};

use super::*;

/// The matrix as `docs/ACCESS.md` has it.
fn matrix() -> String {
    let mut text = String::from("| call | anybody |");
    for (_, name) in Role::NAMES {
        let _ = write!(text, " {name} |");
    }
    text.push_str(" on its own account | audited |\n|");
    text.push_str(&" --- |".repeat(4 + Role::NAMES.len()));
    text.push('\n');
    for method in Method::ALL {
        let Rule { is_open, roles, services, by, audit } = rule(method);
        let (_, name) = method.path().rsplit_once('.').unwrap();
        let _ = write!(text, "| {name} | {} |", if is_open { "open" } else { "" });
        for (role, _) in Role::NAMES {
            match (roles.contains(&role), by) {
                (true, Some(by)) => drop(write!(text, " by {by} |")),
                (true, None) => text.push_str(" yes |"),
                (false, _) => text.push_str(" |"),
            }
        }
        let services: Vec<&str> = services.iter().map(|service| service.name()).collect();
        let audit = match audit {
            Audit::No => String::new(),
            Audit::Always(action) => format!("`{action}`"),
            Audit::UnlessPublic(action) => format!("`{action}`, unless public"),
        };
        let _ = writeln!(text, " {} | {audit} |", services.join(", "));
    }
    text
}

/// After a change of the table run `VOORTGANG_GENERATE=1 cargo test -p storage the_document` to write it anew.
#[test]
fn the_document_has_the_table() {
    const START: &str = "<!-- the table -->\n";
    const END: &str = "<!-- its end -->\n";
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/ACCESS.md");
    let document = std::fs::read_to_string(&file).unwrap();
    let (before, rest) = document.split_once(START).unwrap();
    let (_, after) = rest.split_once(END).unwrap();
    let expected = format!("{before}{START}{}{END}{after}", matrix());
    #[expect(
        clippy::disallowed_methods,
        reason = "the environment says whether the test writes the file"
    )]
    let generates = std::env::var("VOORTGANG_GENERATE").is_ok();
    if generates {
        std::fs::write(&file, &expected).unwrap();
    }
    assert_eq!(std::fs::read_to_string(&file).unwrap(), expected, "write docs/ACCESS.md anew");
}
