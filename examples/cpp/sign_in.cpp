/*
 * Signs in with CIS2 over the built-in transport.
 *
 *     c++ -std=c++17 sign_in.cpp $(pkg-config --cflags --libs cis2 libcurl) -o sign_in
 *
 * libcurl is there for local_cis2.hpp alone, which plays the person; the library itself needs none.
 */
#include <cis2.hpp>

#include "local_cis2.hpp"

#include <cstdlib>
#include <ctime>
#include <iostream>
#include <string>

namespace
{

/* Made once, at start, and shared by all threads. */
cis2::client make_client()
{
    /* At a real CIS2: cis2::config config(cis2::platform::cis2_integration), and no roots nor connect_to. */
    cis2::config config = cis2::config::from_platform_json(local_cis2::file("PLATFORM_FILE"));
    const bool is_rs512 = local_cis2::setting("ALGORITHM") == "RS512";
    config.set_client_id(local_cis2::setting("CLIENT_ID"))
        .set_redirect_uri(local_cis2::setting("REDIRECT_URI"))
        .set_signing_key(cis2::key::from_pem(local_cis2::file("KEY_FILE"), local_cis2::setting("KID"),
                                             is_rs512 ? cis2::algorithm::rs512 : cis2::algorithm::rs256));

    /* The simulator has a CA of its own, and publishes port 443 although it listens on another one. */
    config.add_root_pem(local_cis2::file("CA_FILE"));
    config.set_connect_to("cis2.localhost:443", local_cis2::setting("LISTEN"));
    return cis2::client(config);
}

/* At a web server the two halves are two requests of one browser, and `request.sealed()` is the cookie that connects
 * them. */
cis2::sign_in sign_in(const cis2::client &client)
{
    cis2::authorization_parameters parameters;
    parameters.set_scope("openid nationalrbacaccess selectedrole");

    /* The person wants to sign in: redirect the browser to the URL of the request. */
    cis2::flow authorization = client.begin_authorization(parameters);
    authorization.run();
    const cis2::authorization_request request = authorization.take_authorization_request();

    const std::string callback = local_cis2::sign_in_as("several-roles", request.url().value());

    /* The browser is back: hand over the whole URL that it came with. */
    cis2::flow exchange = client.begin_sign_in(request, callback);
    exchange.run();
    return exchange.take_sign_in();
}

void show(const cis2::sign_in &person)
{
    const cis2::identity_view who = person.identity();
    const std::time_t expires_at = std::chrono::system_clock::to_time_t(who.expires_at());
    char expiry[sizeof "2026-11-25T12:00:00Z"];
    std::strftime(expiry, sizeof expiry, "%Y-%m-%dT%H:%M:%SZ", std::gmtime(&expires_at));

    std::cout << "signed in:  " << who.subject() << "\n  level:    " << who.authentication_level().value_or(0)
              << "\n  acr:      " << who.acr().value_or("none") << "\n  role:     "
              << who.selected_role_id().value_or("none") << "\n  session:  " << who.session_id().value_or("none")
              << "\n  expires:  " << expiry << '\n';
}

} // namespace

int main()
{
    try {
        const cis2::client client = make_client();
        show(sign_in(client));
    } catch (const cis2::error &error) {
        /* One line for a log, without a secret; the provider's own words stand apart. */
        std::cerr << error.what() << '\n';
        if (error.oauth_error()) {
            std::cerr << "the provider says: " << *error.oauth_error() << ", "
                      << error.oauth_description().value_or("no more") << '\n';
        }
        return EXIT_FAILURE;
    } catch (const std::exception &error) {
        std::cerr << error.what() << '\n';
        return EXIT_FAILURE;
    }
    std::cout << "cis2_live_objects() = " << cis2::live_objects() << '\n';
    return cis2::live_objects() == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
