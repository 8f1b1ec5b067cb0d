//! The ground: exact texts, base64url, clock, headers.

use cis2::base64url;
use cis2::clock::{Timestamp, parse_http_date};
use cis2::exact::{HttpsAddress, difference};
use cis2::http::{Headers, Request, printable, without_query};
use cis2::jose::json::Object;
use proptest::prelude::*;
use proptest::test_runner::Config;

#[test]
fn an_address_is_cut_into_its_parts_and_nothing_else() {
    let parse = |text: &'static str| HttpsAddress::parse(text).map(|a| (a.host, a.port, a.rest));
    assert_eq!(parse("https://a.example:443/x?y"), Some(("a.example", Some("443"), "/x?y")));
    assert_eq!(parse("https://a.example"), Some(("a.example", None, "")));
    assert_eq!(parse("https://a.example?x"), Some(("a.example", None, "?x")));
    assert_eq!(parse("https://[::1]:8443/"), Some(("[::1]", Some("8443"), "/")));
    for bad in [
        "http://a/",
        "https://",
        "https:///x",
        "https://a:0/",
        "https://a:65536/",
        "https://a:b/",
        "https://u@a/",
        "https://a/#f",
        "https://a/ b",
        "https://a\\b/",
        "https://a:1:2/",
        "https://[::1/",
        "HTTPS://a/",
        "https://a\n/",
    ] {
        assert_eq!(parse(bad), None, "{bad}");
    }
}

#[test]
fn no_port_is_port_443_and_nothing_else_is_the_same() {
    let same = |a, b| HttpsAddress::parse(a).expect("a").same_resource(&HttpsAddress::parse(b).expect("b"));
    assert!(same("https://a/x", "https://A:443/x"));
    assert!(same("https://a", "https://a/"));
    assert!(!same("https://a/x", "https://a:444/x"));
    assert!(!same("https://a/x", "https://a/X"));
    assert!(!same("https://a/x", "https://a/x/"));
    assert!(!same("https://a/x", "https://a/x?"));
}

#[test]
fn a_difference_that_the_eye_misses_is_named() {
    for (expected, found, words) in [
        ("https://a:443/x", "https://a/x", "the :443 was lost"),
        ("https://a/x", "https://a:443/x", "a :443 was added"),
        ("https://a/x", "https://a/x/", "slash"),
        ("https://a/x", "https://a/X", "case"),
        ("https://a/x", " https://a/x", "white space"),
        ("https://a/x", "https://b/x", "host"),
        ("https://a/x", "https://a/y", "path"),
    ] {
        assert!(difference(expected, found).expect("a difference").contains(words), "{expected} {found}");
    }
    assert_eq!(difference("https://a/x", "https://a/x"), None);
}

#[test]
fn a_date_header_is_read_and_what_is_none_is_not() {
    // RFC 9110 §5.6.7
    assert_eq!(parse_http_date("Sun, 06 Nov 1994 08:49:37 GMT"), Some(Timestamp::from_unix_s(784_111_777)));
    assert_eq!(parse_http_date("Thu, 29 Feb 2024 23:59:59 GMT"), Some(Timestamp::from_unix_s(1_709_251_199)));
    assert_eq!(parse_http_date("Thu, 01 Jan 1970 00:00:00 GMT"), Some(Timestamp::from_unix_s(0)));
    for bad in [
        "",
        "now",
        "Sun, 06 Nov 1994 08:49:37 UTC",
        "Sun, 32 Nov 1994 08:49:37 GMT",
        "Sun, 06 Nov 1994 24:49:37 GMT",
        "Sun, +6 Nov 1994 08:49:37 GMT",
    ] {
        assert_eq!(parse_http_date(bad), None, "{bad}");
    }
}

#[test]
fn the_examples_of_rfc_4648_are_encoded_without_padding() {
    for (plain, text) in [
        ("", ""),
        ("f", "Zg"),
        ("fo", "Zm8"),
        ("foo", "Zm9v"),
        ("foob", "Zm9vYg"),
        ("fooba", "Zm9vYmE"),
        ("foobar", "Zm9vYmFy"),
    ] {
        assert_eq!(base64url::encode(plain.as_bytes()), text);
        assert_eq!(base64url::decode(text).as_deref(), Some(plain.as_bytes()));
    }
    // RFC 7515 appendix C
    assert_eq!(base64url::encode(&[3, 236, 255, 224, 193]), "A-z_4ME");
}

#[test]
fn each_loose_form_of_base64url_is_refused() {
    for loose in ["Zg==", "Zm 9v", "Zm9v\n", "A+z/4ME", "Zh", "Zm9", "Z", "Zm9vYmE=", "Zm9v.", "Zé"] {
        assert_eq!(base64url::decode(loose), None, "{loose}");
    }
}

#[test]
fn headers_are_read_as_received_and_an_interim_answer_is_left_out() {
    let block = b"HTTP/1.1 200 Connection established\r\n\r\nHTTP/1.1 400 Bad\r\nDate: x\r\nCONTENT-type:  a \r\n\r\n";
    let url = "https://a/";
    let response = cis2::http::Response::new(url, 400, url, Headers::parse(block).expect("headers"), Vec::new())
        .expect("a response");
    assert_eq!(response.header("content-type"), Some("a"));
    assert!(Headers::parse(b"a: b\r\nc d: e\r\n").is_err());
    assert!(Headers::parse(b"a: b\0\r\n").is_err());
    assert!(Headers::parse(&vec![b'x'; 65 * 1024]).is_err());
}

#[test]
fn an_address_in_a_message_has_no_query() {
    assert_eq!(without_query("https://a/x?code=secret#y"), "https://a/x");
    assert_eq!(format!("{:?}", Request::get_json("https://a/x?state=secret")), "Request(GET https://a/x)");
    assert_eq!(printable("a\u{1b}b\u{202e}", 10), "a\\u{1b}b\\u{202e}");
    assert_eq!(printable("abcdef", 3), "abc…");
}

proptest! {
    #![proptest_config(Config { cases: 500, failure_persistence: None, ..Config::default() })]

    #[test]
    fn base64url_gives_back_what_it_was_given(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        prop_assert_eq!(base64url::decode(&base64url::encode(&bytes)), Some(bytes));
    }

    #[test]
    fn a_text_that_base64url_reads_is_the_only_text_of_its_bytes(text in "[A-Za-z0-9_-]{0,40}") {
        if let Some(bytes) = base64url::decode(&text) {
            prop_assert_eq!(base64url::encode(&bytes), text);
        }
    }

    #[test]
    fn readers_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let _ = Headers::parse(&bytes);
        let _ = Object::parse(&bytes);
        let _ = cis2::provider::keys::KeySet::read(&bytes);
        if let Ok(text) = std::str::from_utf8(&bytes) {
            let _ = cis2::jose::jws::Unverified::parse(text);
            let _ = HttpsAddress::parse(text);
            let _ = cis2::platform::Platform::from_json(text);
            let _ = cis2::flow::form::decode(text);
        }
    }
}
