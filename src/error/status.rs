//! The statuses: what a function of this library answers, and the row that each has in the one table.

use super::table::STATUSES;

/// What a function of this library answers. The numbers are permanent: a retired one is never used again.
#[repr(i32)]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Status {
    /// Done.
    Ok = 0,

    // 1-99: any function
    /// A parameter is missing, ill-formed or out of its range.
    InvalidArgument = 1,
    /// The object is not in a state in which this function can be called.
    InvalidState = 2,
    /// The caller cancelled the operation.
    Cancelled = 3,
    /// Waiting ended before the operation did; the operation goes on.
    WaitTimeout = 4,
    /// The flow needs a signature of an external signer first. Reserved until there is one.
    NeedsSignature = 5,
    /// Memory could not be had. Reserved.
    OutOfMemory = 6,
    /// The thing asked for by name is not there.
    NotFound = 7,
    /// A defect in this library was caught at its boundary.
    Panic = 8,
    /// A defect in this library or in what it stands on.
    Internal = 9,

    // 100-149: key files
    /// The key file is empty.
    KeyEmpty = 100,
    /// The key file is larger than a key can be.
    KeyTooLarge = 101,
    /// The key file has no PEM block in it.
    KeyPemInvalid = 102,
    /// The PEM block is cut off: its END line is missing.
    KeyCutOff = 103,
    /// The body of the PEM block is not base64.
    KeyBase64Invalid = 104,
    /// The key's ASN.1 cannot be read, or its numbers do not belong together.
    KeyDamaged = 105,
    /// The file holds a public key; a private one is needed.
    KeyIsPublic = 106,
    /// The file holds a certificate; a private key is needed.
    KeyIsCertificate = 107,
    /// The private key is encrypted.
    KeyEncrypted = 108,
    /// The key is of a type that is not used for signing here.
    KeyTypeUnsupported = 109,
    /// The RSA key has fewer than 2048 bits.
    KeyTooShort = 110,
    /// The RSA key has more than 8192 bits.
    KeyTooLong = 111,
    /// The file holds several private keys.
    KeySeveral = 112,
    /// The file holds a certificate signing request.
    KeyIsCertificateRequest = 113,
    /// The file is an OpenSSH key.
    KeyIsOpenSsh = 114,
    /// The file is a PKCS#12 store.
    KeyIsPkcs12 = 115,
    /// The PEM label at BEGIN and the one at END differ, or neither is known.
    KeyLabelInvalid = 116,
    /// The file holds a JSON Web Key; a PEM file is needed.
    KeyIsJwk = 117,
    /// The key file is not text and not a key in DER.
    KeyBinary = 118,
    /// The key id is missing or cannot be a key id.
    KeyIdInvalid = 119,
    /// The key file is a text in UTF-16.
    KeyIsUtf16 = 120,
    /// The file is a key of PuTTY.
    KeyIsPutty = 121,
    /// The password does not open the encrypted key.
    KeyPasswordWrong = 122,
    /// The private key is encrypted by PBES1.
    KeyEncryptedPbes1 = 123,
    /// The private key is encrypted in OpenSSL's old way (`Proc-Type: 4,ENCRYPTED`).
    KeyEncryptedLegacy = 124,
    /// The private key is encrypted with a cipher or derivation that is not read.
    KeyEncryptionUnsupported = 125,
    /// Deriving the key from the password would take too long or too much memory.
    KeyDerivationTooCostly = 126,
    /// The key is RSA and the algorithm is not, or the other way round.
    KeyAlgorithmMismatch = 127,
    /// The EC key is on another curve than the algorithm's.
    KeyCurveMismatch = 128,
    /// The file is PEM; DER was asked for.
    KeyIsPem = 129,

    // 150-199: configuration
    /// Required options are missing.
    ConfigIncomplete = 150,
    /// An option has a value outside its bounds.
    ConfigInvalid = 151,
    /// A platform of this number or name is not known.
    PlatformUnknown = 152,
    /// The platform row cannot be used.
    PlatformRowInvalid = 153,
    /// An API Platform key stands where the CIS2 client id belongs.
    ClientIdIsApiKey = 154,
    /// A CIS2 client id stands where the API Platform key belongs.
    ClientIdIsCis2 = 155,
    /// The platform does not take this signing algorithm.
    AlgorithmNotAccepted = 156,
    /// The assertion's audience is not one of this platform.
    AudienceForeign = 157,
    /// The `acr_values` name a class that the platform row does not know.
    AcrUnknown = 158,
    /// The scope does not hold `openid`.
    ScopeWithoutOpenid = 159,

    // 200-299: transport
    /// The host's name could not be resolved.
    Dns = 200,
    /// No connection could be made.
    Connect = 201,
    /// The time for the request is over.
    TransportTimeout = 202,
    /// The server's certificate is not trusted.
    TlsCertificate = 203,
    /// TLS could not be agreed on.
    Tls = 204,
    /// The connection ended before the answer was whole.
    ConnectionLost = 205,
    /// The server answered with a status that is not the expected one.
    HttpStatus = 206,
    /// The answer is larger than allowed.
    ResponseTooLarge = 207,
    /// The answer's headers are larger than allowed.
    HeadersTooLarge = 208,
    /// The answer is compressed or otherwise encoded, which was not asked for.
    ResponseEncoded = 209,
    /// The server redirected a request that must not be redirected.
    RedirectRefused = 210,
    /// The answer came from another address than the one asked.
    FinalUrlMismatch = 211,
    /// The answer's headers cannot be read.
    HeadersMalformed = 212,
    /// The proxy cannot be used or refused.
    Proxy = 213,

    // 300-399: the conversation went wrong
    /// The provider's token endpoint refused.
    OauthError = 300,
    /// The provider's authorization endpoint refused.
    AuthorizationRefused = 301,
    /// The callback cannot be read as a query.
    CallbackMalformed = 302,
    /// A parameter stands twice in the callback.
    CallbackParameterRepeated = 303,
    /// The callback has no `state`.
    StateMissing = 304,
    /// The callback's `state` is not the one of the request.
    StateMismatch = 305,
    /// The callback has no `code`.
    CodeMissing = 306,
    /// The callback's `iss` is another issuer.
    CallbackIssuerMismatch = 307,
    /// The callback has no `iss` although the provider announces it.
    CallbackIssuerMissing = 308,
    /// The saved authorization request is too old.
    RequestExpired = 309,
    /// The saved authorization request cannot be read.
    RequestMalformed = 310,
    /// The saved authorization request was sealed with another secret.
    RequestSealForeign = 311,
    /// The saved authorization request is another client's.
    RequestClientForeign = 312,
    /// The saved authorization request comes from the future: a clock is wrong.
    RequestFromFuture = 313,
    /// The callback holds a token or code in a place where only `response_type=code` may answer.
    CallbackTokenPresent = 314,
    /// The authorization request is too large to be sealed into a cookie.
    RequestTooLarge = 315,
    /// The answer is not JSON.
    ResponseNotJson = 320,
    /// The answer is JSON, but not an object, or a member has the wrong type.
    ResponseMalformed = 321,
    /// A member stands twice in the answer.
    ResponseMemberRepeated = 322,
    /// The answer is nested deeper than allowed.
    ResponseTooDeep = 323,
    /// The token answer has no access token.
    AccessTokenMissing = 324,
    /// The token answer's `token_type` is missing or not Bearer.
    TokenTypeRefused = 325,
    /// The token answer has no ID token.
    IdTokenMissing = 326,
    /// The token answer's `expires_in` is not a number of seconds.
    ExpiresInMalformed = 327,
    /// The token answer is an error although its HTTP status is 200.
    OauthErrorInSuccess = 328,
    /// The discovery document lacks a member or has one of the wrong type.
    DiscoveryInvalid = 340,
    /// The discovery document names another issuer than the platform row.
    DiscoveryIssuerMismatch = 341,
    /// An endpoint of the discovery document is not https.
    DiscoveryNotHttps = 342,
    /// An endpoint of the discovery document is on a host that the platform row does not know.
    DiscoveryHostForeign = 343,
    /// The discovery document's token endpoint differs from the platform row's.
    DiscoveryTokenEndpointMismatch = 344,
    /// The key set cannot be read.
    KeySetInvalid = 345,
    /// Too many redirects.
    TooManyRedirects = 346,

    // 400-499: a token or claim was refused
    /// The token is not a compact JWS.
    TokenMalformed = 400,
    /// The token's base64url or JSON is not in its one exact form.
    TokenNotExact = 401,
    /// A member stands twice in the token.
    TokenMemberRepeated = 402,
    /// The token is signed with another algorithm than the registered one.
    AlgorithmRefused = 403,
    /// The token is of another kind (`typ`).
    TypeRefused = 404,
    /// The token's header names a critical extension.
    CriticalRefused = 405,
    /// The token's `kid` is in no key of the provider.
    KeyUnknown = 406,
    /// The token names no key and several would fit.
    KeyAmbiguous = 407,
    /// The token's key may not be used for this (encryption, other algorithm, too short).
    KeyUnusable = 408,
    /// The signature is wrong.
    SignatureInvalid = 409,
    /// The token's `iss` is missing or not the issuer.
    IssuerMismatch = 410,
    /// The token's `aud` is missing or holds not this client.
    AudienceMismatch = 411,
    /// The token's `aud` holds an audience that is not trusted.
    AudienceUntrusted = 412,
    /// The token has several audiences and no `azp`.
    AuthorizedPartyMissing = 413,
    /// The token's `azp` is another client.
    AuthorizedPartyMismatch = 414,
    /// The token's `exp` is missing or not a time.
    ExpiryMalformed = 415,
    /// The token is expired.
    Expired = 416,
    /// The token's `iat` is missing or not a time.
    IssuedAtMalformed = 417,
    /// The token was issued in the future.
    IssuedInFuture = 418,
    /// The token was issued too long ago for a fresh one.
    IssuedTooLongAgo = 419,
    /// The token's `nbf` is not a time.
    NotBeforeMalformed = 420,
    /// The token is not valid yet.
    NotYetValid = 421,
    /// The token's `sub` is missing, empty or too long.
    SubjectMalformed = 422,
    /// The token has no `nonce` although one was sent.
    NonceMissing = 423,
    /// The token's `nonce` is not the one of the request.
    NonceMismatch = 424,
    /// The token's `auth_time` is missing or not a time although it was asked for.
    AuthTimeMalformed = 425,
    /// The person authenticated longer ago than `max_age`.
    AuthenticationTooOld = 426,
    /// `prompt=login` was asked for, and the person did not authenticate anew.
    AuthenticationNotRepeated = 427,
    /// The person is said to have authenticated in the future.
    AuthTimeInFuture = 428,
    /// The token says no assurance level.
    AssuranceMissing = 429,
    /// The assurance level is lower than asked for.
    AssuranceTooLow = 430,
    /// The `acr` is a class lower than asked for.
    AcrTooLow = 431,
    /// The token's `at_hash` does not fit the access token.
    AccessTokenHashMismatch = 432,
}

/// The families of `docs/errors.md`; a host usually acts on the family and logs the number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
    /// 0.
    Success,
    /// 1 to 99: any function.
    Any,
    /// 100 to 199: key and configuration.
    Configuration,
    /// 200 to 299: transport.
    Transport,
    /// 300 to 399: the conversation went wrong.
    Conversation,
    /// 400 to 499: a token or claim was refused.
    Token,
}

/// One row of the table of statuses.
#[derive(Debug)]
pub struct StatusRow {
    /// The status, whose number is permanent.
    pub status: Status,
    /// The name without prefix, as C writes it after `CIS2_STATUS_`.
    pub name: &'static str,
    /// Whether the same call, made again later and with the same arguments, may go well.
    pub retryable: bool,
    /// What is wrong.
    pub sentence: &'static str,
    /// What to do next.
    pub remedy: &'static str,
}

impl Status {
    /// The row of this status.
    pub fn row(self) -> &'static StatusRow {
        // Each variant has a row: `every_status_has_one_row` in tests/rust/error.rs.
        STATUSES.iter().find(|row| row.status == self).unwrap_or(&STATUSES[0])
    }

    /// The permanent number.
    pub fn number(self) -> i32 {
        self as i32
    }

    /// The name as C writes it, without prefix.
    pub fn name(self) -> &'static str {
        self.row().name
    }

    /// The family that the number lies in.
    pub fn family(self) -> Family {
        match self.number() {
            0 => Family::Success,
            1..=99 => Family::Any,
            100..=199 => Family::Configuration,
            200..=299 => Family::Transport,
            300..=399 => Family::Conversation,
            _ => Family::Token,
        }
    }
}
