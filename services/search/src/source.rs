//! Reads what events are about from storage.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use model::{Contribution, Cycle, CycleName, EditionName, Framework, Instant};
use rpc::Channel;
use storage_client::{PinnedEdition, StorageClient, missing, read};
use tonic::Request;
use wire::{internal, v1 as pb};

use crate::{
    Error,
    index::{Change, known_of},
};

/// How long a call to storage may take.
const CALL_TIMEOUT: Duration = Duration::from_secs(30);
/// How long reading a whole edition may take.
const STREAM_TIMEOUT: Duration = Duration::from_mins(2);
/// Entries of a page.
const PAGE: i32 = 200;

/// What a cycle refers to; read once, and again when the cycle is changed.
type Context = (Arc<Cycle>, Arc<Framework>);

/// How far the record is.
#[derive(Debug, Clone)]
pub(crate) struct Head {
    /// Highest position given out.
    pub(crate) last_position: u64,
    /// Epoch of the record; empty where storage is of an older version.
    pub(crate) epoch: String,
}

/// Storage as search sees it.
#[derive(Debug)]
pub(crate) struct Source {
    client: StorageClient,
    contexts: Mutex<HashMap<String, Context>>,
}

impl Source {
    pub(crate) fn new(channel: Channel) -> Self {
        Self { client: StorageClient::new(channel, CALL_TIMEOUT), contexts: Mutex::default() }
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
        self.client.clients().reads().record_read(request).await?;
        Ok(())
    }

    /// The change that brings a contribution to its latest revision.
    pub(crate) async fn contribution(&self, id: &str) -> Result<Change, Error> {
        let request = pb::GetContributionRequest {
            id: id.to_owned(),
            ..pb::GetContributionRequest::default()
        };
        let answer = self
            .client
            .clients()
            .contributions()
            .get_contribution(self.client.request(request))
            .await?
            .into_inner();
        self.working(read(answer.contribution, "contribution")?).await
    }

    async fn working(&self, contribution: Contribution) -> Result<Change, Error> {
        let (cycle, framework) = self.context(&contribution.cycle).await?;
        let known = known_of(&contribution, &framework.organisations);
        let organisations = known.into_iter().cloned().collect();
        Ok(Change::Working {
            contribution: Box::new(contribution),
            cycle,
            framework,
            organisations,
        })
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
        let cycle = self.client.cycle(name).await?;
        let framework = self.client.framework_of(&cycle).await?;
        let context: Context = (Arc::new(cycle), Arc::new(framework));
        self.contexts
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(name.to_string(), context.clone());
        Ok(context)
    }

    /// Returns the change for an edition: published, or withdrawn.
    pub(crate) async fn edition(&self, name: &str) -> Result<Change, Error> {
        let name: EditionName = name.parse().map_err(Error::Unreadable)?;
        match self.client.edition(&name, STREAM_TIMEOUT).await.map_err(Error::from) {
            Ok(pinned) => published(name, pinned),
            Err(Error::Storage(status)) if rpc::reason(&status).as_deref() == Some("WITHDRAWN") => {
                self.withdrawn(name).await
            }
            Err(error) => Err(error),
        }
    }

    async fn withdrawn(&self, name: EditionName) -> Result<Change, Error> {
        let request = pb::GetEditionRequest { name: name.to_string() };
        let answer = self
            .client
            .clients()
            .editions()
            .get_edition(self.client.request(request))
            .await?
            .into_inner();
        let edition = answer.edition.unwrap_or_default();
        Ok(Change::Withdrawn {
            name,
            published: edition.publish_time.as_ref().map(wire::instant),
            withdrawn: edition
                .withdraw_time
                .as_ref()
                .map(wire::instant)
                .ok_or_else(|| missing("edition.withdraw_time"))?,
        })
    }

    /// Returns how far the record is.
    pub(crate) async fn head(&self) -> Result<Head, Error> {
        let end = internal::ListChangesRequest { after_position: u64::MAX, page_size: 1 };
        let internal::ListChangesResponse { changes: _, last_position, epoch } =
            self.list_changes(end).await?;
        Ok(Head { last_position, epoch })
    }

    /// Changes after a position, in order.
    pub(crate) async fn changes(&self, after: u64) -> Result<Vec<internal::Change>, Error> {
        let request = internal::ListChangesRequest { after_position: after, page_size: 1_000 };
        Ok(self.list_changes(request).await?.changes)
    }

    async fn list_changes(
        &self,
        request: internal::ListChangesRequest,
    ) -> Result<internal::ListChangesResponse, Error> {
        let request = self.client.request(request);
        Ok(self.client.clients().changes().list_changes(request).await?.into_inner())
    }

    /// Forgets what cycles refer to: after a restore a name may stand for something else.
    pub(crate) fn forget(&self) {
        self.contexts.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// The changes that a changed cycle asks for: under another version of the framework its texts stand under other goals.
    pub(crate) async fn changed_cycle(
        &self,
        name: &str,
        framework_version: u32,
    ) -> Result<Vec<Change>, Error> {
        let known = self.contexts.lock().unwrap_or_else(PoisonError::into_inner).remove(name);
        if known.is_some_and(|(cycle, _)| cycle.framework_version == framework_version) {
            return Ok(Vec::new());
        }
        let (mut changes, mut token) = (Vec::new(), String::new());
        loop {
            let (page, next) = self.contributions(name, token, None).await?;
            changes.extend(page);
            if next.is_empty() {
                return Ok(changes);
            }
            token = next;
        }
    }

    /// The change that makes all versions of a framework known.
    pub(crate) async fn framework(&self, code: &str) -> Result<Change, Error> {
        let latest = self.client.framework(code, 0).await?;
        let mut versions = Vec::new();
        for version in 1..latest.version {
            versions.push(self.client.framework(code, version).await?);
        }
        versions.push(latest);
        Ok(Change::Framework { code: code.to_owned(), versions })
    }

    /// Names of all cycles.
    pub(crate) async fn cycles(&self) -> Result<Vec<String>, Error> {
        let cycles = rpc::all_pages(|page_token| {
            let request =
                pb::ListCyclesRequest { page_size: PAGE, page_token, ..Default::default() };
            let request = self.client.request(request);
            async move {
                let page = self.client.clients().cycles().list_cycles(request).await?.into_inner();
                Ok((page.cycles, page.next_page_token))
            }
        })
        .await?;
        Ok(cycles.into_iter().map(|cycle| cycle.name).collect())
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
        let page = self
            .client
            .clients()
            .contributions()
            .list_contributions(self.client.request(request))
            .await?
            .into_inner();
        let mut changes = Vec::with_capacity(page.contributions.len());
        for contribution in page.contributions {
            changes.push(
                self.working(Contribution::try_from(contribution).map_err(Error::Unreadable)?)
                    .await?,
            );
        }
        Ok((changes, page.next_page_token))
    }

    /// Names of a cycle's editions that are public or were withdrawn.
    pub(crate) async fn editions(&self, cycle: &str) -> Result<Vec<String>, Error> {
        let known = [pb::EditionState::Published, pb::EditionState::Withdrawn];
        let mut editions = self.all_editions(cycle).await?;
        editions.retain(|edition| known.contains(&edition.state()));
        Ok(editions.into_iter().map(|edition| edition.name).collect())
    }

    /// A cycle's editions that are public.
    pub(crate) async fn public_editions(&self, cycle: &str) -> Result<Vec<pb::Edition>, Error> {
        let mut editions = self.all_editions(cycle).await?;
        editions.retain(|edition| edition.state() == pb::EditionState::Published);
        Ok(editions)
    }

    async fn all_editions(&self, cycle: &str) -> Result<Vec<pb::Edition>, Error> {
        let editions = rpc::all_pages(|page_token| {
            let cycle = cycle.to_owned();
            let request = pb::ListEditionsRequest { cycle, page_size: PAGE, page_token };
            let request = self.client.request(request);
            async move {
                let page =
                    self.client.clients().editions().list_editions(request).await?.into_inner();
                Ok((page.editions, page.next_page_token))
            }
        })
        .await?;
        Ok(editions)
    }
}

fn published(name: EditionName, pinned: PinnedEdition) -> Result<Change, Error> {
    let PinnedEdition { edition, framework, cycle, organisations, contributions, .. } = pinned;
    let published = edition.publish_time.as_ref().map(wire::instant);
    Ok(Change::Edition {
        name,
        published: published.ok_or_else(|| missing("edition.publish_time"))?,
        cycle: Arc::new(cycle),
        framework: Arc::new(framework),
        organisations,
        contributions,
    })
}
