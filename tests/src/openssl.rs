//! Certificates of outsiders, made with OpenSSL.

use std::{
    path::Path,
    process::Command,
    sync::atomic::{AtomicU32, Ordering},
};

/// A certificate and its key, PEM files.
#[derive(Debug)]
pub struct Holder {
    /// The certificate.
    pub certificate: String,
    /// Its key.
    pub key: String,
}

/// Makes an authority in a folder.
pub fn authority(folder: &Path) {
    std::fs::create_dir_all(folder).expect("a folder can be made");
    let file = |name: &str| folder.join(name).display().to_string();
    openssl(&[
        "req",
        "-x509",
        "-newkey",
        "ed25519",
        "-nodes",
        "-days",
        "2",
        "-subj",
        "/CN=Authority",
        "-keyout",
        &file("authority.key"),
        "-out",
        &file("authority.pem"),
    ]);
}

/// Makes a certificate of the authority in a folder, made out to a subject.
pub fn certificate(authority: &Path, subject: &str) -> Holder {
    static MADE: AtomicU32 = AtomicU32::new(0);
    let number = MADE.fetch_add(1, Ordering::SeqCst);
    let file =
        |ending: &str| authority.join(format!("holder-{number}.{ending}")).display().to_string();
    let of_authority = |name: &str| authority.join(name).display().to_string();
    openssl(&[
        "req",
        "-x509",
        "-newkey",
        "ed25519",
        "-nodes",
        "-days",
        "1",
        "-subj",
        subject,
        "-CA",
        &of_authority("authority.pem"),
        "-CAkey",
        &of_authority("authority.key"),
        "-addext",
        "basicConstraints=critical,CA:FALSE",
        "-addext",
        "extendedKeyUsage=clientAuth",
        "-keyout",
        &file("key"),
        "-out",
        &file("pem"),
    ]);
    Holder { certificate: file("pem"), key: file("key") }
}

fn openssl(arguments: &[&str]) {
    let made = Command::new("openssl").args(arguments).output().expect("openssl is installed");
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
}
