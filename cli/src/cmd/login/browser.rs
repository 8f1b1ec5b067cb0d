//! Inviting a person to sign in: the address to open, and a try to open it.

use std::process::{Command, Stdio};

use super::{Attempt, unattended};
use crate::loopback;
use crate::output::{Output, wrap};

/// Says what to open, and opens it if that was not declined. Whether a browser came up cannot be known.
pub fn invite(url: &str, attempt: &Attempt, timeout_s: u64, no_browser: bool, output: &Output) {
    let opened = !no_browser && open(url);
    let request = if opened {
        "If no browser has opened, open this address on this machine:"
    } else {
        "Open this address in a browser on this machine:"
    };
    output.say(&format!("{request}\n\n  {url}\n"));
    let waiting = format!(
        "It is for this sign-in alone: do not pass it on. Waiting at {} for {timeout_s} s; Ctrl-C gives up.",
        loopback::shown(&attempt.redirect_uri)
    );
    output.say(&wrap(&waiting, 0));
    if unattended::is_simulator(&attempt.client.party().platform) {
        output.say("The browser does not know the simulator's CA and warns of it once: go on.");
    }
}

fn open(url: &str) -> bool {
    let mut command = if cfg!(target_os = "windows") {
        let mut command = Command::new("rundll32");
        command.arg("url.dll,FileProtocolHandler");
        command
    } else if cfg!(target_os = "macos") {
        Command::new("open")
    } else {
        Command::new("xdg-open")
    };
    command.arg(url).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().is_ok()
}
