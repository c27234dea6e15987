//! `search --export`: all hits, page after page, never the whole list in memory.

use std::{
    fs::{self, File},
    io::{BufWriter, Write as _},
    path::Path,
};

use wire::{
    HITS_PER_PAGE, HitFormat, HitPages, HitWriter, Unwritable,
    v1::{SearchRequest, SearchResponse},
};

use crate::{
    client::{Client, ask},
    error::Error,
    output::{Output, counted},
};

/// The file appears under its name only once it is whole.
pub(crate) async fn run(
    file: &Path,
    site: &str,
    request: SearchRequest,
    client: &Client,
    output: Output,
) -> Result<(), Error> {
    let ending = file.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
    let format = HitFormat::of_ending(ending).ok_or_else(|| {
        Error::failed(format!("`{}` ends with none of .csv, .xlsx and .jsonl", file.display()))
    })?;
    let failed = |error: Unwritable| Error::failed(error.to_string());
    let mut hits = HitWriter::new(format, site).map_err(failed)?;
    let part = file.with_added_extension("part");
    let unwritable = |error: std::io::Error| {
        Error::failed(format!("`{}` cannot be written: {error}", part.display()))
    };
    let mut writer = BufWriter::new(File::create(&part).map_err(unwritable)?);
    writer.write_all(&hits.head()).map_err(unwritable)?;
    let mut request = SearchRequest { page_size: HITS_PER_PAGE, ..request };
    let mut pages = HitPages::default();
    let last = loop {
        let page = client.search().search(ask(request.clone())).await?.into_inner();
        let next = pages.next(&page).map_err(|error| Error::failed(error.to_string()))?;
        let lines = hits.lines(&page.hits).map_err(failed)?;
        writer.write_all(&lines).map_err(unwritable)?;
        match next {
            Some(token) => request.page_token = token,
            None => break page,
        }
    };
    writer.write_all(&hits.end().map_err(failed)?).map_err(unwritable)?;
    let whole = writer.into_inner().map_err(|error| unwritable(error.into_error()))?;
    whole.sync_all().and_then(|()| fs::rename(&part, file)).map_err(unwritable)?;
    // The hits are in the file.
    let summary = SearchResponse { hits: Vec::new(), ..last };
    output.message(summary, |found| {
        format!("{} in {}", counted(found.total, "contribution"), file.display())
    })
}
