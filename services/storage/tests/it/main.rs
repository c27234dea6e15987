//! What every database promises, through the service's own calls. The suite takes the address of an empty database.

#![expect(clippy::unwrap_used, reason = "a test ends at what it does not expect")]

mod access;
mod audit;
mod calls;
mod changes;
mod clock;
mod contributions;
mod cycles;
mod database;
mod editions;
mod environment;
mod epochs;
mod erasure;
mod frameworks;
mod histories;
mod jobs;
mod obligations;
mod people;
mod postgres;
mod reminders;
mod reviews;
mod sandbox;
mod saves;
mod standstill;

use crate::{
    audit::rows,
    cycles::{changes as cycle_changes, findings},
    database::Database,
    editions::{repair, withdrawal},
    frameworks::series,
    reminders::notices,
    sandbox::Sandbox,
};

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
    frameworks_on_sqlite, frameworks_on_postgres, frameworks:
    the_same_framework_again_is_no_new_version,
    a_framework_that_cannot_be_printed_is_refused,
    a_framework_with_faults_is_refused_with_all_of_them,
    a_link_to_what_is_not_there_is_refused,
    what_is_gone_without_a_link_is_named_and_may_be_linked_later,
);

on_every_database!(
    series_on_sqlite, series_on_postgres, series:
    what_is_declared_joins_cycles_and_nothing_else_does,
    a_series_shows_what_is_public_and_says_what_is_not_there,
);

on_every_database!(
    cycles_on_sqlite, cycles_on_postgres, cycles:
    a_cycle_opens_once,
);

on_every_database!(
    changes_of_cycles_on_sqlite, changes_of_cycles_on_postgres, cycle_changes:
    a_dry_run_lists_what_a_change_does_and_keeps_nothing,
    what_cannot_be_changed_is_named_at_its_field,
    who_leaves_keeps_texts_that_no_edition_has_and_may_come_back,
    who_comes_back_owes_what_ended_when_they_left,
    a_stricter_policy_names_the_gaps_that_stop_publishing,
    a_closed_cycle_takes_nothing_in_until_it_is_open_again,
    no_save_is_taken_once_a_cycle_is_closed,
    under_a_stricter_policy_no_author_has_approved,
    a_later_framework_takes_along_what_is_the_same,
    a_code_that_means_something_else_is_refused,
    rolling_forward_follows_links_and_marks_what_is_not_the_same,
);

on_every_database!(
    findings_on_sqlite, findings_on_postgres, findings:
    what_to_look_at_twice_is_listed_to_those_who_see_it,
    who_first_hands_in_after_the_deadline_is_warned,
);

on_every_database!(
    contributions_on_sqlite, contributions_on_postgres, contributions:
    lists_page_without_gap_or_repeat,
    automatic_saves_are_kept_and_flood_no_list,
    what_was_handed_in_is_listed_however_it_was_saved,
    a_slip_in_a_draft_costs_no_passage_its_id,
    any_two_revisions_can_be_compared,
    a_contribution_is_read_as_it_stood,
    a_conflict_gives_both_texts_and_what_both_began_from,
);

on_every_database!(
    saves_on_sqlite, saves_on_postgres, saves:
    what_is_unchanged_is_not_saved_again,
    a_request_id_has_one_effect_and_one_answer,
    a_stale_etag_is_refused_and_changes_nothing,
    a_draft_is_promoted_by_the_same_content,
    an_edit_keeps_the_ids_of_other_passages,
    a_dry_run_answers_as_the_real_one_and_keeps_nothing,
    a_refused_save_leaves_the_others_alone,
    a_call_with_many_saves_keeps_each,
    a_save_that_is_rolled_back_publishes_nothing,
    a_caller_that_hangs_up_disturbs_no_other,
    callers_at_the_same_time_get_their_own_answers,
    saves_of_a_call_see_what_came_before_them_in_it,
    a_request_id_at_the_same_time_has_one_effect_and_one_answer,
    sixty_four_racing_writers_have_one_winner_per_version,
    an_older_file_puts_nothing_back_that_somebody_else_replaced,
    what_the_same_person_saved_last_is_no_conflict,
    what_is_overwritten_out_of_a_file_is_named,
);

on_every_database!(
    editions_on_sqlite, editions_on_postgres, editions:
    an_edition_pins_and_publishes_once_all_files_are_there,
    what_is_asked_for_later_is_added_to_the_edition_that_stands,
    what_no_edition_could_say_is_refused,
    a_date_alone_makes_no_edition_and_none_is_to_come,
    an_edition_says_what_it_changes_and_shows_readers_no_persons,
    what_is_gone_from_an_edition_was_withdrawn_returned_or_of_who_left,
    readers_of_an_edition_do_not_learn_how_it_was_worked_on,
);

on_every_database!(
    jobs_on_sqlite, jobs_on_postgres, jobs:
    a_lost_lease_uploads_nothing,
    a_wrong_hash_is_refused,
    a_failed_job_can_be_retried,
    the_catalogue_follows_when_it_could_not_be_written,
);

on_every_database!(
    changes_on_sqlite, changes_on_postgres, changes:
    changes_have_gapless_positions,
);

on_every_database!(
    epochs_on_sqlite, epochs_on_postgres, epochs:
    after_a_restore_open_work_is_asked_for_again,
    the_server_says_when_its_history_is_another,
);

on_every_database!(
    access_on_sqlite, access_on_postgres, access:
    a_certificate_hands_in_for_the_organisation_of_its_oin,
    what_is_saved_comes_by_way_of_ingest,
    a_large_request_to_a_service_that_takes_none_is_refused,
    a_token_that_binds_a_role_for_the_whole_report_is_refused,
    a_revoked_token_is_worthless_and_a_later_one_is_not,
    the_tokens_of_a_person_are_revoked_under_each_of_their_names,
    a_clock_that_was_set_back_takes_no_revocation_back,
    a_person_is_audited_by_id_and_may_what_memberships_say,
    who_is_erased_gets_in_by_no_earlier_token,
    a_subject_that_somebody_had_before_gets_in_by_no_earlier_token,
    whoever_writes_on_some_goals_writes_over_no_other,
    each_role_sees_and_does_what_is_its_own_with_every_object,
    a_leak_is_seen,
);

on_every_database!(
    audit_on_sqlite, audit_on_postgres, audit:
    an_entry_is_in_the_chain_when_its_change_is_answered,
    an_untouched_log_is_sound_and_a_cut_tail_needs_anchors,
    every_tampering_is_found,
    a_log_that_was_made_anew_with_another_key_is_found_by_the_key,
    an_entry_records_how_the_call_came_in,
    lists_of_entries_are_filtered_and_paged,
    a_hundred_readers_at_once_leave_an_entry_each,
);

on_every_database!(
    rows_on_sqlite, rows_on_postgres, rows:
    an_untouched_record_is_sound_with_all_its_rows,
    every_column_that_is_altered_is_found,
    a_row_that_is_gone_or_that_nobody_wrote_is_named,
    a_row_may_be_erased_by_a_call_and_by_nothing_else,
    what_an_earlier_version_wrote_is_bound_at_the_next_start,
);

on_every_database!(
    clock_on_sqlite, clock_on_postgres, clock:
    a_lease_lasts_as_long_whatever_the_clock_is_set_to,
    the_log_keeps_its_order_whatever_the_clock_is_set_to,
    times_of_the_log_go_on_while_the_clock_does,
    a_clock_that_was_set_back_stops_no_checkpoint,
    a_text_stands_as_it_did_whatever_the_clock_is_set_to,
    a_deadline_ends_with_its_day_in_every_year,
    a_cycle_opens_with_its_day_in_every_year,
    what_is_no_day_is_refused_at_its_field,
);

on_every_database!(
    obligations_on_sqlite, obligations_on_postgres, obligations:
    who_is_limited_to_goals_sees_where_those_stand,
    what_is_assigned_again_changes_nothing,
    what_cannot_be_owed_is_named_at_its_place,
    an_obligation_goes_from_open_to_answered_and_nil_is_no_gap,
    under_refuse_an_unexplained_gap_stops_publishing_until_accepted,
    a_contribution_that_is_left_out_is_an_accepted_gap_with_the_reason,
    an_edition_without_obligations_says_nothing_of_them,
    an_exception_moves_the_deadline_of_one_organisation,
    what_was_removed_is_owed_no_more_and_removing_it_again_is_nothing,
    rolling_forward_twice_changes_nothing_and_an_edit_clears_the_mark,
);

on_every_database!(
    reminders_on_sqlite, reminders_on_postgres, reminders:
    a_digest_goes_out_once_and_ends_with_the_answer,
    coordinators_are_mailed_from_the_step_of_escalation_on,
    lists_of_reminders_are_filtered_and_paged,
    who_was_erased_is_mailed_nothing_more_and_no_text_stays,
    what_could_not_be_sent_is_tried_again_later_and_given_up_in_the_end,
    a_clock_that_goes_back_sends_nothing_twice,
    replicas_at_the_same_time_send_nothing_twice,
    a_running_storage_reminds_by_itself,
    a_mail_server_takes_each_mail_and_a_failing_one_is_asked_again,
    a_kill_after_the_server_took_a_mail_repeats_it_under_the_same_id,
    a_year_with_random_kills_sends_what_is_specified,
);

#[tokio::test(flavor = "multi_thread")]
async fn a_year_shows_when_mails_are_marked_before_they_are_sent() {
    reminders::year::a_fault_is_seen(reminders::year::Fault::MarkedBeforeSent).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_year_shows_when_what_was_sent_is_forgotten() {
    reminders::year::a_fault_is_seen(reminders::year::Fault::Forgetful).await;
}

on_every_database!(
    notices_on_sqlite, notices_on_postgres, notices:
    each_whose_work_it_is_hears_of_it_once,
    a_return_is_mailed_with_its_reason_and_passage,
    an_edition_that_was_never_public_is_withdrawn_unheard,
    who_works_for_a_cycle_hears_how_it_was_changed,
    who_chose_so_hears_once_a_day_or_not_at_all,
    who_may_not_see_it_when_the_mail_is_due_hears_nothing,
    a_mail_that_waited_says_what_its_reader_may_still_see,
    of_a_joint_text_each_of_its_organisations_hears,
    what_was_mailed_of_an_erased_text_is_gone,
    where_they_are_switched_off_nothing_is_made_up_for,
    replicas_at_the_same_time_mail_nothing_twice,
    a_choice_stays_where_it_is_not_given,
    a_year_of_events_with_random_kills_mails_what_is_specified,
);

#[tokio::test(flavor = "multi_thread")]
async fn a_year_of_events_shows_when_mails_are_marked_before_they_are_sent() {
    notices::events::a_fault_is_seen(reminders::year::Fault::MarkedBeforeSent).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_year_of_events_shows_when_what_was_mailed_is_forgotten() {
    notices::events::a_fault_is_seen(reminders::year::Fault::Forgetful).await;
}

on_every_database!(
    people_on_sqlite, people_on_postgres, people:
    the_same_person_again_changes_nothing,
    what_cannot_be_a_person_is_named_at_its_place,
    a_subject_belongs_to_one_person,
    a_membership_is_added_once_and_ended_once,
    what_cannot_be_a_membership_is_refused,
    lists_have_pages_and_know_who_is_a_member_today,
    who_is_erased_is_nowhere_any_more_and_stays_so,
);

on_every_database!(
    withdrawal_on_sqlite, withdrawal_on_postgres, withdrawal:
    a_withdrawn_edition_leaves_a_tombstone_alone,
    a_file_that_another_edition_has_stays,
    a_withdrawn_file_waits_until_another_edition_with_it_is_public,
    after_a_withdrawal_the_same_content_is_the_next_edition,
    an_edition_that_is_being_rendered_is_not_withdrawn,
    a_late_file_of_a_withdrawn_edition_is_refused_and_not_kept,
    what_an_interruption_left_goes_at_the_next_start,
);

on_every_database!(
    repair_on_sqlite, repair_on_postgres, repair:
    a_broken_file_is_not_given_out_and_the_same_bytes_take_its_place,
    a_file_that_comes_out_different_is_refused_and_named,
    the_scheduled_check_finds_damage_and_has_files_made_again,
);

on_every_database!(
    erasure_on_sqlite, erasure_on_postgres, erasure:
    an_erased_text_is_nowhere_any_more,
    a_text_in_a_public_edition_is_not_erased_until_that_is_withdrawn,
    an_erased_text_does_not_come_back_and_another_takes_its_place,
    what_was_said_of_an_erased_text_goes_with_it,
    nobody_saves_a_tombstone,
);

on_every_database!(
    reviews_on_sqlite, reviews_on_postgres, reviews:
    each_state_takes_its_steps_and_no_other,
    a_decision_is_about_what_was_read,
    many_are_approved_each_as_it_was_read,
    an_approval_binds_to_content_and_shows_what_changed,
    a_change_of_any_letter_is_shown_and_not_published,
    a_reviewer_is_shown_what_changed_since_their_own_approval,
    lists_and_reads_as_of_a_moment_know_what_was_decided,
    without_review_what_is_handed_in_is_published_unless_taken_back,
    where_an_obligation_stands_follows_what_was_decided,
    nobody_approves_what_they_wrote,
    no_author_publishes_or_confirms,
    neither_approval_nor_return_makes_an_author_a_reviewer,
    who_wrote_only_a_figure_or_an_erased_text_wrote_it_too,
    the_same_text_under_another_id_has_the_same_authors,
    a_person_is_one_whatever_the_token_names_them,
    what_was_rolled_forward_was_written_by_its_author_of_before,
    who_becomes_known_as_a_person_stays_the_author,
    an_override_has_a_reason_and_waits_for_a_second_person,
    publishing_takes_what_is_approved_or_a_reason,
    each_organisation_approves_a_joint_contribution,
    what_is_approved_for_one_organisation_waits_for_the_others,
    a_change_takes_the_approvals_of_all_organisations_back,
    who_wrote_of_a_joint_contribution_approves_it_for_nobody,
    a_consent_of_an_author_ends_when_four_eyes_are_asked_for,
    a_partner_reads_and_returns_what_it_neither_writes_nor_withdraws,
    a_joint_contribution_meets_what_its_partners_owe,
    a_partner_that_joins_has_to_approve_what_was_approved_without_it,
    partners_owe_what_a_text_answered_once_whoever_leads_it_left,
    who_approved_a_joint_contribution_and_who_is_awaited_is_shown,
    a_partner_that_leaves_is_named_with_each_text_that_it_reported,
    what_a_save_takes_back_of_approvals_is_said_before_it_is_done,
    who_reports_a_returned_text_stays_unless_they_left_the_cycle,
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
        .operations()
        .get_storage_status(wire::v1::GetStorageStatusRequest {})
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
