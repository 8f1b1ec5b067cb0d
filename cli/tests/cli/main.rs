//! The program `cis2` as a person or script meets it: arguments, output, exit codes, files.
#![expect(clippy::disallowed_methods, reason = "tests read the files that the program wrote, and play its browser")]

mod assertion;
mod generated;
mod help;
mod jwks;
mod key;
mod login;
mod output;
mod password;
mod platforms;
mod simulate;
mod support;
