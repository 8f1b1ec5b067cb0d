//! The table of statuses: one row each, in order, with a sentence and a remedy; and what an error says.

use std::collections::HashSet;

use cis2::error::{Error, Family, ProviderWords, STATUSES, Status};

#[test]
fn every_status_has_one_row_in_the_order_of_the_numbers() {
    let numbers: Vec<i32> = STATUSES.iter().map(|row| row.status.number()).collect();
    assert!(numbers.windows(2).all(|pair| pair[0] < pair[1]), "{numbers:?}");
    let source = crate::support::read("src/error/status.rs");
    let variants =
        source.lines().filter(|line| line.starts_with("    ") && line.contains(" = ") && line.ends_with(',')).count();
    assert_eq!(variants, STATUSES.len(), "a variant without a row, or a row without a variant");
}

#[test]
fn a_name_is_its_variant_in_capitals() {
    for row in STATUSES {
        let mut name = String::new();
        for (at, c) in format!("{:?}", row.status).char_indices() {
            if at > 0 && c.is_ascii_uppercase() {
                name.push('_');
            }
            name.push(c.to_ascii_uppercase());
        }
        assert_eq!(row.name, name);
    }
}

#[test]
fn no_two_statuses_say_the_same_and_each_says_what_to_do() {
    let mut sentences = HashSet::new();
    for row in STATUSES {
        assert!(sentences.insert(row.sentence), "{} says what another says", row.name);
        assert!(row.sentence.ends_with('.') && row.remedy.len() > 5, "{}", row.name);
    }
}

#[test]
fn a_number_lies_in_its_family() {
    for (status, family) in [
        (Status::Ok, Family::Success),
        (Status::Internal, Family::Any),
        (Status::KeyEmpty, Family::Configuration),
        (Status::ScopeWithoutOpenid, Family::Configuration),
        (Status::Dns, Family::Transport),
        (Status::OauthError, Family::Conversation),
        (Status::TokenMalformed, Family::Token),
    ] {
        assert_eq!(status.family(), family, "{status:?}");
    }
}

#[test]
fn an_error_says_sentence_expected_found_and_remedy_and_keeps_the_providers_words_apart() {
    let words =
        ProviderWords { error: Some("invalid_client".to_owned()), description: Some("JWT is not valid".to_owned()) };
    let error =
        Error::new(Status::OauthError).expected("a").found("b").with_http_status(400).with_provider_words(words);
    let said = error.to_string();
    for part in
        ["OAUTH_ERROR (300)", "token endpoint refused", "Expected: a.", "Found: b.", "HTTP status: 400.", "Next: "]
    {
        assert!(said.contains(part), "{said}");
    }
    assert!(!said.contains("JWT is not valid") && !said.contains("invalid_client"), "{said}");
}

#[test]
fn only_what_may_go_well_later_is_retryable() {
    assert!(Error::new(Status::Connect).is_retryable());
    assert!(Error::new(Status::HttpStatus).with_http_status(503).is_retryable());
    assert!(!Error::new(Status::HttpStatus).with_http_status(404).is_retryable());
    assert!(!Error::new(Status::TlsCertificate).is_retryable());
    assert!(!Error::new(Status::SignatureInvalid).is_retryable());
}
