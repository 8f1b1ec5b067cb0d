//! The object identifiers that files of keys hold, by the names that people know.

/// Key types, curves, ciphers and derivations that people meet.
const NAMES: &[(&str, &str)] = &[
    ("1.2.840.10040.4.1", "DSA"),
    ("1.2.840.10045.2.1", "EC"),
    ("1.2.840.10045.3.1.7", "P-256"),
    ("1.2.840.113549.1.1.1", "RSA"),
    ("1.2.840.113549.1.1.10", "RSA-PSS"),
    ("1.2.840.113549.1.3.1", "DH"),
    ("1.2.840.113549.1.5.3", "PBES1 with MD5 and DES"),
    ("1.2.840.113549.1.5.10", "PBES1 with SHA-1 and DES"),
    ("1.2.840.113549.1.5.12", "PBKDF2"),
    ("1.2.840.113549.1.5.13", "PBES2"),
    ("1.2.840.113549.1.12.1.1", "PBES1 with SHA-1 and RC4"),
    ("1.2.840.113549.1.12.1.3", "PBES1 with SHA-1 and 3DES"),
    ("1.2.840.113549.1.12.1.6", "PBES1 with SHA-1 and RC2"),
    ("1.2.840.113549.2.7", "HMAC-SHA-1"),
    ("1.2.840.113549.2.8", "HMAC-SHA-224"),
    ("1.2.840.113549.2.9", "HMAC-SHA-256"),
    ("1.2.840.113549.2.10", "HMAC-SHA-384"),
    ("1.2.840.113549.2.11", "HMAC-SHA-512"),
    ("1.2.840.113549.3.2", "RC2"),
    ("1.2.840.113549.3.7", "3DES"),
    ("1.3.101.110", "X25519"),
    ("1.3.101.111", "X448"),
    ("1.3.101.112", "Ed25519"),
    ("1.3.101.113", "Ed448"),
    ("1.3.6.1.4.1.11591.4.11", "scrypt"),
    ("1.3.132.0.10", "secp256k1"),
    ("1.3.132.0.34", "P-384"),
    ("1.3.132.0.35", "P-521"),
    ("2.16.840.1.101.3.4.1.2", "AES-128-CBC"),
    ("2.16.840.1.101.3.4.1.22", "AES-192-CBC"),
    ("2.16.840.1.101.3.4.1.42", "AES-256-CBC"),
    ("2.16.840.1.101.3.4.1.46", "AES-256-GCM"),
];

/// The name of an object identifier, or its numbers.
pub(super) fn name_of(identifier: &str) -> String {
    let known = NAMES.iter().find(|(known, _)| *known == identifier);
    known.map_or_else(|| identifier.to_owned(), |(_, name)| (*name).to_owned())
}
