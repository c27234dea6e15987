//! `framework series`: an indicator over all cycles.

use wire::v1 as pb;

use crate::{
    client::{Client, ask},
    commands::{framework::version_of, lines, word},
    output::Output,
    stop::Stop,
};

pub(super) async fn run(
    framework: &str,
    indicator: String,
    client: &Client,
    output: Output,
) -> Result<(), Stop> {
    let (framework, version) = version_of(framework)?;
    let mut request = pb::ListIndicatorSeriesRequest {
        framework,
        version,
        indicator,
        ..pb::ListIndicatorSeriesRequest::default()
    };
    let mut series = pb::ListIndicatorSeriesResponse::default();
    loop {
        let page = client.frameworks().list_indicator_series(ask(request.clone())).await?;
        let page = page.into_inner();
        series.cycles.extend(page.cycles);
        request.page_token = page.next_page_token;
        if request.page_token.is_empty() {
            break;
        }
    }
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
    let pb::Figure { value, per, unit, .. } = figure;
    match figure.kind() {
        pb::FigureKind::Amount => format!("{unit} {value}"),
        pb::FigureKind::Percentage => format!("{value} %"),
        pb::FigureKind::Ratio => format!("{value} : {per}"),
        pb::FigureKind::Count | pb::FigureKind::Unspecified => format!("{value} {unit}"),
    }
    .trim_end()
    .to_owned()
}
