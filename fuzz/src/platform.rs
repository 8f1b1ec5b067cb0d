//! Platform rows.

use cis2::exact::HttpsAddress;
use cis2::platform::Platform;

/// A row of a site's own: what is accepted is written and accepted again, and has no address but https.
pub fn platform_row(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let Ok(row) = Platform::from_json(text) else { return };
    let written = row.to_json();
    let again = Platform::from_json(&written).expect("what was accepted is accepted again");
    assert_eq!(again.to_json(), written);
    for address in [Some(&row.issuer), row.metadata_url.as_ref(), row.token_endpoint.as_ref()].into_iter().flatten() {
        assert!(HttpsAddress::parse(address.as_str()).is_some(), "{address}");
    }
    assert!(!row.algorithms.is_empty() && !row.hosts.is_empty() && !row.name.is_empty());
}
