//! `reindex`.

use std::time::Duration;

use wire::v1::{ReindexRequest, ReindexResponse};

use crate::{client::Client, output::Output, stop::Stop};

/// How long a rebuild may take.
const REINDEX_TIMEOUT: Duration = Duration::from_hours(1);

pub(crate) async fn run(client: &Client, output: Output) -> Result<(), Stop> {
    let request = rpc::deadline(ReindexRequest {}, REINDEX_TIMEOUT);
    let reindexed = client.search_index().reindex(request).await?.into_inner();
    output.message(reindexed, |ReindexResponse { watermark, published, working }| {
        format!(
            "{published} published and {working} working contributions, up to change {watermark}"
        )
    })
}
