//! The program as it runs, with objects in every state.

use std::{
    collections::HashMap,
    fs,
    path::Path,
    sync::Mutex,
    time::{Duration, Instant},
};

use end_to_end::Server;
use rpc::Channel;
use tempfile::TempDir;
use testkit::matrix::{self, Deployment};
use wire::{
    Clients,
    v1::{self as pb, SaveDraftRequest, SubmitContributionRequest},
};

pub(crate) type World = matrix::World<Installation>;

/// Before the built-in template: no PDF can be made of these years.
const NOT_OF_ALL_YEARS: &str = "\
#assert(not json(\"/edition.json\").subtitle.contains(regex(\"2022|2024\")), message: \"not of this year\")
";

/// `voortgang up`, with channels for everybody.
#[derive(Debug)]
pub(crate) struct Installation {
    pub(crate) server: Server,
    /// Goes with it.
    _folder: TempDir,
    channel: Channel,
    /// By the arguments that their tokens are made with.
    tokens: Mutex<HashMap<Vec<String>, String>>,
}

/// Objects on an installation of their own, all of them in the index.
pub(crate) async fn world() -> World {
    let world = World::on(Installation::start(), 1).await;
    world.deployment.server.wait_until_indexed();
    world
}

impl Installation {
    fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let template = folder.path().join("template");
        fs::create_dir(&template).unwrap();
        let builtin = "../services/rendering/template/report.typ";
        let builtin =
            fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(builtin)).unwrap();
        fs::write(template.join("report.typ"), format!("{NOT_OF_ALL_YEARS}{builtin}")).unwrap();
        let template = template.display().to_string();
        let variables = [("VOORTGANG__RENDERING__TEMPLATE_DIR", template.as_str())];
        let server = Server::start_with(&folder.path().join("data"), &variables);
        let channel = rpc::connect(&server.grpc, None).unwrap();
        Self { server, _folder: folder, channel, tokens: Mutex::default() }
    }

    /// The channel of who shows nothing.
    pub(crate) fn channel(&self) -> Channel {
        self.channel.clone()
    }

    /// A token of the installation's own issuer.
    pub(crate) fn token(&self, arguments: &[&str]) -> String {
        let key: Vec<String> = arguments.iter().map(|argument| (*argument).to_owned()).collect();
        let mut tokens = self.tokens.lock().unwrap();
        tokens.entry(key).or_insert_with(|| self.server.token(arguments)).clone()
    }

    /// One of a holder of a role; a contributor or reviewer is of `alfa`.
    pub(crate) fn token_of(&self, role: &str) -> String {
        match role {
            "contributor" | "reviewer" => self.token(&["--role", role, "--organisation", "alfa"]),
            role => self.token(&["--role", role]),
        }
    }

    async fn edition(&self, name: &str) -> pb::Edition {
        let client = Clients::new(self.operator("piet"));
        let request = pb::GetEditionRequest { name: name.into() };
        client.editions().get_edition(request).await.unwrap().into_inner().edition.unwrap()
    }

    async fn wait_for(&self, edition: &str, is_so: impl Fn(&pb::Edition) -> bool) {
        let deadline = Instant::now() + Duration::from_mins(2);
        loop {
            let found = self.edition(edition).await;
            if is_so(&found) {
                return;
            }
            assert!(Instant::now() < deadline, "{found:?}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
}

impl Deployment for Installation {
    fn operator(&self, name: &str) -> Channel {
        self.channel().with_token(&self.token(&["--operator", "--subject", name])).unwrap()
    }

    fn holder(&self, role: Option<&str>) -> Channel {
        match role {
            Some(role) => self.channel().with_token(&self.token_of(role)).unwrap(),
            None => self.channel(),
        }
    }

    async fn save(&self, name: &str, save: pb::Save) -> pb::Contribution {
        let client = Clients::new(self.operator(name));
        let (save, validate_only) = (Some(save), false);
        let result = if save.as_ref().is_some_and(|save| save.mode() == pb::SaveMode::Draft) {
            client
                .submissions()
                .save_draft(SaveDraftRequest { save })
                .await
                .unwrap()
                .into_inner()
                .result
        } else {
            let request = SubmitContributionRequest { save, validate_only };
            client.submissions().submit_contribution(request).await.unwrap().into_inner().result
        };
        result.unwrap().contribution.unwrap()
    }

    async fn store_all(&self, edition: &str) {
        self.wait_for(edition, |found| found.state() == pb::EditionState::Published).await;
    }

    async fn store_one(&self, edition: &str) {
        let is_failed = |job: &pb::Job| job.state() == pb::JobState::Failed;
        self.wait_for(edition, |found| {
            found.artefacts.len() == 1 && found.jobs.iter().any(is_failed)
        })
        .await;
    }

    /// It is, as soon as the template has failed.
    async fn give_up(&self, _: &str) {}
}
