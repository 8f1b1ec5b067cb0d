//! Help that teaches.

use crate::support::{cis2, folder};

/// Every page of help; `generated.rs` holds that no verb is missing.
pub const PAGES: &[&[&str]] = &[
    &["--help"],
    &["key", "--help"],
    &["key", "new", "--help"],
    &["key", "inspect", "--help"],
    &["jwks", "--help"],
    &["jwks", "publish", "--help"],
    &["assertion", "--help"],
    &["login", "--help"],
    &["simulate", "--help"],
    &["reasons", "--help"],
    &["platforms", "--help"],
    &["completions", "--help"],
    &["man", "--help"],
];

#[test]
fn every_verb_has_examples_and_says_what_comes_next() {
    for page in PAGES.iter().filter(|page| **page != ["--help"]) {
        let run = cis2(folder().path(), page);
        assert_eq!(run.code, 0, "{page:?}");
        assert!(run.out.contains("Examples:\n  cis2 "), "{page:?} has no examples");
        assert!(run.out.contains("\nNext"), "{page:?} does not say what comes next");
    }
}

#[test]
fn the_first_page_shows_the_walk_and_the_exit_codes() {
    let run = cis2(folder().path(), &["--help"]);
    let mut rest = run.out.as_str();
    for step in ["cis2 key new", "cis2 assertion", "cis2 simulate", "cis2 login", "Exit codes:", "  40  "] {
        rest = &rest[rest.find(step).unwrap_or_else(|| panic!("{step:?} is missing or out of order"))..];
    }
}

#[test]
fn no_line_of_help_is_wider_than_80_columns() {
    for page in PAGES {
        for line in cis2(folder().path(), page).out.lines() {
            assert!(line.chars().count() <= 80, "{page:?}: {line}");
        }
    }
}

#[test]
fn without_a_verb_the_help_is_shown_and_nothing_was_done() {
    let run = cis2::<&str>(folder().path(), &[]);
    assert_eq!(run.code, 2);
    assert!(run.err.contains("The walk:"));
}

#[test]
fn the_version_is_told() {
    let run = cis2(folder().path(), &["--version"]);
    assert_eq!((run.code, run.out), (0, format!("cis2 {}\n", env!("CARGO_PKG_VERSION"))));
}
