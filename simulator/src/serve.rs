//! A simulator as a process: the ready line, and the end by signal or by the end of standard input.

use std::io::{self, Write};
use std::sync::mpsc;
use std::thread;

use crate::faults::FaultSetting;
use crate::{Error, Options, Running, Simulator};

/// The signals that end a process, heard from the moment at which this was made: from then on they do not kill it.
pub struct Signals {
    #[cfg(unix)]
    terminate: tokio::signal::unix::Signal,
    #[cfg(unix)]
    interrupt: tokio::signal::unix::Signal,
    #[cfg(windows)]
    interrupt: tokio::signal::windows::CtrlC,
}

impl Signals {
    /// To be called inside the runtime.
    fn hear() -> io::Result<Self> {
        #[cfg(unix)]
        {
            use tokio::signal::unix::{SignalKind, signal};
            Ok(Self { terminate: signal(SignalKind::terminate())?, interrupt: signal(SignalKind::interrupt())? })
        }
        #[cfg(windows)]
        {
            Ok(Self { interrupt: tokio::signal::windows::ctrl_c()? })
        }
    }

    async fn told_to_end(mut self) {
        #[cfg(unix)]
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
        #[cfg(windows)]
        let _pressed = self.interrupt.recv().await;
    }
}

impl std::fmt::Debug for Signals {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Signals")
    }
}

impl Running {
    /// Hears SIGINT and SIGTERM from now on. Made before the ready line is printed, so that whoever reads that line may
    /// end the process at once and nothing is left behind.
    pub fn signals(&self) -> Result<Signals, Error> {
        let _inside = self.runtime.as_ref().map(tokio::runtime::Runtime::enter);
        Signals::hear().map_err(|error| Error::new(format!("signals cannot be waited for: {error}")))
    }

    /// Waits until the process is told to end. Not to be called from async code.
    pub fn wait_for(&self, signals: Signals) {
        if let Some(runtime) = &self.runtime {
            runtime.block_on(signals.told_to_end());
        }
    }

    /// Waits until the process is told to end (SIGINT or SIGTERM), hearing it from now on. Not to be called from async
    /// code.
    pub fn wait(&self) -> Result<(), Error> {
        self.wait_for(self.signals()?);
        Ok(())
    }
}

/// Starts a simulator, prints its ready line, and waits until the process is told to end.
pub fn serve_forever(options: Options, faults: Vec<FaultSetting>) -> Result<(), Error> {
    let (running, signals) = announced(options, faults)?;
    running.wait_for(signals);
    Ok(())
}

/// As [`serve_forever`], and ends when standard input does: a simulator does not outlive the program that started it.
pub fn serve_until_stdin_closes(options: Options, faults: Vec<FaultSetting>) -> Result<(), Error> {
    let (running, signals) = announced(options, faults)?;
    let (ended, told) = mpsc::channel();
    let at_end = ended.clone();
    // The thread cannot be stopped; it ends with the process.
    thread::spawn(move || {
        // An input that cannot be read has ended, too.
        let _read = io::copy(&mut io::stdin().lock(), &mut io::sink());
        at_end.send(())
    });
    if let Some(runtime) = &running.runtime {
        runtime.spawn(async move {
            signals.told_to_end().await;
            ended.send(())
        });
    }
    // It fails when both senders are gone, which is an end as well.
    let _told = told.recv();
    Ok(())
}

fn announced(options: Options, faults: Vec<FaultSetting>) -> Result<(Running, Signals), Error> {
    let running = Simulator::start(options)?;
    running.set_faults(faults)?;
    let signals = running.signals()?;
    let ready = running.ready();
    let mut out = io::stdout();
    let printed = writeln!(out, "{}", ready.to_json()).and_then(|()| out.flush());
    printed.map_err(|error| Error::new(format!("the ready line could not be printed: {error}")))?;
    let say = |text: &str| running.shared.say(text);
    say(&format!("listening on {} as {}", ready.listen, ready.issuer));
    say(&format!("clients need --connect-to {} and the CA {}", ready.connect_to, ready.ca_file.display()));
    say("refusals follow with their true reasons; Ctrl-C ends it");
    Ok((running, signals))
}
