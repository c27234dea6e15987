//! No setting of the program gives up its promise that an acknowledged write reaches every consumer.

use std::process::Command;

use end_to_end::{program, voortgang};

/// Section and key of what only the program of the fault tests switches off.
const SWITCHES: [(&str, &str); 2] = [("storage", "outbox"), ("bus", "confirms")];

#[test]
fn a_configuration_that_could_lose_data_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("voortgang.toml");
    let name = file.display().to_string();
    for (section, key) in SWITCHES {
        std::fs::write(&file, format!("[{section}]\n{key} = \"off-for-fault-tests\"\n")).unwrap();
        let refusal = voortgang(&["check-config", &name]).fails(1);
        assert!(refusal.contains(&format!("unknown field: found `{key}`")), "{refusal}");
        std::fs::write(&file, format!("[{section}]\n")).unwrap();
        voortgang(&["check-config", &name]).ok();
    }
}

#[test]
fn an_environment_that_could_lose_data_is_refused() {
    for (section, key) in SWITCHES {
        let variable = format!("VOORTGANG__{section}__{key}").to_uppercase();
        let output = Command::new(program())
            .args(["up", "--grpc-port", "0", "--http-port", "0"])
            .env(variable, "off-for-fault-tests")
            .current_dir(std::env::temp_dir())
            .output()
            .unwrap();
        let refusal = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(1), "{refusal}");
        assert!(refusal.contains(&format!("unknown field: found `{key}`")), "{refusal}");
    }
}
