//! `cis2 completions`: what a shell needs to complete this program, made from the definitions of the command line.

use clap::CommandFactory;
use clap_complete::Shell;

use crate::Cli;
use crate::exit::Result;
use crate::output::Output;

/// Print the completions of a shell
///
/// They are made from the same definitions as the help and the man pages, and so know every verb and option.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Options {
    /// The shell
    shell: Shell,
}

const EXAMPLES: &str = "\
Examples:
  cis2 completions bash > ~/.local/share/bash-completion/completions/cis2
  cis2 completions zsh > ~/.zfunc/_cis2       (with fpath+=~/.zfunc in .zshrc)
  cis2 completions fish > ~/.config/fish/completions/cis2.fish
  cis2 completions powershell >> $PROFILE

Next: start a new shell, and press Tab after cis2. For all users of a machine the
folders are /usr/share/bash-completion/completions and /usr/share/zsh/vendor-completions.";

pub fn run(options: &Options, output: &Output) -> Result<()> {
    let mut script = Vec::new();
    clap_complete::generate(options.shell, &mut Cli::command(), "cis2", &mut script);
    output.print(&String::from_utf8_lossy(&script))
}
