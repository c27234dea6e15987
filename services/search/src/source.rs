//! Reads what events are about from storage.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use model::{
    Contribution, Cycle, CycleName, EditionName, Framework, Instant, InvalidField, Organisation,
};
use rpc::Channel;
use tonic::Request;
use wire::{
    Clients, internal,
    v1::{self as pb, read_edition_response::Part},
};

use crate::{Error, index::Change};

/// How long a call to storage may take.
const CALL_TIMEOUT: Duration = Duration::from_secs(30);
/// How long reading a whole edition may take.
const STREAM_TIMEOUT: Duration = Duration::from_mins(2);
/// Entries of a page.
const PAGE: i32 = 200;

/// What a cycle refers to. Immutable, so that it is read once.
type Context = (Arc<Cycle>, Arc<Framework>);

/// Storage as search sees it.
#[derive(Debug)]
pub(crate) struct Source {
    client: Clients<Channel>,
    contexts: Mutex<HashMap<String, Context>>,
}

fn ask<T>(message: T) -> Request<T> {
    rpc::deadline(message, CALL_TIMEOUT)
}

fn missing(name: &str) -> Error {
    Error::BadAnswer(InvalidField::new(name, "NOT_GIVEN", "is missing"))
}

fn read<M, T: TryFrom<M, Error = InvalidField>>(
    message: Option<M>,
    name: &str,
) -> Result<T, Error> {
    let message = message.ok_or_else(|| missing(name))?;
    T::try_from(message).map_err(Error::BadAnswer)
}

impl Source {
    pub(crate) fn new(channel: Channel) -> Self {
        Self { client: Clients::new(channel), contexts: Mutex::default() }
    }

    /// Records a search of the working index in the audit log, which keeps a hash of the question only.
    pub(crate) async fn record_search(
        &self,
        actor: String,
        origin: &str,
        asked: Vec<u8>,
    ) -> Result<(), Error> {
        let request = internal::RecordReadRequest {
            origin: origin.to_owned(),
            action: "working.search".to_owned(),
            object: "working".to_owned(),
            payload: asked.into(),
            actor,
        };
        // Without the identity of the caller: outsiders may not write to the audit log.
        let mut request = Request::new(request);
        request.set_timeout(CALL_TIMEOUT);
        self.client.reads().record_read(request).await?;
        Ok(())
    }

    /// The change that brings a contribution to its latest revision.
    pub(crate) async fn contribution(&self, id: &str) -> Result<Change, Error> {
        let request = pb::GetContributionRequest {
            id: id.to_owned(),
            ..pb::GetContributionRequest::default()
        };
        let answer = self.client.contributions().get_contribution(ask(request)).await?.into_inner();
        self.working(read(answer.contribution, "contribution")?).await
    }

    async fn working(&self, contribution: Contribution) -> Result<Change, Error> {
        let (cycle, framework) = self.context(&contribution.cycle).await?;
        let known = framework
            .organisations
            .iter()
            .find(|organisation| organisation.code == contribution.organisation);
        let organisation = known.cloned().map(Arc::new);
        Ok(Change::Working { contribution: Box::new(contribution), cycle, framework, organisation })
    }

    async fn context(&self, name: &CycleName) -> Result<Context, Error> {
        let known = self
            .contexts
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get(name.as_str())
            .cloned();
        if let Some(known) = known {
            return Ok(known);
        }
        let answer = self
            .client
            .cycles()
            .get_cycle(ask(pb::GetCycleRequest { name: name.to_string() }))
            .await?
            .into_inner();
        let cycle: Cycle = read(answer.cycle, "cycle")?;
        let request = pb::GetFrameworkRequest {
            code: cycle.framework.to_string(),
            version: cycle.framework_version,
        };
        let answer = self.client.frameworks().get_framework(ask(request)).await?.into_inner();
        let context: Context = (Arc::new(cycle), Arc::new(read(answer.framework, "framework")?));
        self.contexts
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(name.to_string(), context.clone());
        Ok(context)
    }

    /// Returns the change for an edition: published, or withdrawn.
    pub(crate) async fn edition(&self, name: &str) -> Result<Change, Error> {
        match rpc::within(STREAM_TIMEOUT, self.read_edition(name)).await {
            Err(Error::Storage(status)) if rpc::reason(&status).as_deref() == Some("WITHDRAWN") => {
                self.withdrawn(name).await
            }
            read => read,
        }
    }

    async fn withdrawn(&self, name: &str) -> Result<Change, Error> {
        let request = pb::GetEditionRequest { name: name.to_owned() };
        let answer = self.client.editions().get_edition(ask(request)).await?.into_inner();
        let edition = answer.edition.unwrap_or_default();
        Ok(Change::Withdrawn {
            name: name.parse().map_err(Error::BadAnswer)?,
            published: edition.publish_time.as_ref().map(wire::instant),
            withdrawn: edition
                .withdraw_time
                .as_ref()
                .map(wire::instant)
                .ok_or_else(|| missing("edition.withdraw_time"))?,
        })
    }

    async fn read_edition(&self, name: &str) -> Result<Change, Error> {
        let mut stream = self
            .client
            .editions()
            .read_edition(ask(pb::ReadEditionRequest { name: name.to_owned() }))
            .await?
            .into_inner();
        let Some(Part::Header(header)) = stream.message().await?.and_then(|message| message.part)
        else {
            return Err(missing("header"));
        };
        let mut contributions = Vec::new();
        while let Some(message) = stream.message().await? {
            if let Some(Part::Contribution(contribution)) = message.part {
                contributions.push(Contribution::try_from(contribution).map_err(Error::BadAnswer)?);
            }
        }
        let pb::EditionHeader { edition, framework, cycle, organisations, current: _ } = header;
        let published =
            edition.and_then(|edition| edition.publish_time.as_ref().map(wire::instant));
        let organisations = organisations
            .into_iter()
            .map(|organisation| Organisation::try_from(organisation).map_err(Error::BadAnswer));
        Ok(Change::Edition {
            name: name.parse::<EditionName>().map_err(Error::BadAnswer)?,
            published: published.ok_or_else(|| missing("edition.publish_time"))?,
            cycle: Arc::new(read(cycle, "cycle")?),
            framework: Arc::new(read(framework, "framework")?),
            organisations: organisations.collect::<Result<_, _>>()?,
            contributions,
        })
    }

    /// Highest position that storage has given out.
    pub(crate) async fn last_position(&self) -> Result<u64, Error> {
        Ok(self
            .client
            .operations()
            .get_storage_status(ask(pb::GetStorageStatusRequest {}))
            .await?
            .into_inner()
            .last_position)
    }

    /// Changes after a position, in order.
    pub(crate) async fn changes(&self, after: u64) -> Result<Vec<internal::Change>, Error> {
        let request = internal::ListChangesRequest { after_position: after, page_size: 1_000 };
        Ok(self.client.changes().list_changes(ask(request)).await?.into_inner().changes)
    }

    /// Names of all cycles.
    pub(crate) async fn cycles(&self) -> Result<Vec<String>, Error> {
        let mut names = Vec::new();
        let mut request =
            pb::ListCyclesRequest { page_size: PAGE, ..pb::ListCyclesRequest::default() };
        loop {
            let page = self.client.cycles().list_cycles(ask(request.clone())).await?.into_inner();
            names.extend(page.cycles.into_iter().map(|cycle| cycle.name));
            request.page_token = page.next_page_token;
            if request.page_token.is_empty() {
                return Ok(names);
            }
        }
    }

    /// A page of a cycle's contributions, now or as of a moment, and the token of the next.
    pub(crate) async fn contributions(
        &self,
        cycle: &str,
        token: String,
        as_of: Option<Instant>,
    ) -> Result<(Vec<Change>, String), Error> {
        let request = pb::ListContributionsRequest {
            cycle: cycle.to_owned(),
            page_size: PAGE,
            page_token: token,
            as_of: as_of.map(wire::timestamp),
            ..pb::ListContributionsRequest::default()
        };
        let page = self.client.contributions().list_contributions(ask(request)).await?.into_inner();
        let mut changes = Vec::with_capacity(page.contributions.len());
        for contribution in page.contributions {
            changes.push(
                self.working(Contribution::try_from(contribution).map_err(Error::BadAnswer)?)
                    .await?,
            );
        }
        Ok((changes, page.next_page_token))
    }

    /// Names of a cycle's editions that are public or were withdrawn.
    pub(crate) async fn editions(&self, cycle: &str) -> Result<Vec<String>, Error> {
        let mut names = Vec::new();
        let mut request = pb::ListEditionsRequest {
            cycle: cycle.to_owned(),
            page_size: PAGE,
            page_token: String::new(),
        };
        loop {
            let page =
                self.client.editions().list_editions(ask(request.clone())).await?.into_inner();
            let known = [pb::EditionState::Published, pb::EditionState::Withdrawn];
            let known =
                page.editions.into_iter().filter(|edition| known.contains(&edition.state()));
            names.extend(known.map(|edition| edition.name));
            request.page_token = page.next_page_token;
            if request.page_token.is_empty() {
                return Ok(names);
            }
        }
    }
}
