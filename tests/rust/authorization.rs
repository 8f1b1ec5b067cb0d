//! Authorization requests and callbacks: what may be asked for, how it is written, and the bounds of each text.

use cis2::error::{Error, Status};
use cis2::flow::authorize::{AuthorizationParameters, AuthorizationRequest};
use cis2::flow::form;
use serde_json::{Value, json};

use crate::support::{NOW, authorized, client_at, discovery, drive, ok_json};

fn begin(parameters: AuthorizationParameters, metadata: &Value) -> Result<AuthorizationRequest, Error> {
    let mut flow = client_at(NOW).begin_authorization(parameters)?;
    drive(&mut flow, |_, _| ok_json(discovery(metadata)))?;
    flow.take_authorization_request()
}

fn refused(parameters: AuthorizationParameters) -> String {
    let error = begin(parameters, &json!({})).map(|_| ()).expect_err("a refusal");
    assert_eq!(error.status(), Status::InvalidArgument);
    error.to_string()
}

fn further(pairs: &[(&str, &str)]) -> AuthorizationParameters {
    let further = pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    AuthorizationParameters { further, ..Default::default() }
}

#[test]
fn a_parameter_has_1_to_1024_bytes_and_no_control_character() {
    begin(further(&[("a", &"x".repeat(1024))]), &json!({})).expect("the longest");
    for value in ["", "a\nb", "a\u{7f}", &"x".repeat(1025)] {
        assert!(refused(further(&[("a", value)])).contains("the parameter a "), "{value}");
        let prompt = AuthorizationParameters { prompt: Some(value.to_owned()), ..Default::default() };
        assert!(refused(prompt).contains("the parameter prompt "), "{value}");
    }
    assert!(refused(further(&[("", "x")])).contains("name"));
    assert!(
        refused(AuthorizationParameters { acr_values: Some(" ".to_owned()), ..Default::default() })
            .contains("acr_values")
    );
}

#[test]
fn a_further_parameter_is_set_once() {
    begin(further(&[("a", "x"), ("b", "x")]), &json!({})).expect("two names");
    assert!(refused(further(&[("a", "x"), ("b", "y"), ("a", "z")])).contains("the parameter a to be set once"));
}

#[test]
fn an_endpoint_that_has_a_query_keeps_it() {
    let endpoint = "https://cis2.localhost:8443/authorize";
    let url = |endpoint: &str| {
        begin(Default::default(), &json!({"authorization_endpoint": endpoint})).expect("a request").url().to_owned()
    };
    assert!(url(endpoint).starts_with(&format!("{endpoint}?response_type=code&")));
    let with_query = format!("{endpoint}?realm=x");
    assert!(url(&with_query).starts_with(&format!("{with_query}&response_type=code&")));
}

#[test]
fn a_restored_request_is_the_one_that_was_sealed() {
    let client = client_at(NOW);
    let (request, world) = authorized(&client, &json!({}), &json!({}));
    let restored = client.restore_authorization_request(request.sealed()).expect("a request");
    assert_eq!((restored.sealed(), restored.url()), (request.sealed(), ""));
    client.begin_sign_in(&restored, &world.text("code=$code&state=$state")).expect("a callback");
}

#[test]
fn a_callback_has_32_kib_at_most_and_no_control_character() {
    let client = client_at(NOW);
    let (request, world) = authorized(&client, &json!({}), &json!({}));
    let begin = |end: &str| {
        let callback = format!("{}{end}", world.text("code=$code&state=$state&x="));
        client.begin_sign_in(&request, &callback).map(|_| ()).map_err(|error| error.status())
    };
    let room = 32 * 1024 - world.text("code=$code&state=$state&x=").len();
    assert_eq!(begin(&"x".repeat(room)), Ok(()));
    assert_eq!(begin(&"x".repeat(room + 1)), Err(Status::CallbackMalformed));
    assert_eq!(begin("a\nb"), Err(Status::CallbackMalformed));
    assert_eq!(begin("a%0Ab"), Err(Status::CallbackMalformed));
    assert_eq!(begin("a&%0A=b"), Err(Status::CallbackMalformed));
    assert_eq!(begin("&&"), Ok(()), "an empty pair is none");
}

/// Growing would leave a copy of the code behind.
#[test]
fn a_form_is_written_into_memory_that_is_large_enough_from_the_start() {
    let (name, value) = ("\u{20ac}", "\u{20ac}\u{20ac}");
    let text = form::encode([(name, value), (value, name)]);
    assert_eq!(text.len(), 2 * (9 * 3 + 1) + 1);
    // Three for each byte, `=` and `&`.
    assert_eq!(text.capacity(), 2 * (9 * 3 + 2));
}

#[test]
fn every_byte_of_a_form_is_read_as_it_was_written() {
    let all: String = (1..=0x2ff_u32).filter_map(char::from_u32).collect();
    let text = form::encode([("name", all.as_str()), ("plain", "-._~aZ09")]);
    assert!(text.starts_with("name=%01%02") && text.ends_with("&plain=-._~aZ09"), "{text}");
    let pairs = form::decode(&text).expect("a form");
    assert_eq!(pairs[0].1.as_str(), all);
    assert!(form::decode("a=%2").is_none() && form::decode("a=%2g").is_none() && form::decode("a=%ff").is_none());
    assert_eq!(form::decode("a=%2b+&b").expect("a form")[0].1.as_str(), "+ ");
}

#[test]
fn a_redirect_names_a_place_of_the_same_origin_or_a_whole_address() {
    let base = "https://cis2.localhost:8443/a/b?c";
    for (location, expected) in [
        ("/moved?x=y", Some("https://cis2.localhost:8443/moved?x=y")),
        ("https://other.example/", Some("https://other.example/")),
        ("http://other.example/", None),
        ("//other.example/", None),
        ("moved", None),
        ("/with space", None),
        ("", None),
    ] {
        assert_eq!(form::resolve(base, location).as_deref(), expected, "{location}");
    }
    assert_eq!(form::resolve("http://cis2.localhost/", "/moved"), None);
}
