//! A platform row as JSON: read member by member, with all faults said at once; and written.

use super::{ASSERTION_LIFETIME_S, AudienceMode, IdentityKind, Pkce, Platform};
use crate::error::{Error, Result, Status};
use crate::exact::{Exact, HttpsAddress};
use crate::http::printable;
use crate::jose::Algorithm;
use crate::jose::json::{Object, Refusal, Value};

/// Largest row, in bytes.
pub const MAX_ROW_BYTES: usize = 64 * 1024;
/// The highest assurance level that a row may name.
const MAX_LEVEL: i64 = 9;

const MEMBERS: &[&str] = &[
    "acr_levels",
    "algorithms",
    "assertion_lifetime_s",
    "audience_mode",
    "default_level",
    "hosts",
    "id_token_algorithms",
    "identity",
    "issuer",
    "metadata_url",
    "name",
    "pkce",
    "sources",
    "token_endpoint",
    "typ",
    "version",
];

impl Platform {
    /// Reads a row of a site's own. Each member is checked, unknown ones are refused by name, and the error names all
    /// faults at once.
    pub fn from_json(text: &str) -> Result<Self> {
        let refuse = |found: String| Error::new(Status::PlatformRowInvalid).found(found);
        if text.len() > MAX_ROW_BYTES {
            return Err(refuse(format!("a row of {} bytes, more than {MAX_ROW_BYTES}", text.len())));
        }
        let object = Object::parse(text.as_bytes()).map_err(|refusal| {
            refuse(match refusal {
                Refusal::NotJson => "a text that is not JSON".to_owned(),
                Refusal::NotAnObject => "JSON that is not an object".to_owned(),
                Refusal::TooDeep => "JSON nested too deep".to_owned(),
            })
        })?;
        let mut reader = Reader { object: &object, faults: Vec::new() };
        let row = reader.row();
        if reader.faults.is_empty() { Ok(row) } else { Err(refuse(reader.faults.join("; "))) }
    }

    /// Writes the row in the form that [`Platform::from_json`] reads.
    pub fn to_json(&self) -> String {
        let names = |algorithms: &[Algorithm]| algorithms.iter().map(|a| a.name()).collect::<Vec<_>>();
        let row = serde_json::json!({
            "version": 1,
            "name": self.name,
            "identity": match self.identity {
                IdentityKind::Cis2 => "cis2",
                IdentityKind::ApiPlatform => "api_platform",
                IdentityKind::Any => "any",
            },
            "issuer": self.issuer.as_str(),
            "metadata_url": self.metadata_url.as_ref().map(Exact::as_str),
            "token_endpoint": self.token_endpoint.as_ref().map(Exact::as_str),
            "hosts": self.hosts,
            "audience_mode": match self.audience_mode {
                AudienceMode::TokenEndpoint => "token_endpoint",
                AudienceMode::Issuer => "issuer",
            },
            "typ": self.typ,
            "algorithms": names(&self.algorithms),
            "id_token_algorithms": names(&self.id_token_algorithms),
            "assertion_lifetime_s": self.assertion_lifetime_s,
            "pkce": match self.pkce {
                Pkce::Always => "always",
                Pkce::Never => "never",
            },
            "acr_levels": self.acr_levels.iter().cloned().collect::<std::collections::BTreeMap<_, _>>(),
            "default_level": self.default_level,
            "sources": self.sources.iter().cloned().collect::<std::collections::BTreeMap<_, _>>(),
        });
        format!("{row:#}")
    }
}

struct Reader<'o, 'a> {
    object: &'o Object<'a>,
    faults: Vec<String>,
}

impl Reader<'_, '_> {
    fn row(&mut self) -> Platform {
        for name in self.object.names() {
            if !MEMBERS.contains(&name) {
                self.faults.push(format!("a member {} that no row has", printable(name, 40)));
            }
        }
        if self.object.has_repeated_member() {
            self.faults.push("a member that stands twice".to_owned());
        }
        if self.object.get("version") != Some(&Value::Integer(1)) {
            self.faults.push("version is not 1".to_owned());
        }
        let issuer = self.address("issuer", true).unwrap_or_else(|| Exact::new(""));
        let hosts = self.hosts(&issuer);
        Platform {
            number: 0,
            name: self.text("name").unwrap_or_default(),
            identity: self.choice(
                "identity",
                &[
                    ("cis2", IdentityKind::Cis2),
                    ("api_platform", IdentityKind::ApiPlatform),
                    ("any", IdentityKind::Any),
                ],
            ),
            issuer,
            metadata_url: self.address("metadata_url", false),
            token_endpoint: self.address("token_endpoint", false),
            hosts,
            audience_mode: self.choice(
                "audience_mode",
                &[("token_endpoint", AudienceMode::TokenEndpoint), ("issuer", AudienceMode::Issuer)],
            ),
            typ: self.typ(),
            algorithms: self.algorithms("algorithms", 1),
            // A platform that issues no ID tokens has none.
            id_token_algorithms: self.algorithms("id_token_algorithms", 0),
            assertion_lifetime_s: self.number(
                "assertion_lifetime_s",
                i64::from(*ASSERTION_LIFETIME_S.start())..=i64::from(*ASSERTION_LIFETIME_S.end()),
            ) as u32,
            pkce: self.choice("pkce", &[("always", Pkce::Always), ("never", Pkce::Never)]),
            acr_levels: self.acr_levels(),
            default_level: self.number("default_level", 0..=MAX_LEVEL) as u8,
            sources: self.sources(),
        }
    }

    fn fault(&mut self, member: &str, expected: &str) {
        let found = self.object.get(member).map_or("nothing", Value::type_name);
        self.faults.push(format!("{member} must be {expected}, and is {found}"));
    }

    fn text(&mut self, member: &str) -> Option<String> {
        let text = self.object.str(member).filter(|text| !text.is_empty() && text.len() <= 200).map(str::to_owned);
        if text.is_none() {
            self.fault(member, "a text that is not empty");
        }
        text
    }

    fn address(&mut self, member: &str, required: bool) -> Option<Exact> {
        match self.object.get(member) {
            None | Some(Value::Null) if !required => return None,
            Some(Value::String(text)) if HttpsAddress::parse(text).is_some() => return Some(Exact::new(text.as_ref())),
            _ => {}
        }
        self.fault(member, if required { "an https address" } else { "an https address or null" });
        None
    }

    fn hosts(&mut self, issuer: &Exact) -> Vec<String> {
        match self.texts("hosts") {
            // The issuer's host goes without saying.
            Some(hosts) if hosts.is_empty() => {
                HttpsAddress::parse(issuer.as_str()).map(|address| address.host.to_owned()).into_iter().collect()
            }
            Some(hosts) => hosts,
            None => {
                self.fault("hosts", "a list of host names");
                Vec::new()
            }
        }
    }

    fn texts(&self, member: &str) -> Option<Vec<String>> {
        let items = self.object.get(member)?.as_array()?;
        items.iter().map(|item| item.as_str().filter(|text| !text.is_empty()).map(str::to_owned)).collect()
    }

    fn choice<T: Copy>(&mut self, member: &str, choices: &[(&str, T)]) -> T {
        let chosen = self.object.str(member).and_then(|text| choices.iter().find(|(name, _)| *name == text));
        if let Some((_, value)) = chosen {
            return *value;
        }
        let names: Vec<&str> = choices.iter().map(|(name, _)| *name).collect();
        self.faults.push(format!("{member} must be one of {}", names.join(", ")));
        choices[0].1
    }

    fn typ(&mut self) -> Option<String> {
        match self.object.get("typ") {
            Some(Value::Null) => None,
            Some(Value::String(text)) if text == "JWT" || text == "client-authentication+jwt" => Some(text.to_string()),
            _ => {
                self.faults.push("typ must be JWT, client-authentication+jwt or null".to_owned());
                None
            }
        }
    }

    fn algorithms(&mut self, member: &str, least: usize) -> Vec<Algorithm> {
        let names = self.texts(member).filter(|names| names.len() >= least);
        let algorithms = names.and_then(|names| names.iter().map(|name| Algorithm::from_name(name)).collect());
        algorithms.unwrap_or_else(|| {
            self.faults.push(format!("{member} must be a list of some of {}", Algorithm::names()));
            Vec::new()
        })
    }

    fn number(&mut self, member: &str, bounds: std::ops::RangeInclusive<i64>) -> i64 {
        match self.object.get(member) {
            Some(Value::Integer(number)) if bounds.contains(number) => *number,
            _ => {
                self.fault(member, &format!("a whole number from {} to {}", bounds.start(), bounds.end()));
                *bounds.start()
            }
        }
    }

    fn acr_levels(&mut self) -> Vec<(String, u8)> {
        let levels = match self.object.get("acr_levels") {
            Some(Value::Object(members)) => members
                .iter()
                .map(|(name, level)| match level {
                    Value::Integer(level @ 0..=MAX_LEVEL) => Some((name.to_string(), *level as u8)),
                    _ => None,
                })
                .collect(),
            _ => None,
        };
        levels.unwrap_or_else(|| {
            self.fault("acr_levels", "an object of classes and their levels from 0 to 9");
            Vec::new()
        })
    }

    fn sources(&mut self) -> Vec<(String, String)> {
        let sources = match self.object.get("sources") {
            Some(Value::Object(members)) => members
                .iter()
                .map(|(name, text)| text.as_str().map(|text| (name.to_string(), text.to_owned())))
                .collect(),
            _ => None,
        };
        sources.unwrap_or_else(|| {
            self.fault("sources", "an object that says for each member where and when it was read");
            Vec::new()
        })
    }
}
