//! The walls of `docs/architecture.md`, section 4: which room may import which, and which crate lives where. A wall that
//! only a reader holds falls down one day.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use crate::support::{read, root};

/// Each room, and the rooms that it may import. The ground is a ladder: each file may use those before it.
const ROOMS: &[(&str, &[&str])] = &[
    ("error", &[]),
    ("secret", &[]),
    ("exact", &[]),
    ("base64url", &[]),
    ("clock", &[]),
    ("random", &["error", "secret", "base64url"]),
    ("http", &["error", "secret", "exact", "clock"]),
    // Last of the ground: what it shows of an address or a key id goes through `exact` and `http`.
    ("event", &["error", "exact", "http"]),
    ("jose", GROUND),
    ("platform", &["error", "secret", "exact", "base64url", "clock", "random", "http", "jose"]),
    ("key", &["error", "secret", "exact", "base64url", "clock", "random", "http", "jose"]),
    ("assertion", &["error", "secret", "exact", "base64url", "clock", "random", "http", "jose", "key", "platform"]),
    ("provider", &["error", "secret", "exact", "base64url", "clock", "random", "http", "jose", "platform"]),
    // The key set is what an ID token is verified with: identity may see `provider::keys`.
    ("identity", &["error", "secret", "exact", "base64url", "clock", "random", "http", "jose", "platform", "provider"]),
    // `relying_party` holds the signing key; flows hand it to `assertion` and never sign.
    (
        "flow",
        &[
            "error",
            "secret",
            "exact",
            "base64url",
            "clock",
            "random",
            "http",
            "event",
            "jose",
            "key",
            "platform",
            "assertion",
            "provider",
            "identity",
        ],
    ),
    (
        "client",
        &[
            "error",
            "secret",
            "exact",
            "base64url",
            "clock",
            "random",
            "http",
            "event",
            "jose",
            "key",
            "platform",
            "assertion",
            "provider",
            "identity",
            "flow",
        ],
    ),
    (
        "transport",
        &[
            "error",
            "secret",
            "exact",
            "base64url",
            "clock",
            "random",
            "http",
            "event",
            "jose",
            "key",
            "platform",
            "assertion",
            "provider",
            "identity",
            "flow",
            "client",
        ],
    ),
    (
        "ffi",
        &[
            "error",
            "secret",
            "exact",
            "base64url",
            "clock",
            "random",
            "http",
            "event",
            "jose",
            "key",
            "platform",
            "assertion",
            "provider",
            "identity",
            "flow",
            "client",
            "transport",
        ],
    ),
];
const GROUND: &[&str] = &["error", "secret", "exact", "base64url", "clock", "random", "http", "event"];

/// Each crate, and the rooms in which it may be named.
const CRATES: &[(&str, &[&str])] = &[
    ("aws_lc_rs", &["flow/saved.rs", "jose", "random", "secret"]),
    ("jsonwebtoken", &["jose/jwk.rs", "key"]),
    ("libc", &["ffi"]),
    ("once_cell", &["ffi", "transport"]),
    ("pkcs1", &["key"]),
    ("pkcs8", &["key"]),
    ("reqwest", &["transport"]),
    ("rsa", &["key"]),
    ("rustls", &["transport"]),
    ("rustls_platform_verifier", &["transport"]),
    ("serde", &["assertion", "exact", "flow/saved.rs", "identity", "jose", "key"]),
    ("serde_json", &["assertion", "flow/saved.rs", "identity", "jose", "key", "platform"]),
    ("tokio", &["ffi", "transport"]),
    ("zeroize", &["flow", "http", "identity", "jose", "key", "random", "secret", "ffi"]),
];

/// Files of more lines than this need a reason.
const MAX_LINES: usize = 600;
/// The files that have one.
const LONGER: &[(&str, &str)] =
    &[("src/error/table.rs", "one row for each status; nobody reads it from top to bottom")];

fn sources(folder: &str) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut folders = vec![root().join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                files.push(path);
            }
        }
    }
    files.sort();
    files
}

/// `flow/saved.rs` of a file below `src`, and its room.
fn place(file: &Path) -> (String, String) {
    let place = file.strip_prefix(root().join("src")).expect("below src").to_str().expect("a name").to_owned();
    let room = place.split(['/', '.']).next().expect("a room").to_owned();
    (place, room)
}

/// The code of a file without comments and without its tests.
fn code(file: &Path) -> String {
    let text = fs::read_to_string(file).expect("a file");
    let text = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
    text.lines().map(|line| line.split("//").next().unwrap_or_default()).collect::<Vec<_>>().join("\n")
}

/// Every word that follows `prefix` in a text.
fn words_after<'t>(text: &'t str, prefix: &'t str) -> BTreeSet<&'t str> {
    let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    text.match_indices(prefix)
        .filter(|(at, _)| !text[..*at].ends_with(is_word))
        .map(|(at, _)| {
            let rest = &text[at + prefix.len()..];
            &rest[..rest.find(|c| !is_word(c)).unwrap_or(rest.len())]
        })
        .collect()
}

fn is_test(place: &str) -> bool {
    place.ends_with("/tests.rs")
}

#[test]
fn each_room_imports_only_what_its_row_allows() {
    let mut faults = Vec::new();
    for file in sources("src") {
        let (place, room) = place(&file);
        if room == "lib" || is_test(&place) {
            continue;
        }
        let (_, allowed) = ROOMS.iter().find(|(name, _)| *name == room).unwrap_or_else(|| panic!("{room} has no row"));
        for imported in words_after(&code(&file), "crate::") {
            if imported != room && !allowed.contains(&imported) {
                faults.push(format!("{place} imports {imported}"));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn each_crate_is_named_only_in_its_rooms() {
    let mut faults = Vec::new();
    for file in sources("src") {
        let (place, room) = place(&file);
        if is_test(&place) {
            continue;
        }
        let code = code(&file);
        for (name, rooms) in CRATES {
            let path = format!("{name}::");
            let named = code.match_indices(&path).any(|(at, _)| {
                let before = code[..at].chars().next_back().unwrap_or(' ');
                // `aws_lc_rs::rsa` is no crate.
                !before.is_alphanumeric() && before != '_' && before != ':'
            });
            if named && !rooms.contains(&room.as_str()) && !rooms.contains(&place.as_str()) {
                faults.push(format!("{place} names {name}"));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn every_dependency_of_the_library_has_a_row() {
    let manifest = read("Cargo.toml");
    let section =
        manifest.split("[dependencies]").nth(1).expect("dependencies").split("\n[").next().expect("a section");
    let names: Vec<String> = section
        .lines()
        .filter(|line| line.starts_with(|c: char| c.is_ascii_lowercase()))
        .map(|line| line.split(['.', ' ', '=']).next().expect("a name").replace('-', "_"))
        .collect();
    let rows: Vec<String> = CRATES.iter().map(|(name, _)| (*name).to_owned()).collect();
    assert_eq!(names, rows, "and both lists are sorted");
}

#[test]
fn nothing_outside_the_edge_is_unsafe_and_nobody_imports_the_edge() {
    for file in sources("src") {
        let (place, room) = place(&file);
        let code = code(&file);
        assert!(room == "ffi" || !code.contains("unsafe {"), "{place} has unsafe code");
        assert!(
            room == "ffi" || room == "lib" || !words_after(&code, "crate::").contains("ffi"),
            "{place} imports ffi"
        );
    }
}

#[test]
fn an_nhs_host_is_named_only_in_the_platform_rows() {
    for file in sources("src") {
        let (place, room) = place(&file);
        assert!(room == "platform" || !code(&file).contains("nhs.uk"), "{place} names a host");
    }
}

#[test]
fn the_simulator_shares_no_code_with_the_library() {
    for file in sources("simulator/src") {
        assert!(!words_after(&code(&file), "use ").contains("cis2"), "{} uses the library", file.display());
    }
    let manifest = read("simulator/Cargo.toml");
    assert!(!manifest.lines().any(|line| line.starts_with("cis2 ") || line.starts_with("cis2=")), "{manifest}");
}

#[test]
fn no_file_is_longer_than_it_may_be() {
    for folder in ["src", "cli/src", "simulator/src", "tests/rust"] {
        for file in sources(folder) {
            if LONGER.iter().any(|(path, _)| file.ends_with(path)) {
                continue;
            }
            let lines = fs::read_to_string(&file).expect("a file").lines().count();
            assert!(lines <= MAX_LINES, "{} has {lines} lines: which two nouns live there?", file.display());
        }
    }
}

#[test]
fn every_place_that_says_the_version_says_the_same() {
    let version = |manifest: &str| {
        let text = read(manifest);
        let line = text.lines().find(|line| line.starts_with("version = ")).expect("a version").to_owned();
        line.trim_start_matches("version = ").trim_matches('"').to_owned()
    };
    let expected = version("Cargo.toml");
    for manifest in ["cli/Cargo.toml", "simulator/Cargo.toml"] {
        assert_eq!(version(manifest), expected, "{manifest}");
    }
    assert!(read("CHANGELOG.md").contains(&format!("## {expected}")), "CHANGELOG.md has no part for {expected}");
}

#[test]
fn no_file_says_where_it_was_made() {
    // Spelt in two halves, so that this file is none of them.
    let places = [format!("/{}/main", "work"), format!("/{}/.", "root"), format!("index.{}.io", "crates")];
    for folder in ["src", "cli", "simulator", "tests", "fuzz", "examples", "docs", "tools"] {
        let mut folders = vec![root().join(folder)];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(&folder).into_iter().flatten() {
                let path = entry.expect("an entry").path();
                if path.is_dir() {
                    folders.push(path);
                    continue;
                }
                let text = String::from_utf8_lossy(&fs::read(&path).expect("a file")).into_owned();
                for place in &places {
                    assert!(!text.contains(place.as_str()), "{} names {place}", path.display());
                }
            }
        }
    }
}
