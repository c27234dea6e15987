//! Hits of a search as lines of a file, for whoever goes on with them elsewhere.
//!
//! Invariant: no cell of a table begins as a formula does, and a list that was not read in full is an error.

mod sheet;

use std::collections::HashSet;

use model::{AnswerStatus, ContributionState};
use serde_json::json;

use self::sheet::Sheet;
use crate::v1::{Hit, PassageHit, SearchResponse};

/// Stands before a table: without it a spreadsheet takes UTF-8 for another encoding.
const BYTE_ORDER_MARK: &str = "\u{feff}";

/// Marks in snippets.
const MARKS: [char; 2] = ['\u{e000}', '\u{e001}'];
/// Names of the columns of a table.
const COLUMNS: [&str; 12] = [
    "edition",
    "cycle",
    "organisation",
    "external_id",
    "goals",
    "indicators",
    "answer",
    "state",
    "text",
    "permalink",
    "content_hash",
    "citation",
];
/// How many hits of a list one call is asked for.
pub const HITS_PER_PAGE: i32 = 100;

/// The form of a file of hits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HitFormat {
    /// A table (RFC 4180), with the names of its columns first.
    Csv,
    /// A JSON object on each line.
    JsonLines,
    /// A spreadsheet with the same table.
    Xlsx,
}

impl HitFormat {
    /// The form of files whose names end so.
    pub fn of_ending(ending: &str) -> Option<Self> {
        match ending {
            "csv" => Some(Self::Csv),
            "jsonl" => Some(Self::JsonLines),
            "xlsx" => Some(Self::Xlsx),
            _ => None,
        }
    }

    /// How names of its files end.
    pub fn ending(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::JsonLines => "jsonl",
            Self::Xlsx => "xlsx",
        }
    }

    /// Its media type.
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Csv => "text/csv; charset=utf-8; header=present",
            Self::JsonLines => "application/jsonl",
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        }
    }
}

/// Writes hits into a file.
pub struct HitWriter {
    format: HitFormat,
    /// What the addresses of hits begin with.
    site: String,
    /// The spreadsheet, where it is one.
    sheet: Option<Sheet>,
}

impl std::fmt::Debug for HitWriter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("HitWriter").field("format", &self.format).finish_non_exhaustive()
    }
}

impl HitWriter {
    /// A writer of hits whose addresses begin with that of the pages, such as `https://voortgang.example.nl`; where it is empty,
    /// they stay relative.
    ///
    /// # Errors
    ///
    /// Where the temporary file of a spreadsheet cannot be made.
    pub fn new(format: HitFormat, site: &str) -> Result<Self, Unwritable> {
        let sheet = (format == HitFormat::Xlsx).then(|| Sheet::new(&COLUMNS)).transpose()?;
        Ok(Self { format, site: site.trim_end_matches('/').to_owned(), sheet })
    }

    /// What stands before the first hit.
    pub fn head(&self) -> Vec<u8> {
        match self.format {
            HitFormat::Csv => {
                let columns = table([COLUMNS.map(ToOwned::to_owned)]);
                [BYTE_ORDER_MARK.as_bytes(), &columns].concat()
            }
            HitFormat::JsonLines | HitFormat::Xlsx => Vec::new(),
        }
    }

    /// Hits, one after the other; nothing of a spreadsheet before its end.
    ///
    /// # Errors
    ///
    /// Where a spreadsheet does not take them.
    pub fn lines(&mut self, hits: &[Hit]) -> Result<Vec<u8>, Unwritable> {
        let hits: Vec<Hit> = hits.iter().map(|hit| on_site(hit, &self.site)).collect();
        if let Some(sheet) = &mut self.sheet {
            sheet.add(hits.iter().map(cells))?;
            return Ok(Vec::new());
        }
        Ok(match self.format {
            HitFormat::Csv => table(hits.iter().map(|hit| cells(hit).map(neutralised))),
            HitFormat::JsonLines | HitFormat::Xlsx => hits.iter().flat_map(json_line).collect(),
        })
    }

    /// What stands behind the last hit.
    ///
    /// # Errors
    ///
    /// Where a spreadsheet cannot be put together.
    pub fn end(&mut self) -> Result<Vec<u8>, Unwritable> {
        Ok(self.sheet.take().map(Sheet::into_bytes).transpose()?.unwrap_or_default())
    }
}

/// Why a spreadsheet of hits cannot be written.
#[derive(Debug, thiserror::Error)]
#[error("the spreadsheet cannot be written: {0}")]
pub struct Unwritable(#[from] rust_xlsxwriter::XlsxError);

/// A hit whose addresses are whole.
fn on_site(hit: &Hit, site: &str) -> Hit {
    let mut hit = hit.clone();
    let addresses = hit.passages.iter_mut().map(|passage| &mut passage.url);
    for address in addresses.chain([&mut hit.url]).filter(|address| !address.is_empty()) {
        address.insert_str(0, site);
    }
    hit
}

fn table<const N: usize>(rows: impl IntoIterator<Item = [String; N]>) -> Vec<u8> {
    let mut builder = csv::WriterBuilder::new();
    builder.terminator(csv::Terminator::CRLF);
    let mut writer = builder.from_writer(Vec::new());
    for row in rows {
        writer.write_record(&row).expect("rows of one length can always be written to memory");
    }
    writer.into_inner().expect("memory takes all that is written")
}

fn cells(hit: &Hit) -> [String; COLUMNS.len()] {
    let texts = hit.passages.iter().map(|passage| plain(&passage.snippet));
    [
        hit.edition.clone(),
        hit.cycle.clone(),
        hit.organisation.clone(),
        hit.external_id.clone(),
        hit.goals.join(" "),
        hit.indicators.join(" "),
        answer(hit).to_owned(),
        state(hit).to_owned(),
        texts.collect::<Vec<_>>().join("\n"),
        hit.url.clone(),
        hit.content_hash.clone(),
        citation(hit),
    ]
}

/// A cell that a spreadsheet takes for text, whatever it begins with.
pub fn neutralised(cell: String) -> String {
    let begins_formula =
        cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']);
    if begins_formula { format!("'{cell}") } else { cell }
}

fn json_line(hit: &Hit) -> Vec<u8> {
    let passage = |passage: &PassageHit| {
        let text = plain(&passage.snippet);
        json!({"id": passage.id, "text": text, "permalink": passage.url})
    };
    let line = json!({
        "edition": hit.edition,
        "cycle": hit.cycle,
        "organisation": hit.organisation,
        "external_id": hit.external_id,
        "goals": hit.goals,
        "indicators": hit.indicators,
        "answer": answer(hit),
        "state": state(hit),
        "passages": hit.passages.iter().map(passage).collect::<Vec<_>>(),
        "citation": {
            "edition": hit.edition,
            "permalink": hit.url,
            "content_hash": hit.content_hash,
            "text": citation(hit),
        },
    });
    let mut line = line.to_string().into_bytes();
    line.push(b'\n');
    line
}

/// How a text refers to a contribution: who wrote it, in which edition, where it stands, and by which hash it is checked.
fn citation(hit: &Hit) -> String {
    let place = if hit.edition.is_empty() { &hit.cycle } else { &hit.edition };
    let parts = [&hit.organisation, &hit.external_id, place, &hit.url];
    let known = parts.into_iter().filter(|part| !part.is_empty()).map(String::as_str);
    let place = known.collect::<Vec<_>>().join(", ");
    if hit.content_hash.is_empty() {
        place
    } else {
        format!("{place}, sha256:{}", hit.content_hash)
    }
}

fn answer(hit: &Hit) -> &'static str {
    AnswerStatus::try_from(hit.answer()).map_or("", |answer| answer.name())
}

fn state(hit: &Hit) -> &'static str {
    ContributionState::try_from(hit.state()).map_or("", |state| state.name())
}

fn plain(snippet: &str) -> String {
    snippet.replace(MARKS, "")
}

/// Why a list of hits was not read in full.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Incomplete {
    /// Its pages end before it does.
    #[error("{read} of {total} hits can be read; narrow the question down")]
    Ended {
        /// How many were read.
        read: u64,
        /// How many there are.
        total: u64,
    },
    /// Its pages are not those of one list.
    #[error("the results changed while they were read; try again")]
    Changed,
}

/// The pages of a list of hits, as they are read.
#[derive(Debug, Default)]
pub struct HitPages {
    total: Option<u64>,
    seen: HashSet<String>,
}

impl HitPages {
    /// Takes a page, and returns the token of the next one; none behind the last.
    pub fn next(&mut self, page: &SearchResponse) -> Result<Option<String>, Incomplete> {
        let total = *self.total.get_or_insert(page.total);
        let is_new = |hit: &Hit| {
            let Hit { cycle, organisation, external_id, url, .. } = hit;
            // A draft may have neither id nor address.
            let key = if external_id.is_empty() && url.is_empty() {
                self.seen.len().to_string()
            } else {
                [cycle, organisation, external_id, url].map(String::as_str).join("\n")
            };
            self.seen.insert(key)
        };
        if total != page.total || !page.hits.iter().all(is_new) {
            return Err(Incomplete::Changed);
        }
        let read = self.seen.len() as u64;
        match page.next_page_token.as_str() {
            "" if read < total => Err(Incomplete::Ended { read, total }),
            "" => Ok(None),
            token => Ok(Some(token.to_owned())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hit(id: &str) -> Hit {
        Hit {
            external_id: id.to_owned(),
            organisation: "bz".to_owned(),
            goals: vec!["1".to_owned(), "1.1".to_owned()],
            cycle: "plan/2021".to_owned(),
            edition: "plan/2021/2".to_owned(),
            passages: vec![PassageHit {
                id: "p0".to_owned(),
                snippet: "=SOM(1), \u{e000}vrede\u{e001} \"nu\"".to_owned(),
                url: format!("/plan/2021/2#bz/{id}/p0"),
                language: "nl".to_owned(),
            }],
            url: format!("/plan/2021/2#bz/{id}"),
            content_hash: "ab".repeat(32),
            ..Hit::default()
        }
    }

    #[test]
    fn a_table_has_a_row_for_each_hit_and_no_formula() {
        let mut writer = HitWriter::new(HitFormat::Csv, "https://a.nl/").unwrap();
        let text = String::from_utf8(writer.lines(&[hit("-1+2"), hit("a")]).unwrap()).unwrap();
        let mut lines = text.split("\r\n");
        let hash = "ab".repeat(32);
        assert_eq!(
            lines.next().unwrap(),
            format!(
                "plan/2021/2,plan/2021,bz,'-1+2,1 1.1,,,,\"'=SOM(1), vrede \"\"nu\"\"\",https://a.nl/plan/2021/2#bz/-1+2,{hash},\
                 \"bz, -1+2, plan/2021/2, https://a.nl/plan/2021/2#bz/-1+2, sha256:{hash}\""
            )
        );
        assert_eq!((lines.count(), COLUMNS.len()), (2, text.lines().next().map_or(0, fields)));
        let head = String::from_utf8(writer.head()).unwrap();
        assert_eq!(head.trim_end(), format!("\u{feff}{}", COLUMNS.join(",")));
        assert!(writer.end().unwrap().is_empty());
        for begin in ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＠"] {
            assert!(neutralised(format!("{begin}1")).starts_with('\''), "{begin:?}");
        }
        assert_eq!(neutralised("1=1".to_owned()), "1=1", "the control");
    }

    /// How many fields a line has, by a reader that is not ours.
    fn fields(line: &str) -> usize {
        let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(line.as_bytes());
        reader.records().next().unwrap().unwrap().len()
    }

    #[test]
    fn each_line_of_json_is_a_hit_with_its_citation() {
        let mut writer = HitWriter::new(HitFormat::JsonLines, "").unwrap();
        let text = String::from_utf8(writer.lines(&[hit("a"), hit("b")]).unwrap()).unwrap();
        let lines: Vec<serde_json::Value> =
            text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(lines.len(), 2);
        assert_eq!(lines[1]["passages"][0]["text"], "=SOM(1), vrede \"nu\"");
        assert_eq!(lines[1]["citation"]["edition"], "plan/2021/2");
        assert_eq!(lines[1]["citation"]["permalink"], "/plan/2021/2#bz/b");
        assert_eq!(lines[1]["citation"]["content_hash"], "ab".repeat(32));
        assert!(writer.head().is_empty() && writer.end().unwrap().is_empty());
    }

    #[test]
    fn a_spreadsheet_has_the_same_table_and_the_same_bytes() {
        let file = || {
            let mut writer = HitWriter::new(HitFormat::Xlsx, "https://a.nl").unwrap();
            let begun = [writer.head(), writer.lines(&[hit("=1+2"), hit("a")]).unwrap()];
            assert!(begun.concat().is_empty(), "nothing before its end");
            writer.end().unwrap()
        };
        let bytes = file();
        assert_eq!(bytes, file());
        let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
        let sheet = archive.by_name("xl/worksheets/sheet1.xml").unwrap();
        let xml = std::io::read_to_string(sheet).unwrap();
        let rows: Vec<&str> = xml.split("<row ").skip(1).collect();
        assert_eq!(rows.len(), 3, "{xml}");
        let filled = cells(&hit("=1+2")).iter().filter(|cell| !cell.is_empty()).count();
        assert_eq!(rows[1].matches("<c ").count(), filled, "{}", rows[1]);
        for text in ["=1+2", "=SOM(1), vrede \"nu\"", "https://a.nl/plan/2021/2#bz/=1+2"] {
            assert!(rows[1].contains(&format!("<t>{text}</t>")), "{text} in {}", rows[1]);
        }
        assert!(!xml.contains("<f>"), "no formula");
    }

    #[test]
    fn a_list_that_was_not_read_in_full_is_an_error() {
        let page = |hits: &[&str], total, token: &str| SearchResponse {
            hits: hits.iter().map(|id| hit(id)).collect(),
            total,
            next_page_token: token.to_owned(),
            ..SearchResponse::default()
        };
        let read = |pages: &[SearchResponse]| {
            let mut read = HitPages::default();
            pages.iter().try_fold(None, |_, page| read.next(page))
        };
        let first = page(&["a", "b"], 3, "next");
        assert_eq!(read(std::slice::from_ref(&first)), Ok(Some("next".to_owned())));
        assert_eq!(read(&[first.clone(), page(&["c"], 3, "")]), Ok(None));
        let ended = read(&[first.clone(), page(&[], 3, "")]);
        assert_eq!(ended, Err(Incomplete::Ended { read: 2, total: 3 }));
        assert_eq!(read(&[first.clone(), page(&["b"], 3, "")]), Err(Incomplete::Changed));
        assert_eq!(read(&[first, page(&["c"], 4, "")]), Err(Incomplete::Changed));
    }
}
