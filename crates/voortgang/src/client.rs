//! Clients of a running server.

use std::{path::PathBuf, time::Duration};

use rpc::Channel;
use tonic::{Request, Response, Status, metadata::MetadataMap};
use wire::Clients;

use crate::{
    error::Error,
    operator::{given_token, token_of_operator},
};

/// Where a server is unless one is named.
pub(crate) const DEFAULT_SERVER: &str = "http://127.0.0.1:7400";

/// Variable with the file of this client's certificate.
const CERTIFICATE: &str = "VOORTGANG_CERTIFICATE";
/// Entries of a page where a list is read whole: as many as a service puts on one at most.
pub(crate) const PAGE_SIZE: i32 = 200;
/// How long a call may take.
pub(crate) const CALL_TIMEOUT: Duration = Duration::from_mins(1);

/// Clients of a server.
pub(crate) type Client = Clients<Channel>;

/// The server named by `--server`, else by `VOORTGANG_SERVER`, else the default; several addresses, separated by commas, are its
/// replicas. Connects on first use.
pub(crate) fn find(server: Option<&str>) -> Result<Client, Error> {
    let named = name_of(server);
    let addresses: Vec<String> = named.split(',').map(address).collect();
    // Whoever shows a certificate calls as its holder, not as the operator who happens to run the server.
    let of_operator = || addresses.iter().find_map(|address| token_of_operator(address));
    let token =
        given_token().or_else(|| if file(CERTIFICATE).is_some() { None } else { of_operator() });
    let channel = match addresses.as_slice() {
        [address] => connect(address)?,
        addresses => connect_any(addresses)?,
    };
    match token {
        Some(token) => authorised(channel, &token),
        None => Ok(Client::new(channel)),
    }
}

/// What the server is named by, as it is written.
pub(crate) fn name_of(server: Option<&str>) -> String {
    let named = server.map(ToOwned::to_owned).or_else(|| runtime::variable("VOORTGANG_SERVER"));
    named.unwrap_or_else(|| DEFAULT_SERVER.to_owned())
}

fn address(given: &str) -> String {
    if given.contains("://") { given.to_owned() } else { format!("http://{given}") }
}

/// The server at an address, called with this token.
pub(crate) fn with_token(address: &str, token: &str) -> Result<Client, Error> {
    authorised(connect(address)?, token)
}

fn authorised(channel: Channel, token: &str) -> Result<Client, Error> {
    let channel = channel
        .with_token(token)
        .map_err(|_| Error::failed("the token has signs that no header takes; is it whole?"))?;
    Ok(Client::new(channel))
}

/// The replicas of a server: one that is away costs no call that can be made again.
fn connect_any(addresses: &[String]) -> Result<Channel, Error> {
    let tls = addresses.iter().find_map(|address| tls(address).transpose()).transpose()?;
    let channel = rpc::connect_any(addresses, tls.as_ref())
        .map_err(|_| Error::failed(format!("one of {addresses:?} is no address")))?;
    Ok(channel.with_retries(wire::retryable))
}

fn connect(address: &str) -> Result<Channel, Error> {
    rpc::connect(address, tls(address)?.as_ref()).map_err(|_| {
        Error::failed(format!("`{address}` is no address, such as `{DEFAULT_SERVER}`"))
    })
}

/// TLS for an encrypted server: it is trusted by the authority that `VOORTGANG_AUTHORITY` names, and gets the certificate of
/// `VOORTGANG_CERTIFICATE` where there is one.
fn tls(address: &str) -> Result<Option<rpc::ClientTlsConfig>, Error> {
    if !address.starts_with("https:") {
        return Ok(None);
    }
    let authority = file("VOORTGANG_AUTHORITY").ok_or_else(|| {
        Error::failed(format!(
            "`{address}` is encrypted: set VOORTGANG_AUTHORITY to the PEM file of the authority that signed its certificate"
        ))
    })?;
    let tls = match (file(CERTIFICATE), file("VOORTGANG_KEY")) {
        (Some(certificate), Some(key)) => rpc::trust_and_show(&authority, &certificate, &key),
        (None, None) => rpc::trust(&authority),
        _ => {
            return Err(Error::failed(
                "set both VOORTGANG_CERTIFICATE and VOORTGANG_KEY, PEM files, or neither",
            ));
        }
    };
    tls.map(Some).map_err(|error| {
        Error::failed(format!("certificates of this client: {:#}", anyhow::Error::from(error)))
    })
}

fn file(variable: &str) -> Option<PathBuf> {
    runtime::variable(variable).filter(|name| !name.is_empty()).map(PathBuf::from)
}

/// Makes a request that must be answered in time.
pub(crate) fn ask<T>(message: T) -> tonic::Request<T> {
    rpc::deadline(message, CALL_TIMEOUT)
}

/// Makes a call to every replica of a service, in order of their numbers.
pub(crate) async fn each_replica<Q, A>(
    request: impl Fn() -> Request<Q>,
    call: impl AsyncFn(Request<Q>) -> Result<Response<A>, Status>,
) -> Vec<Result<A, Status>> {
    let (mut answers, mut count) = (Vec::new(), 1);
    while answers.len() < count {
        let mut request = request();
        request.metadata_mut().insert(rpc::REPLICA, answers.len().into());
        let answer = call(request).await;
        count = answer.as_ref().map_or_else(
            |status| replicas(status.metadata()),
            |answer| replicas(answer.metadata()),
        );
        answers.push(answer.map(Response::into_inner));
    }
    answers
}

/// How many replicas there are, as the gateway says.
fn replicas(headers: &MetadataMap) -> usize {
    let count = headers.get(rpc::REPLICAS).and_then(|count| count.to_str().ok()?.parse().ok());
    count.unwrap_or(1)
}
