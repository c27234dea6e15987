//! Who calls with a certificate: an organisation from outside, through the gateway, and a service of the installation.

#![expect(clippy::unwrap_used, reason = "a test ends at what it does not expect")]

use std::path::{Path, PathBuf};

use end_to_end::{Answer, Server, Split};
use rpc::Channel;
use tempfile::TempDir;
use testkit::openssl;
use tonic::{Code, Request, Status};
use wire::{Clients, Service, internal::LeaseJobRequest};

const OIN: &str = "00000001003214345000";

/// A server whose gateway is encrypted and asks for certificates of one authority.
struct World {
    server: Server,
    folder: TempDir,
}

impl World {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../deploy/certificates");
        let made =
            std::process::Command::new(script).arg(path("ours")).arg("127.0.0.1").status().unwrap();
        assert!(made.success());
        for authority in ["theirs", "nobodys"] {
            openssl::authority(&path(authority));
        }
        let text = |name: &str| path(name).display().to_string();
        let server = Server::start_with(
            &path("data"),
            &[
                ("VOORTGANG__TLS__CERTIFICATE", &text("ours/portal.pem")),
                ("VOORTGANG__TLS__KEY", &text("ours/portal.key")),
                ("VOORTGANG__TLS__AUTHORITY", &text("ours/authority.pem")),
                ("VOORTGANG__TLS__OUTSIDERS", "true"),
                ("VOORTGANG__TLS__OUTSIDERS_AUTHORITY", &text("theirs/authority.pem")),
                ("VOORTGANG_AUTHORITY", &text("ours/authority.pem")),
            ],
        );
        assert!(server.grpc.starts_with("https://"), "{}", server.grpc);
        Self { server, folder }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn file(&self, name: &str, text: &str) -> String {
        std::fs::write(self.path(name), text).unwrap();
        self.path(name).display().to_string()
    }

    /// Runs a command as the operator.
    fn cli(&self, arguments: &[&str]) -> Answer {
        let authority = self.path("ours/authority.pem").display().to_string();
        self.server.cli_with(arguments, &[("VOORTGANG_AUTHORITY", &authority)])
    }

    /// Runs a command as whoever has a certificate of `authority` with this subject.
    fn cli_as(&self, authority: &str, subject: &str, arguments: &[&str]) -> Answer {
        let holder = openssl::certificate(&self.path(authority), subject);
        let ours = self.path("ours/authority.pem").display().to_string();
        let variables = [
            ("VOORTGANG_AUTHORITY", &*ours),
            ("VOORTGANG_CERTIFICATE", &*holder.certificate),
            ("VOORTGANG_KEY", &*holder.key),
        ];
        self.server.cli_with(arguments, &variables)
    }
}

fn contribution(organisation: &str) -> String {
    format!(
        "framework: proefplan\nperiod: {{from: 2021, until: 2021}}\nlanguage: nl\ncontributions:\n\
         - {{id: {organisation}-1, organisation: {organisation}, goals: ['1'], answer: reported, text: Een zaak.}}\n"
    )
}

#[test]
fn a_certificate_from_outside_stands_for_the_organisation_with_its_oin() {
    let world = World::new();
    let framework = world.file(
        "framework.yaml",
        &format!(
            "code: proefplan\ntitle: Proefplan\nlanguage: nl\nperiod: {{from: 2021, until: 2025}}\n\
             organisations:\n  - {{code: alfa, name: Alfa, kind: ministry, oin: '{OIN}'}}\n  - {{code: beta, name: Beta, kind: ministry}}\n\
             pillars: [{{code: een, name: Een}}]\n\
             goals: [{{code: '1', kind: strategic_goal, pillar: een, statement: Doel}}]\n"
        ),
    );
    world.cli(&["framework", "add", &framework]).ok();
    world
        .cli(&["cycle", "open", "proefplan", "--from", "2021-01-01", "--until", "2021-12-31"])
        .ok();
    let file = world.file("alfa.yaml", &contribution("alfa"));
    let others = world.file("beta.yaml", &contribution("beta"));
    let alfa = format!("/C=NL/O=Alfa/serialNumber={OIN}/CN=alfa.example");

    let who = world.cli_as("theirs", &alfa, &["whoami"]).ok();
    assert!(who.contains(&format!("oin:{OIN}")) && who.contains("contributor"), "{who}");
    world.cli_as("theirs", &alfa, &["submit", &file]).ok();
    let refused = world.cli_as("theirs", &alfa, &["submit", &others]);
    assert_ne!(refused.code, 0, "it hands in for another organisation: {}", refused.out);
    let kept = world.cli(&["contribution", "list", "proefplan/2021", "--json"]).ok();
    assert!(kept.contains("alfa-1") && !kept.contains("beta-1"), "{kept}");

    for (authority, subject, reason) in [
        ("theirs", "/serialNumber=00000009999999999000/CN=gamma.example", "UNKNOWN_OIN"),
        ("theirs", "/CN=alfa.example", "CERTIFICATE_WITHOUT_OIN"),
        // The connection ends before a call can be made on it.
        ("nobodys", &alfa, "certificate"),
    ] {
        let output = world.cli_as(authority, subject, &["whoami"]);
        assert_ne!(output.code, 0, "{authority} {subject}: {}", output.out);
        let output = format!("{}{}", output.out, output.err);
        assert!(output.to_lowercase().contains(&reason.to_lowercase()), "{subject}: {output}");
    }
}

#[test]
fn a_service_may_what_the_certificate_it_shows_says_whatever_it_says_itself() {
    let folder = tempfile::tempdir().unwrap();
    let split = Split::start(&folder.path().join("split"), &[]);
    let addresses = split.addresses(Service::Storage);
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let lease = |certificate: Service, claimed: Option<Service>| {
        let _guard = runtime.enter();
        let tls = split.certificate(certificate);
        let channel = rpc::connect_any(&addresses, Some(&tls.client())).unwrap();
        runtime.block_on(lease_nothing(channel, claimed)).code()
    };
    assert_eq!(lease(Service::Rendering, None), Code::NotFound, "rendering leases jobs");
    for other in [Service::Search, Service::Ingest, Service::Portal] {
        assert_eq!(lease(other, None), Code::PermissionDenied, "{other} leases a job");
        let claimed = Some(Service::Rendering);
        assert_eq!(lease(other, claimed), Code::PermissionDenied, "{other} as rendering");
    }
}

/// Asks for a job that is not there.
async fn lease_nothing(channel: Channel, claimed: Option<Service>) -> Status {
    let job = LeaseJobRequest { name: "plan/2021/1/pdf/nl".to_owned(), seconds: 1, lease: 0 };
    let mut request = Request::new(job);
    if let Some(claimed) = claimed {
        request.metadata_mut().insert("voortgang-service", claimed.name().parse().unwrap());
    }
    Clients::new(channel).jobs().lease_job(request).await.unwrap_err()
}
