//! `suggest`.

use wire::v1::{SuggestRequest, Suggestion, SuggestionKind};

use crate::{
    cli::SuggestArgs,
    client::{Client, ask},
    commands::lines,
    error::Error,
    output::{Output, counted},
};

pub(crate) async fn run(
    arguments: SuggestArgs,
    client: &Client,
    output: Output,
) -> Result<(), Error> {
    let SuggestArgs { beginning, limit } = arguments;
    let request = SuggestRequest { beginning, max_suggestions: limit };
    let found = client.search().suggest(ask(request)).await?.into_inner();
    output.message(found, |found| lines(&found.suggestions, line, "nothing published begins so"))
}

fn line(suggestion: &Suggestion) -> String {
    let Suggestion { text, query, kind: _, contributions } = suggestion;
    let kind = match suggestion.kind() {
        SuggestionKind::Word | SuggestionKind::Unspecified => "word",
        SuggestionKind::Country => "country",
        SuggestionKind::Organisation => "organisation",
        SuggestionKind::Goal => "goal",
        SuggestionKind::Indicator => "indicator",
    };
    format!("{query}  {kind}, {}: {text}", counted(*contributions, "contribution"))
}
