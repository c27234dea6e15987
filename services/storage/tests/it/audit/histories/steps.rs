//! Random calls, which may well be refused. What they are about is read behind storage's back: a read through its calls would
//! leave an entry of its own.

use model::Hash;
use sqlx::{AnyPool, Row as _};
use wire::{Clients, internal, v1 as pb};

use crate::{
    audit::Random,
    calls, people,
    sandbox::{Review, Sandbox, operator},
};

const CYCLES: [&str; 2] = ["plan/2021", "plan/2022"];
const GOALS: [&str; 2] = ["1", "1.1"];
const REASON: &str = "Afgesproken.";

/// Makes one call after the other.
pub(super) struct Steps<'a> {
    sandbox: &'a Sandbox,
    pool: &'a AnyPool,
    random: Random,
}

impl<'a> Steps<'a> {
    pub(super) fn new(sandbox: &'a Sandbox, pool: &'a AnyPool, random: Random) -> Self {
        Self { sandbox, pool, random }
    }

    /// Makes a random call; returns its name.
    pub(super) async fn next(&mut self) -> &'static str {
        self.sandbox.clock.advance(i64::try_from(self.random.below(30_000)).unwrap());
        match self.random.below(10) {
            0 => self.plan().await,
            1..=3 => self.save().await,
            4 | 5 => self.edition().await,
            6 | 7 => self.review().await,
            8 => self.obligation().await,
            _ => self.person().await,
        }
    }

    fn one_of<T: Copy>(&mut self, all: &[T]) -> T {
        all[self.random.below(all.len())]
    }

    /// A value of a column; an id that nobody has where there is none.
    async fn any(&mut self, sql: &'static str) -> String {
        let rows = sqlx::query(sql).fetch_all(self.pool).await.unwrap();
        match rows.len() {
            0 => uuid::Uuid::from_u128(7).to_string(),
            count => rows[self.random.below(count)].get("one"),
        }
    }

    /// Id and tag of a contribution; the tag is not always that of its latest revision.
    async fn contribution(&mut self) -> (String, String) {
        let one = "SELECT contribution || ' ' || CAST(version AS TEXT) || '-' || SUBSTR(content_hash, 1, 16) AS one FROM revisions ORDER BY 1";
        let one = self.any(one).await;
        let (id, etag) = one.split_once(' ').unwrap_or((&one, ""));
        (id.to_owned(), etag.to_owned())
    }

    async fn plan(&mut self) -> &'static str {
        let client = self.sandbox.client.clone();
        if self.random.below(2) == 0 {
            let mut framework = testkit::framework();
            let title = format!("Plan {}", self.random.below(4));
            framework.title = model::LocalizedText::of("nl", &title);
            let validate_only = self.random.below(2) == 0;
            let request = pb::RegisterFrameworkRequest {
                framework: Some(framework.into()),
                validate_only,
                again: false,
            };
            let _ = client.frameworks().register_framework(request).await;
            return "register";
        }
        let (from, until, review) = self.one_of(&[
            ("2021-01-01", "2021-12-31", pb::ReviewPolicy::None),
            ("2022-01-01", "2022-12-31", pb::ReviewPolicy::FourEyes),
        ]);
        let organisations = self.one_of(&[&[][..], &["alfa"], &["gamma"]]);
        let cycle = pb::Cycle {
            from: from.into(),
            until: until.into(),
            review: review.into(),
            organisations: organisations.iter().map(|one| (*one).to_owned()).collect(),
            ..testkit::cycle().into()
        };
        let _ = client
            .cycles()
            .open_cycle(pb::OpenCycleRequest { cycle: Some(cycle), ..Default::default() })
            .await;
        "open"
    }

    async fn save(&mut self) -> &'static str {
        let mut saves = Vec::new();
        for _ in 0..=self.random.below(3) {
            let name = format!("a-{}", self.random.below(5));
            let text = format!("Tekst {}.", self.random.below(4));
            let save = pb::Save {
                cycle: self.one_of(&CYCLES).into(),
                mode: self.one_of(&[pb::SaveMode::Draft, pb::SaveMode::Submit]).into(),
                etag: self.one_of(&["", "", "", "", "", "", "", "1"]).to_owned(),
                request_id: self.one_of(&["", "", "request-1", "request-2"]).to_owned(),
                ..testkit::save(&name, &text)
            };
            saves.push(internal::CheckedSave { save: Some(save), findings: Vec::new() });
        }
        let validate_only = self.random.below(4) == 0;
        let request = internal::SaveContributionsRequest { saves, validate_only };
        let somebody = self.one_of(&["anna", "rita"]);
        let client = crate::reviews::storage_by(self.sandbox, somebody);
        let _ = client.saves().save_contributions(request).await;
        "save"
    }

    async fn edition(&mut self) -> &'static str {
        let client = self.sandbox.client.clone();
        let mut rendering = self.sandbox.rendering.clone();
        let name = self.any("SELECT name AS one FROM editions ORDER BY 1").await;
        let job = self.any("SELECT name AS one FROM jobs ORDER BY 1").await;
        match self.random.below(8) {
            0 | 1 => {
                let request = pb::PublishEditionRequest {
                    cycle: self.one_of(&CYCLES).into(),
                    date: format!("2022-01-0{}", 1 + self.random.below(4)),
                    formats: vec![pb::Format::Html.into()],
                    override_reason: self.one_of(&["", REASON]).into(),
                    ..pb::PublishEditionRequest::default()
                };
                let _ = client.editions().publish_edition(request).await;
                "publish"
            }
            2 => {
                let lease = calls::lease(&mut rendering, &job).await.unwrap_or(1);
                let error = format!("error {}", self.random.below(4));
                let _ = rendering
                    .jobs()
                    .fail_job(internal::FailJobRequest { name: job, lease, error })
                    .await;
                "fail"
            }
            3 => {
                let _ = client.editions().retry_edition(pb::RetryEditionRequest { name }).await;
                "retry"
            }
            4 => {
                let request = pb::WithdrawEditionRequest { name, reason: REASON.into() };
                let _ = client.editions().withdraw_edition(request).await;
                "withdraw edition"
            }
            _ => {
                let bytes: &[u8] = self.one_of(&[b"a", b"b"]);
                let said = self.one_of(&[Hash::of(bytes), Hash::of(bytes), Hash::of(b"other")]);
                let lease = calls::lease(&mut rendering, &job).await.unwrap_or(1);
                let _ = calls::upload(&mut rendering, &job, lease, bytes, said).await;
                "upload"
            }
        }
    }

    async fn review(&mut self) -> &'static str {
        let (id, etag) = self.contribution().await;
        let somebody = self.one_of(&["anna", "rita", "sara"]);
        let mut client = Review::new(self.sandbox.by(somebody));
        match self.random.below(8) {
            0 | 1 => {
                let override_reason = self.one_of(&["", REASON]).into();
                let request = pb::ApproveContributionRequest { id, etag, override_reason };
                let _ = client.reviews().approve_contribution(request).await;
                "approve"
            }
            2 => {
                let request = pb::ReturnContributionRequest {
                    id,
                    etag,
                    reason: pb::ReturnReason::Other.into(),
                    text: "Anders.".into(),
                    targets: Vec::new(),
                };
                let _ = client.reviews().return_contribution(request).await;
                "return"
            }
            3 if self.random.below(4) == 0 => {
                let request = pb::WithdrawContributionRequest {
                    id,
                    etag,
                    reason: REASON.into(),
                    validate_only: false,
                };
                let _ = client.reviews().withdraw_contribution(request).await;
                "withdraw"
            }
            4 => {
                let id = self.any("SELECT id AS one FROM overrides ORDER BY 1").await;
                let _ =
                    client.overrides().confirm_override(pb::ConfirmOverrideRequest { id }).await;
                "confirm"
            }
            _ => self.remark(&mut client, id).await,
        }
    }

    async fn remark(&mut self, client: &mut Review, contribution: String) -> &'static str {
        let remark = self.any("SELECT id AS one FROM remarks ORDER BY 1").await;
        let request_id = self.one_of(&["", "remark-1"]).to_owned();
        match self.random.below(3) {
            0 => {
                let (text, target) = ("Waarom?".to_owned(), None);
                let request = pb::AddRemarkRequest { contribution, target, text, request_id };
                let _ = client.remarks().add_remark(request).await;
                "remark"
            }
            1 => {
                let request =
                    pb::AnswerRemarkRequest { remark, text: "Daarom.".into(), request_id };
                let _ = client.remarks().answer_remark(request).await;
                "answer"
            }
            _ => {
                let _ = client.remarks().resolve_remark(pb::ResolveRemarkRequest { remark }).await;
                "resolve"
            }
        }
    }

    async fn obligation(&mut self) -> &'static str {
        let client = self.sandbox.obligations.clone();
        let cycle = self.one_of(&CYCLES).to_owned();
        let organisation = self.one_of(&["alfa", "gamma"]).to_owned();
        let goal = self.one_of(&GOALS).to_owned();
        let (indicator, reason) = (String::new(), REASON.to_owned());
        match self.random.below(5) {
            0 => {
                let optional = self.random.below(2) == 0;
                let owed = pb::Obligation { organisation, goal, optional, ..Default::default() };
                let validate_only = self.random.below(4) == 0;
                let obligations = vec![owed];
                let request = pb::AssignObligationsRequest { cycle, obligations, validate_only };
                let _ = client.obligations().assign_obligations(request).await;
                "assign"
            }
            1 => {
                let request =
                    pb::RemoveObligationRequest { cycle, organisation, goal, indicator, reason };
                let _ = client.obligations().remove_obligation(request).await;
                "remove"
            }
            2 => {
                let request = pb::AcceptGapRequest { cycle, organisation, goal, indicator, reason };
                let _ = client.obligations().accept_gap(request).await;
                "accept"
            }
            3 => {
                let deadline = format!("2022-06-0{}", 1 + self.random.below(3));
                let request = pb::SetDeadlineRequest { cycle, organisation, deadline, reason };
                let _ = client.obligations().set_deadline(request).await;
                "deadline"
            }
            _ => {
                let request =
                    pb::RollForwardRequest { cycle, from: String::new(), ..Default::default() };
                let _ = client.obligations().roll_forward(request).await;
                "roll forward"
            }
        }
    }

    async fn person(&mut self) -> &'static str {
        let mut client = self.sandbox.people.clone();
        let id = self.any("SELECT id AS one FROM people ORDER BY 1").await;
        match self.random.below(8) {
            0..=2 => {
                let subject = format!("idp|{}", self.random.below(3));
                let email = format!("{}@example.org", self.one_of(&["a", "b"]));
                let person = pb::Person { subject, email, ..people::anna() };
                let _ = people::save(&mut client, person).await;
                "person"
            }
            3 => {
                let organisation = self.one_of(&["alfa", "beta"]);
                let _ = people::add(&mut client, &id, people::contributor(organisation)).await;
                "member"
            }
            4 => {
                let number = u32::try_from(1 + self.random.below(2)).unwrap();
                let _ = people::end(&mut client, &id, number, "").await;
                "end"
            }
            5 if self.random.below(6) == 0 => {
                let _ = people::erase(&mut client, &id).await;
                "erase person"
            }
            6 => {
                let (id, _) = self.contribution().await;
                let request = pb::EraseContributionRequest {
                    id,
                    reason: REASON.into(),
                    ..Default::default()
                };
                let _ = client.contributions().erase_contribution(request).await;
                "erase"
            }
            _ => {
                let token_id = format!("token-{}", self.random.below(3));
                let request = pb::RevokeTokensRequest {
                    token_id,
                    reason: REASON.into(),
                    ..pb::RevokeTokensRequest::default()
                };
                let client = Clients::new(operator(&self.sandbox.channel));
                let _ = client.access().revoke_tokens(request).await;
                "revoke"
            }
        }
    }
}
