//! Documents that are made from the tables: `CIS2_WRITE_DOCS=1` writes them, without it they are compared.

use std::fmt::Write;

use cis2::error::{Family, STATUSES};
use cis2::event::{EVENTS, Field, Level};
use cis2::platform::Platform;

use crate::support::root;

fn compare(path: &str, made: &str) {
    let file = root().join(path);
    if std::env::var_os("CIS2_WRITE_DOCS").is_some() {
        std::fs::write(&file, made).expect("the document can be written");
    }
    let found = std::fs::read_to_string(&file).unwrap_or_default();
    assert!(found == made, "{path} is not what the table says: run ./build.sh docs and commit it");
}

#[test]
fn the_document_of_errors_is_the_table_of_statuses() {
    let mut text = String::from(
        "# Errors\n\nMade from the table in `src/error/table.rs` by `./build.sh docs`; do not edit.\n\n\
         An error answers four questions: which check refused (the number), what was expected and what was found, \
         whether the same call may go well later, and what to do next. The provider's own words (`error`, \
         `error_description`) stand in fields of their own. No error holds a code, token, assertion, key, state, nonce \
         or verifier.\n\nThe numbers are permanent. In C the names begin with `CIS2_STATUS_`. The exit code is that of \
         the program `cis2`.\n",
    );
    let families = [
        (Family::Success, "0: success, exit code 0"),
        (Family::Any, "1 to 99: any function"),
        (Family::Configuration, "100 to 199: key and configuration, exit code 10"),
        (Family::Transport, "200 to 299: transport, exit code 20"),
        (Family::Conversation, "300 to 399: the conversation went wrong, exit code 30"),
        (Family::Token, "400 to 499: a token or claim was refused, exit code 40"),
    ];
    for (family, title) in families {
        let _ = write!(
            text,
            "\n## {title}\n\n| Number | Name | What is wrong | What to do next | Again? |\n|---|---|---|---|---|\n"
        );
        for row in STATUSES.iter().filter(|row| row.status.family() == family) {
            let again = if row.retryable { "yes" } else { "" };
            let _ = writeln!(
                text,
                "| {} | `{}` | {} | {} | {again} |",
                row.status.number(),
                row.name,
                row.sentence,
                row.remedy
            );
        }
    }
    compare("docs/errors.md", &text);
}

#[test]
fn the_document_of_events_is_the_table_of_events() {
    let mut text = String::from(
        "# Events\n\nMade from the table in `src/event/table.rs` by `./build.sh docs`; do not edit.\n\n\
         What the library says aloud, for a host's log: a closed list. An event has a number, a level, a sentence and \
         the fields of its row, in this order; what is not known is left out. No field can hold a code, token, assertion, \
         key, state, nonce or verifier: a field is a number, a word of this library, the name of a host, an address \
         without its query, or the id of a key of the provider.\n\nThe numbers are permanent. In C the names begin \
         with `CIS2_EVENT_`, those of the levels with `CIS2_LEVEL_`. How to listen: [c.md](c.md).\n\n\
         A host that steps a flow by hand sends the requests itself and gets no events 1 to 3.\n",
    );
    text.push_str("\n| Number | Name | Level | What happened | Fields |\n|---|---|---|---|---|\n");
    for row in EVENTS {
        let fields: Vec<String> = row.fields.iter().map(|field| format!("`{}`", field.name())).collect();
        let _ = writeln!(
            text,
            "| {} | `{}` | `{}` | {} | {} |",
            row.id.number(),
            row.name,
            row.level.name(),
            row.sentence,
            fields.join(" ")
        );
    }
    let levels: Vec<String> = Level::ALL.iter().map(|level| format!("`{}` {}", level.name(), level.number())).collect();
    let _ = write!(text, "\nLevels: {}.\n\n| Field | What it holds |\n|---|---|\n", levels.join(", "));
    for (field, meaning) in FIELDS {
        let _ = writeln!(text, "| `{}` | {meaning} |", field.name());
    }
    for row in EVENTS {
        assert!(row.fields.iter().all(|field| FIELDS.iter().any(|(known, _)| known == field)), "{}", row.name);
    }
    compare("docs/events.md", &text);
}

/// What the fields of events hold, in the order of their names.
const FIELDS: &[(Field, &str)] = &[
    (Field::Address, "an address, without query and fragment"),
    (Field::Attempt, "which attempt at the same request: 1 or 2"),
    (Field::BodyBytes, "bytes of the answer's body"),
    (Field::ClockOffsetS, "the provider's clock minus this machine's, in seconds"),
    (Field::Count, "how many events"),
    (Field::DurationMs, "milliseconds from the request to its end"),
    (Field::Encryption, "what of a file's encryption is weak: `3DES` or `HMAC-SHA-1`"),
    (Field::Flow, "`authorization` or `sign_in`"),
    (Field::Host, "the name of a host"),
    (Field::HttpStatus, "the HTTP status of the answer"),
    (Field::KeyCount, "how many keys of the set can be used"),
    (Field::Kid, "the id of a key of the provider, as the token names it; not verified"),
    (Field::Purpose, "`discovery`, `keys` or `token`"),
    (Field::SkippedCount, "how many keys of the set cannot be used"),
    (Field::Status, "the number of a status: [errors.md](errors.md)"),
    (Field::StatusName, "its name"),
];

#[test]
fn the_document_of_environments_is_the_table_of_rows() {
    let mut text = String::from(
        "# The environments\n\nMade from `src/platform/` by `./build.sh docs`; do not edit. Each value has its source \
         and the date on which it was checked. The strings that CIS2 publishes carry `:443`, and they are compared byte for \
         byte. How a row of your own looks: [platforms.md](platforms.md).\n",
    );
    for row in Platform::all() {
        let _ = write!(
            text,
            "\n## {}\n\nNumber {} at the C boundary.\n\n| Member | Value | Source, date |\n|---|---|---|\n",
            row.name, row.number
        );
        let json: serde_json::Value = serde_json::from_str(&row.to_json()).expect("JSON");
        for (member, value) in json.as_object().expect("an object") {
            if ["sources", "version", "name"].contains(&member.as_str()) {
                continue;
            }
            let source = row.sources.iter().find(|(name, _)| name == member).map_or("", |(_, text)| text);
            let _ = writeln!(text, "| `{member}` | `{value}` | {source} |");
        }
    }
    compare("docs/cis2.md", &text);
}

#[test]
fn every_snippet_of_the_readme_is_a_region_of_a_file_that_runs() {
    let readme = crate::support::read("README.md");
    let mut examples = String::new();
    let files = [
        "bindings-dotnet/samples/QuickStart/Program.cs",
        "bindings-dotnet/samples/Snippets/Program.cs",
        "examples/c/sign_in.c",
        "examples/cpp/sign_in.cpp",
        "examples/shell/sign_in.sh",
    ];
    for file in files {
        examples.push_str(&crate::support::read(file));
    }
    let mut snippets = 0;
    for (language, block) in code_blocks(&readme) {
        // The two commands of the README are verbs of build.sh, its JSON is what CIS2 says, and its `cs` (ours is `csharp`)
        // is what was posted and does not work.
        if ["cs", "json"].contains(&language.as_str()) || block.starts_with("./build.sh ") {
            continue;
        }
        snippets += 1;
        assert!(examples.contains(&block), "this snippet is in no example:\n{block}");
    }
    assert!(snippets >= 5, "only {snippets} snippets");
}

#[test]
fn every_c_snippet_of_the_page_for_c_is_a_region_of_an_example() {
    let example = crate::support::read("examples/c/callbacks.c");
    let page = crate::support::read("docs/c.md");
    let snippets: Vec<_> = code_blocks(&page).into_iter().filter(|(language, _)| language == "c").collect();
    assert!(snippets.len() >= 2, "only {} snippets", snippets.len());
    for (_, block) in snippets {
        assert!(example.contains(&block), "this snippet is in no example:\n{block}");
    }
}

/// Language and text of each block of code.
fn code_blocks(markdown: &str) -> Vec<(String, String)> {
    let mut parts = markdown.split("```").skip(1).step_by(2);
    std::iter::from_fn(|| parts.next())
        .map(|block| {
            let (language, text) = block.split_once('\n').expect("a block");
            (language.to_owned(), text.to_owned())
        })
        .collect()
}
