//! Database and broker may be absent at the start, and may vanish: what can go on goes on, and nobody needs to help.

#![expect(clippy::unwrap_used, reason = "a test ends at what it does not expect")]

use std::{
    path::Path,
    process::Command,
    time::{Duration, Instant},
};

use end_to_end::{Backing, Server, get, load::prepare};

fn wait_for(what: &str, is_so: impl Fn() -> bool) {
    let deadline = Instant::now() + Duration::from_mins(2);
    while !is_so() {
        assert!(Instant::now() < deadline, "still not so: {what}");
        std::thread::sleep(Duration::from_millis(100));
    }
}

/// A database whose owner may nothing else.
fn database(postgres: &Backing) -> String {
    let made = Command::new("psql")
        .args([
            "--quiet",
            &postgres.address,
            "-c",
            "CREATE ROLE voortgang LOGIN PASSWORD 'voortgang'",
        ])
        .args(["-c", "CREATE DATABASE voortgang OWNER voortgang TEMPLATE template0"])
        .status();
    assert!(made.expect("psql runs").success());
    let host = postgres.address.rsplit_once('@').unwrap().1.trim_end_matches("/postgres");
    format!("postgres://voortgang:voortgang@{host}/voortgang")
}

fn submit(server: &Server, folder: &Path, id: &str) -> i32 {
    let file = folder.join("item.yaml");
    let item = format!(
        "framework: proefplan\nperiod: {{from: 2021-01-01, until: 2021-12-31}}\nlanguage: nl\n\
         contributions:\n- {{id: {id}, organisation: alfa, goals: ['1'], answer: reported, text: Vrede in {id}}}\n"
    );
    std::fs::write(&file, item).unwrap();
    server.cli(&["submit", &file.display().to_string()]).code
}

/// Whether a search in what is submitted is answered, and finds it.
fn finds(server: &Server, id: &str) -> bool {
    let answer = server.cli(&["search", id, "--working", "--json"]);
    answer.code == 0 && answer.out.contains(&format!("\"external_id\": \"{id}\""))
}

/// Whether anybody's search in what is published is answered, and finds it.
fn finds_published(server: &Server, id: &str) -> bool {
    let answer = server.cli_with(&["search", id, "--json"], &[("XDG_STATE_HOME", "/nobody")]);
    answer.code == 0 && answer.out.contains(&format!("\"external_id\": \"{id}\""))
}

fn readiness(server: &Server) -> (u16, String) {
    let (code, _, text) = get(&format!("{}/readyz", server.health));
    (code, text)
}

fn is_away(text: &str, name: &str) -> bool {
    text.contains(&format!("{{\"name\":\"{name}\",\"status\":\"away\""))
}

/// Waits until readiness answers so and names the one as away, and not the other.
fn wait_until_away(server: &Server, code: u16, one: &str, other: &str) {
    wait_for(&format!("the {one} is away, and the {other} is not"), || {
        let (answered, text) = readiness(server);
        answered == code && is_away(&text, one) && !is_away(&text, other)
    });
}

#[test]
fn absent_servers_are_waited_for_and_vanished_ones_cost_only_what_needs_them() {
    let folder = tempfile::Builder::new()
        .permissions(std::os::unix::fs::PermissionsExt::from_mode(0o755))
        .tempdir()
        .unwrap();
    let postgres = Backing::start("postgres", &folder.path().join("postgres"));
    let rabbitmq = Backing::start("rabbitmq", &folder.path().join("rabbitmq"));
    let database = database(&postgres);
    let variables = [
        ("VOORTGANG__STORAGE__DATABASE", database.as_str()),
        ("VOORTGANG__BUS__ADDRESS", rabbitmq.address.as_str()),
    ];
    postgres.kill();
    rabbitmq.kill();
    let data = folder.path().join("data");
    let server = std::thread::scope(|scope| {
        let starting = scope.spawn(|| Server::start_with(&data, &variables));
        for waiting in ["waiting for PostgreSQL", "waiting for RabbitMQ"] {
            wait_for(waiting, || {
                std::fs::read_to_string(data.with_extension("log"))
                    .is_ok_and(|log| log.contains(waiting))
            });
        }
        postgres.restart();
        rabbitmq.restart();
        starting.join().unwrap()
    });
    prepare(|arguments| server.cli(arguments), folder.path());
    assert_eq!(submit(&server, folder.path(), "eerste"), 0);
    wait_for("the first is found", || finds(&server, "eerste"));

    let order = ["publish", "proefplan/2021", "--date", "2022-01-01", "--format", "html", "--wait"];
    server.cli(&order).ok();
    wait_for("what is published is found", || finds_published(&server, "eerste"));
    postgres.kill();
    // Processes of the server outlive it for a moment, and serve.
    wait_for("a save needs the database", || {
        let begun = Instant::now();
        let code = submit(&server, folder.path(), "tweede");
        let took = begun.elapsed();
        // It is said and not waited for; how busy the machine is does not matter.
        assert!(took < Duration::from_mins(1), "it took {took:?} to say so");
        code == 3
    });
    assert!(finds_published(&server, "eerste"), "what is published is found without a database");
    wait_for("nobody can say who may see more", || {
        server.cli(&["search", "eerste", "--working"]).code == 3
    });
    wait_until_away(&server, 503, "database", "bus");
    postgres.restart();
    wait_for("saves are taken again", || submit(&server, folder.path(), "tweede") == 0);
    wait_for("the second is found", || finds(&server, "tweede"));

    rabbitmq.kill();
    assert_eq!(submit(&server, folder.path(), "derde"), 0, "a save needs no broker");
    assert!(finds(&server, "eerste"), "search needs no broker");
    wait_until_away(&server, 200, "bus", "database");
    rabbitmq.restart();
    wait_for("the third is found", || finds(&server, "derde"));
    wait_for("everything is ready", || readiness(&server).1.contains("{\"status\":\"ready\""));
}
