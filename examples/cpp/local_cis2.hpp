/*
 * What stands around the sign-in of the example: settings, files, and the person's part, so that it runs unattended.
 * Nothing here is needed in a program of yours. The settings are the simulator's, in CIS2_SIM_...
 */
#ifndef CIS2_EXAMPLES_LOCAL_CIS2_HPP
#define CIS2_EXAMPLES_LOCAL_CIS2_HPP

#include <curl/curl.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <memory>
#include <stdexcept>
#include <string>

namespace local_cis2
{

inline std::string setting(const std::string &name)
{
    const char *value = std::getenv(("CIS2_SIM_" + name).c_str());
    if (value == nullptr) {
        throw std::runtime_error("CIS2_SIM_" + name + " is not set: run this beside `cis2 simulate`");
    }
    return value;
}

/* The whole file that a setting names. */
inline std::string file(const std::string &name)
{
    std::ifstream file(setting(name), std::ios::binary);
    if (!file) {
        throw std::runtime_error(setting(name) + " cannot be opened");
    }
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

struct answer {
    std::string body;
    /* Where a redirect leads, which is not followed: it may hold a code. */
    std::string location;
};

inline std::size_t append(char *data, std::size_t size, std::size_t count, void *body)
{
    static_cast<std::string *>(body)->append(data, size * count);
    return size * count;
}

inline answer get(const std::string &url)
{
    struct free_curl {
        void operator()(CURL *curl) const { curl_easy_cleanup(curl); }
        void operator()(curl_slist *list) const { curl_slist_free_all(list); }
    };
    const std::unique_ptr<CURL, free_curl> curl(curl_easy_init());
    /* Whatever the port: a browser would resolve *.localhost by itself. */
    const std::unique_ptr<curl_slist, free_curl> connect_to(
        curl_slist_append(nullptr, ("cis2.localhost::" + setting("LISTEN")).c_str()));
    const std::string ca_file = setting("CA_FILE");
    answer answer;
    curl_easy_setopt(curl.get(), CURLOPT_URL, url.c_str());
    curl_easy_setopt(curl.get(), CURLOPT_CONNECT_TO, connect_to.get());
    curl_easy_setopt(curl.get(), CURLOPT_CAINFO, ca_file.c_str());
    curl_easy_setopt(curl.get(), CURLOPT_PROXY, "");
    curl_easy_setopt(curl.get(), CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl.get(), CURLOPT_TIMEOUT_MS, 15000L);
    curl_easy_setopt(curl.get(), CURLOPT_WRITEFUNCTION, append);
    curl_easy_setopt(curl.get(), CURLOPT_WRITEDATA, &answer.body);
    const CURLcode code = curl_easy_perform(curl.get());
    if (code != CURLE_OK) {
        throw std::runtime_error(std::string("the browser got no answer: ") + curl_easy_strerror(code));
    }
    const char *location = nullptr;
    curl_easy_getinfo(curl.get(), CURLINFO_REDIRECT_URL, &location);
    answer.location = location == nullptr ? "" : location;
    return answer;
}

/* A person's browser: the redirect that answers is the callback. */
inline std::string sign_in_as(const std::string &person, std::string_view url)
{
    answer answer = get(std::string(url) + "&simulator_person=" + person);
    if (answer.location.empty()) {
        throw std::runtime_error("the browser was not redirected");
    }
    return answer.location;
}

} // namespace local_cis2

#endif
