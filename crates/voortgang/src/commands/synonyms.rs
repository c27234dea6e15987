//! `synonyms list`, `check` and `add`.

use std::{fs, io::ErrorKind, path::Path};

use dutch::synonyms::{self, Concept};
use wire::v1::{Scope, SearchRequest};

use crate::{
    cli::{AddSynonymsArgs, SynonymsCommand},
    client::{self, Client, ask},
    commands::{lines, read},
    error::Error,
    output::Output,
    results::{ConceptShown, SynonymsChecked, SynonymsListed},
};

/// A concept that finds more than so many times what its rarest term finds is too wide.
const TOO_WIDE: u64 = 5;

pub(crate) async fn run(
    command: SynonymsCommand,
    server: Option<&str>,
    output: Output,
) -> Result<(), Error> {
    match command {
        SynonymsCommand::List { file } => list(file.as_deref(), output),
        SynonymsCommand::Check { file, texts } => {
            let client = if texts { Some(client::find(server)?) } else { None };
            check(&file, client.as_ref(), output).await
        }
        SynonymsCommand::Add(arguments) => add(&arguments, output),
    }
}

fn list(file: Option<&Path>, output: Output) -> Result<(), Error> {
    let concepts = if let Some(file) = file {
        named("installation", concepts(file)?)
    } else {
        let countries = named("country", synonyms::countries());
        named("thesaurus", synonyms::thesaurus()).into_iter().chain(countries).collect()
    };
    let listed = SynonymsListed { concepts };
    output.result(&listed, || lines(&listed.concepts, line, "no concepts"))
}

fn named(source: &str, concepts: Vec<Concept>) -> Vec<ConceptShown> {
    let shown = |Concept { terms, narrower, reason }: Concept| ConceptShown {
        source: source.to_owned(),
        terms,
        narrower,
        reason,
    };
    concepts.into_iter().map(shown).collect()
}

fn line(ConceptShown { source: _, terms, narrower, reason }: &ConceptShown) -> String {
    let narrower = if narrower.is_empty() {
        String::new()
    } else {
        format!("; narrower: {}", narrower.join(" | "))
    };
    let reason = if reason.is_empty() { String::new() } else { format!("  ({reason})") };
    format!("{}{narrower}{reason}", terms.join(" | "))
}

fn concepts(file: &Path) -> Result<Vec<Concept>, Error> {
    let text = String::from_utf8(read(file)?)
        .map_err(|_| Error::failed(format!("`{}` is not UTF-8", file.display())))?;
    synonyms::read(&text).map_err(|fault| Error::failed(format!("`{}`: {fault}", file.display())))
}

async fn check(file: &Path, client: Option<&Client>, output: Output) -> Result<(), Error> {
    let concepts = concepts(file)?;
    let mut findings: Vec<String> =
        synonyms::shared(&concepts).iter().map(ToString::to_string).collect();
    if let Some(client) = client {
        for (at, concept) in concepts.iter().enumerate() {
            findings.extend(held_against_texts(at + 1, concept, client).await?);
        }
    }
    let checked = SynonymsChecked { concepts: concepts.len() as u64, findings };
    output.result(&checked, || {
        let findings = lines(&checked.findings, Clone::clone, "nothing found");
        format!("{} concepts\n{findings}", checked.concepts)
    })
}

/// Terms that no published text has, and whether the concept is too wide.
async fn held_against_texts(
    place: usize,
    concept: &Concept,
    client: &Client,
) -> Result<Vec<String>, Error> {
    let mut findings = Vec::new();
    let (mut rarest, mut sum) = (u64::MAX, 0_u64);
    for term in concept.terms.iter().chain(&concept.narrower) {
        let request = SearchRequest {
            query: format!("\"{}\"", term.replace('"', " ")),
            scope: Scope::Published.into(),
            page_size: 1,
            as_written: true,
            ..SearchRequest::default()
        };
        let total = client.search().search(ask(request)).await?.into_inner().total;
        if total == 0 {
            findings.push(format!("concept {place}: no published text has `{term}`"));
        } else {
            rarest = rarest.min(total);
            sum = sum.saturating_add(total);
        }
    }
    if rarest != u64::MAX && rarest.saturating_mul(TOO_WIDE) < sum {
        findings.push(format!(
            "concept {place}: its rarest term is in {rarest} contributions, all of them are found {sum} times; it may be too wide"
        ));
    }
    Ok(findings)
}

fn add(arguments: &AddSynonymsArgs, output: Output) -> Result<(), Error> {
    let AddSynonymsArgs { file, nl, en, narrower, reason } = arguments;
    let before = match fs::read_to_string(file) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound => String::new(),
        Err(error) => {
            return Err(Error::failed(format!("`{}` cannot be read: {error}", file.display())));
        }
    };
    let text = format!("{before}{}", synonyms::block(nl, en, narrower, reason));
    let concepts = synonyms::read(&text).map_err(|fault| Error::failed(fault.to_string()))?;
    if let Some(fault) = synonyms::shared(&concepts).first() {
        return Err(Error::failed(fault.to_string()));
    }
    // A file that is half written would keep search from starting.
    let fresh = file.with_extension("part");
    fs::write(&fresh, text).and_then(|()| fs::rename(&fresh, file)).map_err(|error| {
        Error::failed(format!("`{}` cannot be written: {error}", file.display()))
    })?;
    let added = named("installation", concepts).pop();
    let listed = SynonymsListed { concepts: added.into_iter().collect() };
    output.result(&listed, || lines(&listed.concepts, line, ""))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn arguments(file: &Path, nl: &[&str]) -> AddSynonymsArgs {
        AddSynonymsArgs {
            file: file.to_owned(),
            nl: nl.iter().map(|term| (*term).to_owned()).collect(),
            en: Vec::new(),
            narrower: Vec::new(),
            reason: "a test".to_owned(),
        }
    }

    #[test]
    fn what_is_added_is_read_and_what_is_wrong_leaves_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("synonyms.toml");
        let output = Output { is_json: true };
        add(&arguments(&file, &["dijk", "waterkering"]), output).unwrap();
        add(&arguments(&file, &["gemaal", "poldergemaal"]), output).unwrap();
        let found = concepts(&file).unwrap();
        assert_eq!(found.len(), 2);
        assert_eq!(found[1].terms, ["gemaal", "poldergemaal"]);
        let before = fs::read(&file).unwrap();
        for wrong in [&["alleen"][..], &["dijk", "kade"], &["-", "a"]] {
            assert!(add(&arguments(&file, wrong), output).is_err(), "{wrong:?}");
        }
        assert_eq!(fs::read(&file).unwrap(), before);
    }
}
