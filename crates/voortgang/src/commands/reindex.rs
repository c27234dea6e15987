//! `reindex`: every replica of search builds its indexes anew.

use std::time::Duration;

use wire::v1::{ReindexRequest, ReindexResponse};

use crate::{
    client::{Client, each_replica},
    error::{Error, FAILED},
    output::Output,
    results::{Message, Reindexed},
};

/// How long a rebuild may take.
const REINDEX_TIMEOUT: Duration = Duration::from_hours(1);

pub(crate) async fn run(client: &Client, output: Output) -> Result<(), Error> {
    let ask = async |request| client.search_index().reindex(request).await;
    let answers = each_replica(|| rpc::deadline(ReindexRequest {}, REINDEX_TIMEOUT), ask).await;
    let (mut replicas, mut failed) = (Vec::new(), Vec::new());
    for answer in answers {
        match answer {
            Ok(answer) => replicas.push(Message(answer)),
            Err(status) if replicas.is_empty() && failed.is_empty() => return Err(status.into()),
            Err(status) => failed.push(format!("a replica: {}", status.message())),
        }
    }
    let reindexed = Reindexed { replicas, failed };
    output.result(&reindexed, || text(&reindexed))?;
    if reindexed.failed.is_empty() { Ok(()) } else { Err(Error::silent(FAILED)) }
}

fn text(Reindexed { replicas, failed }: &Reindexed) -> String {
    let line = |Message(answer): &Message<ReindexResponse>| {
        let ReindexResponse { watermark, published, working, replica } = answer;
        format!(
            "replica {replica}: {published} published and {working} working contributions, up to change {watermark}"
        )
    };
    let lines: Vec<String> = replicas.iter().map(line).chain(failed.iter().cloned()).collect();
    lines.join("\n")
}
