//! PDF, HTML file and page of an edition say the same: headings, anchors, labels and numbers. In the PDF no word leaves its page or
//! stands over another.

#![expect(clippy::unwrap_used, reason = "a test ends at what it does not expect")]

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use end_to_end::{Server, shared, voortgang};

/// The three, as files.
#[derive(Debug)]
struct Published {
    pdf: PathBuf,
    html: PathBuf,
    page: PathBuf,
}

impl Published {
    /// The files that `publish` wrote under `stem`, and the page at `address`.
    fn of(server: &Server, stem: &Path, address: &str) -> Self {
        let (status, _, text) = server.get(address);
        assert_eq!(status, 200, "{address}");
        let page = stem.with_extension("page.html");
        fs::write(&page, text).unwrap();
        Self { pdf: stem.with_extension("pdf"), html: stem.with_extension("html"), page }
    }

    /// What differs between them; empty where nothing does.
    fn differences(&self) -> String {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("scripts/check_layout.py");
        let files = [&self.pdf, &self.html, &self.page];
        let check = Command::new("python3").arg(script).args(files).output().unwrap();
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        assert!(check.stderr.is_empty(), "{}", text(&check.stderr));
        if check.status.success() { String::new() } else { text(&check.stdout) }
    }

    /// The differences once `from` stands as `to` in the page or the file.
    fn planted(&self, into: &Path, from: &str, to: &str) -> String {
        let text = fs::read_to_string(into).unwrap();
        assert!(text.contains(from), "{from} is not in {}", into.display());
        fs::write(into, text.replacen(from, to, 1)).unwrap();
        let found = self.differences();
        fs::write(into, text).unwrap();
        found
    }

    /// Nothing differs, and what is planted in one of them is found.
    fn hold(&self, planted: &[(&str, &str)]) {
        assert_eq!(self.differences(), "");
        assert_eq!(testkit::misplaced(&self.pdf), [""; 0]);
        for (from, to) in planted {
            for into in [&self.html, &self.page] {
                assert_ne!(self.planted(into, from, to), "", "{to} in {}", into.display());
            }
        }
        // The same in file and page: only the PDF differs.
        let (from, to) = planted[0];
        for into in [&self.html, &self.page] {
            let text = fs::read_to_string(into).unwrap().replace(from, to);
            fs::write(into, text).unwrap();
        }
        let found = self.differences();
        assert!(found.contains("heading of the PDF"), "{found}");
    }
}

#[test]
fn the_example_says_the_same_in_every_format_and_on_its_page() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let arguments = ["demo", "--once", "--data", data.to_str().unwrap()];
    voortgang(&[&arguments[..], &["--grpc-port", "0", "--http-port", "0"]].concat()).ok();
    let server = Server::start(&data);
    for (cycle, planted) in [
        ("2021", [(">Doel 1</h4>", ">Subdoel 1</h4>"), ("id=\"bz:1\"", "id=\"bz:2x\"")]),
        ("2022-2023", [(">Doel 1</h4>", ">Doelen 1</h4>"), ("<td>30</td>", "<td>37</td>")]),
    ] {
        let stem = data.join(format!("published/voorbeeldplan-vvv-{cycle}-1"));
        let address = format!("/voorbeeldplan-vvv/{cycle}/1");
        Published::of(&server, &stem, &address).hold(&planted);
    }
}

#[test]
fn the_report_over_2021_says_the_same_in_every_format_and_on_its_page() {
    let Some(data) = shared("one layout of the real report") else { return };
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str| data.join("nap1325-iv").join(name).display().to_string();
    let server = Server::start(&folder.path().join("data"));
    server.cli(&["framework", "add", &file("framework.yaml")]).ok();
    let period = ["--from", "2021-01-01", "--until", "2021-12-31"];
    server.cli(&[&["cycle", "open", "nap1325-iv"], &period[..]].concat()).ok();
    server.cli(&["submit", &file("contributions-2021.yaml")]).ok();
    let out = folder.path().join("out").display().to_string();
    let publish = ["publish", "nap1325-iv/2021", "--date", "2022-11-09", "--wait", "--out", &out];
    server.cli(&[&publish[..], &["--format", "pdf,html,json"]].concat()).ok();
    let stem = folder.path().join("out/nap1325-iv-2021-1");
    Published::of(&server, &stem, "/nap1325-iv/2021/1").hold(&[
        (">Subdoel 1.1</h4>", ">Doel 1.1</h4>"),
        ("id=\"bz:1.1\"", "id=\"bz:1+1\""),
        ("niet beantwoord</p>", "onbeantwoord</p>"),
        ("deels beantwoord</p>", "beantwoord</p>"),
    ]);
}
