//! Clients of a running server.

use std::{path::PathBuf, time::Duration};

use rpc::Channel;
use wire::Clients;

use crate::{
    operator::{given_token, token_of_operator},
    stop::Stop,
};

/// Where a server is unless one is named.
pub(crate) const DEFAULT_SERVER: &str = "http://127.0.0.1:7400";

/// Variable with the file of this client's certificate.
const CERTIFICATE: &str = "VOORTGANG_CERTIFICATE";
/// How long a call may take.
pub(crate) const CALL_TIMEOUT: Duration = Duration::from_mins(1);

/// Clients of a server.
pub(crate) type Client = Clients<Channel>;

/// The server named by `--server`, else by `VOORTGANG_SERVER`, else the default. Connects on first use.
pub(crate) fn find(server: Option<&str>) -> Result<Client, Stop> {
    let named = server.map(ToOwned::to_owned).or_else(|| runtime::variable("VOORTGANG_SERVER"));
    let address = named.unwrap_or_else(|| DEFAULT_SERVER.to_owned());
    let address = if address.contains("://") { address } else { format!("http://{address}") };
    // Whoever shows a certificate calls as its holder, not as the operator who happens to run the server.
    let token = given_token()
        .or_else(|| if file(CERTIFICATE).is_some() { None } else { token_of_operator(&address) });
    match token {
        Some(token) => with_token(&address, &token),
        None => Ok(Client::new(connect(&address)?)),
    }
}

/// The server at an address, called with this token.
pub(crate) fn with_token(address: &str, token: &str) -> Result<Client, Stop> {
    let channel = connect(address)?
        .with_token(token)
        .map_err(|_| Stop::failed("the token has signs that no header takes; is it whole?"))?;
    Ok(Client::new(channel))
}

fn connect(address: &str) -> Result<Channel, Stop> {
    rpc::connect(address, tls(address)?.as_ref())
        .map_err(|_| Stop::failed(format!("`{address}` is no address, such as `{DEFAULT_SERVER}`")))
}

/// TLS for an encrypted server: it is trusted by the authority that `VOORTGANG_AUTHORITY` names, and gets the certificate of
/// `VOORTGANG_CERTIFICATE` where there is one.
fn tls(address: &str) -> Result<Option<rpc::ClientTlsConfig>, Stop> {
    if !address.starts_with("https:") {
        return Ok(None);
    }
    let authority = file("VOORTGANG_AUTHORITY").ok_or_else(|| {
        Stop::failed(format!(
            "`{address}` is encrypted: set VOORTGANG_AUTHORITY to the PEM file of the authority that signed its certificate"
        ))
    })?;
    let tls = match (file(CERTIFICATE), file("VOORTGANG_KEY")) {
        (Some(certificate), Some(key)) => rpc::trust_and_show(&authority, &certificate, &key),
        (None, None) => rpc::trust(&authority),
        _ => {
            return Err(Stop::failed(
                "set both VOORTGANG_CERTIFICATE and VOORTGANG_KEY, PEM files, or neither",
            ));
        }
    };
    tls.map(Some).map_err(|error| {
        Stop::failed(format!("certificates of this client: {:#}", anyhow::Error::from(error)))
    })
}

fn file(variable: &str) -> Option<PathBuf> {
    runtime::variable(variable).filter(|name| !name.is_empty()).map(PathBuf::from)
}

/// Makes a request that must be answered in time.
pub(crate) fn ask<T>(message: T) -> tonic::Request<T> {
    rpc::deadline(message, CALL_TIMEOUT)
}
