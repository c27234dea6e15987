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
    sockets::family,
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

    /// Addresses of the gateways.
    pub fn gateways(&self) -> Vec<String> {
        self.address_of("GRPC").split(' ').map(ToOwned::to_owned).collect()
    }

    /// Sends a signal, such as `STOP`, to a replica, such as `storage-1`.
    pub fn signal(&self, replica: &str, signal: &str) {
        let file = self.folder.join("running").join(replica);
        let pid = fs::read_to_string(file).expect("it runs");
        let sent = Command::new("kill").args(["-s", signal, pid.trim()]).status();
        assert!(sent.expect("it runs").success(), "{replica} gets no {signal}");
    }

    /// Sends a signal to every process of a server, `postgres` or `rabbitmq`.
    pub fn signal_server(&self, name: &str, signal: &str) {
        let file = self.folder.join(match name {
            "postgres" => "postgres/data/postmaster.pid",
            _ => "rabbitmq/pid",
        });
        let text = fs::read_to_string(file).expect("it runs");
        let pid = text.lines().next().and_then(|pid| pid.trim().parse().ok()).expect("a number");
        let pids = family(pid).into_iter().map(|pid| pid.to_string());
        // A session of PostgreSQL may end in between.
        let _ = Command::new("kill").args(["-s", signal]).args(pids).status();
    }

    /// Stops a replica as an orchestrator does, and waits until it has ended; it is started again.
    pub fn restart(&self, replica: &str) {
        let file = self.folder.join("running").join(replica);
        let before = fs::read_to_string(&file).expect("it runs");
        self.signal(replica, "TERM");
        let deadline = Instant::now() + Duration::from_mins(1);
        while fs::read_to_string(&file).expect("it runs") == before {
            assert!(Instant::now() < deadline, "{replica} does not end");
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// Starts a replica anew with this text of its configuration in place of another.
    pub fn reconfigure(&self, service: Service, replica: usize, from: &str, to: &str) {
        let text = self.configuration(service, replica);
        assert!(text.contains(from), "{from} is not in {text}");
        let file = self.folder.join(format!("config/{service}-{replica}.toml"));
        fs::write(file, text.replace(from, to)).expect("it can be written");
        self.restart(&format!("{service}-{replica}"));
    }

    /// What PostgreSQL answers a query, as its superuser.
    pub fn query(&self, sql: &str) -> String {
        let address = self.address_of("POSTGRES");
        let (server, _) = address.rsplit_once('/').expect("it ends with the name of a database");
        let mut psql = Command::new("psql");
        psql.args(["-At", "-c", sql]).arg(format!("{server}/voortgang"));
        let answer = psql.output().expect("psql runs");
        assert!(answer.status.success(), "{}", String::from_utf8_lossy(&answer.stderr));
        String::from_utf8_lossy(&answer.stdout).trim().to_owned()
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
        self.kill_server_and(name, || {});
    }

    /// Kills a server, does something meanwhile, and starts it again.
    pub fn kill_server_and(&self, name: &str, meanwhile: impl FnOnce()) {
        let run = |verb: &str| {
            let status = Command::new(script(name)).arg(verb).arg(self.folder.join(name)).status();
            assert!(status.expect("it runs").success(), "{verb} {name}");
        };
        run("kill");
        meanwhile();
        run("restart");
    }

    /// Kills a node of RabbitMQ, such as `rabbitmq-2`, and leaves it dead.
    pub fn kill_node(&self, node: &str) {
        let status =
            Command::new(script("rabbitmq")).arg("kill").arg(self.folder.join(node)).status();
        assert!(status.expect("it runs").success(), "kill {node}");
    }

    /// Makes a base backup; for a system that was started with `VOORTGANG_ARCHIVE=1`.
    pub fn back_up(&self) {
        self.postgres("base", &self.folder.join("objects").display().to_string());
    }

    /// Takes database and files back to a moment, and starts storage anew; all other services go on.
    pub fn go_back(&self, moment: &str) {
        let (objects, database) = (self.folder.join("objects"), self.folder.join("postgres"));
        for old in [self.folder.join("objects-before"), database.join("data-before")] {
            let _ = fs::remove_dir_all(old);
        }
        self.postgres("recover", moment);
        fs::rename(&objects, self.folder.join("objects-before")).expect("the files are moved");
        fs::rename(database.join("restored-objects"), &objects).expect("the files are moved");
        self.kill_replicas(&["storage-1", "storage-2"]);
    }

    fn postgres(&self, verb: &str, argument: &str) {
        let mut command = Command::new(script("postgres"));
        let status = command.arg(verb).arg(self.folder.join("postgres")).arg(argument).status();
        assert!(status.expect("it runs").success(), "{verb} {argument}");
    }

    /// Waits until nothing is wrong but that the index is behind, which under load it may be all the while.
    pub fn wait_until_healed(&self) {
        let has_others = |status: &Answer| {
            status.out.lines().any(|line| line.contains("(since ") && !line.contains("search-lag"))
        };
        self.wait_for_status(|status| status.code < 2 && !has_others(status));
    }

    /// Waits until every service is ready and nothing is wrong.
    pub fn wait_until_ready(&self) {
        self.wait_for_status(|status| status.code == 0);
    }

    fn wait_for_status(&self, is_well: impl Fn(&Answer) -> bool) {
        let deadline = Instant::now() + Duration::from_mins(3);
        loop {
            let status = self.cli(&["status"]);
            if is_well(&status) {
                return;
            }
            assert!(Instant::now() < deadline, "not every service is there again: {status:?}");
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
