/* cis2.hpp: every class and function of it, moves, refusals as exceptions, and nothing left behind. */
#include <cis2.hpp>

#include "../../examples/cpp/local_cis2.hpp"

extern "C" {
#include "../c/support.h"
}

#include <array>
#include <cstddef>
#include <cstring>
#include <exception>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace
{

#define SAME_VIEW(expected, found) EXPECT((found) == (expected))

/* What a test expects to be refused, and how; the exception's text is looked through for secrets. */
template <class Body> void refused(cis2_status expected, const char *what, Body body)
{
    tap_at(what);
    try {
        body();
        EXPECT(!"it was refused");
    } catch (const cis2::error &error) {
        tap_same_number(expected, error.status(), what, __LINE__);
        tap_no_secret({error.what(), std::strlen(error.what())}, what, __LINE__);
        EXPECT(error.get() == nullptr || cis2_error_status(error.get()) == expected);
        EXPECT(error.name() == cis2::status_name(expected));
    }
    tap_at(nullptr);
}

template <class Class> constexpr bool owns = std::is_nothrow_move_constructible_v<Class> &&
                                             std::is_nothrow_move_assignable_v<Class> &&
                                             !std::is_copy_constructible_v<Class> && !std::is_copy_assignable_v<Class>;
static_assert(owns<cis2::assertion> && owns<cis2::authorization_parameters> && owns<cis2::authorization_request> &&
              owns<cis2::client> && owns<cis2::config> && owns<cis2::flow> && owns<cis2::identity> &&
              owns<cis2::key> && owns<cis2::key_set> && owns<cis2::sign_in>);
static_assert(sizeof(cis2::client) == sizeof(void *), "a class is its handle");
static_assert(std::is_nothrow_copy_constructible_v<cis2::error>, "as an exception must be");
static_assert(std::is_base_of_v<std::runtime_error, cis2::error>);

/* A view of a temporary would dangle. */
template <class Class, class = void> constexpr bool gives_text = false;
template <class Class>
constexpr bool
    gives_text<Class, std::enable_if_t<std::is_same_v<decltype(std::declval<Class>().text()), std::string_view>>> =
        true;
static_assert(gives_text<const cis2::assertion &> && gives_text<cis2::assertion &> && !gives_text<cis2::assertion>);

std::string contents(const char *path)
{
    std::size_t len = 0;
    char *data = read_file(path, &len);
    std::string copy(data == nullptr ? "" : data, len);
    std::free(data);
    return copy;
}

cis2::key test_key()
{
    return cis2::key::from_pem(contents(TEST_KEY_FILE), TEST_KEY_ID, cis2::algorithm::rs256);
}

cis2::config configured()
{
    std::array<std::byte, 32> secret{};
    cis2::config config(cis2::platform::local_simulator);
    config.set_client_id(TEST_CLIENT_ID)
        .set_redirect_uri(TEST_REDIRECT_URI)
        .set_signing_key(test_key())
        .set_state_secret(secret);
    return config;
}

cis2::client at_simulator()
{
    cis2::config config = cis2::config::from_platform_json(local_cis2::file("PLATFORM_FILE"));
    const bool is_rs512 = local_cis2::setting("ALGORITHM") == "RS512";
    config.set_client_id(local_cis2::setting("CLIENT_ID"))
        .set_redirect_uri(local_cis2::setting("REDIRECT_URI"))
        .set_signing_key(cis2::key::from_pem(local_cis2::file("KEY_FILE"), local_cis2::setting("KID"),
                                             is_rs512 ? cis2::algorithm::rs512 : cis2::algorithm::rs256))
        .add_root_pem(local_cis2::file("CA_FILE"))
        .set_connect_to("cis2.localhost:443", local_cis2::setting("LISTEN"));
    return cis2::client(config);
}

void versions()
{
    SAME_VIEW(std::string_view(cis2_version()), cis2::version());
    EXPECT(cis2::abi_version() == cis2_abi_version());
    EXPECT(cis2::abi_fits());
    SAME_VIEW("KEY_ENCRYPTED", cis2::status_name(CIS2_STATUS_KEY_ENCRYPTED));
    EXPECT(cis2::status_sentence(CIS2_STATUS_KEY_ENCRYPTED).size() > 10);
}

void keys()
{
    const std::string pem = contents(TEST_KEY_FILE);
    const std::vector<unsigned char> as_vector(pem.begin(), pem.end());
    cis2::key key = cis2::key::from_pem(as_vector, TEST_KEY_ID, cis2::algorithm::rs256);
    EXPECT(key.public_jwk().find(TEST_KEY_ID) != std::string_view::npos);
    EXPECT(key.jwk_set().find("\"keys\"") != std::string_view::npos);
    EXPECT(key.thumbprint().size() == 43);
    /* The same place each time: nothing is copied. */
    EXPECT(key.thumbprint().data() == key.thumbprint().data());
    const cis2::key_set set = cis2::key_set::from_json(key.jwk_set());
    EXPECT(set.get() != nullptr);

    refused(CIS2_STATUS_KEY_EMPTY, "an empty vector is empty, not absent",
            [] { cis2::key::from_pem(std::vector<char>(), TEST_KEY_ID, cis2::algorithm::rs256); });
    refused(CIS2_STATUS_KEY_PEM_INVALID, "a text",
            [] { cis2::key::from_pem("no key", "kid", cis2::algorithm::rs512); });
    refused(CIS2_STATUS_RESPONSE_NOT_JSON, "no key set", [] { cis2::key_set::from_json("no JSON"); });
    refused(CIS2_STATUS_INVALID_ARGUMENT, "an unknown algorithm",
            [&] { cis2::key::from_pem(pem, TEST_KEY_ID, static_cast<cis2::algorithm>(9999)); });
    refused(CIS2_STATUS_KEY_ID_INVALID, "a view of nothing as key id",
            [&] { cis2::key::from_pem(pem, std::string_view(), cis2::algorithm::rs256, cis2::bytes("password")); });
}

void moves()
{
    cis2::key first = test_key();
    const cis2_key *handle = first.get();
    cis2::key second = std::move(first);
    EXPECT(second.get() == handle && first.get() == nullptr);
    refused(CIS2_STATUS_INVALID_ARGUMENT, "a key that was moved from", [&] { first.thumbprint(); });
    const std::uint64_t live = cis2::live_objects();
    second = test_key();
    EXPECT(cis2::live_objects() == live);
    cis2_key *given_up = second.release();
    EXPECT(second.get() == nullptr && cis2::live_objects() == live);
    const cis2::key third(given_up);
    EXPECT(third.thumbprint().size() == 43);

    cis2::client client(configured());
    cis2::client other = std::move(client);
    refused(CIS2_STATUS_INVALID_ARGUMENT, "a client that was moved from", [&] { client.begin_authorization(); });
    std::vector<cis2::flow> flows;
    for (int i = 0; i < 10; i++) {
        flows.push_back(other.begin_authorization());
    }
    const cis2::assertion none(nullptr);
    EXPECT(none.text().empty());
}

void exceptions()
{
    std::exception_ptr kept;
    try {
        cis2::config(cis2::platform::cis2_live).set_client_id("0123456789abcdefghijklmnopqrstuv");
        EXPECT(!"an API key was refused");
    } catch (const std::runtime_error &) {
        kept = std::current_exception();
    }
    const std::uint64_t live = cis2::live_objects();
    EXPECT(live > 0);
    try {
        std::rethrow_exception(kept);
    } catch (const cis2::error &error) {
        const cis2::error copy = error;
        EXPECT(cis2::live_objects() == live);
        EXPECT(copy.status() == CIS2_STATUS_CLIENT_ID_IS_API_KEY);
        SAME_VIEW("CLIENT_ID_IS_API_KEY", copy.name());
        EXPECT(std::string_view(copy.what()) == std::string_view(cis2_error_message(copy.get()).data));
        EXPECT(copy.expected().value_or("").find("apps.supplier") != std::string_view::npos);
        EXPECT(copy.found() && copy.remedy());
        EXPECT(!copy.oauth_error() && !copy.oauth_description() && !copy.http_status() && !copy.clock_offset());
        EXPECT(!copy.is_retryable());
    }
    kept = nullptr;
    EXPECT(cis2::live_objects() == live - 1);
    /* Without an error object there is still a sentence. */
    const cis2::error bare = cis2::error::adopt(CIS2_STATUS_EXPIRED, nullptr);
    EXPECT(std::string_view(bare.what()) == cis2::status_sentence(CIS2_STATUS_EXPIRED) && !bare.expected());
}

void options()
{
    using namespace std::chrono_literals;
    cis2::config config = configured();
    config.set_id_token_algorithm(cis2::algorithm::rs256)
        .set_assertion_lifetime(2min)
        .set_connect_timeout(3s)
        .set_request_timeout(4500ms)
        .set_clock_skew(10s)
        .set_previous_state_secret(std::string(32, 'p'))
        .set_proxy("http://proxy.example:3128")
        .danger_set_issuer("https://cis2.localhost:443/another")
        .danger_set_clock_skew(300s)
        .danger_set_default_level(1);
    refused(CIS2_STATUS_CONFIG_INVALID, "a long lifetime", [&] { config.set_assertion_lifetime(1h); });
    refused(CIS2_STATUS_INVALID_ARGUMENT, "a negative time", [&] { config.set_clock_skew(-1s); });
    refused(CIS2_STATUS_INVALID_ARGUMENT, "a time over 32 bits", [&] { config.set_connect_timeout(2000h); });
    refused(CIS2_STATUS_CONFIG_INVALID, "a short secret", [&] { config.set_state_secret("short"); });
    refused(CIS2_STATUS_PLATFORM_UNKNOWN, "no platform", [] { cis2::config(static_cast<cis2::platform>(77)); });
    refused(CIS2_STATUS_CONFIG_INCOMPLETE, "nothing set", [] { cis2::client(cis2::config(cis2::platform::cis2_dev)); });

    const cis2::client client(config);
    const cis2::assertion assertion = client.mint_assertion(SIMULATOR_TOKEN_ENDPOINT);
    secret(assertion.text().data(), assertion.text().size());
    const auto life = assertion.expires_at() - std::chrono::system_clock::now();
    EXPECT(life > 100s && life <= 121s);
}

void assertions()
{
    const cis2::assertion assertion = cis2::assertion::mint(test_key(), TEST_CLIENT_ID, SIMULATOR_TOKEN_ENDPOINT);
    secret(assertion.text().data(), assertion.text().size());
    EXPECT(assertion.text().substr(0, 3) == "eyJ");
    refused(CIS2_STATUS_AUDIENCE_FOREIGN, "without its port", [] {
        cis2::assertion::mint(test_key(), TEST_CLIENT_ID, "https://cis2.localhost/access_token",
                              std::chrono::seconds(60));
    });
}

/* Over a transport of the program's own: here one in memory. */
cis2::authorization_request authorized(const cis2::client &client, const cis2::authorization_parameters &parameters)
{
    cis2::flow flow = client.begin_authorization(parameters);
    if (flow.next() == cis2::step::send) {
        SAME_VIEW("GET", flow.request_method());
        EXPECT(!flow.request_body());
        EXPECT(flow.request_header_count() > 0 && !flow.request_header_name(0).empty());
        EXPECT(flow.request_header_value(99).empty());
        const std::string url(flow.request_url());
        flow.supply_response(200, url, "Content-Type: application/json\r\n", discovery_document);
    }
    EXPECT(flow.next() == cis2::step::done);
    cis2::authorization_request request = flow.take_authorization_request();
    refused(CIS2_STATUS_INVALID_STATE, "an outcome taken twice", [&] { flow.take_authorization_request(); });
    return request;
}

void flows_by_hand()
{
    using namespace std::chrono_literals;
    const cis2::client client(configured());
    cis2::authorization_parameters parameters;
    parameters.set_scope("openid profile")
        .set_acr_values("AAL3_ANY")
        .set_max_age(5min)
        .set_prompt("login")
        .set_ui_locales("cy")
        .set("vtr", "x");
    const cis2::authorization_request request = authorized(client, parameters);
    const std::string url(request.url().value());
    for (const char *name : {"state", "nonce"}) {
        char *value = parameter_of(url.data(), url.size(), name);
        secret(value, std::strlen(value));
        std::free(value);
    }
    EXPECT(url.find("max_age=300") != std::string::npos && url.find("vtr=x") != std::string::npos);
    const cis2::authorization_request restored = client.restore_authorization_request(request.sealed());
    EXPECT(!restored.url() && restored.sealed() == request.sealed());

    char callback[CALLBACK_BYTES];
    callback_of(request.get(), callback);
    cis2::flow flow = client.begin_sign_in(restored, callback);
    EXPECT(flow.next() == cis2::step::send);
    SAME_VIEW("POST", flow.request_method());
    EXPECT(flow.request_body().value_or("").find("grant_type=authorization_code") != std::string_view::npos);
    const std::string asked(flow.request_url());
    try {
        flow.supply_response(400, asked, "",
                             "{\"error\":\"invalid_client\",\"error_description\":\"JWT is not valid\"}");
        EXPECT(!"the provider refused");
    } catch (const cis2::error &error) {
        EXPECT(error.status() == CIS2_STATUS_OAUTH_ERROR && error.http_status() == 400u);
        SAME_VIEW("invalid_client", error.oauth_error().value_or(""));
        SAME_VIEW("JWT is not valid", error.oauth_description().value_or(""));
        EXPECT(std::string_view(error.what()).find("JWT is not valid") == std::string_view::npos);
        tap_no_secret({error.what(), std::strlen(error.what())}, "what()", __LINE__);
    }
    cis2::flow unanswered = client.begin_sign_in(request, callback);
    EXPECT(unanswered.next() == cis2::step::send);
    refused(CIS2_STATUS_TRANSPORT_TIMEOUT, "no answer",
            [&] { unanswered.supply_failure(CIS2_STATUS_TRANSPORT_TIMEOUT, true); });
    refused(CIS2_STATUS_INVALID_STATE, "a sign-in out of nothing",
            [&] { client.begin_authorization().take_sign_in(); });
    refused(CIS2_STATUS_STATE_MISMATCH, "another state", [&] { client.begin_sign_in(request, "?state=x&code=y"); });
}

void signs_in()
{
    const cis2::client client = at_simulator();
    cis2::authorization_parameters parameters;
    parameters.set_scope("openid nationalrbacaccess selectedrole");
    cis2::flow authorization = client.begin_authorization(parameters);
    authorization.run(std::chrono::seconds(20));
    const cis2::authorization_request request = authorization.take_authorization_request();
    const std::string callback = local_cis2::sign_in_as("several-roles", request.url().value());
    secret(callback.data(), callback.size());
    cis2::flow exchange = client.begin_sign_in(request, callback);
    exchange.run();
    const cis2::sign_in person = exchange.take_sign_in();
    const cis2::tokens_view tokens = person.tokens();
    for (std::string_view token : {tokens.access_token(), tokens.id_token()}) {
        EXPECT(!token.empty());
        secret(token.data(), token.size());
    }
    EXPECT(tokens.expires_at() > std::chrono::system_clock::now());
    EXPECT(tokens.get() == cis2_sign_in_tokens(person.get()));
    /* Whether there is one is the provider's affair. */
    EXPECT(!tokens.refresh_token() || !tokens.refresh_token()->empty());
    EXPECT(!tokens.scope() || tokens.scope()->find("openid") != std::string_view::npos);

    const cis2::identity_view who = person.identity();
    EXPECT(who.get() == cis2_sign_in_identity(person.get()));
    SAME_VIEW(local_cis2::setting("ISSUER"), who.issuer());
    EXPECT(who.subject().size() == 12);
    EXPECT(who.acr() && who.amr() && who.session_id() && who.selected_role_id());
    EXPECT(who.authentication_level() == 3u);
    EXPECT(who.identity_level() && who.authenticated_at() <= who.issued_at() && who.issued_at() < who.expires_at());
    EXPECT(who.claims_json().front() == '{');
    SAME_VIEW('"' + std::string(who.subject()) + '"', who.claim("sub").value_or(""));
    EXPECT(!who.claim("no such claim"));
    refused(CIS2_STATUS_INVALID_ARGUMENT, "a claim without name", [&] { who.claim(""); });

    /* The same token on its own, with the keys that a server of one's own has fetched. */
    const cis2::key_set keys =
        cis2::key_set::from_json(local_cis2::get(local_cis2::setting("ISSUER") + "/connect/jwk_uri").body);
    const cis2::identity again = client.validate_id_token(keys, tokens.id_token(), "{\"nonce\":null}");
    SAME_VIEW(who.subject(), again.view().subject());
    refused(CIS2_STATUS_NONCE_MISMATCH, "another nonce",
            [&] { client.validate_id_token(keys, tokens.id_token(), "{\"nonce\":\"another\"}"); });
}

} // namespace

int main()
{
    try {
        tap_run("the library found is one for this header", versions);
        tap_run("a key is read from whatever lies in one piece", keys);
        tap_run("an object is moved and never copied, and what was moved from throws", moves);
        tap_run("a refusal is an exception that outlives its call and is freed with its last copy", exceptions);
        tap_run("each option is set in the units of its type", options);
        tap_run("an assertion is minted without a client", assertions);
        tap_run("a flow is stepped over a transport of one's own", flows_by_hand);
        tap_run("a person signs in at the simulator", signs_in);
    } catch (const std::exception &error) {
        tap_give_up("an exception", error.what());
    }
    return tap_end();
}
