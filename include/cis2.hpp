/*
 * cis2 for C++17: the C interface of cis2.h as classes that own what they hold. Header only; link with libcis2.
 *
 * - What cis2.h says of ownership, text, threads and processes holds here too. A const member function may be called by
 *   many threads at once, any other by one thread at a time.
 * - A class owns one handle, can be moved and not copied, and frees it. `get()` lends the handle to functions of
 *   cis2.h, `release()` gives it up. One that was moved from holds nothing: functions throw, accessors give nothing.
 * - A refusal is thrown as `cis2::error`. Its texts hold no secret.
 * - A view is borrowed from the object that it was asked of and lives as long; asked of a temporary it does not
 *   compile. It is followed by a NUL. Nothing is copied.
 * - What may be absent is a std::optional. Times are of the system clock, in whole seconds.
 *
 * Longer than our files are, because a header that a program copies beside its own should be one.
 */
#ifndef CIS2_HPP
#define CIS2_HPP

#include <cis2.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace cis2
{

/* Whole seconds, as tokens count them. */
using time = std::chrono::time_point<std::chrono::system_clock, std::chrono::seconds>;

enum class algorithm : std::uint32_t {
    rs256 = CIS2_ALGORITHM_RS256,
    rs384 = CIS2_ALGORITHM_RS384,
    rs512 = CIS2_ALGORITHM_RS512,
    ps256 = CIS2_ALGORITHM_PS256,
    ps384 = CIS2_ALGORITHM_PS384,
    ps512 = CIS2_ALGORITHM_PS512,
    es256 = CIS2_ALGORITHM_ES256,
    es384 = CIS2_ALGORITHM_ES384,
    es512 = CIS2_ALGORITHM_ES512,
};

enum class platform : std::uint32_t {
    cis2_dev = CIS2_PLATFORM_CIS2_DEV,
    cis2_integration = CIS2_PLATFORM_CIS2_INTEGRATION,
    cis2_deployment = CIS2_PLATFORM_CIS2_DEPLOYMENT,
    cis2_live = CIS2_PLATFORM_CIS2_LIVE,
    api_platform_sandbox = CIS2_PLATFORM_API_PLATFORM_SANDBOX,
    api_platform_dev = CIS2_PLATFORM_API_PLATFORM_DEV,
    api_platform_integration = CIS2_PLATFORM_API_PLATFORM_INTEGRATION,
    api_platform_deployment = CIS2_PLATFORM_API_PLATFORM_DEPLOYMENT,
    api_platform_live = CIS2_PLATFORM_API_PLATFORM_LIVE,
    local_simulator = CIS2_PLATFORM_LOCAL_SIMULATOR,
};

enum class step : std::uint32_t {
    send = CIS2_STEP_SEND,
    sign = CIS2_STEP_SIGN,
    done = CIS2_STEP_DONE,
};

/*
 * Bytes that are lent for a call: files, secrets, bodies. Made from whatever lies in one piece: a text, or a
 * std::vector, std::array or std::span of chars, unsigned chars or std::byte. Empty bytes are empty and not absent.
 */
class bytes
{
  public:
    bytes(const void *data, std::size_t len) noexcept : c_{static_cast<const std::uint8_t *>(data), len}
    {
        if (data == nullptr) {
            c_ = {reinterpret_cast<const std::uint8_t *>(""), 0};
        }
    }
    bytes(std::string_view text) noexcept : bytes(text.data(), text.size()) {}
    bytes(const char *nul_terminated) noexcept : bytes(std::string_view(nul_terminated)) {}
    template <class Range, class = std::enable_if_t<sizeof(*std::declval<const Range &>().data()) == 1>>
    bytes(const Range &range) noexcept : bytes(range.data(), range.size()) {}
    cis2_bytes c() const noexcept { return c_; }

  private:
    cis2_bytes c_;
};

/* What the functions below are made of; not for callers. */
namespace detail
{

template <class Handle, void (*Free)(Handle *)> struct free_with {
    void operator()(Handle *handle) const noexcept { Free(handle); }
};

/* A handle that is owned, as the base of its class. */
template <class Handle, void (*Free)(Handle *)> class owner
{
  public:
    Handle *get() noexcept { return handle_.get(); }
    const Handle *get() const noexcept { return handle_.get(); }
    Handle *release() noexcept { return handle_.release(); }

  protected:
    explicit owner(Handle *owned) noexcept : handle_(owned) {}

  private:
    std::unique_ptr<Handle, free_with<Handle, Free>> handle_;
};

/* A std::string_view of nothing is an empty text to whoever passes it; in C it would be an absent one. */
inline cis2_str lend(std::string_view text) noexcept
{
    return {text.data() == nullptr ? "" : text.data(), text.size()};
}

inline std::string_view view(cis2_str text) noexcept
{
    return {text.data == nullptr ? "" : text.data, text.len};
}

inline std::optional<std::string_view> view_if(cis2_str text) noexcept
{
    return text.len == 0 ? std::nullopt : std::optional(view(text));
}

inline time time_of(std::int64_t unix_s) noexcept
{
    return time(std::chrono::seconds(unix_s));
}

inline std::optional<time> time_if(std::int64_t unix_s) noexcept
{
    return unix_s == 0 ? std::nullopt : std::optional(time_of(unix_s));
}

template <class Number> std::optional<Number> number_if(Number number) noexcept
{
    return number == 0 ? std::nullopt : std::optional(number);
}

} // namespace detail

/* The version of the library that was found, which may be a newer one than this header's. */
inline const char *version() noexcept
{
    return cis2_version();
}

inline std::uint32_t abi_version() noexcept
{
    return cis2_abi_version();
}

/* Whether the library that was found is one for this header. */
inline bool abi_fits() noexcept
{
    return abi_version() >> 16 == CIS2_ABI_VERSION >> 16 && (abi_version() & 0xffff) >= (CIS2_ABI_VERSION & 0xffff);
}

/* How many handles the process holds, those inside of exceptions too. */
inline std::uint64_t live_objects() noexcept
{
    return cis2_live_objects();
}

inline std::string_view status_name(cis2_status status) noexcept
{
    return detail::view(cis2_status_name(status));
}

inline std::string_view status_sentence(cis2_status status) noexcept
{
    return detail::view(cis2_status_sentence(status));
}

/* Why a call was refused. Copies share one error object, so that they cannot fail. */
class error : public std::runtime_error
{
  public:
    /* Takes an error object over; NULL stands for the bare status. */
    static error adopt(cis2_status status, cis2_error *taken)
    {
        return error(status, std::shared_ptr<const cis2_error>(taken, [](const cis2_error *held) {
                         cis2_error_free(const_cast<cis2_error *>(held));
                     }));
    }

    cis2_status status() const noexcept { return status_; }
    /* The status as cis2.h writes it, without CIS2_STATUS_. */
    std::string_view name() const noexcept { return status_name(status_); }
    /* What would have been right. */
    std::optional<std::string_view> expected() const noexcept
    {
        return detail::view_if(cis2_error_expected(error_.get()));
    }
    /* What was there instead. */
    std::optional<std::string_view> found() const noexcept { return detail::view_if(cis2_error_found(error_.get())); }
    /* What to do next. */
    std::optional<std::string_view> remedy() const noexcept { return detail::view_if(cis2_error_remedy(error_.get())); }
    /* The provider's own words, which what() never holds. */
    std::optional<std::string_view> oauth_error() const noexcept
    {
        return detail::view_if(cis2_error_oauth_error(error_.get()));
    }
    std::optional<std::string_view> oauth_description() const noexcept
    {
        return detail::view_if(cis2_error_oauth_description(error_.get()));
    }
    std::optional<std::uint32_t> http_status() const noexcept
    {
        return detail::number_if(cis2_error_http_status(error_.get()));
    }
    bool is_retryable() const noexcept { return cis2_error_is_retryable(error_.get()) != 0; }
    /* The provider's clock minus this machine's, if the refused answer told it. */
    std::optional<std::chrono::seconds> clock_offset() const noexcept
    {
        const std::int64_t offset_s = cis2_error_clock_offset_s(error_.get());
        return offset_s == 0 ? std::nullopt : std::optional(std::chrono::seconds(offset_s));
    }
    const cis2_error *get() const noexcept { return error_.get(); }

  private:
    error(cis2_status status, std::shared_ptr<const cis2_error> held)
        : std::runtime_error(held ? cis2_error_message(held.get()).data : std::string(status_sentence(status))),
          status_(status), error_(std::move(held))
    {
    }

    cis2_status status_;
    std::shared_ptr<const cis2_error> error_;
};

namespace detail
{

/* Calls a function of cis2.h whose last output is the error, and throws what it refuses. */
template <class... Parameters, class... Arguments>
void call(cis2_status (*function)(Parameters...), Arguments... arguments)
{
    cis2_error *why = nullptr;
    const cis2_status status = function(arguments..., &why);
    if (status != CIS2_STATUS_OK) {
        throw error::adopt(status, why);
    }
}

/* The same for one that has an output before it. */
template <class Output, class... Parameters, class... Arguments>
Output made(cis2_status (*function)(Parameters...), Arguments... arguments)
{
    Output output{};
    call(function, arguments..., &output);
    return output;
}

/* A duration as C takes it. */
template <class Duration> std::uint32_t count(Duration duration)
{
    if (duration.count() < 0 || duration.count() > UINT32_MAX) {
        throw error::adopt(CIS2_STATUS_INVALID_ARGUMENT, nullptr);
    }
    return static_cast<std::uint32_t>(duration.count());
}

} // namespace detail

/* A private key with its key id and algorithm. */
class key : public detail::owner<cis2_key, cis2_key_free>
{
  public:
    explicit key(cis2_key *taken) noexcept : owner(taken) {}

    static key from_pem(bytes pem, std::string_view key_id, algorithm algorithm,
                        std::optional<bytes> password = std::nullopt)
    {
        const cis2_bytes absent = {nullptr, 0};
        return key(detail::made<cis2_key *>(cis2_key_from_pem, pem.c(), password ? password->c() : absent,
                                            detail::lend(key_id), static_cast<std::uint32_t>(algorithm)));
    }
    static key from_der(bytes der, std::string_view key_id, algorithm algorithm,
                        std::optional<bytes> password = std::nullopt)
    {
        const cis2_bytes absent = {nullptr, 0};
        return key(detail::made<cis2_key *>(cis2_key_from_der, der.c(), password ? password->c() : absent,
                                            detail::lend(key_id), static_cast<std::uint32_t>(algorithm)));
    }
    /* The public half: as a JWK, as the JWK set that you register or host, and its RFC 7638 thumbprint. */
    std::string_view public_jwk() const & { return detail::view(detail::made<cis2_str>(cis2_key_public_jwk, get())); }
    std::string_view jwk_set() const & { return detail::view(detail::made<cis2_str>(cis2_key_jwk_set, get())); }
    std::string_view thumbprint() const & { return detail::view(detail::made<cis2_str>(cis2_key_thumbprint, get())); }
    void public_jwk() && = delete;
    void jwk_set() && = delete;
    void thumbprint() && = delete;
};

/* A provider's public keys, parsed once. */
class key_set : public detail::owner<cis2_key_set, cis2_key_set_free>
{
  public:
    explicit key_set(cis2_key_set *taken) noexcept : owner(taken) {}

    static key_set from_json(bytes json)
    {
        return key_set(detail::made<cis2_key_set *>(cis2_key_set_from_json, json.c()));
    }
};

/* The options of a client, while it is made. Required: client id, redirect URI, signing key. */
class config : public detail::owner<cis2_config, cis2_config_free>
{
  public:
    explicit config(cis2_config *taken) noexcept : owner(taken) {}
    explicit config(platform platform)
        : owner(detail::made<cis2_config *>(cis2_config_new, static_cast<std::uint32_t>(platform)))
    {
    }
    static config from_platform_json(std::string_view row)
    {
        return config(detail::made<cis2_config *>(cis2_config_from_platform_json, detail::lend(row)));
    }

    config &set_client_id(std::string_view client_id)
    {
        return set(cis2_config_set_client_id, detail::lend(client_id));
    }
    config &set_redirect_uri(std::string_view redirect_uri)
    {
        return set(cis2_config_set_redirect_uri, detail::lend(redirect_uri));
    }
    config &set_signing_key(const key &key) { return set(cis2_config_set_signing_key, key.get()); }
    config &set_id_token_algorithm(algorithm algorithm)
    {
        return set(cis2_config_set_id_token_algorithm, static_cast<std::uint32_t>(algorithm));
    }
    config &set_assertion_lifetime(std::chrono::seconds lifetime)
    {
        return set(cis2_config_set_assertion_lifetime_s, detail::count(lifetime));
    }
    config &set_connect_timeout(std::chrono::milliseconds timeout)
    {
        return set(cis2_config_set_connect_timeout_ms, detail::count(timeout));
    }
    config &set_request_timeout(std::chrono::milliseconds timeout)
    {
        return set(cis2_config_set_request_timeout_ms, detail::count(timeout));
    }
    config &set_clock_skew(std::chrono::seconds skew) { return set(cis2_config_set_clock_skew_s, detail::count(skew)); }
    /* 32 bytes, the same on all your servers. */
    config &set_state_secret(bytes secret) { return set(cis2_config_set_state_secret, secret.c()); }
    config &set_previous_state_secret(bytes secret) { return set(cis2_config_set_previous_state_secret, secret.c()); }
    config &add_root_pem(bytes root_pem) { return set(cis2_config_add_root_pem, root_pem.c()); }
    config &set_proxy(std::string_view proxy) { return set(cis2_config_set_proxy, detail::lend(proxy)); }
    config &set_connect_to(std::string_view host_port, std::string_view address_port)
    {
        return set(cis2_config_set_connect_to, detail::lend(host_port), detail::lend(address_port));
    }
    /* These weaken a check each; cis2.h says which. */
    config &danger_set_issuer(std::string_view issuer)
    {
        return set(cis2_config_danger_set_issuer, detail::lend(issuer));
    }
    config &danger_set_clock_skew(std::chrono::seconds skew)
    {
        return set(cis2_config_danger_set_clock_skew_s, detail::count(skew));
    }
    config &danger_set_default_level(std::uint32_t level) { return set(cis2_config_danger_set_default_level, level); }

  private:
    template <class Function, class... Arguments> config &set(Function function, Arguments... arguments)
    {
        detail::call(function, get(), arguments...);
        return *this;
    }
};

/* A signed client assertion, to be sent once. */
class assertion : public detail::owner<cis2_assertion, cis2_assertion_free>
{
  public:
    explicit assertion(cis2_assertion *taken) noexcept : owner(taken) {}

    /* Without a client and without the network. A lifetime of 0 is the platform's own. */
    static assertion mint(const key &key, std::string_view client_id, std::string_view audience,
                          std::chrono::seconds lifetime = std::chrono::seconds(0))
    {
        return assertion(detail::made<cis2_assertion *>(cis2_assertion_mint, key.get(), detail::lend(client_id),
                                                        detail::lend(audience), detail::count(lifetime)));
    }
    /* The value of `client_assertion`. */
    std::string_view text() const & noexcept { return detail::view(cis2_assertion_text(get())); }
    void text() && = delete;
    time expires_at() const noexcept { return detail::time_of(cis2_assertion_expires_at(get())); }
};

/* What to ask for in an authorization. */
class authorization_parameters
    : public detail::owner<cis2_authorization_parameters, cis2_authorization_parameters_free>
{
  public:
    explicit authorization_parameters(cis2_authorization_parameters *taken) noexcept : owner(taken) {}
    authorization_parameters()
        : owner(detail::made<cis2_authorization_parameters *>(cis2_authorization_parameters_new))
    {
    }

    authorization_parameters &set_scope(std::string_view scope)
    {
        return set_by(cis2_authorization_parameters_set_scope, detail::lend(scope));
    }
    authorization_parameters &set_acr_values(std::string_view acr_values)
    {
        return set_by(cis2_authorization_parameters_set_acr_values, detail::lend(acr_values));
    }
    authorization_parameters &set_max_age(std::chrono::seconds max_age)
    {
        return set_by(cis2_authorization_parameters_set_max_age_s, detail::count(max_age));
    }
    authorization_parameters &set_prompt(std::string_view prompt)
    {
        return set_by(cis2_authorization_parameters_set_prompt, detail::lend(prompt));
    }
    authorization_parameters &set_ui_locales(std::string_view ui_locales)
    {
        return set_by(cis2_authorization_parameters_set_ui_locales, detail::lend(ui_locales));
    }
    /* A further parameter. */
    authorization_parameters &set(std::string_view name, std::string_view value)
    {
        return set_by(cis2_authorization_parameters_set, detail::lend(name), detail::lend(value));
    }

  private:
    template <class Function, class... Arguments>
    authorization_parameters &set_by(Function function, Arguments... arguments)
    {
        detail::call(function, get(), arguments...);
        return *this;
    }
};

/* An authorization that was begun and waits for the browser's return. */
class authorization_request : public detail::owner<cis2_authorization_request, cis2_authorization_request_free>
{
  public:
    explicit authorization_request(cis2_authorization_request *taken) noexcept : owner(taken) {}

    /* Where to send the browser; a restored request has none. Never log it. */
    std::optional<std::string_view> url() const & noexcept
    {
        return detail::view_if(cis2_authorization_request_url(get()));
    }
    /* What to keep until the browser returns, in a cookie that is HttpOnly and Secure. */
    std::string_view sealed() const & noexcept { return detail::view(cis2_authorization_request_sealed(get())); }
    void url() && = delete;
    void sealed() && = delete;
};

/* Who signed in, borrowed from a sign-in or an identity. */
class identity_view
{
  public:
    explicit identity_view(const cis2_identity *borrowed) noexcept : identity_(borrowed) {}

    std::string_view issuer() const noexcept { return detail::view(cis2_identity_issuer(identity_)); }
    /* The person's UID, 12 digits at CIS2. */
    std::string_view subject() const noexcept { return detail::view(cis2_identity_subject(identity_)); }
    std::optional<std::string_view> acr() const noexcept { return detail::view_if(cis2_identity_acr(identity_)); }
    /* A JSON array of texts. */
    std::optional<std::string_view> amr() const noexcept { return detail::view_if(cis2_identity_amr(identity_)); }
    std::optional<std::string_view> session_id() const noexcept
    {
        return detail::view_if(cis2_identity_session_id(identity_));
    }
    std::optional<std::string_view> selected_role_id() const noexcept
    {
        return detail::view_if(cis2_identity_selected_role_id(identity_));
    }
    /* 1 to 3. */
    std::optional<std::uint32_t> authentication_level() const noexcept
    {
        return detail::number_if(cis2_identity_authentication_level(identity_));
    }
    /* 1 to 3. */
    std::optional<std::uint32_t> identity_level() const noexcept
    {
        return detail::number_if(cis2_identity_identity_level(identity_));
    }
    time issued_at() const noexcept { return detail::time_of(cis2_identity_issued_at(identity_)); }
    time expires_at() const noexcept { return detail::time_of(cis2_identity_expires_at(identity_)); }
    std::optional<time> authenticated_at() const noexcept
    {
        return detail::time_if(cis2_identity_authenticated_at(identity_));
    }
    /* All claims as received, one JSON object. */
    std::string_view claims_json() const noexcept { return detail::view(cis2_identity_claims_json(identity_)); }
    /* Any claim as JSON text: a text comes with its quotes. */
    std::optional<std::string_view> claim(std::string_view name) const
    {
        cis2_str json = {nullptr, 0};
        cis2_error *why = nullptr;
        const cis2_status status = cis2_identity_claim(identity_, detail::lend(name), &json, &why);
        if (status == CIS2_STATUS_NOT_FOUND) {
            cis2_error_free(why);
            return std::nullopt;
        }
        if (status != CIS2_STATUS_OK) {
            throw error::adopt(status, why);
        }
        return detail::view(json);
    }
    const cis2_identity *get() const noexcept { return identity_; }

  private:
    const cis2_identity *identity_;
};

/* Who signed in, as `client::validate_id_token` gives it. */
class identity : public detail::owner<cis2_identity, cis2_identity_free>
{
  public:
    explicit identity(cis2_identity *taken) noexcept : owner(taken) {}

    identity_view view() const & noexcept { return identity_view(get()); }
    void view() && = delete;
};

/* The tokens of a sign-in, borrowed from it. All of them are secrets. */
class tokens_view
{
  public:
    explicit tokens_view(const cis2_tokens *borrowed) noexcept : tokens_(borrowed) {}

    /* For the Authorization header alone. */
    std::string_view access_token() const noexcept { return detail::view(cis2_tokens_access_token(tokens_)); }
    std::string_view id_token() const noexcept { return detail::view(cis2_tokens_id_token(tokens_)); }
    std::optional<std::string_view> refresh_token() const noexcept
    {
        return detail::view_if(cis2_tokens_refresh_token(tokens_));
    }
    /* What was granted; absent if it is what was asked for. */
    std::optional<std::string_view> scope() const noexcept { return detail::view_if(cis2_tokens_scope(tokens_)); }
    /* When the access token expires. */
    std::optional<time> expires_at() const noexcept { return detail::time_if(cis2_tokens_expires_at(tokens_)); }
    const cis2_tokens *get() const noexcept { return tokens_; }

  private:
    const cis2_tokens *tokens_;
};

/* Who signed in, and the tokens that came with it. */
class sign_in : public detail::owner<cis2_sign_in, cis2_sign_in_free>
{
  public:
    explicit sign_in(cis2_sign_in *taken) noexcept : owner(taken) {}

    identity_view identity() const & noexcept { return identity_view(cis2_sign_in_identity(get())); }
    tokens_view tokens() const & noexcept { return tokens_view(cis2_sign_in_tokens(get())); }
    void identity() && = delete;
    void tokens() && = delete;
};

/* A conversation with the provider: run it, or step it with an HTTP client of your own; then take its outcome, once. */
class flow : public detail::owner<cis2_flow, cis2_flow_free>
{
  public:
    explicit flow(cis2_flow *taken) noexcept : owner(taken) {}

    /* Waits on this thread. A timeout of 0 leaves it to the time of each request. */
    void run(std::chrono::milliseconds timeout = std::chrono::milliseconds(0))
    {
        detail::call(cis2_flow_run, get(), detail::count(timeout));
    }

    step next() { return static_cast<step>(detail::made<std::uint32_t>(cis2_flow_next, get())); }
    /* What to send when `next` says so, exactly as it is. Borrowed until the answer is supplied. */
    std::string_view request_method() const & noexcept { return detail::view(cis2_flow_request_method(get())); }
    std::string_view request_url() const & noexcept { return detail::view(cis2_flow_request_url(get())); }
    std::size_t request_header_count() const noexcept { return cis2_flow_request_header_count(get()); }
    std::string_view request_header_name(std::size_t index) const & noexcept
    {
        return detail::view(cis2_flow_request_header_name(get(), index));
    }
    std::string_view request_header_value(std::size_t index) const & noexcept
    {
        return detail::view(cis2_flow_request_header_value(get(), index));
    }
    /* Absent in a GET; a secret. */
    std::optional<std::string_view> request_body() const & noexcept
    {
        const cis2_bytes body = cis2_flow_request_body(get());
        return body.data == nullptr
                   ? std::nullopt
                   : std::optional(std::string_view(reinterpret_cast<const char *>(body.data), body.len));
    }
    void request_method() && = delete;
    void request_url() && = delete;
    void request_header_name(std::size_t) && = delete;
    void request_header_value(std::size_t) && = delete;
    void request_body() && = delete;
    /* `headers`: as received, `Name: value` lines with CRLF. */
    void supply_response(std::uint16_t http_status, std::string_view final_url, bytes headers, bytes body)
    {
        detail::call(cis2_flow_supply_response, get(), http_status, detail::lend(final_url), headers.c(), body.c());
    }
    /* `kind`: a status from 200 to 299, or CIS2_STATUS_CANCELLED. */
    void supply_failure(cis2_status kind, bool request_may_have_left)
    {
        const std::uint32_t left = request_may_have_left ? 1 : 0;
        detail::call(cis2_flow_supply_failure, get(), static_cast<std::uint32_t>(kind), left);
    }

    authorization_request take_authorization_request()
    {
        return authorization_request(
            detail::made<cis2_authorization_request *>(cis2_flow_take_authorization_request, get()));
    }
    sign_in take_sign_in() { return sign_in(detail::made<cis2_sign_in *>(cis2_flow_take_sign_in, get())); }
};

/* One client of one platform: made once at start, shared by threads. */
class client : public detail::owner<cis2_client, cis2_client_free>
{
  public:
    explicit client(cis2_client *taken) noexcept : owner(taken) {}
    explicit client(const config &config) : owner(detail::made<cis2_client *>(cis2_client_new, config.get())) {}

    flow begin_authorization() const
    {
        return begin_authorization(static_cast<const cis2_authorization_parameters *>(nullptr));
    }
    flow begin_authorization(const authorization_parameters &parameters) const
    {
        return begin_authorization(parameters.get());
    }
    /* `callback`: the whole URL at which the browser arrived, or its query, or the form that it posted. */
    flow begin_sign_in(const authorization_request &request, std::string_view callback) const
    {
        return flow(
            detail::made<cis2_flow *>(cis2_client_begin_sign_in, get(), request.get(), detail::lend(callback)));
    }
    /* Opens what `authorization_request::sealed` gave. */
    authorization_request restore_authorization_request(std::string_view sealed) const
    {
        return authorization_request(detail::made<cis2_authorization_request *>(
            cis2_client_restore_authorization_request, get(), detail::lend(sealed)));
    }
    /* For an endpoint of this platform; the flows mint their own. */
    assertion mint_assertion(std::string_view audience) const
    {
        return assertion(detail::made<cis2_assertion *>(cis2_client_assertion, get(), detail::lend(audience)));
    }
    /* `expectations_json`: cis2.h names its members; `nonce` is required. */
    identity validate_id_token(const key_set &keys, std::string_view id_token, std::string_view expectations_json) const
    {
        return identity(detail::made<cis2_identity *>(cis2_client_validate_id_token, get(), keys.get(),
                                                      detail::lend(id_token), detail::lend(expectations_json)));
    }

  private:
    flow begin_authorization(const cis2_authorization_parameters *parameters) const
    {
        return flow(detail::made<cis2_flow *>(cis2_client_begin_authorization, get(), parameters));
    }
};

} // namespace cis2

#endif
