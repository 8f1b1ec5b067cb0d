//! The test persons: what CIS2 would say of them in ID token and userinfo (shapes of the NHS's public tests).

use serde_json::{Map, Value, json};

/// One test person.
pub(crate) struct Person {
    /// As `simulator_person` names them.
    pub name: &'static str,
    /// For the page.
    pub about: &'static str,
    /// `sub`, 12 digits.
    pub uid: &'static str,
    pub given_name: &'static str,
    pub family_name: &'static str,
    /// The highest level that the person's authenticators reach.
    pub level: u8,
    /// `amr`.
    pub authenticator: &'static str,
    pub roles: &'static [Role],
}

/// One role of a person.
pub(crate) struct Role {
    pub id: &'static str,
    pub org_code: &'static str,
    pub org_name: &'static str,
    pub code: &'static str,
    pub name: &'static str,
}

const CLINICIAN: Role = Role {
    id: "555254242102",
    org_code: "A83008",
    org_name: "TEST SURGERY",
    code: "S0010:G0020:R8000",
    name: "\"Clinical\":\"Clinical Provision\":\"Clinical Practitioner Access Role\"",
};
const SUPPORT: Role = Role {
    id: "555254240100",
    org_code: "Y51",
    org_name: "TEST NHS TRUST",
    code: "S8001:G8002:R8008",
    name: "\"Support\":\"Support\":\"Admin/Clinical Support Access Role\"",
};

pub(crate) const PEOPLE: &[Person] = &[
    Person {
        name: "several-roles",
        about: "smartcard (AAL3), two roles",
        uid: "656005750104",
        given_name: "Sunita",
        family_name: "Several-Roles",
        level: 3,
        authenticator: "N3_SMARTCARD",
        roles: &[CLINICIAN, SUPPORT],
    },
    Person {
        name: "one-role",
        about: "security key (AAL3), one role",
        uid: "656005750105",
        given_name: "Owen",
        family_name: "One-Role",
        level: 3,
        authenticator: "FIDO2",
        roles: &[CLINICIAN],
    },
    Person {
        name: "no-role",
        about: "smartcard (AAL3), no role at all: a program must cater for it",
        uid: "656005750106",
        given_name: "Nia",
        family_name: "No-Role",
        level: 3,
        authenticator: "N3_SMARTCARD",
        roles: &[],
    },
    Person {
        name: "aal2-only",
        about: "authenticator app (AAL2 only), one role",
        uid: "656005750107",
        given_name: "Alex",
        family_name: "Aal-Two",
        level: 2,
        authenticator: "TOTP",
        roles: &[SUPPORT],
    },
];

impl Person {
    pub(crate) fn named(name: &str) -> Option<&'static Self> {
        PEOPLE.iter().find(|person| person.name == name)
    }

    /// The userinfo that these scopes give.
    pub(crate) fn userinfo(&self, scope: &str) -> Value {
        let mut claims = Map::new();
        let mut put = |name: &str, value: Value| claims.insert(name.to_owned(), value);
        put("sub", json!(self.uid));
        let full_name = format!("{} {}", self.given_name, self.family_name);
        for scope in scope.split_ascii_whitespace() {
            match scope {
                "profile" => {
                    put("name", json!(full_name));
                    put("given_name", json!(self.given_name));
                    put("family_name", json!(self.family_name));
                    put("uid", json!(self.uid));
                }
                "email" => drop(put("email", json!(format!("{}@example.nhs.test", self.name)))),
                "nhsperson" => {
                    put("nhsid_useruid", json!(self.uid));
                    put("title", json!("Mx"));
                    put("initials", json!("T"));
                    put("middle_names", json!("Test"));
                    put("display_name", json!(full_name));
                    put("idassurancelevel", json!("3"));
                }
                "nationalrbacaccess" => drop(put("nhsid_nrbac_roles", self.roles.iter().map(role).collect())),
                "associatedorgs" => drop(put("nhsid_user_orgs", self.roles.iter().map(organisation).collect())),
                _ => {}
            }
        }
        Value::Object(claims)
    }
}

fn role(role: &Role) -> Value {
    json!({
        "person_orgid": format!("{}01", &role.id[..10]),
        "person_roleid": role.id,
        "org_code": role.org_code,
        "role_name": role.name,
        "role_code": role.code,
        "activities": ["Receive Self Claimed LR Alerts"],
        "activity_codes": ["B0016"],
    })
}

fn organisation(role: &Role) -> Value {
    json!({ "org_name": role.org_name, "org_code": role.org_code })
}
