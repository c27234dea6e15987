//! `reindex`.

use std::time::Duration;

use wire::search::{ReindexRequest, ReindexResponse};

use crate::{client::Client, output::Output, results::Reindexed, stop::Stop};

/// How long a rebuild may take.
const PATIENCE: Duration = Duration::from_hours(1);

pub(crate) async fn run(client: &Client, output: Output) -> Result<(), Stop> {
    let request = rpc::deadline(ReindexRequest {}, PATIENCE);
    let ReindexResponse { watermark, published, working } =
        client.search().reindex(request).await?.into_inner();
    output.result(&Reindexed { watermark, published, working }, || {
        format!(
            "{published} published and {working} working contributions, up to change {watermark}"
        )
    })
}
