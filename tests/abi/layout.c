/* What a compiled program has built into itself, held fast: sizes, offsets, numbers. Compiled, not run. */
#include <cis2.h>

#include <assert.h>

static_assert(sizeof(cis2_status) == 4, "a status is 32 bits");
static_assert((cis2_status)-1 < 0, "a status has a sign");

static_assert(offsetof(cis2_str, data) == 0, "cis2_str.data comes first");
static_assert(offsetof(cis2_str, len) == sizeof(void *), "cis2_str.len follows it");
static_assert(sizeof(cis2_str) == sizeof(void *) + sizeof(size_t), "cis2_str has nothing else");
static_assert(sizeof(((cis2_str *)0)->len) == sizeof(size_t), "cis2_str.len is a size_t");

static_assert(offsetof(cis2_bytes, data) == 0, "cis2_bytes.data comes first");
static_assert(offsetof(cis2_bytes, len) == sizeof(void *), "cis2_bytes.len follows it");
static_assert(sizeof(cis2_bytes) == sizeof(void *) + sizeof(size_t), "cis2_bytes has nothing else");

static_assert(CIS2_LEN_NUL == SIZE_MAX, "CIS2_LEN_NUL");

static_assert(CIS2_ALGORITHM_RS256 == 1, "RS256");
static_assert(CIS2_ALGORITHM_RS512 == 3, "RS512");

static_assert(CIS2_PLATFORM_CIS2_DEV == 1, "dev");
static_assert(CIS2_PLATFORM_CIS2_INTEGRATION == 2, "integration");
static_assert(CIS2_PLATFORM_CIS2_DEPLOYMENT == 3, "deployment");
static_assert(CIS2_PLATFORM_CIS2_LIVE == 4, "live");
static_assert(CIS2_PLATFORM_LOCAL_SIMULATOR == 100, "simulator");

static_assert(CIS2_LEVEL_ERROR == 1, "error");
static_assert(CIS2_LEVEL_WARNING == 2, "warning");
static_assert(CIS2_LEVEL_INFO == 3, "info");
static_assert(CIS2_LEVEL_DEBUG == 4, "debug");

static_assert(CIS2_EVENT_REQUEST_SENT == 1, "the first event");
static_assert(CIS2_EVENT_DISCOVERY_REFRESHED == 20, "an event");
static_assert(CIS2_EVENT_FLOW_FAILED == 42, "an event");
static_assert(CIS2_EVENT_EVENTS_LOST == 80, "the last event");

static_assert(CIS2_STEP_SEND == 1, "send");
static_assert(CIS2_STEP_SIGN == 2, "sign");
static_assert(CIS2_STEP_DONE == 3, "done");

/* The first and the last of each family of statuses; the table of the library is compared by tests/rust/header.rs. */
static_assert(CIS2_STATUS_OK == 0, "success is 0");
static_assert(CIS2_STATUS_INVALID_ARGUMENT == 1, "call");
static_assert(CIS2_STATUS_INTERNAL == 9, "call");
static_assert(CIS2_STATUS_KEY_EMPTY == 100, "key");
static_assert(CIS2_STATUS_SCOPE_WITHOUT_OPENID == 159, "configuration");
static_assert(CIS2_STATUS_DNS == 200, "transport");
static_assert(CIS2_STATUS_PROXY == 213, "transport");
static_assert(CIS2_STATUS_OAUTH_ERROR == 300, "conversation");
static_assert(CIS2_STATUS_TOO_MANY_REDIRECTS == 346, "conversation");
static_assert(CIS2_STATUS_TOKEN_MALFORMED == 400, "token");
static_assert(CIS2_STATUS_ACCESS_TOKEN_HASH_MISMATCH == 432, "token");
