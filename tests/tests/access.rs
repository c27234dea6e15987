//! Every call of every service, made by everybody: the behaviour is that of the table in docs/ACCESS.md, and what is not
//! somebody's to see does not exist for them.

#![expect(clippy::unwrap_used, reason = "a test ends at what it does not expect")]

use data_encoding::BASE64URL_NOPAD;
use end_to_end::{Answer, Server};
use http::uri::PathAndQuery;
use tempfile::TempDir;
use testkit::{ROLES, documented_access};
use tonic::{Code, Request, Status, transport::Channel};
use wire::{
    Clients, Method,
    v1::{self as pb, Dimension, Scope, SearchRequest, SearchResponse},
};

const FRAMEWORK: &str = "\
code: proefplan
title: Proefplan
language: nl
period: {from: 2021, until: 2025}
organisations:
  - {code: alfa, name: Alfa, kind: ministry}
  - {code: beta, name: Beta, kind: ministry}
pillars: [{code: een, name: Een}]
goals: [{code: '1', kind: strategic_goal, pillar: een, statement: Doel}]
";

/// A server with a draft of `beta` that nobody of `alfa` may know of.
struct World {
    server: Server,
    folder: TempDir,
    runtime: tokio::runtime::Runtime,
}

impl World {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let server = Server::start(&folder.path().join("data"));
        let write = |name: &str, text: String| {
            let file = folder.path().join(name);
            std::fs::write(&file, text).unwrap();
            file.display().to_string()
        };
        let framework = write("framework.yaml", FRAMEWORK.to_owned());
        server.cli(&["framework", "add", &framework]).ok();
        server
            .cli(&["cycle", "open", "proefplan", "--from", "2021-01-01", "--until", "2021-12-31"])
            .ok();
        for (organisation, text) in
            [("alfa", "Een openbare zaak."), ("beta", "Een geheimzinnige onderhandeling.")]
        {
            let file = write(&format!("{organisation}.yaml"), contribution(organisation, text));
            server.cli(&["submit", &file, "--draft"]).ok();
        }
        server.wait_until_indexed();
        let runtime = tokio::runtime::Runtime::new().unwrap();
        Self { server, folder, runtime }
    }

    fn of(&self, role: &str, organisation: &str) -> String {
        match role {
            "contributor" | "reviewer" => {
                self.server.token(&["--role", role, "--organisation", organisation])
            }
            role => self.server.token(&["--role", role]),
        }
    }

    fn cli(&self, token: &str, arguments: &[&str]) -> Answer {
        self.server.cli_with(arguments, &[("VOORTGANG_TOKEN", token)])
    }

    fn channel(&self) -> Channel {
        let endpoint = tonic::transport::Endpoint::from_shared(self.server.grpc.clone()).unwrap();
        let _guard = self.runtime.enter();
        endpoint.connect_lazy()
    }

    /// Makes a call with an empty message, whatever its kind; returns how it ended.
    fn call(&self, channel: &Channel, method: Method, token: Option<&str>) -> Result<(), Status> {
        self.runtime.block_on(async {
            let mut client = tonic::client::Grpc::new(channel.clone());
            client.ready().await.unwrap();
            let path = PathAndQuery::try_from(format!("/{}", method.path())).unwrap();
            let mut request = Request::new(futures::stream::iter([()]));
            if let Some(token) = token {
                request
                    .metadata_mut()
                    .insert("authorization", format!("Bearer {token}").parse().unwrap());
            }
            let codec = tonic_prost::ProstCodec::<(), ()>::default();
            let mut answer = client.streaming(request, path, codec).await?.into_inner();
            while answer.message().await?.is_some() {}
            Ok(())
        })
    }
}

fn contribution(organisation: &str, text: &str) -> String {
    format!(
        "framework: proefplan\nperiod: {{from: 2021, until: 2021}}\nlanguage: nl\ncontributions:\n\
         - {{id: {organisation}-1, organisation: {organisation}, goals: ['1'], answer: reported, text: {text:?}}}\n"
    )
}

fn is_refusal(ended: &Result<(), Status>) -> bool {
    ended.as_ref().is_err_and(|status| {
        matches!(status.code(), Code::PermissionDenied | Code::Unauthenticated)
    })
}

#[test]
fn every_call_is_decided_as_the_document_says() {
    let world = World::new();
    let rows = documented_access();
    let channel = world.channel();
    let tokens = ROLES.map(|role| world.of(role, "alfa"));
    let mut cells = 0;
    for method in Method::ALL {
        let (_, name) = method.path().rsplit_once('.').unwrap();
        let row = rows.get(name).unwrap_or_else(|| panic!("docs/ACCESS.md has no row for {name}"));
        if !method.is_public() {
            // The gateway does not know it, whoever makes it; the calls beside it are the control.
            for token in [None].into_iter().chain(tokens.iter().map(Some)) {
                let ended = world.call(&channel, method, token.map(String::as_str));
                let code = ended.as_ref().err().map(Status::code);
                assert_eq!(code, Some(Code::Unimplemented), "{name}: {ended:?}");
            }
            cells += tokens.len();
            continue;
        }
        let is_open = row.is_open;
        let ended = world.call(&channel, method, None);
        assert_eq!(is_refusal(&ended), !is_open, "{name} by anybody: {ended:?}");
        if let Err(status) = &ended
            && !is_open
        {
            assert_eq!(status.code(), Code::Unauthenticated, "{name}: {status}");
        }
        for (role, token) in ROLES.iter().zip(&tokens) {
            let ended = world.call(&channel, method, Some(token));
            let may = row.lets(role);
            assert_eq!(is_refusal(&ended), !may, "{name} by {role}: {ended:?}");
            if let Err(status) = &ended
                && !may
            {
                assert_eq!(status.code(), Code::PermissionDenied, "{name} by {role}: {status}");
            }
            cells += 1;
        }
    }
    assert_eq!(rows.len(), Method::ALL.len(), "docs/ACCESS.md has a row of no call");
    assert!(400 < cells, "{cells}");
}

#[expect(clippy::too_many_lines, reason = "one way to learn of it after the other")]
#[test]
fn a_foreign_draft_does_not_exist() {
    let world = World::new();
    let (alfa, beta) = (world.of("contributor", "alfa"), world.of("contributor", "beta"));
    let list = |token: &str| {
        world.cli(token, &["contribution", "list", "proefplan/2021", "--json"]).json()
    };
    let channel = world.channel();
    let listed =
        world.runtime.block_on(contributions(&channel, &beta, String::new())).contributions;
    let id = listed[0].id.clone();
    // By code and text: like a name that nobody has.
    for command in ["show", "history", "compare"] {
        let ask = |token: &str, name: &str| {
            world.cli(token, &["contribution", command, "proefplan/2021", "beta", name])
        };
        let (foreign, absent) = (ask(&alfa, "beta-1").fails(1), ask(&alfa, "beta-2").fails(1));
        assert_eq!(foreign.replace("beta-1", "beta-2"), absent, "{command}");
        ask(&beta, "beta-1").ok();
    }
    // By count, facet, suggestion and page token.
    let listed = list(&alfa);
    assert_eq!(listed["contributions"].as_array().unwrap().len(), 1, "{listed}");
    assert!(!listed.to_string().contains("beta"), "{listed}");
    world.runtime.block_on(async {
        for token in [&alfa, &beta] {
            let is_own = token == &beta;
            for query in [
                "geheimzinnige",
                "geheim*",
                "geheimzinnig",
                "geheimzinige",
                "\"geheimzinnige onderhandeling\"",
                "organisation:beta",
            ] {
                let found = search(&channel, token, query).await;
                if !is_own {
                    assert_eq!((found.total, found.hits.len()), (0, 0), "{query}");
                }
                let facets = format!("{:?}", found.facets);
                assert_eq!(
                    facets.contains("beta") && is_own,
                    facets.contains("beta"),
                    "{query}: {facets}"
                );
            }
            let all = search(&channel, token, "").await;
            assert_eq!(all.total, 1);
            assert!(all.facets.iter().any(|facet| facet.dimension() == Dimension::Organisation));
        }
        let found = search(&channel, &beta, "geheimzinnige").await;
        assert_eq!(found.total, 1, "its own organisation finds it");
        let page = contributions(&channel, &alfa, String::new()).await;
        assert_eq!(page.contributions.len(), 1);
        let token = BASE64URL_NOPAD.decode(page.next_page_token.as_bytes()).unwrap();
        assert!(!String::from_utf8_lossy(&token).contains("beta"));
        let next = contributions(&channel, &alfa, page.next_page_token).await;
        assert_eq!((next.contributions.len(), next.next_page_token.as_str()), (0, ""));
        let request =
            pb::GetObligationMatrixRequest { cycle: "proefplan/2021".into(), as_of: None };
        let bearer = bearer(&alfa);
        let matrix = Clients::with_interceptor(channel.clone(), bearer.clone())
            .obligations()
            .get_obligation_matrix(request)
            .await
            .unwrap()
            .into_inner();
        assert!(!format!("{matrix:?}").contains("beta"));
        let request = pb::ListRevisionsRequest { id: id.clone(), ..Default::default() };
        let status = Clients::with_interceptor(channel.clone(), bearer)
            .contributions()
            .list_revisions(request)
            .await
            .unwrap_err();
        let nobody = uuid_like(&id);
        let request = pb::ListRevisionsRequest { id: nobody.clone(), ..Default::default() };
        let absent = Clients::with_interceptor(channel.clone(), self::bearer(&alfa))
            .contributions()
            .list_revisions(request)
            .await
            .unwrap_err();
        assert_eq!(status.code(), Code::NotFound);
        assert_eq!(status.message().replace(&id, &nobody), absent.message());
    });
    // Writing for another organisation is refused, whatever is there.
    let file = world.folder.path().join("beta.yaml").display().to_string();
    let refused = world.cli(&alfa, &["submit", &file]).fails(1);
    assert!(refused.contains("OTHER_ORGANISATION"), "{refused}");
    // Who has no part in it finds nothing that is not published.
    let status = world.runtime.block_on(async {
        let request = SearchRequest { scope: Scope::Working.into(), ..SearchRequest::default() };
        Clients::new(world.channel()).search().search(request).await.unwrap_err()
    });
    assert_eq!(status.code(), Code::PermissionDenied, "{status}");
}

fn uuid_like(id: &str) -> String {
    let last = if id.ends_with('0') { "1" } else { "0" };
    format!("{}{last}", &id[..id.len() - 1])
}

fn bearer(token: &str) -> impl Fn(Request<()>) -> Result<Request<()>, Status> + Clone {
    let bearer: tonic::metadata::AsciiMetadataValue = format!("Bearer {token}").parse().unwrap();
    move |mut request| {
        request.metadata_mut().insert("authorization", bearer.clone());
        Ok(request)
    }
}

async fn search(channel: &Channel, token: &str, query: &str) -> SearchResponse {
    let request = SearchRequest {
        query: query.into(),
        scope: Scope::Working.into(),
        ..SearchRequest::default()
    };
    let client = Clients::with_interceptor(channel.clone(), bearer(token));
    client.search().search(request).await.unwrap().into_inner()
}

async fn contributions(
    channel: &Channel,
    token: &str,
    page_token: String,
) -> pb::ListContributionsResponse {
    let request = pb::ListContributionsRequest {
        cycle: "proefplan/2021".into(),
        page_size: 1,
        page_token,
        ..pb::ListContributionsRequest::default()
    };
    let client = Clients::with_interceptor(channel.clone(), bearer(token));
    client.contributions().list_contributions(request).await.unwrap().into_inner()
}
