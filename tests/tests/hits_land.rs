//! Every permalink of every hit opens its words: in the page that it names, and at the same place of the HTML file in its
//! language. The PDF in its language has them too.

#![expect(clippy::unwrap_used, reason = "a test ends at what it does not expect")]

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use end_to_end::{Server, shared, voortgang};
use serde_json::Value;

/// Hits of a page.
const PAGE: &str = "100";

/// What hits link to, as it was opened.
struct Opened<'a> {
    server: &'a Server,
    /// Files of the editions without their endings, by the name of the edition.
    stems: BTreeMap<&'a str, PathBuf>,
    /// Texts by what they are of.
    texts: BTreeMap<String, String>,
}

impl Opened<'_> {
    /// What a page of the portal says.
    fn page(&mut self, address: &str) -> String {
        let server = self.server;
        let read = || {
            let (status, _, html) = server.get(address);
            assert_eq!(status, 200, "{address}");
            html
        };
        self.texts.entry(address.to_owned()).or_insert_with(read).clone()
    }

    /// The HTML file of an edition in a language.
    fn file(&mut self, edition: &str, language: &str) -> String {
        let path = self.path(edition, language, "html");
        let read = || fs::read_to_string(&path).unwrap();
        self.texts.entry(path.display().to_string()).or_insert_with(read).clone()
    }

    /// The letters of the PDF of an edition in a language.
    fn pdf(&mut self, edition: &str, language: &str) -> String {
        let path = self.path(edition, language, "pdf");
        let read = || {
            let output = Command::new("pdftotext").arg(&path).arg("-").output().unwrap();
            assert!(output.status.success(), "{}", path.display());
            letters(&String::from_utf8(output.stdout).unwrap())
        };
        self.texts.entry(path.display().to_string()).or_insert_with(read).clone()
    }

    fn path(&self, edition: &str, language: &str, ending: &str) -> PathBuf {
        let stem = &self.stems[edition];
        let of_language = stem.with_extension(format!("{language}.{ending}"));
        if of_language.is_file() { of_language } else { stem.with_extension(ending) }
    }

    /// Where a hit's passage is not; empty where its words are in page, HTML file and PDF.
    fn missing(&mut self, edition: &str, passage: &Value) -> Vec<String> {
        let text = |key: &str| passage[key].as_str().unwrap();
        let url = text("url");
        let (address, fragment) = url.split_once('#').unwrap();
        let id = decoded(fragment);
        let words = letters(&text("snippet").replace("**", "").replace('…', ""));
        let page = element(&self.page(address), &id);
        let file = element(&self.file(edition, text("language")), &id);
        let has = |found: Option<String>| found.is_some_and(|found| found.contains(&words));
        let printed = is_printed(&self.pdf(edition, text("language")), &words);
        let found = [("page", has(page)), ("file", has(file)), ("PDF", printed)];
        let lacking = found.into_iter().filter(|(_, has)| !has);
        lacking.map(|(what, _)| format!("{what}: {url}: {}", text("snippet"))).collect()
    }
}

/// A fragment without percent signs.
fn decoded(fragment: &str) -> String {
    let bytes = fragment.as_bytes();
    let mut decoded = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let escaped = fragment.get(at + 1..at + 3).filter(|_| bytes[at] == b'%');
        let byte = escaped.map(|hex| u8::from_str_radix(hex, 16).unwrap());
        at += if byte.is_some() { 3 } else { 1 };
        decoded.push(byte.unwrap_or(bytes[at - 1]));
    }
    String::from_utf8(decoded).unwrap()
}

/// The letters and digits of a text: spaces and line breaks are another's, and so are hyphens at the end of a line.
fn letters(text: &str) -> String {
    text.chars().filter(|letter| letter.is_alphanumeric()).collect()
}

/// Whether a PDF has the letters of a text, but for one place: there a page may end.
fn is_printed(pdf: &str, letters: &str) -> bool {
    let letters: Vec<char> = letters.chars().collect();
    let quarters = letters.chunks(letters.len().div_ceil(4).max(20));
    let missing = quarters.filter(|part| !pdf.contains(&part.iter().collect::<String>())).count();
    missing <= usize::from(80 < letters.len())
}

/// The letters of what begins at the element with an id, without tags; none where there is none.
fn element(html: &str, id: &str) -> Option<String> {
    let (_, rest) = html.split_once(&format!("id=\"{id}\""))?;
    let rest: String = rest.chars().take(30_000).collect();
    let mut text = String::new();
    for part in rest.split('<').enumerate().map(|(at, part)| {
        let shown = part.split_once('>').map_or("", |(_, shown)| shown);
        if at == 0 { part.trim_start_matches('>') } else { shown }
    }) {
        text.push_str(part);
    }
    let plain = [("&amp;", "&"), ("&#38;", "&"), ("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\"")];
    Some(letters(&plain.iter().fold(text, |text, (escaped, sign)| text.replace(escaped, sign))))
}

/// Follows all links of all hits of the queries; returns how many there were, in which languages, and what was not there.
fn follow(
    server: &Server,
    stems: BTreeMap<&str, PathBuf>,
    queries: &[String],
) -> (usize, BTreeSet<String>, Vec<String>) {
    let mut opened = Opened { server, stems, texts: BTreeMap::new() };
    let (mut count, mut languages, mut missing) = (0, BTreeSet::new(), Vec::new());
    let mut seen = BTreeSet::new();
    for query in queries {
        let found = server.cli(&["search", query, "--limit", PAGE, "--json"]).json();
        for hit in found["hits"].as_array().unwrap() {
            let edition = hit["edition"].as_str().unwrap();
            for passage in hit["passages"].as_array().unwrap() {
                if seen.insert(format!("{}{}", passage["url"], passage["snippet"])) {
                    count += 1;
                    languages.insert(passage["language"].as_str().unwrap().to_owned());
                    missing.extend(opened.missing(edition, passage));
                }
            }
        }
    }
    (count, languages, missing)
}

#[test]
fn every_hit_of_the_example_opens_its_words_in_either_language() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let arguments = ["demo", "--once", "--data", data.to_str().unwrap()];
    voortgang(&[&arguments[..], &["--grpc-port", "0", "--http-port", "0"]].concat()).ok();
    let server = Server::start(&data);
    let mut stems = BTreeMap::new();
    for (edition, cycle) in
        [("voorbeeldplan-vvv/2021/1", "2021"), ("voorbeeldplan-vvv/2022-2023/1", "2022-2023")]
    {
        let out = folder.path().join(cycle);
        let out = out.to_str().unwrap();
        let shown = server.cli(&["edition", "show", edition, "--json"]).json();
        let day = shown["date"].as_str().unwrap();
        let name = format!("voorbeeldplan-vvv/{cycle}");
        let publish = ["publish", &name, "--date", day, "--language", "nl,en", "--out", out];
        server.cli(&publish).ok();
        let stem = edition.replace('/', "-");
        stems.insert(edition, Path::new(out).join(stem));
    }
    server.wait_until_indexed();
    let queries =
        ["women", "peace", "security", "the", "support", "vrouwen", "vrede", "veiligheid", "van"];
    let queries = queries.map(ToOwned::to_owned);
    let (count, languages, missing) = follow(&server, stems.clone(), &queries);
    assert!(missing.is_empty(), "{missing:#?}");
    assert!(40 < count, "{count}");
    assert_eq!(languages, BTreeSet::from(["en".to_owned(), "nl".to_owned()]));
    // The control: on the page of the other language they are not.
    let mut opened = Opened { server: &server, stems, texts: BTreeMap::new() };
    let found = server.cli(&["search", "peace", "--as-written", "--json"]).json();
    let mut passage = found["hits"][0]["passages"][0].clone();
    let edition = found["hits"][0]["edition"].as_str().unwrap();
    passage["url"] = passage["url"].as_str().unwrap().replace("lang=en", "lang=nl").into();
    assert_eq!(opened.missing(edition, &passage).len(), 1, "{passage}");
}

#[test]
fn every_hit_of_the_real_report_opens_its_words() {
    let Some(data) = shared("the links of all hits of the real report") else { return };
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(&folder.path().join("data"));
    let file = |name: &str| data.join("nap1325-iv").join(name).display().to_string();
    server.cli(&["framework", "add", &file("framework.yaml")]).ok();
    let period = ["--from", "2021-01-01", "--until", "2021-12-31"];
    server.cli(&[&["cycle", "open", "nap1325-iv"], &period[..]].concat()).ok();
    server.cli(&["submit", &file("contributions-2021.yaml")]).ok();
    let out = folder.path().join("out");
    let publish = ["publish", "nap1325-iv/2021", "--date", "2022-11-09", "--wait", "--out"];
    server.cli(&[&publish[..], &[out.to_str().unwrap()]].concat()).ok();
    server.wait_until_indexed();
    let judged = fs::read_to_string(data.join("search-judgements/queries.yaml")).unwrap();
    let queries = judged.lines().filter_map(|line| line.trim().strip_prefix("query: "));
    // Every fourth: each finds up to a hundred contributions of 48.
    let queries = queries.step_by(4).map(|query| query.trim_matches('\'').to_owned());
    let queries: Vec<String> = queries.collect();
    assert!(25 < queries.len(), "{}", queries.len());
    let stems = BTreeMap::from([("nap1325-iv/2021/1", out.join("nap1325-iv-2021-1"))]);
    let (count, _, missing) = follow(&server, stems, &queries);
    assert!(missing.is_empty(), "of {count}: {missing:#?}");
    assert!(100 < count, "{count}");
}
