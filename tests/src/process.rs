//! The program as its users run it: as processes.

use std::{
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use serde_json::Value;
use tonic::{Request, Status, metadata::AsciiMetadataValue, service::Interceptor};

/// How long a server may take to be ready.
const READY_WITHIN: Duration = Duration::from_mins(2);

/// The built program: beside the tests' own folder, or what `VOORTGANG_BIN` names.
pub fn program() -> PathBuf {
    let beside = || {
        let program = std::env::current_exe().expect("a test has a program");
        program.ancestors().nth(2).expect("target/debug/deps/test").join("voortgang")
    };
    let program = std::env::var_os("VOORTGANG_BIN").map_or_else(beside, PathBuf::from);
    assert!(program.is_file(), "{} is not built: run `cargo build` first", program.display());
    program
}

/// The same program without outbox and publisher confirms, by which a control shows that a loss would be seen.
pub fn program_without_durability() -> PathBuf {
    let program = program().with_file_name("voortgang-without-durability");
    let path = program.display();
    assert!(program.is_file(), "{path} is not built: run `cargo build --workspace` first");
    program
}

/// A port that stays free while nobody listens on it: no connection is ever given one of these.
pub fn free_port() -> String {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/../deploy/local/free-ports");
    let output = Command::new(script).arg("1").output().expect("the script runs");
    String::from_utf8(output.stdout).expect("a number").trim().to_owned()
}

/// What a command answered.
#[derive(Debug)]
pub struct Answer {
    /// Exit code; -1 where a signal ended it.
    pub code: i32,
    /// Results.
    pub out: String,
    /// Notes.
    pub err: String,
}

impl Answer {
    /// The results, of a command that must have succeeded.
    #[track_caller]
    pub fn ok(self) -> String {
        assert_eq!(self.code, 0, "stdout:\n{}\nstderr:\n{}", self.out, self.err);
        self.out
    }

    /// The results as JSON, of a command that must have succeeded.
    #[track_caller]
    pub fn json(self) -> Value {
        let out = self.ok();
        serde_json::from_str(&out).unwrap_or_else(|error| panic!("no JSON: {error}\n{out}"))
    }

    /// The notes, of a command that must have failed with `code`.
    #[track_caller]
    pub fn fails(self, code: i32) -> String {
        assert_eq!(self.code, code, "stdout:\n{}\nstderr:\n{}", self.out, self.err);
        format!("{}{}", self.out, self.err)
    }
}

/// Runs the program with these arguments.
pub fn voortgang(arguments: &[&str]) -> Answer {
    run(Command::new(program()).args(arguments))
}

/// Where servers of tests leave word of their operators' tokens, apart from the user's own.
pub(crate) fn state() -> PathBuf {
    std::env::temp_dir().join("voortgang-tests-state")
}

/// The operator's token of a server that runs.
pub fn token(address: &str) -> String {
    let (_, host) = address.split_once("://").expect("an address");
    let name = host.replace(|sign: char| !sign.is_ascii_alphanumeric(), "-");
    let note = state().join("voortgang").join(format!("{name}.token"));
    let file = std::fs::read_to_string(&note).expect("the server left word of its token");
    std::fs::read_to_string(file.trim()).expect("a token").trim().to_owned()
}

/// Has every call of a client bear the operator's token of a server.
#[derive(Debug, Clone)]
pub struct AsOperator(AsciiMetadataValue);

impl Interceptor for AsOperator {
    fn call(&mut self, mut request: Request<()>) -> Result<Request<()>, Status> {
        request.metadata_mut().insert("authorization", self.0.clone());
        Ok(request)
    }
}

/// The operator of a server that runs.
pub fn as_operator(address: &str) -> AsOperator {
    AsOperator(format!("Bearer {}", token(address)).parse().expect("a token fits a header"))
}

pub(crate) fn run(command: &mut Command) -> Answer {
    if command.get_envs().all(|(name, _)| name != "XDG_STATE_HOME") {
        command.env("XDG_STATE_HOME", state());
    }
    let output = command.stdin(Stdio::null()).output().expect("the program starts");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("output is UTF-8");
    Answer {
        code: output.status.code().unwrap_or(-1),
        out: text(output.stdout),
        err: text(output.stderr),
    }
}

/// `voortgang up` on free ports. Killed when dropped.
#[derive(Debug)]
pub struct Server {
    child: Child,
    /// Its data folder.
    pub data: PathBuf,
    /// Address of its gRPC port.
    pub grpc: String,
    /// Address of its pages.
    pub http: String,
    /// Address of health and counts.
    pub health: String,
}

impl Server {
    /// Starts on `data` and waits until every service is ready.
    pub fn start(data: &Path) -> Self {
        Self::start_with(data, &[])
    }

    /// Starts with environment variables added; `VOORTGANG_BINARY` among them names another program.
    pub fn start_with(data: &Path, variables: &[(&str, &str)]) -> Self {
        Self::start_until(0, data, variables)
    }

    /// Starts and waits until every service is ready, also where something is wrong.
    pub fn start_degraded(data: &Path, variables: &[(&str, &str)]) -> Self {
        Self::start_until(1, data, variables)
    }

    /// Starts and waits until the exit code of `status` is at most this.
    fn start_until(worst: i32, data: &Path, variables: &[(&str, &str)]) -> Self {
        std::fs::create_dir_all(data).expect("a data folder can be made");
        let endpoints = data.join("endpoints.json");
        let _ = std::fs::remove_file(&endpoints);
        let log = std::fs::File::create(data.with_extension("log")).expect("a log can be written");
        let mut child = Command::new(binary(variables))
            .args(["up", "--grpc-port", port(variables), "--http-port", "0", "--data"])
            .arg(data)
            .env("XDG_STATE_HOME", state())
            .envs(variables.iter().copied())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .expect("the program starts");
        let deadline = Instant::now() + READY_WITHIN;
        loop {
            let log = || std::fs::read_to_string(data.with_extension("log")).unwrap_or_default();
            assert!(
                child.try_wait().expect("a child").is_none(),
                "the server ended at once:\n{}",
                log()
            );
            assert!(Instant::now() < deadline, "the server is not ready:\n{}", log());
            let status = |grpc: &str| {
                let mut command = Command::new(program());
                command.args(["status", "--server", grpc]).envs(variables.iter().copied());
                (0..=worst).contains(&run(&mut command).code)
            };
            if let Some([grpc, http, health]) = addresses(&endpoints)
                && status(&grpc)
            {
                return Self { child, data: data.to_owned(), grpc, http, health };
            }
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Runs a client command against it.
    pub fn cli(&self, arguments: &[&str]) -> Answer {
        run(Command::new(program()).args(arguments).env("VOORTGANG_SERVER", &self.grpc))
    }

    /// Runs a client command against it with environment variables added.
    pub fn cli_with(&self, arguments: &[&str], variables: &[(&str, &str)]) -> Answer {
        let mut command = Command::new(program());
        run(command
            .args(arguments)
            .env("VOORTGANG_SERVER", &self.grpc)
            .envs(variables.iter().copied()))
    }

    /// A token of its own issuer, made with these arguments of `voortgang token`.
    pub fn token(&self, arguments: &[&str]) -> String {
        let data = self.data.display().to_string();
        self.cli(&[&["token", "--data", &data], arguments].concat()).ok().trim().to_owned()
    }

    /// Waits until search has applied everything.
    pub fn wait_until_indexed(&self) {
        let deadline = Instant::now() + Duration::from_mins(2);
        loop {
            // Search that is behind degrades it, which says so by its exit code.
            let answer = self.cli(&["status", "--json"]);
            let status =
                if answer.code == 1 { Answer { code: 0, ..answer } } else { answer }.json();
            if status["search"]["watermark"] == status["storage"]["last_position"] {
                return;
            }
            assert!(Instant::now() < deadline, "search stays behind: {status}");
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// Waits until every service is ready and nothing is wrong.
    pub fn wait_until_ready(&self) {
        let deadline = Instant::now() + Duration::from_mins(2);
        loop {
            let status = self.cli(&["status"]);
            if status.code == 0 {
                return;
            }
            assert!(Instant::now() < deadline, "{status:?}");
            std::thread::sleep(Duration::from_millis(100));
        }
    }

    /// Fetches the page of what was published, which is there a moment after it.
    pub fn published_page(&self, path: &str) -> String {
        let deadline = Instant::now() + Duration::from_mins(1);
        loop {
            let (status, _, page) = self.get(path);
            if status == 200 {
                return page;
            }
            assert!(Instant::now() < deadline, "{path}: {status} {page}");
            std::thread::sleep(Duration::from_millis(100));
        }
    }

    /// Fetches a page: status, media type, text.
    pub fn get(&self, path: &str) -> (u16, String, String) {
        get(&format!("{}{path}", self.http))
    }

    /// What it has logged so far.
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.data.with_extension("log")).expect("it logs")
    }

    /// Kills it as `kill -9` does.
    pub fn kill(mut self) {
        self.child.kill().expect("it runs");
        self.child.wait().expect("it ends");
    }

    /// Stops it as an orchestrator does.
    pub fn stop(mut self) {
        let sent = Command::new("kill").args(["-s", "TERM", &self.pid().to_string()]).status();
        assert!(sent.expect("it runs").success(), "it gets no signal");
        self.child.wait().expect("it ends");
    }

    /// Id of its process.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Whether it still runs.
    pub fn is_alive(&mut self) -> bool {
        self.child.try_wait().expect("a child").is_none()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The program that the test names, or the usual one.
fn binary(variables: &[(&str, &str)]) -> PathBuf {
    let named = variables.iter().find(|(name, _)| *name == "VOORTGANG_BINARY");
    named.map_or_else(program, |(_, program)| program.into())
}

/// A port that stays the same over restarts, where the test names one; else any free one.
fn port<'a>(variables: &[(&str, &'a str)]) -> &'a str {
    variables
        .iter()
        .find(|(name, _)| *name == "VOORTGANG_TEST_GRPC_PORT")
        .map_or("0", |(_, port)| port)
}

fn addresses(endpoints: &Path) -> Option<[String; 3]> {
    let endpoints: Value = serde_json::from_str(&std::fs::read_to_string(endpoints).ok()?).ok()?;
    let address = |name: &str| Some(endpoints[name].as_str()?.to_owned());
    Some([address("grpc")?, address("http")?, address("health")?])
}

/// Fetches an address: status, media type, text.
pub fn get(address: &str) -> (u16, String, String) {
    let agent: ureq::Agent =
        ureq::Agent::config_builder().http_status_as_error(false).build().into();
    let mut answer = agent.get(address).call().expect("the server answers");
    let media_type = answer
        .headers()
        .get("content-type")
        .and_then(|value| value.to_str().ok())
        .unwrap_or("")
        .to_owned();
    let body = answer.body_mut().with_config().limit(64 << 20).read_to_vec().expect("a body");
    // What is no text, such as a PDF, is not read by its words.
    (answer.status().as_u16(), media_type, String::from_utf8_lossy(&body).into_owned())
}
