//! The holder of a certificate: a service of the installation, or an organisation.

use wire::Service;
use x509_cert::{
    Certificate,
    der::{Decode as _, asn1::ObjectIdentifier, referenced::OwnedToRef as _},
    ext::pkix::{SubjectAltName, name::GeneralName},
};

/// Begins the name of a service of the installation in its certificate.
const SERVICE_PREFIX: &str = "urn:voortgang:service:";
/// The attribute `serialNumber` of a subject (X.520, 6.2.9); PKIoverheid's certificates of services have the OIN in it.
const SERIAL_NUMBER: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.5");
/// Digits of an OIN.
const OIN: usize = 20;

/// The service that a certificate was issued to; none where it names no service that there is.
pub(crate) fn service(der: &[u8]) -> Option<Service> {
    let certificate = Certificate::from_der(der).ok()?;
    let (_, names) = certificate.tbs_certificate.get::<SubjectAltName>().ok()??;
    names.0.iter().find_map(|name| match name {
        GeneralName::UniformResourceIdentifier(uri) => {
            uri.as_str().strip_prefix(SERVICE_PREFIX)?.parse().ok()
        }
        _ => None,
    })
}

/// The organisation identification number of a certificate's subject.
pub fn oin(der: &[u8]) -> Option<String> {
    let certificate = Certificate::from_der(der).ok()?;
    let subject = &certificate.tbs_certificate.subject;
    let mut attributes = subject.0.iter().flat_map(|relative| relative.0.iter());
    let attribute = attributes.find(|attribute| attribute.oid == SERIAL_NUMBER)?;
    let number = std::str::from_utf8(attribute.value.owned_to_ref().value()).ok()?;
    (number.len() == OIN && number.bytes().all(|digit| digit.is_ascii_digit()))
        .then(|| number.to_owned())
}
