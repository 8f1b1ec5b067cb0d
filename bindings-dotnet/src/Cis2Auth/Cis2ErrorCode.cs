namespace Cis2Auth;

/// <summary>
/// Why a call failed: the numbers of the library's statuses, which never change their meaning. One number is one cause.
/// New ones may come: treat an unknown one by its family (1 to 99 the call, 100 to 199 key and configuration, 200 to 299
/// transport, 300 to 399 the conversation, 400 to 499 a token was refused).
/// </summary>
public enum Cis2ErrorCode
{
    /// <summary>No error.</summary>
    None = 0,

    /// <summary>A parameter is missing, ill-formed or out of its range.</summary>
    InvalidArgument = 1,

    /// <summary>The object is not in a state in which this function can be called.</summary>
    InvalidState = 2,

    /// <summary>The caller cancelled the operation.</summary>
    Cancelled = 3,

    /// <summary>Waiting ended before the operation did; the operation goes on.</summary>
    WaitTimeout = 4,

    /// <summary>The flow needs a signature of an external signer first. Reserved until there is one.</summary>
    NeedsSignature = 5,

    /// <summary>Memory could not be had. Reserved.</summary>
    OutOfMemory = 6,

    /// <summary>The thing asked for by name is not there.</summary>
    NotFound = 7,

    /// <summary>A defect in this library was caught at its boundary.</summary>
    Panic = 8,

    /// <summary>A defect in this library or in what it stands on.</summary>
    Internal = 9,

    /// <summary>The key file is empty.</summary>
    KeyEmpty = 100,

    /// <summary>The key file is larger than a key can be.</summary>
    KeyTooLarge = 101,

    /// <summary>The key file has no PEM block in it.</summary>
    KeyPemInvalid = 102,

    /// <summary>The PEM block is cut off: its END line is missing.</summary>
    KeyCutOff = 103,

    /// <summary>The body of the PEM block is not base64.</summary>
    KeyBase64Invalid = 104,

    /// <summary>The key's ASN.1 cannot be read, or its numbers do not belong together.</summary>
    KeyDamaged = 105,

    /// <summary>The file holds a public key; a private one is needed.</summary>
    KeyIsPublic = 106,

    /// <summary>The file holds a certificate; a private key is needed.</summary>
    KeyIsCertificate = 107,

    /// <summary>The private key is encrypted.</summary>
    KeyEncrypted = 108,

    /// <summary>The key is of a type that is not used for signing here.</summary>
    KeyTypeUnsupported = 109,

    /// <summary>The RSA key has fewer than 2048 bits.</summary>
    KeyTooShort = 110,

    /// <summary>The RSA key has more than 8192 bits.</summary>
    KeyTooLong = 111,

    /// <summary>The file holds several private keys.</summary>
    KeySeveral = 112,

    /// <summary>The file holds a certificate signing request.</summary>
    KeyIsCertificateRequest = 113,

    /// <summary>The file is an OpenSSH key.</summary>
    KeyIsOpenSsh = 114,

    /// <summary>The file is a PKCS#12 store.</summary>
    KeyIsPkcs12 = 115,

    /// <summary>The PEM label at BEGIN and the one at END differ, or neither is known.</summary>
    KeyLabelInvalid = 116,

    /// <summary>The file holds a JSON Web Key; a PEM file is needed.</summary>
    KeyIsJwk = 117,

    /// <summary>The key file is not text and not a key in DER.</summary>
    KeyBinary = 118,

    /// <summary>The key id is missing or cannot be a key id.</summary>
    KeyIdInvalid = 119,

    /// <summary>The key file is a text in UTF-16.</summary>
    KeyIsUtf16 = 120,

    /// <summary>The file is a key of PuTTY.</summary>
    KeyIsPuTty = 121,

    /// <summary>The password does not open the encrypted key.</summary>
    KeyPasswordWrong = 122,

    /// <summary>The private key is encrypted by PBES1.</summary>
    KeyEncryptedPbes1 = 123,

    /// <summary>The private key is encrypted in OpenSSL's old way (<c>Proc-Type: 4,ENCRYPTED</c>).</summary>
    KeyEncryptedLegacy = 124,

    /// <summary>The private key is encrypted with a cipher or derivation that is not read.</summary>
    KeyEncryptionUnsupported = 125,

    /// <summary>Deriving the key from the password would take too long or too much memory.</summary>
    KeyDerivationTooCostly = 126,

    /// <summary>The key is RSA and the algorithm is not, or the other way round.</summary>
    KeyAlgorithmMismatch = 127,

    /// <summary>The EC key is on another curve than the algorithm's.</summary>
    KeyCurveMismatch = 128,

    /// <summary>The file is PEM; DER was asked for.</summary>
    KeyIsPem = 129,

    /// <summary>Required options are missing.</summary>
    ConfigIncomplete = 150,

    /// <summary>An option has a value outside its bounds.</summary>
    ConfigInvalid = 151,

    /// <summary>A platform of this number or name is not known.</summary>
    PlatformUnknown = 152,

    /// <summary>The platform row cannot be used.</summary>
    PlatformRowInvalid = 153,

    /// <summary>An API Platform key stands where the CIS2 client id belongs.</summary>
    ClientIdIsApiKey = 154,

    /// <summary>A CIS2 client id stands where the API Platform key belongs.</summary>
    ClientIdIsCis2 = 155,

    /// <summary>The platform does not take this signing algorithm.</summary>
    AlgorithmNotAccepted = 156,

    /// <summary>The assertion's audience is not one of this platform.</summary>
    AudienceForeign = 157,

    /// <summary>The <c>acr_values</c> name a class that the platform row does not know.</summary>
    AcrUnknown = 158,

    /// <summary>The scope does not hold <c>openid</c>.</summary>
    ScopeWithoutOpenid = 159,

    /// <summary>The host's name could not be resolved.</summary>
    Dns = 200,

    /// <summary>No connection could be made.</summary>
    Connect = 201,

    /// <summary>The time for the request is over.</summary>
    TransportTimeout = 202,

    /// <summary>The server's certificate is not trusted.</summary>
    TlsCertificate = 203,

    /// <summary>TLS could not be agreed on.</summary>
    Tls = 204,

    /// <summary>The connection ended before the answer was whole.</summary>
    ConnectionLost = 205,

    /// <summary>The server answered with a status that is not the expected one.</summary>
    HttpStatus = 206,

    /// <summary>The answer is larger than allowed.</summary>
    ResponseTooLarge = 207,

    /// <summary>The answer's headers are larger than allowed.</summary>
    HeadersTooLarge = 208,

    /// <summary>The answer is compressed or otherwise encoded, which was not asked for.</summary>
    ResponseEncoded = 209,

    /// <summary>The server redirected a request that must not be redirected.</summary>
    RedirectRefused = 210,

    /// <summary>The answer came from another address than the one asked.</summary>
    FinalUrlMismatch = 211,

    /// <summary>The answer's headers cannot be read.</summary>
    HeadersMalformed = 212,

    /// <summary>The proxy cannot be used or refused.</summary>
    Proxy = 213,

    /// <summary>The provider's token endpoint refused.</summary>
    OAuthError = 300,

    /// <summary>The provider's authorization endpoint refused.</summary>
    AuthorizationRefused = 301,

    /// <summary>The callback cannot be read as a query.</summary>
    CallbackMalformed = 302,

    /// <summary>A parameter stands twice in the callback.</summary>
    CallbackParameterRepeated = 303,

    /// <summary>The callback has no <c>state</c>.</summary>
    StateMissing = 304,

    /// <summary>The callback's <c>state</c> is not the one of the request.</summary>
    StateMismatch = 305,

    /// <summary>The callback has no <c>code</c>.</summary>
    CodeMissing = 306,

    /// <summary>The callback's <c>iss</c> is another issuer.</summary>
    CallbackIssuerMismatch = 307,

    /// <summary>The callback has no <c>iss</c> although the provider announces it.</summary>
    CallbackIssuerMissing = 308,

    /// <summary>The saved authorization request is too old.</summary>
    RequestExpired = 309,

    /// <summary>The saved authorization request cannot be read.</summary>
    RequestMalformed = 310,

    /// <summary>The saved authorization request was sealed with another secret.</summary>
    RequestSealForeign = 311,

    /// <summary>The saved authorization request is another client's.</summary>
    RequestClientForeign = 312,

    /// <summary>The saved authorization request comes from the future: a clock is wrong.</summary>
    RequestFromFuture = 313,

    /// <summary>The callback holds a token or code in a place where only <c>response_type=code</c> may answer.</summary>
    CallbackTokenPresent = 314,

    /// <summary>The authorization request is too large to be sealed into a cookie.</summary>
    RequestTooLarge = 315,

    /// <summary>The answer is not JSON.</summary>
    ResponseNotJson = 320,

    /// <summary>The answer is JSON, but not an object, or a member has the wrong type.</summary>
    ResponseMalformed = 321,

    /// <summary>A member stands twice in the answer.</summary>
    ResponseMemberRepeated = 322,

    /// <summary>The answer is nested deeper than allowed.</summary>
    ResponseTooDeep = 323,

    /// <summary>The token answer has no access token.</summary>
    AccessTokenMissing = 324,

    /// <summary>The token answer's <c>token_type</c> is missing or not Bearer.</summary>
    TokenTypeRefused = 325,

    /// <summary>The token answer has no ID token.</summary>
    IdTokenMissing = 326,

    /// <summary>The token answer's <c>expires_in</c> is not a number of seconds.</summary>
    ExpiresInMalformed = 327,

    /// <summary>The token answer is an error although its HTTP status is 200.</summary>
    OAuthErrorInSuccess = 328,

    /// <summary>The discovery document lacks a member or has one of the wrong type.</summary>
    DiscoveryInvalid = 340,

    /// <summary>The discovery document names another issuer than the platform row.</summary>
    DiscoveryIssuerMismatch = 341,

    /// <summary>An endpoint of the discovery document is not https.</summary>
    DiscoveryNotHttps = 342,

    /// <summary>An endpoint of the discovery document is on a host that the platform row does not know.</summary>
    DiscoveryHostForeign = 343,

    /// <summary>The discovery document's token endpoint differs from the platform row's.</summary>
    DiscoveryTokenEndpointMismatch = 344,

    /// <summary>The key set cannot be read.</summary>
    KeySetInvalid = 345,

    /// <summary>Too many redirects.</summary>
    TooManyRedirects = 346,

    /// <summary>The token is not a compact JWS.</summary>
    TokenMalformed = 400,

    /// <summary>The token's base64url or JSON is not in its one exact form.</summary>
    TokenNotExact = 401,

    /// <summary>A member stands twice in the token.</summary>
    TokenMemberRepeated = 402,

    /// <summary>The token is signed with another algorithm than the registered one.</summary>
    AlgorithmRefused = 403,

    /// <summary>The token is of another kind (<c>typ</c>).</summary>
    TypeRefused = 404,

    /// <summary>The token's header names a critical extension.</summary>
    CriticalRefused = 405,

    /// <summary>The token's <c>kid</c> is in no key of the provider.</summary>
    KeyUnknown = 406,

    /// <summary>The token names no key and several would fit.</summary>
    KeyAmbiguous = 407,

    /// <summary>The token's key may not be used for this (encryption, other algorithm, too short).</summary>
    KeyUnusable = 408,

    /// <summary>The signature is wrong.</summary>
    SignatureInvalid = 409,

    /// <summary>The token's <c>iss</c> is missing or not the issuer.</summary>
    IssuerMismatch = 410,

    /// <summary>The token's <c>aud</c> is missing or holds not this client.</summary>
    AudienceMismatch = 411,

    /// <summary>The token's <c>aud</c> holds an audience that is not trusted.</summary>
    AudienceUntrusted = 412,

    /// <summary>The token has several audiences and no <c>azp</c>.</summary>
    AuthorizedPartyMissing = 413,

    /// <summary>The token's <c>azp</c> is another client.</summary>
    AuthorizedPartyMismatch = 414,

    /// <summary>The token's <c>exp</c> is missing or not a time.</summary>
    ExpiryMalformed = 415,

    /// <summary>The token is expired.</summary>
    Expired = 416,

    /// <summary>The token's <c>iat</c> is missing or not a time.</summary>
    IssuedAtMalformed = 417,

    /// <summary>The token was issued in the future.</summary>
    IssuedInFuture = 418,

    /// <summary>The token was issued too long ago for a fresh one.</summary>
    IssuedTooLongAgo = 419,

    /// <summary>The token's <c>nbf</c> is not a time.</summary>
    NotBeforeMalformed = 420,

    /// <summary>The token is not valid yet.</summary>
    NotYetValid = 421,

    /// <summary>The token's <c>sub</c> is missing, empty or too long.</summary>
    SubjectMalformed = 422,

    /// <summary>The token has no <c>nonce</c> although one was sent.</summary>
    NonceMissing = 423,

    /// <summary>The token's <c>nonce</c> is not the one of the request.</summary>
    NonceMismatch = 424,

    /// <summary>The token's <c>auth_time</c> is missing or not a time although it was asked for.</summary>
    AuthTimeMalformed = 425,

    /// <summary>The person authenticated longer ago than <c>max_age</c>.</summary>
    AuthenticationTooOld = 426,

    /// <summary><c>prompt=login</c> was asked for, and the person did not authenticate anew.</summary>
    AuthenticationNotRepeated = 427,

    /// <summary>The person is said to have authenticated in the future.</summary>
    AuthTimeInFuture = 428,

    /// <summary>The token says no assurance level.</summary>
    AssuranceMissing = 429,

    /// <summary>The assurance level is lower than asked for.</summary>
    AssuranceTooLow = 430,

    /// <summary>The <c>acr</c> is a class lower than asked for.</summary>
    AcrTooLow = 431,

    /// <summary>The token's <c>at_hash</c> does not fit the access token.</summary>
    AccessTokenHashMismatch = 432,
}
