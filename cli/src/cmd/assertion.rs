//! `cis2 assertion`: one client assertion, to be sent or to be looked at, never both.

use cis2::assertion::{self, Assertion, Statement};
use cis2::base64url;
use cis2::clock;
use cis2::error::{Error, Status};
use cis2::platform::{AudienceMode, Platform};
use cis2::random::{self, SystemRandom};
use serde_json::{Value, json};

use crate::exit::{Failure, Result};
use crate::output::{Output, wrap};
use crate::registration::{Registered, Registration};

/// Mint one client assertion (private_key_jwt), or show what it says
///
/// The assertion is printed alone, so that it can be piped. It is a credential: whoever has it is your client, once,
/// until it expires. With --show its header and claims are printed instead, and nothing that could be sent. Works
/// without network: the audience is the platform row's token endpoint, byte for byte, :443 included.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Options {
    #[command(flatten)]
    registration: Registration,

    /// Audience as it is, instead of a platform row's; the rules of its host hold
    #[arg(long, value_name = "URL", help_heading = "Assertion", conflicts_with_all = ["platform", "platform_file"])]
    audience: Option<String>,

    /// Life of the assertion in seconds, 10 to 300; default: the platform row's, 60
    #[arg(long, value_name = "SECONDS", help_heading = "Assertion", value_parser = clap::value_parser!(u32).range(1..))]
    lifetime: Option<u32>,

    /// Print header and claims as JSON, and not the assertion
    #[arg(long, help_heading = "Assertion")]
    show: bool,
}

const EXAMPLES: &str = "\
Examples:
  cis2 assertion --ready ready.json --show
  cis2 assertion --platform cis2-integration --show \\
    --client-id 999999999999.apps.supplier \\
    --key cis2-key.pem --kid KID --algorithm RS256
  cis2 assertion ... | my-program-that-sends-it

Next: cis2 login does the whole sign-in, assertion included.";

pub fn run(options: &Options, output: &Output) -> Result<()> {
    let registered = options.registration.resolve(output)?;
    let assertion = mint(options, &registered)?;
    if options.show {
        return output.print_json(&decoded(assertion.as_str())?);
    }
    if output.json {
        return output.print_json(&json!({
            "client_assertion_type": assertion::CLIENT_ASSERTION_TYPE,
            "client_assertion": assertion.as_str(),
            "expires_at": assertion.expires_at().unix_s(),
        }));
    }
    if output.is_terminal() {
        let seconds = assertion.expires_at().seconds_since(clock::now());
        output.say(&wrap(
            &format!(
                "This is a credential: for {seconds} s whoever has it is this client. Pipe it, or use --show to look at it."
            ),
            0,
        ));
    }
    output.print(&format!("{}\n", assertion.as_str()))
}

fn mint(options: &Options, registered: &Registered<'_>) -> Result<Assertion> {
    let client_id = registered.client_id()?;
    let jti = random::jti(&SystemRandom)?;
    if let Some(audience) = &options.audience {
        let key = registered.signing_key()?;
        let lifetime_s = options.lifetime.unwrap_or_default();
        return Ok(assertion::mint_for_audience(&key, client_id, audience, lifetime_s, clock::now(), &jti)?);
    }
    let platform = registered.platform()?;
    let key = registered.signing_key()?;
    platform.check_client_id(client_id)?;
    platform.check_algorithm(key.algorithm())?;
    let lifetime_s = options.lifetime.unwrap_or(platform.assertion_lifetime_s);
    assertion::check_lifetime(lifetime_s)?;
    let audience = match platform.audience_mode {
        AudienceMode::TokenEndpoint => platform.token_endpoint.as_ref().ok_or_else(|| no_token_endpoint(&platform))?,
        AudienceMode::Issuer => &platform.issuer,
    };
    let typ = platform.typ.as_deref();
    let now = clock::now();
    Ok(assertion::mint(&key, &Statement { client_id, audience, typ, lifetime_s, now, jti: &jti })?)
}

fn no_token_endpoint(platform: &Platform) -> Failure {
    Failure::configuration(
        Error::new(Status::ConfigInvalid)
            .expected("a platform row with a token_endpoint: nothing is discovered here")
            .found(format!("{}, without one", platform.name))
            .remedy("give the token endpoint of the discovery document with --audience."),
    )
}

/// Header and claims of a token that was made here; the signature is left out.
fn decoded(token: &str) -> Result<Value> {
    let mut parts = token.split('.').map(|part| {
        let bytes = base64url::decode(part)?;
        serde_json::from_slice::<Value>(&bytes).ok()
    });
    match (parts.next().flatten(), parts.next().flatten()) {
        (Some(header), Some(claims)) => Ok(json!({ "header": header, "claims": claims })),
        _ => Err(Error::new(Status::Internal).found("an assertion that cannot be read again").into()),
    }
}
