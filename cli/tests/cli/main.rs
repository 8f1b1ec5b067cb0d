//! The program `cis2` as a person or script meets it: arguments, output, exit codes, files.

mod assertion;
mod help;
mod key;
mod login;
mod output;
mod platforms;
mod simulate;
mod support;
