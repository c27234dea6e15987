//! Changes: their positions.

use crate::{
    calls::{changes, prepared, save},
    sandbox::Sandbox,
};

pub(crate) async fn changes_have_gapless_positions(sandbox: Sandbox) {
    let client = prepared(&sandbox).await;
    let mut writers = tokio::task::JoinSet::new();
    for writer in 0..8 {
        let mut client = client.clone();
        writers.spawn(async move {
            for i in 0..10 {
                save(&mut client, testkit::save(&format!("w{writer}-{i}"), "Tekst.")).await;
            }
        });
    }
    while let Some(ended) = writers.join_next().await {
        ended.unwrap();
    }
    let changes = changes(&mut client.clone()).await;
    let positions: Vec<u64> = changes.iter().map(|change| change.position).collect();
    assert_eq!(positions, (1..=82).collect::<Vec<u64>>());
}
