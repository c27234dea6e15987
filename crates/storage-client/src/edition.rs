//! An edition with all that it pins, read from a stream.

use std::time::Duration;

use model::{Contribution, Cycle, EditionName, Framework, Organisation};
use wire::v1::{self as pb, read_edition_response::Part};

use crate::{Error, StorageClient, missing, read};

/// An edition with all that it pins.
#[derive(Debug, Clone)]
pub struct PinnedEdition {
    /// The edition, unconverted: a service that needs little of it also reads one with a format or a state that it does not know.
    pub edition: pb::Edition,
    /// Its framework.
    pub framework: Framework,
    /// Its cycle.
    pub cycle: Cycle,
    /// The organisations that contributed.
    pub organisations: Vec<Organisation>,
    /// Those that its changes name and that do not report any more.
    pub former_organisations: Vec<Organisation>,
    /// The contributions, each in the revision that is pinned.
    pub contributions: Vec<Contribution>,
}

impl StorageClient {
    /// Reads an edition with all that it pins; `timeout` is for the whole of it.
    pub async fn edition(
        &self,
        name: &EditionName,
        timeout: Duration,
    ) -> Result<PinnedEdition, Error> {
        rpc::within(timeout, self.read_edition(name)).await
    }

    async fn read_edition(&self, name: &EditionName) -> Result<PinnedEdition, Error> {
        let request = self.request(pb::ReadEditionRequest { name: name.to_string() });
        let mut stream = self.clients().editions().read_edition(request).await?.into_inner();
        let Some(Part::Header(header)) = stream.message().await?.and_then(|message| message.part)
        else {
            return Err(missing("header"));
        };
        let mut contributions = Vec::new();
        while let Some(message) = stream.message().await? {
            if let Some(Part::Contribution(contribution)) = message.part {
                contributions.push(read(Some(contribution), "contribution")?);
            }
        }
        let pb::EditionHeader {
            edition,
            framework,
            cycle,
            organisations,
            current: _,
            former_organisations,
        } = header;
        let organisation = |organisation| read(Some(organisation), "organisation");
        Ok(PinnedEdition {
            edition: edition.ok_or_else(|| missing("edition"))?,
            framework: read(framework, "framework")?,
            cycle: read(cycle, "cycle")?,
            organisations: organisations.into_iter().map(organisation).collect::<Result<_, _>>()?,
            former_organisations: former_organisations
                .into_iter()
                .map(organisation)
                .collect::<Result<_, _>>()?,
            contributions,
        })
    }
}
