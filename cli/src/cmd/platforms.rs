//! `cis2 platforms`: the rows that this library brings, with the source of each value.

use cis2::exact::HttpsAddress;
use cis2::platform::Platform;
use serde_json::Value;

use crate::exit::Result;
use crate::output::{Output, fields};

/// List the environments that are built in, each value with its source
///
/// Without a name it lists the rows; with one it shows all of a row, and where and when each value was read. As JSON a
/// row has the form that --platform-file takes: change what differs at your site.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Options {
    /// Show this row in full
    name: Option<String>,
}

const EXAMPLES: &str = "\
Examples:
  cis2 platforms
  cis2 platforms cis2-integration
  cis2 platforms cis2-integration --json > row.json
  cis2 login --platform-file row.json ...

Times are in seconds, levels are those of authentication_assurance_level (1 to 3).
Next: cis2 login --platform NAME ..., or a local one: cis2 simulate";

pub fn run(options: &Options, output: &Output) -> Result<()> {
    match &options.name {
        Some(name) => {
            let row = Platform::from_name(name)?;
            if output.json { output.print(&format!("{}\n", row.to_json())) } else { output.print(&whole(&row, output)) }
        }
        None if output.json => output.print_json(&Platform::all().iter().map(summary).collect::<Value>()),
        None => output.print(&list(&Platform::all(), output)),
    }
}

fn list(rows: &[Platform], output: &Output) -> String {
    let mut text = String::new();
    let longest = rows.iter().map(|row| row.name.len()).max().unwrap_or_default();
    for row in rows {
        let host = HttpsAddress::parse(row.issuer.as_str()).map_or(row.issuer.as_str(), |address| address.host);
        let name = output.bold(&format!("{:<longest$}", row.name));
        text.push_str(&format!("{:>5}  {name}  {host}\n", row.number));
    }
    text.push_str("\nAll of a row, with sources: cis2 platforms NAME\n");
    text
}

fn whole(row: &Platform, output: &Output) -> String {
    let mut text = format!("{} (number {})\n", output.bold(&row.name), row.number);
    for (member, value) in members(row) {
        let source = row.sources.iter().find(|(name, _)| *name == member);
        text.push('\n');
        text.push_str(&fields(&[(format!("{member:<20}"), value)]));
        if let Some((_, source)) = source {
            let source = fields(&[(" ".repeat(20), source)]);
            text.push_str(&source.lines().map(|line| format!("{}\n", output.dim(line))).collect::<String>());
        }
    }
    text.push_str("\nAs a file to change and use: cis2 platforms NAME --json > row.json\n");
    text
}

/// The row's own JSON is the one list of its members.
fn members(row: &Platform) -> Vec<(String, String)> {
    let Ok(Value::Object(members)) = serde_json::from_str(&row.to_json()) else { return Vec::new() };
    let shown = members.iter().filter(|(name, _)| !["version", "name", "sources"].contains(&name.as_str()));
    shown.map(|(name, value)| (name.clone(), plain(value))).collect()
}

fn plain(value: &Value) -> String {
    match value {
        Value::Null => "none".to_owned(),
        Value::Array(items) if items.is_empty() => "none".to_owned(),
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(plain).collect::<Vec<_>>().join(", "),
        Value::Object(members) => {
            members.iter().map(|(name, value)| format!("{name}={}", plain(value))).collect::<Vec<_>>().join(", ")
        }
        other => other.to_string(),
    }
}

fn summary(row: &Platform) -> Value {
    serde_json::json!({
        "number": row.number,
        "name": row.name,
        "issuer": row.issuer.as_str(),
        "algorithms": row.algorithms.iter().map(|algorithm| algorithm.name()).collect::<Vec<_>>(),
        "acr_values": row.acr_levels.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>(),
        "default_level": row.default_level,
    })
}
