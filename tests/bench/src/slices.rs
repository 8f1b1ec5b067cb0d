//! Contenders in turns.

use std::time::Duration;

const SLICE: Duration = Duration::from_millis(20);
const ROUNDS: usize = 100;

/// Somebody who does an operation.
pub struct Contender<'a> {
    name: &'static str,
    operation: Box<dyn FnMut() + 'a>,
}

impl<'a> Contender<'a> {
    /// A contender of this name.
    pub fn new(name: &'static str, operation: impl FnMut() + 'a) -> Self {
        Self { name, operation: Box::new(operation) }
    }

    /// Seconds of CPU for one operation, over one slice.
    fn slice(&mut self) -> f64 {
        let begin = thread_cpu();
        let mut count = 0_u32;
        loop {
            // The clock is a system call: not after each of the short operations.
            for _ in 0..8 {
                (self.operation)();
            }
            count += 8;
            let spent = thread_cpu() - begin;
            if spent >= SLICE {
                return spent.as_secs_f64() / f64::from(count);
            }
        }
    }
}

/// Lets all take turns and prints, for each, the ratio to the first. Gives the best time of each, in
/// seconds, the first one's first.
pub fn take_turns(title: &str, mut first: Contender<'_>, mut others: Vec<Contender<'_>>) -> Vec<f64> {
    let mut best = vec![f64::INFINITY; others.len() + 1];
    let mut ratios = vec![Vec::with_capacity(ROUNDS); others.len()];
    first.slice();
    for other in &mut others {
        other.slice();
    }
    for _ in 0..ROUNDS {
        // The first on both sides of each other one: a machine that changes its speed meanwhile changes both.
        let mut before = first.slice();
        best[0] = best[0].min(before);
        for (index, other) in others.iter_mut().enumerate() {
            let its = other.slice();
            let after = first.slice();
            best[index + 1] = best[index + 1].min(its);
            best[0] = best[0].min(after);
            ratios[index].push((before + after) / 2.0 / its);
            before = after;
        }
    }
    println!("\n{title}\n  {:<38} {:>7} {:>14} {:>10} {:>10}", "", "ratio", "middle half", "best/s", "best us");
    row(first.name, "1.000", "", best[0]);
    for (index, other) in others.iter().enumerate() {
        let its = &mut ratios[index];
        its.sort_by(f64::total_cmp);
        let spread = format!("{:.3}-{:.3}", its[ROUNDS / 4], its[ROUNDS * 3 / 4]);
        row(other.name, &format!("{:.3}", its[ROUNDS / 2]), &spread, best[index + 1]);
    }
    best
}

fn row(name: &str, ratio: &str, spread: &str, seconds: f64) {
    println!("  {name:<38} {ratio:>7} {spread:>14} {:>10.0} {:>10.2}", 1.0 / seconds, seconds * 1e6);
}

/// The shortest of some calls, in seconds of CPU.
pub fn best_of(calls: usize, mut operation: impl FnMut()) -> f64 {
    let timed = (0..calls).map(|_| {
        let begin = thread_cpu();
        operation();
        (thread_cpu() - begin).as_secs_f64()
    });
    timed.fold(f64::INFINITY, f64::min)
}

/// What this thread has used of a processor.
#[expect(unsafe_code, reason = "the standard library has no such clock")]
fn thread_cpu() -> Duration {
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: the pointer is to a local of the right type.
    unsafe { libc::clock_gettime(libc::CLOCK_THREAD_CPUTIME_ID, &mut time) };
    Duration::new(time.tv_sec as u64, time.tv_nsec as u32)
}
