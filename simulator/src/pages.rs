//! The simulator's two pages: pick a test person, and a refusal that cannot go back to the client. Everything that comes
//! from outside is escaped.

use crate::form::{Parameters, has_word};
use crate::people::PEOPLE;
use crate::strict::Refusal;

const STYLE: &str = "body{font:16px/1.5 system-ui,sans-serif;max-width:42rem;margin:3rem auto;padding:0 1rem;color:#212b32}\
h1{font-size:1.5rem}.note{background:#f0f4f5;border-left:4px solid #768692;padding:.5rem 1rem}\
form{border:1px solid #d8dde0;border-radius:6px;padding:.75rem 1rem;margin:.75rem 0;display:flex;justify-content:space-between;align-items:center;gap:1rem}\
button{font:inherit;padding:.5rem 1rem;border:0;border-radius:4px;background:#2f5d62;color:#fff;cursor:pointer}\
.quiet{background:#fff;color:#212b32;border:1px solid #768692}small{color:#4c6272}code{overflow-wrap:anywhere}";

/// One form for each person, or for each role of a person if a role is to be picked.
pub(crate) fn people(parameters: &Parameters, client_id: &str) -> String {
    let hidden: String = parameters
        .iter()
        .filter(|(name, _)| !name.starts_with("simulator_"))
        .map(|(name, value)| field(name, value))
        .collect();
    let picks_role = parameters.get("scope").is_some_and(|scope| has_word(scope, "selectedrole"));
    let mut forms = String::new();
    for person in PEOPLE {
        let who = person.full_name();
        let extra = field("simulator_person", person.name);
        if picks_role && person.roles.len() > 1 {
            for role in person.roles {
                let about = format!("{} at {}", role.name.replace('"', "").replace(':', ", "), role.org_name);
                let extra = extra.clone() + &field("simulator_role", role.id);
                forms.push_str(&form(&hidden, &extra, &who, &about));
            }
        } else {
            forms.push_str(&form(&hidden, &extra, &who, person.about));
        }
    }
    page(
        "Who are you?",
        &format!(
            "<p class=note>This is a <strong>local simulator</strong> for tests, not NHS Care Identity. It signs in whoever \
             you pick, and none of them exists.</p><p>The client <code>{}</code> asks you to sign in, and asks for \
             <code>{}</code>.</p>{forms}<form method=get>{hidden}{}<span>None of them</span><button class=quiet>Cancel</button>\
             </form>",
            escape(client_id),
            escape(parameters.get("scope").unwrap_or_default()),
            field("simulator_cancel", "yes"),
        ),
    )
}

/// A refusal.
pub(crate) fn refusal(refusal: &Refusal) -> String {
    page(
        "This request was refused",
        &format!(
            "<p class=note>CIS2 would say: <strong>{}</strong>: {}</p><p>This <strong>local simulator</strong> says more. {}</p>\
             <p><small>Rule {}, origin {}</small></p>",
            escape(refusal.rule.answer.error),
            escape(&refusal.description()),
            escape(&refusal.reason()),
            escape(refusal.rule.id),
            refusal.rule.origin.as_str()
        ),
    )
}

fn form(hidden: &str, extra: &str, who: &str, about: &str) -> String {
    format!(
        "<form method=get>{hidden}{extra}<span>{}<br><small>{}</small></span><button>Sign in</button></form>",
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
