//! The generated traits of frameworks onto the verbs: convert, call, convert; nothing else.

use model::{Indicator, Slug};
use rpc::Page;
use tonic::{Request, Response};
use wire::v1::{self as pb, framework_service_server::FrameworkService};

use crate::{
    Error,
    grpc::{
        Grpc, Reply,
        convert::{field, next_token, parse},
    },
    verbs::{Answer, InCycle, Registered, Related, series_page},
};

#[tonic::async_trait]
impl FrameworkService for Grpc {
    async fn register_framework(
        &self,
        request: Request<pb::RegisterFrameworkRequest>,
    ) -> Reply<pb::RegisterFrameworkResponse> {
        let pb::RegisterFrameworkRequest { framework, validate_only, again } = request.into_inner();
        let framework = field(framework, "framework")?;
        let Registered { framework, created, latest_version, findings } =
            self.0.register_framework(framework, again, validate_only).await?;
        Ok(Response::new(pb::RegisterFrameworkResponse {
            framework: Some(framework.into()),
            created,
            latest_version,
            findings: findings.into_iter().map(Into::into).collect(),
        }))
    }

    async fn get_framework(
        &self,
        request: Request<pb::GetFrameworkRequest>,
    ) -> Reply<pb::GetFrameworkResponse> {
        let pb::GetFrameworkRequest { code, version } = request.into_inner();
        let framework = self.0.framework(&parse::<Slug>(&code, "code")?, version).await?;
        Ok(Response::new(pb::GetFrameworkResponse { framework: Some(framework.into()) }))
    }

    async fn list_frameworks(
        &self,
        request: Request<pb::ListFrameworksRequest>,
    ) -> Reply<pb::ListFrameworksResponse> {
        let pb::ListFrameworksRequest { page_size, page_token } = request.into_inner();
        let page = Page::read(page_size, &page_token, "frameworks").map_err(Error::from)?;
        let frameworks = self.0.frameworks(&page.after, page.size).await?;
        let next_page_token =
            next_token(&frameworks, &page, "frameworks", |framework| framework.code.to_string());
        Ok(Response::new(pb::ListFrameworksResponse {
            frameworks: frameworks.into_iter().map(Into::into).collect(),
            next_page_token,
        }))
    }

    async fn list_indicator_series(
        &self,
        request: Request<pb::ListIndicatorSeriesRequest>,
    ) -> Reply<pb::ListIndicatorSeriesResponse> {
        let pb::ListIndicatorSeriesRequest { framework, version, indicator, page_size, page_token } =
            request.into_inner();
        let code = parse::<Slug>(&framework, "framework")?;
        let question = format!("series {framework} {version} {indicator}");
        let page = Page::read(page_size, &page_token, &question).map_err(Error::from)?;
        let page = series_page(page);
        let series = self.0.indicator_series(&code, version, &indicator, &page).await?;
        let next_page_token = next_token(&series, &page, &question, |one| one.cycle.to_string());
        Ok(Response::new(pb::ListIndicatorSeriesResponse {
            cycles: series.into_iter().map(in_cycle).collect(),
            next_page_token,
        }))
    }
}

fn in_cycle(in_cycle: InCycle) -> pb::IndicatorInCycle {
    let InCycle { cycle, framework_version, edition, indicators, answers } = in_cycle;
    pb::IndicatorInCycle {
        cycle: cycle.to_string(),
        framework_version,
        edition: edition.map_or(String::new(), |edition| edition.to_string()),
        indicators: indicators.into_iter().map(related).collect(),
        answers: answers.into_iter().map(answer).collect(),
    }
}

fn related(Related { indicator, kinds }: Related) -> pb::RelatedIndicator {
    let Indicator { code, statement, .. } = indicator;
    let kinds = kinds.into_iter().map(|kind| pb::LinkKind::from(kind).into()).collect();
    pb::RelatedIndicator { code, statement: Some(statement.into()), kinds }
}

fn answer(answer: Answer) -> pb::IndicatorAnswer {
    let Answer { organisation, contribution, indicators, status, figures } = answer;
    pb::IndicatorAnswer {
        organisation: organisation.to_string(),
        contribution,
        indicators,
        answer: status.map_or(pb::AnswerStatus::Unspecified, Into::into).into(),
        figures: figures.into_iter().map(Into::into).collect(),
    }
}
