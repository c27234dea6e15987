//! What certificates say of their holders, read from some that OpenSSL makes.

#![expect(clippy::unwrap_used, reason = "a test ends at what it does not expect")]

/// A certificate with this subject, as DER.
fn certificate(subject: &str) -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("certificate.der");
    testkit::openssl::make(subject, &["-outform", "DER"], "/dev/null", &file.display().to_string());
    std::fs::read(file).unwrap()
}

#[test]
fn the_oin_is_the_serial_number_of_the_subject() {
    let oin = "00000001003214345000";
    let whole = format!("/C=NL/O=Ministerie/serialNumber={oin}/CN=voorbeeld.example");
    assert_eq!(identity::oin(&certificate(&whole)).as_deref(), Some(oin));
    for subject in [
        "/C=NL/CN=voorbeeld.example",
        "/serialNumber=123/CN=x",
        "/serialNumber=0000000100321434500x/CN=x",
    ] {
        assert_eq!(identity::oin(&certificate(subject)), None, "{subject}");
    }
    assert_eq!(identity::oin(b"no certificate"), None);
}
