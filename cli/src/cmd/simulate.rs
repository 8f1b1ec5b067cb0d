//! x
/// s
#[derive(Debug, clap::Args)]
pub struct Options {}
pub fn run(_: &Options, _: &crate::output::Output) -> crate::exit::Result<()> {
    Ok(())
}
