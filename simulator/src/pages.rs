//! The simulator's two pages: pick a test person, and a refusal that cannot go back to the client. Everything that comes
//! from outside is escaped.

use crate::form::Parameters;
use crate::people::PEOPLE;
use crate::strict::Refusal;

const STYLE: &str = "body{font:16px/1.5 system-ui,sans-serif;max-width:42rem;margin:3rem auto;padding:0 1rem;color:#212b32}\
h1{font-size:1.5rem}.note{background:#f0f4f5;border-left:4px solid #768692;padding:.5rem 1rem}\
form{border:1px solid #d8dde0;border-radius:6px;padding:.75rem 1rem;margin:.75rem 0;display:flex;justify-content:space-between;align-items:center;gap:1rem}\
button{font:inherit;padding:.5rem 1rem;border:0;border-radius:4px;background:#2f5d62;color:#fff;cursor:pointer}\
small{color:#4c6272}code{overflow-wrap:anywhere}";

/// One form for each person, or for each role of a person if a role is to be picked.
pub(crate) fn people(parameters: &Parameters, client_id: &str) -> String {
    let hidden: String = parameters
        .iter()
        .filter(|(name, _)| !name.starts_with("simulator_"))
        .map(|(name, value)| field(name, value))
        .collect();
    let picks_role =
        parameters.get("scope").is_some_and(|scope| scope.split_ascii_whitespace().any(|word| word == "selectedrole"));
    let mut forms = String::new();
    for person in PEOPLE {
        let who = format!("{} {}", person.given_name, person.family_name);
        if picks_role && person.roles.len() > 1 {
            for role in person.roles {
                let about = format!("{} at {}", role.name.replace('"', "").replace(':', ", "), role.org_name);
                let extra = field("simulator_role", role.id);
                forms.push_str(&form(&hidden, &extra, person.name, &who, &about));
            }
        } else {
            forms.push_str(&form(&hidden, "", person.name, &who, person.about));
        }
    }
    page(
        "Who are you?",
        &format!(
            "<p class=note>This is a <strong>local simulator</strong> for tests, not NHS Care Identity. It signs in whoever \
             you pick.</p><p>The client <code>{}</code> asks you to sign in.</p>{forms}",
            escape(client_id)
        ),
    )
}

/// A refusal.
pub(crate) fn refusal(refusal: &Refusal) -> String {
    page(
        "This request was refused",
        &format!(
            "<p class=note>CIS2 would say: <strong>{}</strong>: {}</p><p>What was really wrong: {}</p>\
             <p><small>Rule {}, origin {}</small></p>",
            escape(refusal.rule.error),
            escape(refusal.rule.description),
            escape(&refusal.reason),
            escape(refusal.rule.id),
            refusal.rule.origin.as_str()
        ),
    )
}

fn form(hidden: &str, extra: &str, person: &str, who: &str, about: &str) -> String {
    format!(
        "<form method=get>{hidden}{extra}<input type=hidden name=simulator_person value=\"{}\"><span>{}<br><small>{}</small></span>\
         <button>Sign in</button></form>",
        escape(person),
        escape(who),
        escape(about)
    )
}

fn field(name: &str, value: &str) -> String {
    format!("<input type=hidden name=\"{}\" value=\"{}\">", escape(name), escape(value))
}

fn page(title: &str, body: &str) -> String {
    format!(
        "<!doctype html><html lang=en><meta charset=utf-8><meta name=viewport content=\"width=device-width\">\
         <title>{title} - local simulator</title><style>{STYLE}</style><h1>{title}</h1>{body}</html>\n"
    )
}

fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            other => escaped.push(other),
        }
    }
    escaped
}
