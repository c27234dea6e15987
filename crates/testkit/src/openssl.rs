//! Certificates and keys, made with OpenSSL.

use std::{
    path::Path,
    process::Command,
    sync::atomic::{AtomicU32, Ordering},
};

use wire::Service;

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
    make("/CN=Authority", &[], &file("authority.key"), &file("authority.pem"));
}

/// Makes a certificate of the authority in a folder, made out to a subject.
pub fn certificate(authority: &Path, subject: &str) -> Holder {
    static MADE: AtomicU32 = AtomicU32::new(0);
    let number = MADE.fetch_add(1, Ordering::SeqCst);
    let file = |name: String| authority.join(name).display().to_string();
    let of_authority = file("authority.pem".to_owned());
    let key_of_authority = file("authority.key".to_owned());
    let extra = [
        ["-CA", &*of_authority],
        ["-CAkey", &*key_of_authority],
        ["-addext", "basicConstraints=critical,CA:FALSE"],
        ["-addext", "extendedKeyUsage=clientAuth"],
    ];
    let (key, certificate) =
        (file(format!("holder-{number}.key")), file(format!("holder-{number}.pem")));
    make(subject, extra.as_flattened(), &key, &certificate);
    Holder { certificate, key }
}

/// Makes a certificate that has expired: that of a service, as `deploy/certificates` would have made it in a folder with its
/// authority, and lived a day too long.
///
/// # Panics
///
/// Where OpenSSL is missing or refuses.
pub fn expired(authority: &Path, service: Service) -> Holder {
    let file = |name: String| authority.join(name).display().to_string();
    let (request, extensions) =
        (file(format!("expired-{service}.csr")), file(format!("expired-{service}.ext")));
    let names = format!("URI:urn:voortgang:service:{service},IP:127.0.0.1");
    let text = format!("extendedKeyUsage=serverAuth,clientAuth\nsubjectAltName={names}\n");
    std::fs::write(&extensions, text).expect("the folder can be written");
    let (key, certificate) =
        (file(format!("expired-{service}.key")), file(format!("expired-{service}.pem")));
    let subject = format!("/CN={service}");
    run(&[
        "req", "-newkey", "ed25519", "-nodes", "-subj", &subject, "-keyout", &key, "-out", &request,
    ]);
    let (of_authority, its_key) =
        (file("authority.pem".to_owned()), file("authority.key".to_owned()));
    let signed_by = ["-CA", &of_authority, "-CAkey", &its_key, "-CAcreateserial", "-days", "-1"];
    let files = ["-in", &*request, "-extfile", &extensions, "-out", &certificate];
    run(&[&["x509", "-req"][..], &signed_by, &files].concat());
    Holder { certificate, key }
}

/// Makes a certificate that holds for a day, and its key; `extra` are more arguments of `openssl req`.
///
/// # Panics
///
/// Where OpenSSL is missing or refuses.
pub fn make(subject: &str, extra: &[&str], key: &str, certificate: &str) {
    let arguments =
        ["req", "-x509", "-newkey", "ed25519", "-nodes", "-days", "1", "-subj", subject];
    run(&[&arguments[..], extra, &["-keyout", key, "-out", certificate]].concat());
}

fn run(arguments: &[&str]) {
    let made = Command::new("openssl").args(arguments).output().expect("openssl is installed");
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
}
