//! A clock that is set forward and back, and the days on which days are counted wrong.

use std::time::{Duration, Instant};

use model::Clock as _;
use sqlx::Row as _;
use tonic::Status;
use wire::v1 as pb;

use crate::{
    audit::{log::read_log, pool, verified_alone},
    calls::{self, lease, prolong, reason},
    database::Database,
    sandbox::Sandbox,
};

const SECOND: i64 = 1_000;
const HOUR: i64 = 3_600 * SECOND;
const DAY: i64 = 24 * HOUR;
/// What somebody sets a clock to by mistake: summer time, or another year.
const JUMPS: [i64; 4] = [HOUR, -HOUR, 400 * DAY, -400 * DAY];
/// How long a lease of these tests lasts.
const LEASE: i64 = 60 * SECOND;
const JOB: &str = "plan/2021/1/html/nl";
const TIMEOUT: Duration = Duration::from_mins(1);

async fn with_a_job(sandbox: &Sandbox) {
    let mut client = calls::prepared(sandbox).await;
    calls::save(&mut client, testkit::save("a-1", "Een.")).await;
    calls::publish(&mut client, "2022-01-01").await;
}

/// A worker leases, the clock is set, the worker goes on for a while, the clock is set again, and the worker dies.
async fn a_worker_lives_and_dies(sandbox: &Sandbox, jump: i64) -> Result<(), &'static str> {
    let (clock, mut worker) = (&sandbox.clock, sandbox.rendering.clone());
    let mut other = sandbox.rendering.clone();
    let is_refused =
        |answer: Result<u64, Status>| answer.is_err_and(|status| reason(&status) == "JOB_LEASED");
    let held = lease(&mut worker, JOB).await.map_err(|_| "what nobody holds is not given")?;
    clock.jump(jump);
    let taken = Err("it is taken from a worker that lives");
    if !is_refused(lease(&mut other, JOB).await) {
        return taken;
    }
    clock.advance(LEASE - SECOND);
    if !is_refused(lease(&mut other, JOB).await) {
        return taken;
    }
    prolong(&mut worker, JOB, held).await.map_err(|_| "it is not prolonged")?;
    clock.jump(jump);
    clock.advance(LEASE - SECOND);
    if !is_refused(lease(&mut other, JOB).await) {
        return taken;
    }
    clock.advance(2 * SECOND);
    lease(&mut other, JOB).await.map_err(|_| "the dead keep it")?;
    clock.jump(-2 * jump);
    clock.advance(LEASE);
    Ok(())
}

pub(crate) async fn a_lease_lasts_as_long_whatever_the_clock_is_set_to(sandbox: Sandbox) {
    with_a_job(&sandbox).await;
    for jump in JUMPS {
        assert_eq!(a_worker_lives_and_dies(&sandbox, jump).await, Ok(()), "{jump}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn leases_by_the_clock_that_is_set_are_seen_to_be_wrong() {
    for (jump, fault) in JUMPS.into_iter().zip([
        "it is taken from a worker that lives",
        "the dead keep it",
        "it is taken from a worker that lives",
        "the dead keep it",
    ]) {
        let sandbox = Sandbox::on(Database::sqlite()).await;
        with_a_job(&sandbox).await;
        sandbox.clock.let_steady_time_jump();
        assert_eq!(a_worker_lives_and_dies(&sandbox, jump).await, Err(fault), "{jump}");
    }
}

/// A replica that sees a lease for the first time waits for as long as one lasts, and not longer.
#[tokio::test(flavor = "multi_thread")]
async fn each_replica_times_the_leases_of_others() {
    let sandbox = Sandbox::on(Database::postgres().await).await;
    with_a_job(&sandbox).await;
    let mut here = sandbox.rendering.clone();
    let mut there = sandbox.rendering_replica().await;
    let is_leased =
        |answer: Result<u64, Status>| assert_eq!(reason(&answer.unwrap_err()), "JOB_LEASED");
    let held = lease(&mut here, JOB).await.unwrap();
    sandbox.clock.jump(400 * DAY);
    sandbox.clock.advance(LEASE);
    is_leased(lease(&mut there, JOB).await);
    // The worker lives, and is heard by the other replica.
    assert_eq!(prolong(&mut here, JOB, held).await.unwrap(), held);
    sandbox.clock.jump(-400 * DAY);
    sandbox.clock.advance(LEASE - SECOND);
    is_leased(lease(&mut there, JOB).await);
    sandbox.clock.advance(LEASE - SECOND);
    is_leased(lease(&mut there, JOB).await);
    sandbox.clock.advance(2 * SECOND);
    assert!(held < lease(&mut there, JOB).await.unwrap());
}

pub(crate) async fn the_log_keeps_its_order_whatever_the_clock_is_set_to(sandbox: Sandbox) {
    let mut client = calls::prepared(&sandbox).await;
    let mut said = Vec::new();
    for (number, jump) in JUMPS.into_iter().cycle().take(12).enumerate() {
        sandbox.clock.jump(jump);
        sandbox.clock.advance(SECOND);
        calls::save(&mut client, testkit::save(&format!("a-{number}"), "Een.")).await;
        said.push(sandbox.clock.now().0);
    }
    let log = read_log(&pool(&sandbox).await).await;
    let saves = log.entries.iter().filter(|row| row.texts[2].starts_with("contribution."));
    let times: Vec<i64> = saves.map(|row| row.time).collect();
    assert_eq!(
        times, said,
        "entries stand in the order of what was done, each with what the clock said"
    );
    let report = verified_alone(&sandbox).await;
    assert_eq!((report.finding, report.entries), (None, log.entries.len() as u64));
}

/// Whoever writes at the same time waits for the order; the moment is that of having it.
pub(crate) async fn times_of_the_log_go_on_while_the_clock_does(sandbox: Sandbox) {
    let client = calls::prepared(&sandbox).await;
    let clock = sandbox.clock.clone();
    let ticking = tokio::spawn(async move {
        loop {
            clock.advance(1);
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    });
    let writers = (0..16).map(|writer| {
        let mut client = client.clone();
        tokio::spawn(async move {
            for edit in 0..10 {
                let save = testkit::save(&format!("w-{writer}"), &format!("Edit {edit}."));
                calls::save(&mut client, save).await;
            }
        })
    });
    for writer in writers.collect::<Vec<_>>() {
        writer.await.unwrap();
    }
    ticking.abort();
    let log = read_log(&pool(&sandbox).await).await;
    assert!(160 < log.entries.len() && log.entries.is_sorted_by_key(|row| row.time));
}

pub(crate) async fn a_clock_that_was_set_back_stops_no_checkpoint(sandbox: Sandbox) {
    let mut client = calls::prepared(&sandbox).await;
    let pool = pool(&sandbox).await;
    for (number, jump) in [0].into_iter().chain(JUMPS).chain([-HOUR, -400 * DAY]).enumerate() {
        calls::save(&mut client, testkit::save(&format!("a-{number}"), "Een.")).await;
        sandbox.clock.jump(jump);
        // Forward an interval is over; back the last checkpoint is yet to come.
        sandbox.clock.advance(if jump < 0 { SECOND } else { HOUR });
        let end = Instant::now() + TIMEOUT;
        loop {
            let sql = "SELECT (SELECT MAX(position) FROM checkpoints) AS signed, (SELECT MAX(position) FROM audit) AS last";
            let row = sqlx::query(sql).fetch_one(&pool).await.unwrap();
            if row.try_get::<i64, _>("signed").ok() == Some(row.get("last")) {
                break;
            }
            assert!(Instant::now() < end, "after {jump} ms no checkpoint is made");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
}

/// As of a moment a text stands as the last revision has it that the clock had not put later: a later moment never shows an
/// earlier revision.
pub(crate) async fn a_text_stands_as_it_did_whatever_the_clock_is_set_to(sandbox: Sandbox) {
    let mut client = calls::prepared(&sandbox).await;
    let (mut saved, mut id) = (Vec::new(), String::new());
    for (number, jump) in JUMPS.into_iter().cycle().take(8).enumerate() {
        sandbox.clock.jump(jump);
        sandbox.clock.advance(SECOND);
        let result = calls::save(&mut client, testkit::save("a-1", &format!("{number}."))).await;
        let contribution = result.contribution.unwrap();
        saved.push((sandbox.clock.now().0, contribution.version));
        id = contribution.id;
    }
    let mut moments: Vec<i64> =
        saved.iter().flat_map(|(time, _)| [time - 1, *time, time + 1]).collect();
    moments.sort_unstable();
    let mut before = 0;
    for moment in moments {
        let expected =
            saved.iter().filter(|(time, _)| *time <= moment).map(|(_, version)| *version).max();
        let request = pb::GetContributionRequest {
            id: id.clone(),
            as_of: Some(wire::timestamp(model::Instant(moment))),
            ..pb::GetContributionRequest::default()
        };
        let found = client.contributions().get_contribution(request).await;
        let found = found.ok().map(|found| found.into_inner().contribution.unwrap().version);
        assert_eq!(found, expected, "as of {moment}");
        assert!(before <= found.unwrap_or(0), "as of {moment}");
        before = found.unwrap_or(0);
    }
    assert_eq!(before, 8);
}

fn at(text: &str) -> model::Instant {
    model::Instant(text.parse::<jiff::Timestamp>().unwrap().as_millisecond())
}

/// Last days, each with the moment after it. In Amsterdam clocks change on the first two; a day of the record is one of UTC.
const DAYS: [(&str, &str); 6] = [
    ("2022-03-27", "2022-03-28T00:00:00Z"),
    ("2022-10-30", "2022-10-31T00:00:00Z"),
    ("2021-12-31", "2022-01-01T00:00:00Z"),
    ("2022-01-01", "2022-01-02T00:00:00Z"),
    ("2024-02-29", "2024-03-01T00:00:00Z"),
    // A second was put in at its end, which the clock of a computer does not have.
    ("2016-12-31", "2017-01-01T00:00:00Z"),
];

/// Opens a cycle over a year, in which two organisations owe a goal; returns its name.
async fn open(sandbox: &Sandbox, year: i32, deadline: &str) -> String {
    let cycle = pb::Cycle {
        from: format!("{year}-01-01"),
        until: format!("{year}-12-31"),
        deadline: deadline.into(),
        ..testkit::cycle().into()
    };
    let request = pb::OpenCycleRequest { cycle: Some(cycle), ..Default::default() };
    sandbox.client.cycles().open_cycle(request).await.unwrap();
    let owed = ["alfa", "beta"].map(|organisation| pb::Obligation {
        organisation: organisation.into(),
        goal: "1".into(),
        ..pb::Obligation::default()
    });
    let request = pb::AssignObligationsRequest {
        cycle: format!("plan/{year}"),
        obligations: owed.to_vec(),
        validate_only: false,
    };
    sandbox.obligations.obligations().assign_obligations(request).await.unwrap();
    format!("plan/{year}")
}

pub(crate) async fn a_deadline_ends_with_its_day_in_every_year(sandbox: Sandbox) {
    let mut client = sandbox.client.clone();
    calls::register(&mut client).await;
    let obligations = sandbox.obligations.clone();
    for (year, (deadline, after)) in (2001..).zip(DAYS) {
        let name = open(&sandbox, year, deadline).await;
        let after = at(after);
        let late = async || {
            let request = pb::ListObligationsRequest { cycle: name.clone(), ..Default::default() };
            let found =
                obligations.obligations().list_obligations(request).await.unwrap().into_inner();
            found.obligations.iter().map(|found| found.late).collect::<Vec<_>>()
        };
        let save = |organisation: &str| pb::Save {
            cycle: name.clone(),
            organisation: organisation.into(),
            ..testkit::save("a-1", "Een.")
        };
        sandbox.clock.set(model::Instant(after.0 - 1));
        assert_eq!(late().await, [false, false], "{deadline}");
        // What is open is late as long as the clock says so; nothing of it stays.
        for jump in [HOUR, 400 * DAY] {
            sandbox.clock.jump(jump);
            assert_eq!(late().await, [true, true], "{deadline}");
            sandbox.clock.jump(-jump);
            assert_eq!(late().await, [false, false], "{deadline}");
        }
        calls::save(&mut client, save("alfa")).await;
        sandbox.clock.advance(1);
        calls::save(&mut client, save("beta")).await;
        assert_eq!(late().await, [false, true], "{deadline}");
        // An answer stays in time or late, whatever the clock is set to.
        for jump in JUMPS {
            sandbox.clock.jump(jump);
            assert_eq!(late().await, [false, true], "{deadline}");
            sandbox.clock.jump(-jump);
        }
    }
}

pub(crate) async fn a_cycle_opens_with_its_day_in_every_year(sandbox: Sandbox) {
    let mut client = sandbox.client.clone();
    calls::register(&mut client).await;
    for (year, (_, opening)) in (2001..).zip(DAYS) {
        let cycle = pb::Cycle {
            from: format!("{year}-01-01"),
            until: format!("{year}-12-31"),
            opening: opening[..10].into(),
            ..testkit::cycle().into()
        };
        client
            .cycles()
            .open_cycle(pb::OpenCycleRequest { cycle: Some(cycle), ..Default::default() })
            .await
            .unwrap();
        let save = || pb::Save { cycle: format!("plan/{year}"), ..testkit::save("a-1", "Een.") };
        sandbox.clock.set(model::Instant(at(opening).0 - 1));
        let refused = calls::save(&mut client, save()).await;
        assert_eq!(refused.error.unwrap().reason, "CYCLE_NOT_YET_OPEN", "{opening}");
        sandbox.clock.advance(1);
        let taken = calls::save(&mut client, save()).await;
        assert_eq!(taken.outcome(), pb::SaveOutcome::Accepted, "{opening}");
    }
}

pub(crate) async fn what_is_no_day_is_refused_at_its_field(sandbox: Sandbox) {
    calls::prepared(&sandbox).await;
    let obligations = sandbox.obligations.clone();
    let set = async |deadline: &str| {
        let request = pb::SetDeadlineRequest {
            cycle: "plan/2021".into(),
            organisation: "alfa".into(),
            deadline: deadline.into(),
            reason: "Verkiezingen.".into(),
        };
        obligations.obligations().set_deadline(request).await
    };
    for text in [
        "2016-12-31T23:59:60",
        "2016-12-31T23:59:60Z",
        "2022-03-27T02:30:00+01:00",
        "2021-02-29",
        "2021-13-01",
        "20211231",
        "2021-12-31 ",
    ] {
        let status = set(text).await.unwrap_err();
        let (field, reason, _) = rpc::field_violations(&status).remove(0);
        assert_eq!((field.as_str(), reason.as_str()), ("deadline", "INVALID_DATE"), "{text}");
    }
    assert_eq!(set("2024-02-29").await.unwrap().into_inner().deadline, "2024-02-29");
}
