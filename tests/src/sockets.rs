//! The sockets of processes, as Linux lists them (proc(5)).

use std::{
    collections::BTreeSet,
    fs,
    net::{IpAddr, SocketAddr},
};

/// How the kernel says that a socket listens.
const LISTENS: &str = "0A";

/// A TCP socket of any process.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Socket {
    local: SocketAddr,
    is_listening: bool,
    inode: String,
}

/// A process, and all that it started and that started there.
pub fn family(pid: u32) -> Vec<u32> {
    let numbers = fs::read_dir("/proc")
        .unwrap()
        .filter_map(|entry| entry.unwrap().file_name().to_str().and_then(|name| name.parse().ok()));
    let parents: Vec<(u32, u32)> =
        numbers.filter_map(|pid: u32| parent(pid).map(|parent| (pid, parent))).collect();
    let mut family = vec![pid];
    let mut at = 0;
    while let Some(&next) = family.get(at) {
        family.extend(parents.iter().filter(|(_, parent)| *parent == next).map(|(pid, _)| *pid));
        at += 1;
    }
    family
}

/// None where the process has ended meanwhile.
fn parent(pid: u32) -> Option<u32> {
    let text = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The name of the program comes before, in brackets, and may hold anything.
    text.rsplit_once(')')?.1.split_whitespace().nth(1)?.parse().ok()
}

/// Addresses at which any of these processes listens.
pub fn listening(pids: &[u32]) -> BTreeSet<SocketAddr> {
    let sockets = of(pids).into_iter().filter(|socket| socket.is_listening);
    sockets.map(|socket| socket.local).collect()
}

/// Whether any of these processes holds a connection from this port of the machine.
pub fn hold(pids: &[u32], port: u16) -> bool {
    of(pids).iter().any(|socket| socket.local.port() == port)
}

/// The sockets that any of these processes holds.
fn of(pids: &[u32]) -> Vec<Socket> {
    let files = pids.iter().filter_map(|pid| fs::read_dir(format!("/proc/{pid}/fd")).ok());
    let held: BTreeSet<String> = files
        .flatten()
        .filter_map(|file| fs::read_link(file.ok()?.path()).ok())
        .filter_map(|link| {
            let name = link.to_str()?.strip_prefix("socket:[")?;
            Some(name.strip_suffix(']')?.to_owned())
        })
        .collect();
    let tables = ["/proc/net/tcp", "/proc/net/tcp6"].map(|file| fs::read_to_string(file).unwrap());
    let all = tables.iter().flat_map(|table| table.lines().skip(1)).filter_map(socket);
    all.filter(|socket| held.contains(&socket.inode)).collect()
}

fn socket(line: &str) -> Option<Socket> {
    let fields: Vec<&str> = line.split_whitespace().collect();
    let [_, local, _, state, _, _, _, _, _, inode, ..] = fields[..] else { return None };
    Some(Socket { local: address(local)?, is_listening: state == LISTENS, inode: inode.to_owned() })
}

/// An address as the kernel prints it: words of four bytes in the order of the machine, then the port.
fn address(text: &str) -> Option<SocketAddr> {
    let (host, port) = text.split_once(':')?;
    let words = host.as_bytes().chunks(8).map(|word| {
        let word = str::from_utf8(word).ok()?;
        Some(u32::from_str_radix(word, 16).ok()?.to_ne_bytes())
    });
    let bytes: Vec<u8> = words.collect::<Option<Vec<_>>>()?.concat();
    let host = match <[u8; 4]>::try_from(&bytes[..]) {
        Ok(four) => IpAddr::from(four),
        Err(_) => IpAddr::from(<[u8; 16]>::try_from(&bytes[..]).ok()?),
    };
    Some(SocketAddr::new(host, u16::from_str_radix(port, 16).ok()?))
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;

    use super::*;

    #[test]
    fn a_port_is_found_while_it_is_open() {
        let this_process = [std::process::id()];
        for host in ["127.0.0.1", "::1"] {
            let Ok(listener) = TcpListener::bind((host, 0)) else { continue };
            let address = listener.local_addr().unwrap();
            assert!(listening(&this_process).contains(&address), "{address}");
            drop(listener);
            assert!(!listening(&this_process).contains(&address), "{address}");
        }
    }
}
