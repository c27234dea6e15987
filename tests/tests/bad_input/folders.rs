//! Ports and data folders, and a server that is not there.

use std::{fs, net::TcpListener, path::Path};

use end_to_end::{Server, voortgang};

#[test]
fn a_port_in_use_a_held_folder_and_a_newer_folder_are_reported() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let arguments = |data: &Path, port: &str| {
        voortgang(&[
            "up",
            "--data",
            &data.display().to_string(),
            "--grpc-port",
            port,
            "--http-port",
            "0",
        ])
    };
    let output = arguments(&data, &port).fails(1);
    assert!(output.contains(&port) && output.contains("--grpc-port"), "{output}");
    let server = Server::start(&data);
    let output = arguments(&data, "0").fails(1);
    assert!(output.contains("is held by process"), "{output}");
    drop(server);
    fs::write(data.join("format"), "99").unwrap();
    let output = arguments(&data, "0").fails(1);
    assert!(output.contains("newer version"), "{output}");
    let output = arguments(Path::new("/proc/voortgang"), "0").fails(1);
    assert!(output.contains("cannot be used"), "{output}");
}

#[test]
fn a_server_that_is_not_there_is_reported_with_what_to_do() {
    let output = voortgang(&["status", "--server", "http://127.0.0.1:9"]).fails(2);
    assert!(output.contains("voortgang up"), "{output}");
}
