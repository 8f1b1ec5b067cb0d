//! The simulator's certificates: a CA made anew at each start, a few days' life, good for `cis2.localhost` alone. Its key
//! never leaves this process, and nobody puts the certificate into a system store.

use std::sync::Arc;

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, ExtendedKeyUsagePurpose, GeneralSubtree, IsCa,
    KeyPair, KeyUsagePurpose, NameConstraints,
};
use rustls::ServerConfig;
use rustls::pki_types::PrivatePkcs8KeyDer;
use time::{Duration, OffsetDateTime};

use crate::Error;
use crate::addresses::HOST;

/// How long the certificates are good for.
const LIFE: Duration = Duration::days(3);

/// The CA's certificate as PEM, and the server's TLS set-up.
pub(crate) fn make() -> Result<(String, Arc<ServerConfig>), Error> {
    let failed = |what: &str| Error::new(format!("the simulator's certificates could not be made: {what}"));
    let issuer = CertifiedIssuer::self_signed(ca_parameters(), KeyPair::generate().map_err(|_| failed("CA key"))?)
        .map_err(|_| failed("CA"))?;
    let mut leaf = CertificateParams::new(vec![HOST.to_owned()]).map_err(|_| failed("name"))?;
    leaf.distinguished_name.push(DnType::CommonName, HOST);
    // Strict verifiers (RFC 5280 to the letter, as newer Python does it) ask for all three.
    leaf.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    leaf.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    leaf.use_authority_key_identifier_extension = true;
    (leaf.not_before, leaf.not_after) = validity();
    let key = KeyPair::generate().map_err(|_| failed("server key"))?;
    let certificate = leaf.signed_by(&key, &issuer).map_err(|_| failed("server certificate"))?;
    // The provider is handed over explicitly: a library installs none for the whole process.
    let config = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|_| failed("protocol versions"))?
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], PrivatePkcs8KeyDer::from(key.serialize_der()).into())
        .map_err(|_| failed("server set-up"))?;
    Ok((issuer.pem(), Arc::new(config)))
}

fn ca_parameters() -> CertificateParams {
    let mut ca = CertificateParams::default();
    ca.distinguished_name.push(DnType::CommonName, "Cis2Auth local simulator, for tests on this machine only");
    ca.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    ca.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::DigitalSignature];
    ca.name_constraints = Some(NameConstraints {
        permitted_subtrees: vec![GeneralSubtree::DnsName(HOST.to_owned())],
        excluded_subtrees: vec![],
    });
    (ca.not_before, ca.not_after) = validity();
    ca
}

fn validity() -> (OffsetDateTime, OffsetDateTime) {
    let now = OffsetDateTime::now_utc();
    // A clock a little behind is no reason to fail.
    (now - Duration::hours(1), now + LIFE)
}
