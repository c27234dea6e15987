//! Saves out of files, which may be older than their sender knows.

use testkit::save;
use wire::v1::{self as pb, SaveOutcome};

use crate::{
    calls,
    reviews::{saved, storage_by},
    sandbox::Sandbox,
};

fn from_file(etag: &str, text: &str) -> pb::Save {
    pb::Save { etag: etag.into(), from_file: true, ..save("a-1", text) }
}

/// What comes of a save: the revision that holds it, or why it is refused.
async fn saved_version(
    sandbox: &Sandbox,
    somebody: &str,
    one: pb::Save,
) -> Result<u64, pb::SaveResult> {
    let result = calls::save(&mut storage_by(sandbox, somebody), one).await;
    sandbox.clock.advance(1_000);
    match result.outcome() {
        SaveOutcome::Rejected => Err(result),
        _ => Ok(result.contribution.unwrap().version),
    }
}

fn reason(refused: &pb::SaveResult) -> &str {
    &refused.error.as_ref().unwrap().reason
}

pub(crate) async fn an_older_file_puts_nothing_back_that_somebody_else_replaced(sandbox: Sandbox) {
    calls::prepared(&sandbox).await;
    saved(&sandbox, "anna", from_file("none", "Een.")).await;
    let corrected = saved(&sandbox, "bram", save("a-1", "Een, verbeterd.")).await;
    let etag = &corrected.etag;
    // The etag is that of what is there, and the file is older all the same.
    let refused = saved_version(&sandbox, "anna", from_file(etag, "Een.")).await.unwrap_err();
    assert_eq!(reason(&refused), "EARLIER_TEXT");
    let message = &refused.error.as_ref().unwrap().message;
    assert!(message.contains("revision 1; revision 2 by `bram` of 20"), "{message}");
    let conflict = refused.conflict.unwrap();
    let versions = [conflict.base, conflict.current].map(|one| one.unwrap().version);
    assert_eq!(versions, [1, 2]);
    // Whoever read what is there and sends its etag may put the earlier text back.
    let undone = pb::Save { from_file: false, ..from_file(etag, "Een.") };
    assert_eq!(saved_version(&sandbox, "anna", undone).await.unwrap(), 3);
    let refused =
        saved_version(&sandbox, "bram", from_file("3-0", "Een, verbeterd.")).await.unwrap_err();
    assert_eq!(reason(&refused), "EARLIER_TEXT");
    // Nobody else wrote since: the sender knows the text that they take back.
    let etag = saved(&sandbox, "bram", from_file("", "Weer anders.")).await.etag;
    let etag = saved(&sandbox, "bram", from_file(&etag, "En nog eens.")).await.etag;
    assert_eq!(saved_version(&sandbox, "bram", from_file(&etag, "Weer anders.")).await.unwrap(), 6);
}

pub(crate) async fn what_the_same_person_saved_last_is_no_conflict(sandbox: Sandbox) {
    calls::prepared(&sandbox).await;
    let first = saved(&sandbox, "anna", from_file("none", "Een.")).await;
    // Another file of the same person, which was never handed in before.
    assert_eq!(saved_version(&sandbox, "anna", from_file("none", "Twee.")).await.unwrap(), 2);
    assert_eq!(saved_version(&sandbox, "anna", from_file(&first.etag, "Drie.")).await.unwrap(), 3);
    // Their own draft is handed in out of another file.
    let mode = pb::SaveMode::Draft.into();
    let draft = pb::Save { external_id: "a-2".into(), mode, ..from_file("none", "Af.") };
    assert_eq!(saved_version(&sandbox, "anna", draft.clone()).await.unwrap(), 1);
    let handed_in = pb::Save { mode: pb::SaveMode::Submit.into(), ..draft };
    assert_eq!(saved_version(&sandbox, "anna", handed_in).await.unwrap(), 2);
    // A file that says what they replaced is an older one, and what does not come from a file has seen what its etag says.
    let refused = saved_version(&sandbox, "anna", from_file("none", "Twee.")).await.unwrap_err();
    assert_eq!(reason(&refused), "STALE_ETAG");
    let elsewhere = pb::Save { from_file: false, ..from_file("none", "Vier.") };
    let refused = saved_version(&sandbox, "anna", elsewhere).await.unwrap_err();
    assert_eq!(reason(&refused), "STALE_ETAG");
    // Of somebody else it is a conflict, and stays one after a further revision of one's own.
    let refused = saved_version(&sandbox, "bram", from_file("none", "Vier.")).await.unwrap_err();
    assert_eq!(reason(&refused), "STALE_ETAG");
    saved(&sandbox, "bram", from_file("", "Vier.")).await;
    saved(&sandbox, "anna", from_file("", "Vijf.")).await;
    let refused =
        saved_version(&sandbox, "anna", from_file(&first.etag, "Zes.")).await.unwrap_err();
    assert_eq!(reason(&refused), "STALE_ETAG");
    let unknown = saved_version(&sandbox, "anna", from_file("9-0123456789abcdef", "Zes.")).await;
    assert_eq!(reason(&unknown.unwrap_err()), "STALE_ETAG");
}

pub(crate) async fn what_is_overwritten_out_of_a_file_is_named(sandbox: Sandbox) {
    calls::prepared(&sandbox).await;
    saved(&sandbox, "anna", from_file("none", "Een.")).await;
    let over = |text: &str| from_file("", text);
    let overwritten = async |somebody: &str, one: pb::Save, is_dry: bool| {
        let client = &mut storage_by(&sandbox, somebody);
        let result = calls::save_all(client, vec![one], is_dry).await.remove(0);
        assert_ne!(result.outcome(), SaveOutcome::Rejected, "{:?}", result.error);
        result.conflict.map(|conflict| {
            assert_eq!(conflict.base, None);
            let current = conflict.current.unwrap();
            (current.author, current.version)
        })
    };
    let by_anna = Some(("anna".to_owned(), 1));
    assert_eq!(overwritten("bram", over("Twee."), true).await, by_anna);
    assert_eq!(overwritten("bram", over("Twee."), false).await, by_anna);
    // One's own text, the very same text, and saves that do not come from a file name nobody.
    assert_eq!(overwritten("bram", over("Drie."), false).await, None);
    assert_eq!(overwritten("anna", over("Drie."), false).await, None);
    assert_eq!(overwritten("anna", save("a-1", "Vier."), false).await, None);
}
