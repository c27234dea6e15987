//! The split deployment on this machine: `deploy/local/run` as a user runs it.

use std::{
    fs,
    io::{BufRead as _, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use rpc::Tls;
use wire::Service;

use crate::{
    Answer,
    process::{run, state},
    program,
};

/// Every service twice, with servers of its own. Stopped when dropped.
#[derive(Debug)]
pub struct Split {
    child: Child,
    folder: PathBuf,
    /// Address for gRPC.
    pub grpc: String,
}

impl Split {
    /// Starts in a folder and waits until every service is ready.
    pub fn start(folder: &Path, variables: &[(&str, &str)]) -> Self {
        Self::start_as(&[], folder, variables)
    }

    /// Starts with three nodes of RabbitMQ: `rabbitmq`, `rabbitmq-2` and `rabbitmq-3`.
    pub fn start_cluster(folder: &Path) -> Self {
        Self::start_as(&["--cluster"], folder, &[])
    }

    fn start_as(options: &[&str], folder: &Path, variables: &[(&str, &str)]) -> Self {
        let mut child = Command::new(script("run"))
            .args(options)
            .arg(folder)
            .env("VOORTGANG_BINARY", program())
            .env("XDG_STATE_HOME", state())
            .envs(variables.iter().copied())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .expect("deploy/local/run starts");
        let lines = BufReader::new(child.stdout.take().expect("it is piped")).lines();
        let mut grpc = String::new();
        for line in lines.map_while(Result::ok) {
            if let Some(address) = line.strip_prefix("VOORTGANG_SERVER=") {
                address.clone_into(&mut grpc);
            }
            if line.starts_with("ready") {
                break;
            }
        }
        assert!(
            !grpc.is_empty(),
            "the split deployment did not get ready; see {}",
            folder.display()
        );
        Self { child, folder: folder.to_owned(), grpc }
    }

    /// Runs a client command against it.
    pub fn cli(&self, arguments: &[&str]) -> Answer {
        let mut command = Command::new(program());
        command.args(arguments).env("VOORTGANG_SERVER", &self.grpc);
        if self.grpc.starts_with("https:") {
            command.env("VOORTGANG_AUTHORITY", self.certificates().join("authority.pem"));
        }
        run(&mut command)
    }

    /// Addresses at which the replicas of a service listen.
    pub fn addresses(&self, service: Service) -> Vec<String> {
        let address = |replica| {
            let port = self.setting(service, replica, "grpc_port").expect("a port");
            format!("https://127.0.0.1:{port}")
        };
        (1..=2).map(address).collect()
    }

    /// The configuration of a replica of a service.
    pub fn configuration(&self, service: Service, replica: usize) -> String {
        let file = self.folder.join(format!("config/{service}-{replica}.toml"));
        fs::read_to_string(file).expect("a replica has a configuration")
    }

    /// A setting of a replica as its configuration has it, without the section.
    pub fn setting(&self, service: Service, replica: usize, key: &str) -> Option<String> {
        let start = format!("{key} = ");
        let text = self.configuration(service, replica);
        text.lines().find_map(|line| line.strip_prefix(&start)).map(ToOwned::to_owned)
    }

    /// Id of the process that a replica is.
    pub fn pid(&self, service: Service, replica: usize) -> u32 {
        let file = self.folder.join(format!("running/{service}-{replica}"));
        fs::read_to_string(file).expect("it runs").trim().parse().expect("a number")
    }

    /// What `deploy/local/run` wrote of a server, such as `POSTGRES`.
    pub fn address_of(&self, server: &str) -> String {
        let text = fs::read_to_string(self.folder.join("addresses")).expect("it is ready");
        let start = format!("{server}=");
        let mut found = text.lines().filter_map(|line| line.strip_prefix(&start));
        found.next().expect("the server has an address").to_owned()
    }

    /// The folder of its servers' data, such as `postgres`.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The folder with the certificates of all services, and of their authority.
    pub fn certificates(&self) -> PathBuf {
        self.folder.join("certificates")
    }

    /// The certificate of a service, and what it trusts.
    pub fn certificate(&self, service: Service) -> Tls {
        let file = |name: &str| self.certificates().join(name);
        let (certificate, key) = (file(&format!("{service}.pem")), file(&format!("{service}.key")));
        Tls::load(&certificate, &key, &file("authority.pem")).expect("certificates are there")
    }

    /// Kills the processes of these replicas, such as `storage-1`, at once; they are started again.
    pub fn kill_replicas(&self, names: &[&str]) {
        let pid = |name: &&str| {
            fs::read_to_string(self.folder.join("running").join(name)).expect("it runs")
        };
        let pids: Vec<String> = names.iter().map(pid).collect();
        // One may just have ended by itself because a server is away.
        let _ = Command::new("kill").arg("-9").args(pids.iter().map(|pid| pid.trim())).status();
    }

    /// Kills a server, `postgres` or `rabbitmq`, and starts it again.
    pub fn kill_server(&self, name: &str) {
        for verb in ["kill", "restart"] {
            let status = Command::new(script(name)).arg(verb).arg(self.folder.join(name)).status();
            assert!(status.expect("it runs").success(), "{verb} {name}");
        }
    }

    /// Kills a node of RabbitMQ, such as `rabbitmq-2`, and leaves it dead.
    pub fn kill_node(&self, node: &str) {
        let status =
            Command::new(script("rabbitmq")).arg("kill").arg(self.folder.join(node)).status();
        assert!(status.expect("it runs").success(), "kill {node}");
    }

    /// Waits until every service is ready.
    pub fn wait_until_ready(&self) {
        let deadline = Instant::now() + Duration::from_secs(90);
        while self.cli(&["status"]).code != 0 {
            assert!(Instant::now() < deadline, "not every service is ready again");
            std::thread::sleep(Duration::from_millis(200));
        }
    }
}

impl Drop for Split {
    fn drop(&mut self) {
        let _ = Command::new(script("stop")).arg(&self.folder).status();
        let _ = self.child.wait();
    }
}

pub(crate) fn script(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../deploy/local").join(name)
}
