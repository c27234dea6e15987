//! A network that a test cuts: a port whose connections go on to another one.

use std::{io, net::SocketAddr};

use tokio::{
    io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    sync::watch,
    task::JoinSet,
};

/// A port of this machine whose connections go on to an address. They end when it is dropped.
#[derive(Debug)]
pub struct Proxy {
    port: u16,
    is_cut: watch::Sender<bool>,
    _serving: JoinSet<()>,
}

impl Proxy {
    /// Passes on to an address.
    pub async fn to(address: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
        let port = listener.local_addr().expect("it listens").port();
        let (is_cut, cut) = watch::channel(false);
        let mut serving = JoinSet::new();
        serving.spawn(async move {
            let mut connections = JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                connections.spawn(pass_on(stream, address, cut.clone()));
            }
        });
        Self { port, is_cut, _serving: serving }
    }

    /// The port.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Lets no byte through any more. Connections stay open and new ones are made, as behind a cable that was pulled.
    pub fn cut(&self) {
        self.is_cut.send_replace(true);
    }

    /// Lets everything through again, what waited first.
    pub fn heal(&self) {
        self.is_cut.send_replace(false);
    }
}

async fn pass_on(client: TcpStream, address: SocketAddr, cut: watch::Receiver<bool>) {
    let Ok(server) = TcpStream::connect(address).await else { return };
    for stream in [&client, &server] {
        let _ = stream.set_nodelay(true);
    }
    let ((from_client, to_client), (from_server, to_server)) =
        (client.into_split(), server.into_split());
    // An end that closes closes the other one too.
    let _ = tokio::try_join!(
        copy(from_client, to_server, cut.clone()),
        copy(from_server, to_client, cut)
    );
}

async fn copy(
    mut from: impl AsyncRead + Unpin,
    mut to: impl AsyncWrite + Unpin,
    mut cut: watch::Receiver<bool>,
) -> io::Result<()> {
    let mut buffer = vec![0; 64 * 1024];
    loop {
        let count = from.read(&mut buffer).await?;
        let _ = cut.wait_for(|cut| !cut).await;
        if count == 0 {
            return Err(io::ErrorKind::ConnectionAborted.into());
        }
        to.write_all(&buffer[..count]).await?;
    }
}
