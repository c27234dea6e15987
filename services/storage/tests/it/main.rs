//! What every database promises, through the service's own calls. The suite takes the address of an empty database.

#![expect(clippy::unwrap_used, reason = "a test ends at what it does not expect")]

mod audit;
mod contract;
mod database;
mod obligations;
mod postgres;
mod review;
mod sandbox;

use crate::{database::Database, sandbox::Sandbox};

/// Stamps a suite onto every kind of database.
macro_rules! on_every_database {
    ($sqlite:ident, $postgres:ident, $suite:ident: $($promise:ident),+ $(,)?) => {
        mod $sqlite {
            use super::*;

            $(
                #[tokio::test(flavor = "multi_thread")]
                async fn $promise() {
                    $suite::$promise(Sandbox::on(Database::sqlite()).await).await;
                }
            )+
        }

        mod $postgres {
            use super::*;

            $(
                #[tokio::test(flavor = "multi_thread")]
                async fn $promise() {
                    $suite::$promise(Sandbox::on(Database::postgres().await).await).await;
                }
            )+
        }
    };
}

on_every_database!(
    on_sqlite, on_postgres, contract:
    the_same_framework_again_is_no_new_version,
    a_framework_with_faults_is_refused_with_all_of_them,
    a_cycle_opens_once,
    what_is_unchanged_is_not_saved_again,
    a_request_id_has_one_effect_and_one_answer,
    a_stale_etag_is_refused_and_changes_nothing,
    a_draft_is_promoted_by_the_same_content,
    an_edit_keeps_the_ids_of_other_passages,
    a_dry_run_answers_as_the_real_one_and_keeps_nothing,
    a_refused_save_leaves_the_others_alone,
    lists_page_without_gap_or_repeat,
    changes_have_gapless_positions,
    an_edition_pins_and_publishes_once_all_files_are_there,
    a_lost_lease_uploads_nothing,
    a_wrong_hash_is_refused,
    a_failed_job_can_be_retried,
    sixty_four_racing_writers_have_one_winner_per_version,
    callers_at_the_same_time_get_their_own_answers,
    a_caller_that_hangs_up_disturbs_no_other,
    automatic_saves_are_kept_and_flood_no_list,
    any_two_revisions_can_be_compared,
    a_contribution_is_read_as_it_stood,
    a_conflict_gives_both_texts_and_what_both_began_from,
);

on_every_database!(
    audit_on_sqlite, audit_on_postgres, audit:
    an_entry_is_chained_within_a_second_when_nothing_else_happens,
    an_untouched_log_is_sound_and_a_cut_tail_needs_anchors,
    every_tampering_is_found,
    lists_of_entries_are_filtered_and_paged,
    a_hundred_readers_at_once_leave_an_entry_each,
);

on_every_database!(
    owed_on_sqlite, owed_on_postgres, obligations:
    what_is_assigned_again_changes_nothing,
    what_cannot_be_owed_is_named_at_its_place,
    an_obligation_goes_from_open_to_answered_and_nil_is_no_gap,
    under_refuse_an_unexplained_gap_stops_publishing_until_accepted,
    an_edition_without_obligations_says_nothing_of_them,
    an_exception_moves_the_deadline_of_one_organisation,
    what_was_removed_is_owed_no_more_and_removing_it_again_is_nothing,
    rolling_forward_twice_changes_nothing_and_an_edit_clears_the_mark,
);

on_every_database!(
    review_on_sqlite, review_on_postgres, review:
    each_state_takes_its_steps_and_no_other,
    a_decision_is_about_what_was_read,
    an_approval_binds_to_content_and_tells_what_changed,
    lists_and_reads_as_of_a_moment_know_what_was_decided,
    without_review_what_is_handed_in_is_published_unless_taken_back,
    where_an_obligation_stands_follows_what_was_decided,
    nobody_approves_what_they_wrote,
    an_override_has_a_reason_and_waits_for_a_second_person,
    publishing_takes_what_is_approved_or_a_reason,
    nobody_publishes_what_they_handed_in,
    what_was_changed_behind_its_back_is_not_published,
    a_target_that_does_not_exist_is_named_at_its_place,
    what_was_not_returned_stays_until_the_next_decision,
    what_is_withdrawn_takes_no_saves,
    random_edits_are_taken_exactly_where_it_was_returned,
    a_remark_on_nothing_is_named_at_its_field,
    remarks_are_made_on_a_part_answered_and_resolved,
);

#[tokio::test]
async fn a_database_of_a_newer_version_is_refused() {
    let sandbox = Sandbox::on(Database::sqlite()).await;
    sandbox
        .client
        .clone()
        .get_storage_status(wire::storage::GetStorageStatusRequest {})
        .await
        .unwrap();
    sandbox.stop.cancel();
    let pool = sqlx::SqlitePool::connect(&sandbox.database.address()).await.unwrap();
    let sql = "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) VALUES (99999999999999, 'later', 1, x'00', 0)";
    sqlx::query(sql).execute(&pool).await.unwrap();
    pool.close().await;
    let error = sandbox.reopen().await.unwrap_err();
    assert!(format!("{error:#}").contains("newer version"), "{error:#}");
}
