//! Templates, and text that looks like one.

use std::fs;

use end_to_end::{Server, voortgang};

use crate::prepared::{item, prepare, prepared, write};

#[test]
fn typst_code_in_a_text_appears_as_it_is() {
    let (folder, server) = prepared();
    let code = "Zie #read(\"/etc/passwd\") en #import \"x\" en $x$ en @ref en #eval(\"1\").";
    server.cli(&["submit", &write(folder.path(), "a.yaml", item(code))]).ok();
    let out = folder.path().join("out");
    server
        .cli(&[
            "publish",
            "proef/2021",
            "--date",
            "2022-01-01",
            "--out",
            &out.display().to_string(),
        ])
        .ok();
    let text = std::process::Command::new("pdftotext")
        .args(["-raw"])
        .arg(out.join("proef-2021-1.pdf"))
        .arg("-")
        .output()
        .expect("pdftotext");
    let text: String = String::from_utf8_lossy(&text.stdout).split_whitespace().collect();
    assert!(text.contains("#read(\"/etc/passwd\")") && text.contains("#eval(\"1\")"), "{text}");
    assert!(!text.contains("root:"), "{text}");
}

#[test]
fn a_broken_template_fails_its_job_with_file_and_line_and_can_be_retried() {
    let folder = tempfile::tempdir().unwrap();
    let template = folder.path().join("template");
    fs::create_dir_all(&template).unwrap();
    fs::write(template.join("report.typ"), "\n#unknown-function()\n").unwrap();
    let data = folder.path().join("data");
    let server = Server::start_with(
        &data,
        &[("VOORTGANG__RENDERING__TEMPLATE_DIR", &template.display().to_string())],
    );
    prepare(&server, folder.path());
    server.cli(&["submit", &write(folder.path(), "a.yaml", item("Tekst."))]).ok();
    let publish = ["publish", "proef/2021", "--date", "2022-01-01", "--wait"];
    let output = server.cli(&publish).fails(1);
    assert!(output.contains("report.typ:2"), "{output}");
    drop(server);
    let server = Server::start(&data);
    let output = server.cli(&[publish.as_slice(), &["--retry"]].concat()).ok();
    assert!(output.contains("published"), "{output}");
}

#[test]
fn check_config_reports_what_is_wrong_with_a_template_and_its_settings() {
    let folder = tempfile::tempdir().unwrap();
    let template = folder.path().join("template");
    fs::create_dir_all(&template).unwrap();
    let file = folder.path().join("voortgang.toml");
    let data = folder.path().join("data");
    let config = |more: &str| {
        let text = format!("data = {data:?}\n{more}\n[rendering]\ntemplate_dir = {template:?}\n");
        fs::write(&file, text).unwrap();
        voortgang(&["check-config", &file.display().to_string()])
    };
    fs::write(
        template.join("theme.json"),
        include_str!("../../../services/rendering/template/theme.json"),
    )
    .unwrap();
    config("").ok();
    assert!(!data.exists(), "a check made a folder");
    fs::write(template.join("report.typ"), "= Titel\n\n#onbekend()\n").unwrap();
    let output = config("http_port = 7400").fails(1);
    assert!(output.contains("INVALID_CONFIGURATION") && output.contains("2 faults"), "{output}");
    assert!(
        output.contains("report.typ:3") && output.contains("unknown variable: onbekend"),
        "{output}"
    );
    assert!(output.contains("http_port: is the same as grpc_port (PORT_TWICE)"), "{output}");
    fs::remove_dir_all(&template).unwrap();
    let output = config("").fails(1);
    assert!(output.contains("cannot be read") && output.contains("template"), "{output}");
}
