//! What a browser sees: the page of persons, and the page of a refusal that cannot go back.

use serde_json::{Map, json};

use crate::world::{CLIENT_ID, World, object};

fn unattended_not() -> Map<String, serde_json::Value> {
    object(json!({"simulator_person": null}))
}

#[test]
fn the_page_offers_each_person_and_says_what_it_is() {
    let answer = World::new().authorize(&unattended_not());
    assert_eq!(answer.status, 200);
    assert!(answer.header("content-type").is_some_and(|kind| kind.starts_with("text/html")));
    for word in
        ["local simulator", "not NHS Care Identity", CLIENT_ID, "several-roles", "one-role", "no-role", "aal2-only"]
    {
        assert!(answer.body.contains(word), "{word}");
    }
    assert!(!answer.body.contains("<script") && !answer.body.contains("<img"), "no script and no picture");
}

#[test]
fn the_page_offers_a_role_only_if_the_scope_asks_for_one() {
    let world = World::new();
    let mut changes = unattended_not();
    assert!(world.authorize(&changes).body.contains("name=\"simulator_role\""));
    changes.insert("scope".to_owned(), json!("openid"));
    assert!(!world.authorize(&changes).body.contains("name=\"simulator_role\""));
}

#[test]
fn the_form_of_a_person_leads_back_to_the_program_with_a_code() {
    let world = World::new();
    let page = world.authorize(&unattended_not()).body;
    let form = page.split("<form").find(|form| form.contains("value=\"one-role\"")).expect("a form for one-role");
    let mut query = form_urlencoded::Serializer::new(String::new());
    for field in form.split("<input").skip(1) {
        let value = |name: &str| {
            let (_, rest) = field.split_once(&format!("{name}=\"")).expect("an attribute");
            let text = rest.split_once('"').expect("its end").0;
            text.replace("&lt;", "<").replace("&quot;", "\"").replace("&#39;", "'").replace("&amp;", "&")
        };
        query.append_pair(&value("name"), &value("value"));
    }
    let answer = world.get(&format!("/authorize?{}", query.finish()));
    assert_eq!(answer.status, 302);
    assert!(answer.parameter("code").is_some());
    assert_eq!(answer.parameter("state").as_deref(), Some("a state & more"));
}

#[test]
fn nothing_from_outside_becomes_markup_on_a_page() {
    let world = World::new();
    let evil = "\"'><script>alert(1)</script>&amp;";
    let mut people = unattended_not();
    for name in ["state", "nonce", "acr_values", "ui_locales", evil] {
        people.insert(name.to_owned(), json!(evil));
    }
    let pages = [
        world.authorize(&people),
        world.authorize(&object(json!({"client_id": evil}))),
        world.authorize(&object(json!({"redirect_uri": evil}))),
    ];
    for page in pages {
        assert!(page.body.contains("&lt;script&gt;") || page.body.contains("&amp;"), "it is shown: {}", page.body);
        assert!(!page.body.contains("<script"), "{}", page.body);
        assert!(!page.body.contains(evil), "{}", page.body);
        let policy = page.header("content-security-policy").expect("a policy");
        assert!(policy.contains("default-src 'none'"), "{policy}");
    }
}

#[test]
fn a_refusal_without_a_place_to_go_back_to_redirects_nowhere() {
    let world = World::new();
    let answer = world.authorize(&object(json!({"redirect_uri": "https://evil.example/"})));
    assert_eq!(answer.status, 400);
    assert!(answer.header("location").is_none());
    assert!(answer.body.contains("redirect_uri_mismatch"));
    assert!(answer.body.contains("The redirection URI provided does not match a pre-registered value."));
}
