//! The test persons: what CIS2 would say of them in ID token and userinfo (shapes of the NHS's public tests). None of them
//! exists.

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
    /// `gmc_id`, for those who have one.
    pub gmc_id: Option<&'static str>,
}

/// One role of a person.
pub(crate) struct Role {
    /// `person_roleid`.
    pub id: &'static str,
    /// `person_orgid`.
    pub person_orgid: &'static str,
    pub org_code: &'static str,
    pub org_name: &'static str,
    pub code: &'static str,
    pub name: &'static str,
    /// Name and code of each activity; a role may have none, and then the members are absent.
    pub activities: &'static [(&'static str, &'static str)],
}

const CLINICIAN: Role = Role {
    id: "555254242102",
    person_orgid: "555254242101",
    org_code: "A83008",
    org_name: "TEST SURGERY",
    code: "S0010:G0020:R8000",
    name: "\"Clinical\":\"Clinical Provision\":\"Clinical Practitioner Access Role\"",
    activities: &[("Receive Self Claimed LR Alerts", "B0016"), ("Local System Administration", "B0062")],
};
const SUPPORT: Role = Role {
    id: "555254240100",
    person_orgid: "555254240109",
    org_code: "Y51",
    org_name: "TEST NHS TRUST",
    code: "S8001:G8002:R8008",
    name: "\"Support\":\"Support\":\"Admin/Clinical Support Access Role\"",
    activities: &[],
};

/// All of them, in the order in which the page shows them.
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
        gmc_id: Some("C1234567"),
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
        gmc_id: None,
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
        gmc_id: None,
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
        gmc_id: None,
    },
];

impl Person {
    pub(crate) fn named(name: &str) -> Option<&'static Self> {
        PEOPLE.iter().find(|person| person.name == name)
    }

    /// Given name and family name.
    pub(crate) fn full_name(&self) -> String {
        format!("{} {}", self.given_name, self.family_name)
    }

    /// The userinfo that these scopes give.
    pub(crate) fn userinfo(&self, scope: &str) -> Value {
        let mut claims = Map::new();
        claims.insert("sub".to_owned(), json!(self.uid));
        for scope in scope.split_ascii_whitespace() {
            if let Value::Object(members) = self.claims_of(scope) {
                claims.extend(members);
            }
        }
        Value::Object(claims)
    }

    fn claims_of(&self, scope: &str) -> Value {
        let list = |member: fn(&Role) -> Value| self.roles.iter().map(member).collect::<Vec<_>>();
        match scope {
            "profile" => json!({
                "name": self.full_name(),
                "given_name": self.given_name,
                "family_name": self.family_name,
                "uid": self.uid,
            }),
            "email" => json!({ "email": format!("{}@nhs.example", self.name) }),
            "nhsperson" => json!({
                "nhsid_useruid": self.uid,
                "title": "Mx",
                "initials": "T",
                "middle_names": "Test",
                "display_name": self.full_name(),
                "idassurancelevel": "3",
            }),
            "nationalrbacaccess" => json!({ "nhsid_nrbac_roles": list(role) }),
            "associatedorgs" => json!({ "nhsid_user_orgs": list(organisation) }),
            "professionalmemberships" => self.gmc_id.map_or(Value::Null, |id| json!({ "gmc_id": id })),
            "organisationalmemberships" => {
                json!({ "nhsid_org_memberships": list(membership), "nhsid_org_roles": list(membership) })
            }
            _ => Value::Null,
        }
    }
}

fn role(role: &Role) -> Value {
    let mut entry = json!({
        "person_orgid": role.person_orgid,
        "person_roleid": role.id,
        "org_code": role.org_code,
        "role_name": role.name,
        "role_code": role.code,
    });
    if !role.activities.is_empty() {
        let (names, codes): (Vec<&str>, Vec<&str>) = role.activities.iter().copied().unzip();
        entry["activities"] = json!(names);
        entry["activity_codes"] = json!(codes);
    }
    entry
}

fn organisation(role: &Role) -> Value {
    json!({ "org_name": role.org_name, "org_code": role.org_code })
}

fn membership(role: &Role) -> Value {
    json!({ "person_orgid": role.person_orgid, "org_name": role.org_name, "org_code": role.org_code })
}
