//! Completions and man pages, which are made from the definitions of the command line.

use std::fs;
use std::process::Command;

use crate::help::PAGES;
use crate::support::{assert_refused, cis2, folder, unwrapped};

const SHELLS: [&str; 5] = ["bash", "elvish", "fish", "powershell", "zsh"];

/// The words of each page of help: `["key", "new"]`.
fn verbs() -> impl Iterator<Item = &'static [&'static str]> {
    PAGES.iter().map(|page| &page[..page.len() - 1])
}

/// The options that the help of a verb names at the beginning of a line.
fn options(verb: &[&str]) -> Vec<String> {
    let help = cis2(folder().path(), &[verb, &["--help"]].concat()).out;
    let lines = help.lines().map(str::trim_start).filter(|line| line.starts_with('-'));
    lines.filter_map(|line| line.split([' ', ',']).find(|word| word.starts_with("--")).map(str::to_owned)).collect()
}

fn man(verb: &[&str]) -> String {
    let run = cis2(folder().path(), &[&["man"], verb].concat());
    assert_eq!((run.code, run.err.as_str()), (0, ""), "{verb:?}");
    run.out
}

#[test]
fn the_pages_of_help_are_those_of_all_verbs() {
    let folder = folder();
    let run = cis2(folder.path(), &["man", "--dir", "."]);
    assert_eq!(run.code, 0, "{}", run.err);
    let mut written: Vec<&str> = run.out.lines().collect();
    let mut known: Vec<String> = verbs().map(|verb| format!("./{}.1", [&["cis2"], verb].concat().join("-"))).collect();
    written.sort_unstable();
    known.sort_unstable();
    assert_eq!(written, known);
}

#[test]
fn every_shell_completes_every_verb_and_option() {
    for shell in SHELLS {
        let run = cis2(folder().path(), &["completions", shell]);
        assert_eq!((run.code, run.err.as_str()), (0, ""), "{shell}");
        for verb in verbs() {
            // fish writes options without their dashes.
            let options = options(verb).into_iter().map(|option| option.trim_start_matches('-').to_owned());
            for word in options.chain(verb.last().map(|verb| (*verb).to_owned())) {
                assert!(run.out.contains(&word), "{shell} does not know {word} of {verb:?}");
            }
        }
    }
}

#[cfg(target_os = "linux")]
#[test]
fn bash_completes_a_verb_an_option_and_a_value() {
    let folder = folder();
    fs::write(folder.path().join("cis2.bash"), cis2(folder.path(), &["completions", "bash"]).out)
        .expect("it is written");
    for (words, completed) in [
        (&["jw"][..], "jwks"),
        (&["jwks", "pu"], "publish"),
        (&["key", "inspect", "--pass"], "--password-file"),
        (&["assertion", "--algorithm", "RS5"], "RS512"),
    ] {
        let last = words.len();
        let [current, previous] = [words[last - 1], if last > 1 { words[last - 2] } else { "cis2" }];
        let line = format!(
            "source cis2.bash; COMP_WORDS=(cis2 {}); COMP_CWORD={last}; _cis2 cis2 {current} {previous}; echo ${{COMPREPLY[*]}}",
            words.join(" ")
        );
        let output =
            Command::new("bash").args(["-c", &line]).current_dir(folder.path()).output().expect("bash is there");
        assert_eq!(String::from_utf8_lossy(&output.stdout).trim_end(), completed, "{words:?}");
    }
}

#[test]
fn a_shell_that_is_not_known_is_refused_with_those_that_are() {
    assert_refused(&cis2(folder().path(), &["completions", "tcsh"]), 2, &["bash, elvish, fish, powershell, zsh"]);
}

#[test]
fn a_man_page_names_its_verb_every_option_and_the_examples() {
    for verb in verbs() {
        let page = man(verb);
        let name = [&["cis2"], verb].concat();
        assert!(page.contains(&format!("\n.TH {} 1 ", name.join("-"))), "{verb:?}");
        assert!(page.contains(&format!("\n.SH SYNOPSIS\n\\fB{}\\fR", name.join(" "))), "{verb:?}");
        let (_, below) = page.split_once(".SH DESCRIPTION").expect("below the synopsis, which names them too");
        for option in options(verb) {
            assert!(below.contains(&option.replace('-', "\\-")), "{verb:?} does not tell {option}");
        }
        let heading =
            if verb.is_empty() { "\n.SH \"EXIT CODES\"\n.nf\n   0  done\n" } else { "\n.SH EXAMPLES\n.nf\n  cis2 " };
        assert!(page.contains(heading), "{verb:?}: {page}");
        assert_eq!(page.matches(".ds Aq").count(), 2, "{verb:?}: an apostrophe is defined once");
    }
}

#[test]
fn the_page_of_the_program_leads_to_the_pages_of_its_verbs() {
    let page = man(&[]);
    for verb in verbs().filter(|verb| verb.len() == 1) {
        assert!(page.contains(&format!("cis2\\-{}(1)", verb[0])), "{verb:?}");
    }
    assert!(!page.contains("help(1)"), "there is none");
}

#[test]
fn all_pages_go_into_a_folder_and_replace_older_ones() {
    let folder = folder();
    fs::write(folder.path().join("cis2.1"), "old").expect("it is written");
    assert_eq!(cis2(folder.path(), &["man", "--dir", "."]).code, 0);
    let page = fs::read_to_string(folder.path().join("cis2-key-inspect.1")).expect("it is there");
    assert_eq!(page, man(&["key", "inspect"]));
    assert_eq!(fs::read_to_string(folder.path().join("cis2.1")).expect("it is there"), man(&[]));
    assert_refused(
        &cis2(folder.path(), &["man", "--dir", "none"]),
        10,
        &["A file cannot be written.", "no such folder"],
    );
}

#[test]
fn a_page_of_no_verb_is_refused_with_the_verbs_that_there_are() {
    assert_refused(&cis2(folder().path(), &["man", "sign-in"]), 2, &["found sign-in", "key, jwks, assertion"]);
    assert_refused(&cis2(folder().path(), &["man", "key", "old"]), 2, &["expected new, inspect"]);
    assert_refused(&cis2(folder().path(), &["man", "login", "now"]), 2, &["no further word"]);
    assert!(unwrapped(&cis2(folder().path(), &["man", "key", "--dir", "."]).err).contains("cannot be used with"));
}
