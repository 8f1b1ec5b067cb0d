//! The header is what cbindgen makes of src/ffi; its functions are those of the source and of exports.txt; its numbers
//! are those of the tables; it compiles alone.

#![expect(clippy::disallowed_methods, reason = "reads sources, and the environment for the word to write")]

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::process::Command;
use std::sync::Once;

use cis2::error::STATUSES;
use cis2::event::{EVENTS, Level};
use cis2::ffi;
use cis2::jose::algorithm::ALGORITHMS;
use cis2::platform::Platform;

use crate::support::{read, root};

const WRITE: &str = "CIS2_WRITE_HEADER";

/// In the order in which the header is read. cbindgen is given files and not the crate, so that it sees no `cfg`.
const SOURCES: &[&str] = &[
    "src/ffi/view.rs",
    "src/error/status.rs",
    "src/ffi/version.rs",
    "src/ffi/status.rs",
    "src/ffi/error.rs",
    "src/ffi/key.rs",
    "src/ffi/key_set.rs",
    "src/ffi/config.rs",
    "src/ffi/client.rs",
    "src/ffi/assertion.rs",
    "src/ffi/authorization_parameters.rs",
    "src/ffi/authorization_request.rs",
    "src/ffi/flow.rs",
    "src/ffi/operation.rs",
    "src/ffi/sign_in.rs",
    "src/ffi/identity.rs",
    "src/ffi/tokens.rs",
    "src/ffi/event.rs",
];

#[test]
fn the_header_is_the_one_that_cbindgen_makes() {
    let (made, committed) = (generated(), header());
    let differs = made.lines().zip(committed.lines()).position(|(made, committed)| made != committed);
    let line = differs.unwrap_or_else(|| made.lines().count().min(committed.lines().count()));
    let at = |text: &str| text.lines().nth(line).unwrap_or("(end)").to_owned();
    assert!(
        made == committed,
        "include/cis2.h is not what src/ffi says; line {} is\n  {}\nand would be\n  {}\nRun ./build.sh header and commit it.",
        line + 1,
        at(&committed),
        at(&made)
    );
}

#[test]
fn every_source_of_the_c_edge_is_in_the_header() {
    let tools = ["callback.rs", "guard.rs", "handle.rs", "in_flight.rs", "mod.rs", "out.rs", "runtime.rs", "text.rs"];
    for file in source_files() {
        let name = file.file_name().expect("a name").to_str().expect("UTF-8").to_owned();
        let listed = SOURCES.contains(&format!("src/ffi/{name}").as_str());
        assert_ne!(listed, tools.contains(&name.as_str()), "src/ffi/{name} is either a tool or in the header");
    }
}

/// cbindgen drops in silence what it cannot read, such as a function that a macro makes.
#[test]
fn source_header_and_exports_name_the_same_functions() {
    let source = functions_of_the_source();
    assert!(source.len() > 80, "{} functions", source.len());
    assert_eq!(functions_of_the_header(), source, "header and source");
    let exports = read("tests/abi/exports.txt");
    let listed: Vec<&str> = exports.lines().collect();
    assert!(listed.is_sorted(), "exports.txt is sorted");
    assert_eq!(listed.iter().map(|name| (*name).to_owned()).collect::<BTreeSet<_>>(), source, "exports.txt and source");
    assert_eq!(listed.len(), source.len(), "exports.txt has no name twice");
}

#[test]
fn the_c_edge_defines_no_function_by_a_macro() {
    for file in source_files() {
        let text = std::fs::read_to_string(&file).expect("a source");
        let inside_macros =
            text.split("macro_rules!").skip(1).map(|after| after.split("\n}\n").next().unwrap_or(after));
        for body in inside_macros {
            assert!(!body.contains("extern \"C\""), "{}: a function that no header would have", file.display());
        }
    }
}

#[test]
fn every_body_is_guarded_and_short_and_has_one_unsafe_block() {
    for file in source_files() {
        let text = std::fs::read_to_string(&file).expect("a source");
        for (name, body) in bodies(&text) {
            // A constant cannot panic.
            if ["cis2_version", "cis2_abi_version"].contains(&name.as_str()) {
                continue;
            }
            assert_eq!(body.matches("guard::").count(), 1, "{name} runs inside the guard");
            assert!(body.matches("unsafe {").count() <= 1, "{name} has one unsafe block");
            assert_eq!(body.matches("unsafe {").count(), body.matches("// SAFETY:").count(), "{name} says why");
            let lines = body.lines().filter(|line| !line.trim().is_empty()).count();
            assert!(lines <= 15, "{name} is thin: {lines} lines");
        }
    }
}

#[test]
fn every_function_has_a_sentence_and_a_thread_tag() {
    let tags = [
        "Any thread",
        "Any\n/// thread",
        "Many threads",
        "Many\n/// threads",
        "One thread",
        "One\n/// thread",
        "does nothing",
        "does\n/// nothing",
    ];
    for file in source_files() {
        let text = std::fs::read_to_string(&file).expect("a source");
        for (at, _) in text.match_indices("#[unsafe(no_mangle)]") {
            let before = &text[..at];
            let doc = before.rsplit("\n\n").next().unwrap_or_default();
            assert!(doc.starts_with("///"), "{}: a function without documentation at byte {at}", file.display());
            assert!(tags.iter().any(|tag| doc.contains(tag)), "{}: no thread tag in\n{doc}", file.display());
        }
    }
}

#[test]
fn status_numbers_are_those_of_the_table() {
    let header = header();
    for row in STATUSES {
        let line = format!("    CIS2_STATUS_{} = {},", row.name, row.status.number());
        assert!(header.lines().any(|found| found == line), "{line}");
    }
    let lines = header.lines().filter(|line| line.starts_with("    CIS2_STATUS_")).count();
    assert_eq!(lines, STATUSES.len(), "no status is in the header alone");
}

#[test]
fn algorithm_platform_and_step_numbers_are_those_of_the_tables() {
    let defined = defined();
    let of = |prefix: &str| -> BTreeSet<(String, u32)> {
        defined.iter().filter(|(name, _)| name.starts_with(prefix)).cloned().collect()
    };
    let named = |prefix: &str, name: &str| format!("{prefix}{}", name.replace('-', "_").to_uppercase());
    let algorithms = ALGORITHMS.iter().map(|row| (named("CIS2_ALGORITHM_", row.name), row.number)).collect();
    assert_eq!(of("CIS2_ALGORITHM_"), algorithms);
    let platforms = Platform::all().iter().map(|row| (named("CIS2_PLATFORM_", &row.name), row.number)).collect();
    assert_eq!(of("CIS2_PLATFORM_"), platforms);
    let steps = [("SEND", 1), ("SIGN", 2), ("DONE", 3)];
    assert_eq!(of("CIS2_STEP_"), steps.iter().map(|(name, number)| (named("CIS2_STEP_", name), *number)).collect());
}

#[test]
fn event_and_level_numbers_and_sentences_are_those_of_the_table() {
    let (defined, header) = (defined(), header());
    let of = |prefix: &str| -> BTreeSet<(String, u32)> {
        defined.iter().filter(|(name, _)| name.starts_with(prefix)).cloned().collect()
    };
    let events = EVENTS.iter().map(|row| (format!("CIS2_EVENT_{}", row.name), row.id.number())).collect();
    assert_eq!(of("CIS2_EVENT_"), events);
    for row in EVENTS {
        let text = format!(" * {}\n */\n#define CIS2_EVENT_{} ", row.sentence, row.name);
        assert!(header.contains(&text), "{text}");
    }
    let levels = Level::ALL.map(|level| (format!("CIS2_LEVEL_{}", level.name()), level.number()));
    assert_eq!(of("CIS2_LEVEL_"), levels.into_iter().collect());
}

#[test]
fn the_version_of_the_interface_is_the_library_s() {
    let number: u32 = defined().iter().find(|(name, _)| name == "CIS2_ABI_VERSION").expect("it is defined").1;
    assert_eq!(ffi::cis2_abi_version(), number);
    let version: Vec<u32> = env!("CARGO_PKG_VERSION").split('.').map(|part| part.parse().expect("a number")).collect();
    assert_eq!(number, version[0] << 16 | version[1], "major << 16 | minor of the crate");
}

#[test]
fn the_header_compiles_alone_as_c_and_as_cpp() {
    header();
    let compile = |compiler: &str, language: &str, standard: &str| {
        let include = format!("-I{}", root().join("include").display());
        let standard_flag = format!("-std={standard}");
        let flags = [include.as_str(), &standard_flag, "-Wall", "-Wextra", "-pedantic", "-Werror", "-fsyntax-only"];
        let source = root().join("tests/abi").join(if language == "c" { "header_twice.c" } else { "header_alone.c" });
        let output = Command::new(compiler).args(flags).args(["-x", language]).arg(source).output();
        match output {
            Ok(output) => assert!(output.status.success(), "{standard}: {}", String::from_utf8_lossy(&output.stderr)),
            Err(_) => println!("NOT RUN: the header as {standard}, no {compiler}"),
        }
    };
    for standard in ["c99", "c11", "c17"] {
        compile("cc", "c", standard);
    }
    for standard in ["c++11", "c++17"] {
        compile("c++", "c++", standard);
    }
}

/// The committed header, written anew first where that is asked for.
fn header() -> String {
    static WRITTEN: Once = Once::new();
    WRITTEN.call_once(|| {
        if std::env::var_os(WRITE).is_some() {
            std::fs::write(root().join("include/cis2.h"), generated()).expect("the header is written");
        }
    });
    read("include/cis2.h")
}

fn generated() -> String {
    let mut config = cbindgen::Config::from_file(root().join("cbindgen.toml")).expect("cbindgen.toml");
    config.after_includes = Some(conventions());
    let builder = SOURCES
        .iter()
        .fold(cbindgen::Builder::new().with_config(config), |builder, source| builder.with_src(root().join(source)));
    let mut header = Vec::new();
    builder.generate().expect("a header").write(&mut header);
    String::from_utf8(header).expect("UTF-8")
}

/// The prose of src/ffi/mod.rs as one C comment.
fn conventions() -> String {
    let text = read("src/ffi/mod.rs");
    let lines = text.lines().map_while(|line| line.strip_prefix("//!"));
    let comment: String = lines.map(|line| format!(" *{line}\n")).collect();
    assert!(!comment.contains("*/"), "a comment cannot end inside");
    format!("\n/*\n{comment} */")
}

fn source_files() -> Vec<PathBuf> {
    let entries = std::fs::read_dir(root().join("src/ffi")).expect("src/ffi");
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).collect();
    files.sort();
    files
}

/// Name and body of each exported function of a source.
fn bodies(text: &str) -> Vec<(String, String)> {
    let exported = text.split("#[unsafe(no_mangle)]\n").skip(1);
    exported
        .map(|after| {
            let item = after.split("\n}\n").next().expect("a function");
            let name = item.split("extern \"C\" fn ").nth(1).expect("a C function").split('(').next().expect("a name");
            let body = item.split_once("{\n").expect("a body").1;
            (name.to_owned(), body.to_owned())
        })
        .collect()
}

fn functions_of_the_source() -> BTreeSet<String> {
    let texts = source_files().into_iter().map(|file| std::fs::read_to_string(file).expect("a source"));
    texts.flat_map(|text| bodies(&text)).map(|(name, _)| name).collect()
}

fn functions_of_the_header() -> BTreeSet<String> {
    let header = header();
    let without_comments: String =
        header.split("/*").map(|part| part.split_once("*/").map_or(part, |(_, after)| after)).collect();
    let calls = without_comments.match_indices('(').filter_map(|(at, _)| {
        let before = without_comments[..at].trim_end();
        let start = before.rfind(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).map_or(0, |at| at + 1);
        before[start..].starts_with("cis2_").then(|| before[start..].to_owned())
    });
    calls.collect()
}

/// The numbers that the header defines.
fn defined() -> BTreeSet<(String, u32)> {
    let header = header();
    let lines = header.lines().filter_map(|line| line.strip_prefix("#define "));
    lines
        .filter_map(|line| line.split_once(' '))
        .filter_map(|(name, value)| Some((name.to_owned(), value.parse().ok()?)))
        .collect()
}
