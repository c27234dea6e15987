//! A decision of a review and its targets, in words.

use model::ReturnReason;
use wire::v1 as pb;

use crate::{
    commands::{names::Names, time, word},
    error::Error,
};

/// The decision in one line.
pub(crate) fn line(decision: &pb::Decision, names: &Names) -> String {
    let pb::Decision { number, version, actor, text, targets, organisations, .. } = decision;
    let kind = word(decision.kind().as_str_name(), "DECISION_KIND_");
    let time = time(decision.time.as_ref());
    let reason = ReturnReason::try_from(decision.reason()).map_or("", ReturnReason::name);
    let mut line =
        format!("{number}  {time}  {kind}  revision {version}  by {}", names.with_id(actor));
    if !organisations.is_empty() {
        line = format!("{line}  for {}", organisations.join(", "));
    }
    for part in [reason, text.as_str()].into_iter().filter(|part| !part.is_empty()) {
        line = format!("{line}  {part}");
    }
    let targets: Vec<String> = targets.iter().map(target_text).collect();
    if targets.is_empty() { line } else { format!("{line}  [{}]", targets.join(", ")) }
}

/// Reads a target: `figure:2`, a passage, or `PASSAGE:2` and `PASSAGE:2-3` for sentences of it.
pub(crate) fn target(text: &str) -> Result<pb::Target, Error> {
    let fault = || {
        Error::failed(format!(
            "`{text}` is no target; write PASSAGE, PASSAGE:2, PASSAGE:2-3 or figure:1"
        ))
    };
    let number = |text: &str| text.parse::<u32>().ok().filter(|n| *n > 0).ok_or_else(fault);
    let (passage, sentences) = text.split_once(':').unwrap_or((text, ""));
    if passage == "figure" {
        return Ok(pb::Target { figure: number(sentences)?, ..pb::Target::default() });
    }
    let is_bare = passage.len() == text.len();
    if passage.is_empty() || (sentences.is_empty() && !is_bare) {
        return Err(fault());
    }
    let passage = pb::Target { passage: passage.to_owned(), ..pb::Target::default() };
    if is_bare {
        return Ok(passage);
    }
    let (first, last) = sentences.split_once('-').unwrap_or((sentences, sentences));
    Ok(pb::Target { first_sentence: number(first)?, last_sentence: number(last)?, ..passage })
}

/// A target as [`target`] reads it.
pub(crate) fn target_text(target: &pb::Target) -> String {
    let pb::Target { passage, first_sentence, last_sentence, figure, .. } = target;
    match (passage.as_str(), *first_sentence, (*last_sentence).max(*first_sentence)) {
        ("", ..) => format!("figure:{figure}"),
        (passage, 0, _) => passage.to_owned(),
        (passage, first, last) if first == last => format!("{passage}:{first}"),
        (passage, first, last) => format!("{passage}:{first}-{last}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_reads_back_as_written() {
        for text in ["p5hk2m3n4q7", "p5hk2m3n4q7:2", "p5hk2m3n4q7:2-3", "figure:1"] {
            assert_eq!(target_text(&target(text).unwrap()), text);
        }
        for text in ["", ":1", "p1:", "p1:x", "p1:0", "p1:1-", "figure:", "figure:0"] {
            assert!(target(text).is_err(), "{text}");
        }
    }
}
