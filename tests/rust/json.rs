//! Strict JSON: what is read and what is refused, and that serde_json, which the reader does not use, sees the same.

use cis2::jose::json::{self, MAX_DEPTH, Object, Refusal};
use proptest::prelude::*;
use proptest::test_runner::Config;
use serde_json::Value;

/// Texts with all that the grammar has; the property test changes them.
const DOCUMENTS: &[&str] = &[
    r#"{"sub":"555021935107","amr":["N3_SMARTCARD"],"exp":1767225600,"iat":1767222000.25,"azp":null,"ok":true,"no":false}"#,
    " {\t\"a\" :\r[ 1 , -0.5e+10 ,\n{ } , [ ] ] , \"b\" : { \"c\" : { \"d\" : \"\" } } } ",
    r#"{"\u0061":"\"\\\/\b\f\n\r\t","pair":"\ud83d\ude00","plain":"é€😀","long":"0123456789abcdef0123456789\u00e9abcdef"}"#,
    r#"{"most":9223372036854775807,"more":9223372036854775808,"least":-9223372036854775808,"zero":-0,"tiny":1e-400}"#,
];

fn read(text: &[u8]) -> Result<Value, Refusal> {
    Object::parse(text).map(|object| {
        let member = |name: &str| serde_json::to_value(object.get(name).expect("a member")).expect("JSON");
        object.names().map(|name| (name.to_owned(), member(name))).collect()
    })
}

fn judged_by_serde_json(text: &[u8]) -> Option<Value> {
    serde_json::from_slice(text).ok().filter(Value::is_object)
}

/// Numbers are the same if no double lies between them; -0 is 0.
fn same(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => {
            let (a, b) = (a.as_f64().expect("a double"), b.as_f64().expect("a double"));
            a == b || (a - b).abs() <= a.abs() * f64::EPSILON
        }
        (Value::Array(a), Value::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b)),
        (Value::Object(a), Value::Object(b)) => {
            a.len() == b.len() && a.iter().all(|(name, a)| b.get(name).is_some_and(|b| same(a, b)))
        }
        (a, b) => a == b,
    }
}

#[track_caller]
fn assert_read_as_serde_json_does(text: &[u8]) {
    match (read(text), judged_by_serde_json(text)) {
        (Ok(ours), Some(theirs)) => assert!(same(&ours, &theirs), "{ours} is not {theirs}"),
        (Err(_), None) => {}
        (ours, theirs) => panic!("{ours:?} and {theirs:?} of {:?}", String::from_utf8_lossy(text)),
    }
}

#[test]
fn documents_are_read_as_serde_json_reads_them() {
    for document in DOCUMENTS {
        assert!(read(document.as_bytes()).is_ok(), "{document}");
        assert_read_as_serde_json_does(document.as_bytes());
    }
}

#[test]
fn what_the_grammar_does_not_have_is_refused() {
    for value in [
        "",
        "+1",
        "01",
        "-",
        "1.",
        ".5",
        "1e",
        "1e+",
        "0x1",
        "1_0",
        "NaN",
        "Infinity",
        "-Infinity",
        "1e400",
        "True",
        "nul",
        "nulll",
        "'a'",
        "\"a",
        "\"\t\"",
        "\"\u{0}\"",
        r#""\x""#,
        r#""\u12""#,
        r#""\u12g4""#,
        r#""\u+123""#,
        r#""\ud800""#,
        r#""\ud800\n""#,
        r#""\ud800\u0041""#,
        r#""\udc00""#,
        "[1,]",
        "[,1]",
        "[1 2]",
        "[",
        "]",
        "[}",
        "{",
        "{\"b\"}",
        "{\"b\":}",
        "{\"b\":1,}",
        "{,}",
        "{b:1}",
        "{1:1}",
        "1 // x",
        "/* x */ 1",
        "\u{feff}1",
        "\u{a0}1",
        "\u{b}1",
        "1,",
    ] {
        let text = format!("{{\"a\":{value}}}");
        assert_eq!(read(text.as_bytes()), Err(Refusal::NotJson), "{text}");
        assert_read_as_serde_json_does(text.as_bytes());
    }
    for text in ["", " ", "{}{}", "{} x", "\u{feff}{}", "{\"a\":1"] {
        assert_eq!(read(text.as_bytes()), Err(Refusal::NotJson), "{text:?}");
    }
    for text in ["[]", "1", "\"a\"", "null"] {
        assert_eq!(read(text.as_bytes()), Err(Refusal::NotAnObject), "{text}");
    }
}

#[test]
fn a_text_that_is_not_utf8_is_refused_wherever_the_bytes_are() {
    for text in
        [&b"{\"a\":\"\xff\"}"[..], b"{\"a\":\"\xc3\"}", b"{\"a\xed\xa0\x80\":1}", b"{\"a\":1}\x80", b"\x80{\"a\":1}"]
    {
        assert_eq!(read(text), Err(Refusal::NotJson), "{}", String::from_utf8_lossy(text));
    }
}

#[test]
fn depth_ends_at_its_limit() {
    let nested = |depth: usize| format!("{{\"a\":{}{}}}", "[".repeat(depth - 1), "]".repeat(depth - 1));
    assert!(read(nested(MAX_DEPTH).as_bytes()).is_ok());
    assert_eq!(read(nested(MAX_DEPTH + 1).as_bytes()), Err(Refusal::TooDeep));
    assert_eq!(read("{\"a\":[".repeat(100_000).as_bytes()), Err(Refusal::TooDeep));
    // What was closed is no depth.
    let many = format!("{{\"a\":[{}{{}}]}}", "{},[],".repeat(10 * MAX_DEPTH));
    assert!(read(many.as_bytes()).is_ok());
}

#[test]
fn a_member_that_stands_twice_is_noticed_at_any_depth_and_in_any_spelling() {
    let repeated = |text: &str| Object::parse(text.as_bytes()).expect("JSON").has_repeated_member();
    assert!(repeated(r#"{"sub":"a","sub":"b"}"#));
    assert!(repeated(r#"{"sub":"a","s\u0075b":"b"}"#));
    assert!(repeated(r#"{"a":[{"b":{"c":1,"d":2,"c":3}}]}"#));
    assert!(repeated(r#"{"":1,"":2}"#));
    assert!(!repeated(r#"{"a":{"a":{"a":1}},"b":[{"a":1},{"a":1}],"A":1,"a ":1}"#));
    for count in [2, 31, 32, 33, 34, 100] {
        let members: Vec<String> = (0..count).map(|index| format!("\"claim {index}\":{index}")).collect();
        assert!(!repeated(&format!("{{{}}}", members.join(","))), "{count}");
        for again in [0, count / 2, count - 1] {
            assert!(repeated(&format!("{{{},\"claim {again}\":0}}", members.join(","))), "{count}, {again}");
        }
    }
}

#[test]
fn of_a_member_that_stands_twice_the_last_counts() {
    assert_eq!(Object::parse(br#"{"sub":"a","sub":"b"}"#).expect("JSON").str("sub"), Some("b"));
}

/// Found by `./build.sh fuzz`: what was written was not what had been read.
#[test]
fn a_number_that_64_bits_do_not_hold_is_the_nearest_double_and_stays_it() {
    let digits = "2".repeat(86);
    for number in [digits.as_str(), "0.1234567890123456789e-300", "-9223372036854775809"] {
        let text = format!("{{\"n\":{number}}}");
        let object = Object::parse(text.as_bytes()).expect("an object");
        let read = object.get("n").expect("a number");
        assert_eq!(read, &json::Value::Float(number.parse().expect("a double")), "{number}");
        let again = format!("{{\"n\":{}}}", serde_json::to_string(read).expect("JSON"));
        assert_eq!(Object::parse(again.as_bytes()).expect("an object").get("n"), Some(read), "{again}");
    }
}

#[test]
fn numbers_keep_their_kind() {
    let text = br#"{"a":1,"b":1.5,"c":-1,"d":1e300,"e":18446744073709551615}"#;
    let object = Object::parse(text).expect("an object");
    assert_eq!(object.get("a"), Some(&json::Value::Integer(1)));
    assert_eq!(object.get("b"), Some(&json::Value::Float(1.5)));
    assert_eq!(object.get("c"), Some(&json::Value::Integer(-1)));
    assert_eq!(object.get("d"), Some(&json::Value::Float(1e300)));
    assert_eq!(object.get("e"), Some(&json::Value::Float(18_446_744_073_709_551_615.0)));
}

proptest! {
    #![proptest_config(Config { cases: 20_000, failure_persistence: None, ..Config::default() })]

    #[test]
    fn changed_documents_are_judged_as_serde_json_judges_them(
        document in 0..DOCUMENTS.len(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), 0..4, any::<u8>(), 0..31_usize), 1..5),
    ) {
        let mut text = DOCUMENTS[document].as_bytes().to_vec();
        for (place, change, byte, piece) in changes {
            let at = place.index(text.len() + 1);
            let grammar = br#"{}[]:,"\u0dDeE+-.19 tfn/bAz"#;
            match change {
                0 => text.insert(at, grammar[piece % grammar.len()]),
                1 => text.insert(at, byte),
                2 if at < text.len() => drop(text.remove(at)),
                _ if at < text.len() => text[at] = grammar[piece % grammar.len()],
                _ => text.truncate(at / 2),
            }
        }
        assert_read_as_serde_json_does(&text);
    }
}
