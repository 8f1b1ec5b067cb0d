/* consumer KEY.pem: mints an assertion, and runs a flow to nobody, so that all of the library is linked and starts. */
#include <cis2.hpp>

#include <cstdlib>
#include <fstream>
#include <iostream>
#include <iterator>

static cis2_status run(const char *key_file)
{
    const char *const client_id = "123456789012.apps.supplier";
    std::ifstream file(key_file, std::ios::binary);
    const std::string pem((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
    const cis2::key key = cis2::key::from_pem(pem, "kid", cis2::algorithm::rs256);
    const cis2::assertion assertion = cis2::assertion::mint(key, client_id, "https://example.org/token");
    cis2::config config(cis2::platform::local_simulator);
    config.set_client_id(client_id)
        .set_redirect_uri("https://rp.example/callback")
        .set_signing_key(key)
        /* Port 9 of this machine: nobody. */
        .set_connect_to("cis2.localhost:443", "127.0.0.1:9");
    cis2::flow flow = cis2::client(config).begin_authorization();
    try {
        flow.run();
    } catch (const cis2::error &error) {
        std::cout << "cis2 " << cis2::version() << ": " << assertion.text().size() << " characters of assertion; "
                  << error.name() << '\n';
        return error.status();
    }
    return CIS2_STATUS_OK;
}

int main(int argc, char **argv)
{
    try {
        const cis2_status status = argc == 2 ? run(argv[1]) : CIS2_STATUS_INVALID_ARGUMENT;
        return status == CIS2_STATUS_CONNECT && cis2::live_objects() == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
    } catch (const std::exception &error) {
        std::cerr << error.what() << '\n';
        return EXIT_FAILURE;
    }
}
