//! `framework series`: an indicator over all cycles.

use rpc::all_pages;
use wire::v1 as pb;

use crate::{
    client::{Client, ask},
    commands::{framework::version_of, lines, some, word},
    error::Error,
    output::Output,
};

pub(super) async fn run(
    framework: &str,
    indicator: String,
    client: &Client,
    output: Output,
) -> Result<(), Error> {
    let (framework, version) = version_of(framework)?;
    let request = pb::ListIndicatorSeriesRequest {
        framework,
        version,
        indicator,
        ..pb::ListIndicatorSeriesRequest::default()
    };
    let cycles = all_pages(|page_token| {
        let request = pb::ListIndicatorSeriesRequest { page_token, ..request.clone() };
        async move {
            let page = client.frameworks().list_indicator_series(ask(request)).await?.into_inner();
            Ok((page.cycles, page.next_page_token))
        }
    })
    .await?;
    let series = pb::ListIndicatorSeriesResponse { cycles, ..Default::default() };
    output.message(series, |series| lines(&series.cycles, in_cycle, "no cycle yet"))
}

fn in_cycle(in_cycle: &pb::IndicatorInCycle) -> String {
    let pb::IndicatorInCycle { cycle, framework_version, edition, indicators, answers } = in_cycle;
    let related = lines(indicators, related, "nothing is declared");
    let head = format!("{cycle}  version {framework_version}  {}", related.replace('\n', ", "));
    let none = if edition.is_empty() { "nothing is published yet" } else { "no answer" };
    if indicators.is_empty() {
        return head;
    }
    format!("{head}\n  {}", lines(answers, answer, none).replace('\n', "\n  "))
}

fn related(related: &pb::RelatedIndicator) -> String {
    let kinds = related.kinds().map(|kind| word(kind.as_str_name(), "LINK_KIND_"));
    let kinds = kinds.collect::<Vec<_>>().join(" and ");
    let code = &related.code;
    if kinds.is_empty() { code.clone() } else { format!("{code} ({kinds})") }
}

fn answer(answer: &pb::IndicatorAnswer) -> String {
    let pb::IndicatorAnswer { organisation, contribution, indicators, figures, .. } = answer;
    let status = word(answer.answer().as_str_name(), "ANSWER_STATUS_");
    let figures: Vec<String> = figures.iter().map(figure).collect();
    let line = format!(
        "{organisation} {contribution}  {}  {status}  {}",
        indicators.join(", "),
        figures.join("; ")
    );
    line.trim_end().to_owned()
}

fn figure(figure: &pb::Figure) -> String {
    let pb::Figure { value, per, unit, label, counts, from, until, .. } = figure;
    let value = match figure.kind() {
        pb::FigureKind::Amount => format!("{unit} {value}"),
        pb::FigureKind::Percentage => format!("{value} %"),
        pb::FigureKind::Ratio => format!("{value} : {per}"),
        pb::FigureKind::Count | pb::FigureKind::Unspecified => format!("{value} {unit}"),
    };
    let label = some(label).or(some(counts)).map_or(String::new(), |label| format!("{label}: "));
    let period = match (some(from), some(until)) {
        (Some(from), Some(until)) => format!(" ({from} to {until})"),
        (Some(from), None) => format!(" (from {from})"),
        (None, Some(until)) => format!(" (until {until})"),
        (None, None) => String::new(),
    };
    format!("{label}{}{period}", value.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_figure_says_what_it_counts_and_of_when() {
        let amount = pb::Figure {
            kind: pb::FigureKind::Amount.into(),
            value: "35".into(),
            unit: "EUR".into(),
            ..pb::Figure::default()
        };
        assert_eq!(figure(&amount), "EUR 35");
        let whole = pb::Figure {
            label: "Subsidie".into(),
            from: "2021-01-01".into(),
            until: "2021-06-30".into(),
            ..amount.clone()
        };
        assert_eq!(figure(&whole), "Subsidie: EUR 35 (2021-01-01 to 2021-06-30)");
        let counted = pb::Figure { counts: "betaald".into(), until: "2021-06-30".into(), ..amount };
        assert_eq!(figure(&counted), "betaald: EUR 35 (until 2021-06-30)");
    }
}
