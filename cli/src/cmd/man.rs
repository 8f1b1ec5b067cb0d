//! `cis2 man`: the man pages, one for each verb, made from the definitions of the command line.

use std::io;
use std::path::PathBuf;

use cis2::error::{Error, Status};
use clap::{Command, CommandFactory};
use clap_mangen::Man;
use clap_mangen::roff::{Roff, roman};

use crate::Cli;
use crate::exit::{Failure, Result};
use crate::file::{self, MODE_PUBLIC, Staged, shown};
use crate::output::Output;

/// Print a man page, or write all of them into a folder
///
/// There is one page for the program and one for each verb. They are made from the same definitions as the help.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Options {
    /// The verb; default: the program's own page
    #[arg(value_name = "VERB", conflicts_with = "dir")]
    verb: Vec<String>,

    /// Write all pages into this folder, in place of those that are there
    #[arg(long, value_name = "FOLDER")]
    dir: Option<PathBuf>,
}

const EXAMPLES: &str = "\
Examples:
  cis2 man | man -l -
  cis2 man key inspect | man -l -
  cis2 man --dir /usr/local/share/man/man1

Next: man cis2, and man cis2-key-inspect for a verb.";

pub fn run(options: &Options, output: &Output) -> Result<()> {
    // A verb `help` would be listed, and has no page.
    let mut program = Cli::command().disable_help_subcommand(true);
    program.build();
    let Some(folder) = &options.dir else {
        let mut command = &program;
        for word in &options.verb {
            command = command.find_subcommand(word).ok_or_else(|| unknown(command, word))?;
        }
        return output.print(&page(command).map_err(unwritten)?);
    };
    for command in all(&program) {
        let man = Man::new(command.clone());
        let text = page(command).map_err(unwritten)?;
        let path = folder.join(man.get_filename());
        file::check_target(&path, true)?;
        Staged::write(&path, text.as_bytes(), MODE_PUBLIC)?.publish(true)?;
        output.print(&format!("{}\n", shown(&path)))?;
    }
    Ok(())
}

/// A command and all below it.
fn all(command: &Command) -> Vec<&Command> {
    [command].into_iter().chain(command.get_subcommands().flat_map(all)).collect()
}

fn page(command: &Command) -> io::Result<String> {
    let man = Man::new(command.clone()).manual("CIS2").source(format!("cis2 {}", env!("CARGO_PKG_VERSION")));
    let mut page = Vec::new();
    man.render_title(&mut page)?;
    man.render_name_section(&mut page)?;
    man.render_synopsis_section(&mut page)?;
    man.render_description_section(&mut page)?;
    man.render_options_section(&mut page)?;
    if command.has_subcommands() {
        man.render_subcommands_section(&mut page)?;
    }
    let notes = command.get_after_help().map(ToString::to_string).unwrap_or_default();
    sections(&notes).to_writer(&mut page)?;
    let page = String::from_utf8_lossy(&page);
    // Each section brings the two lines that define an apostrophe.
    let preamble = &page[..page.find(".TH").unwrap_or_default()];
    Ok(format!("{preamble}{}", page.replace(preamble, "")))
}

/// What stands below the options in the help. A line that ends with a colon is a heading; indented lines stay lines.
fn sections(notes: &str) -> Roff {
    let mut roff = Roff::new();
    let mut is_verbatim = false;
    for line in notes.lines() {
        let indented = line.starts_with(' ');
        if indented != is_verbatim && !line.is_empty() {
            roff.control(if indented { "nf" } else { "fi" }, []);
            is_verbatim = indented;
        }
        match line.strip_suffix(':').filter(|_| !indented) {
            Some(heading) => roff.control("SH", [heading.to_uppercase().as_str()]),
            None if line.is_empty() => roff.control("PP", []),
            None => roff.text([roman(line)]),
        };
    }
    if is_verbatim {
        roff.control("fi", []);
    }
    roff
}

fn unknown(command: &Command, word: &str) -> Failure {
    let names: Vec<&str> = command.get_subcommands().map(Command::get_name).collect();
    Failure::usage(
        Error::new(Status::InvalidArgument)
            .expected(if names.is_empty() { "no further word".to_owned() } else { names.join(", ") })
            .found(cis2::http::printable(word, 60))
            .remedy("cis2 help lists the verbs."),
    )
}

fn unwritten(error: io::Error) -> Failure {
    Error::new(Status::Internal).found(error.kind().to_string()).into()
}
