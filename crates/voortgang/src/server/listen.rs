//! Ports of this process.

use std::io::ErrorKind;

use tokio::net::TcpListener;

use crate::error::Error;

/// Listens on a port for `purpose`; `option` is the setting that chooses another.
pub(crate) async fn listen(
    host: &str,
    port: u16,
    purpose: &str,
    option: &str,
) -> Result<TcpListener, Error> {
    TcpListener::bind((host, port)).await.map_err(|error| {
        let hint = if error.kind() == ErrorKind::AddrInUse {
            format!("another process has it; choose another with {option}, 0 for any free one")
        } else {
            error.to_string()
        };
        Error::failed(format!("port {port} of {host} cannot be used for {purpose}: {hint}"))
    })
}
