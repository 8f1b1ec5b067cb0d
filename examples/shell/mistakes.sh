#!/usr/bin/env bash
# Makes the mistakes of the class that this library replaces, one at a time, with nothing but openssl and curl, and
# prints for each what CIS2 says, which rule of the simulator saw what was really wrong, and where that rule comes from:
# seen (at CIS2), AM (open-source ForgeRock code) or ours (stricter, so that the mistake shows).
# Enters: the addresses and files of the simulator in CIS2_SIM_*. Leaves: 1 if a mistake was not refused as it should be.
set -euo pipefail

WORK=$(mktemp -d "${TMPDIR:-/tmp}/cis2-mistakes.XXXXXX")
trap 'rm -rf "$WORK"' EXIT
failed=0

b64url() { openssl base64 -A | tr '+/' '-_' | tr -d '='; }
random() { openssl rand 16 | b64url; }
now() { date +%s; }
fetch() { curl -sS --max-time 20 --cacert "$CIS2_SIM_CA_FILE" --connect-to "$CIS2_SIM_CONNECT_TO" --resolve "${AUTHORIZE_AT:-cis2.localhost:443:127.0.0.1}" "$@"; }
member() { sed -nE 's/.*"'"$1"'" *: *"(([^"\\]|\\.)*)".*/\1/p' | sed -E 's/\\(["\\/])/\1/g'; }

DISCOVERY=$(fetch "$CIS2_SIM_ISSUER/.well-known/openid-configuration")
AUTHORIZE=$(member authorization_endpoint <<<"$DISCOVERY")
TOKEN=$(member token_endpoint <<<"$DISCOVERY")
port=${AUTHORIZE#https://cis2.localhost:}
AUTHORIZE_AT=cis2.localhost:${port%%/*}:127.0.0.1

# fresh: a code, and the verifier that belongs to it.
fresh() {
    verifier=$(random)$(random)
    local challenge callback
    challenge=$(printf '%s' "$verifier" | openssl dgst -sha256 -binary | b64url)
    callback=$(fetch -o /dev/null -w '%{redirect_url}' -G "$AUTHORIZE" \
        --data-urlencode response_type=code --data-urlencode "client_id=$CIS2_SIM_CLIENT_ID" \
        --data-urlencode "redirect_uri=$CIS2_SIM_REDIRECT_URI" --data-urlencode scope=openid \
        --data-urlencode "state=$(random)" --data-urlencode "nonce=$(random)" --data-urlencode acr_values=AAL3_ANY \
        --data-urlencode "code_challenge=$challenge" --data-urlencode code_challenge_method=S256 \
        --data-urlencode simulator_person=several-roles)
    code=$(sed -nE 's/.*[?&]code=([^&]*).*/\1/p' <<<"$callback")
    [ -n "$code" ] || { echo 'mistakes.sh: the simulator gave no code' >&2; exit 1; }
}

# right: an assertion as it should be; a mistake changes one of these and signs it.
right() {
    alg=RS256 digest=-sha256 key=$CIS2_SIM_KEY_FILE kid=$CIS2_SIM_KID iss=$CIS2_SIM_CLIENT_ID
    aud="\"$TOKEN\"" exp=$(($(now) + 60)) iat=$(now) jti=$(random) more=''
    redirect=$CIS2_SIM_REDIRECT_URI
    extra=()
}

assertion() {
    local input
    input=$(printf '{"alg":"%s","kid":"%s","typ":"JWT"}' "$alg" "$kid" | b64url)
    input+=.$(printf '{"iss":"%s","sub":"%s","aud":%s,"exp":%s,"iat":%s,"jti":"%s"%s}' \
        "$iss" "$iss" "$aud" "$exp" "$iat" "$jti" "$more" | b64url)
    printf '%s.%s' "$input" "$(printf '%s' "$input" | openssl dgst "$digest" -sign "$key" | b64url)"
}

# send ASSERTION: the exchange. Secrets go through files, never through arguments.
send() {
    printf '%s' "$1" >"$WORK/assertion"
    printf '%s' "$code" >"$WORK/code"
    printf '%s' "$verifier" >"$WORK/verifier"
    local proof=(--data-urlencode "code_verifier@$WORK/verifier")
    [ -n "$verifier" ] || proof=()
    fetch "$TOKEN" --data-urlencode grant_type=authorization_code --data-urlencode "code@$WORK/code" \
        --data-urlencode "redirect_uri=$redirect" --data-urlencode "client_id=$CIS2_SIM_CLIENT_ID" \
        --data-urlencode client_assertion_type=urn:ietf:params:oauth:client-assertion-type:jwt-bearer \
        --data-urlencode "client_assertion@$WORK/assertion" "${proof[@]}" "${extra[@]}"
}

# row MISTAKE SAID REASON ORIGIN: four columns side by side, each folded within its width.
row() {
    local -a mistake said reason
    local line
    mapfile -t mistake < <(fold -s -w 26 <<<"$1")
    mapfile -t said < <(fold -s -w 24 <<<"$2")
    # An address has no place to break at: a long one is cut into pieces.
    mapfile -t reason < <(fold -s -w 54 <<<"$3")
    for ((line = 0; line < ${#mistake[@]} || line < ${#said[@]} || line < ${#reason[@]}; line++)); do
        printf '%-26s | %-24s | %-54s | %s\n' "${mistake[line]-}" "${said[line]-}" "${reason[line]-}" "$([ "$line" -gt 0 ] || printf '%s' "$4")"
    done
    printf '%s\n' "---------------------------+--------------------------+--------------------------------------------------------+-------"
}

# report TITLE RULE ANSWER: a row of the table, with the reason that the simulator gives.
report() {
    local reason rule origin said
    reason=$(fetch "$CIS2_SIM_REASONS" | tr -d '\n' | sed -E 's/.*\{("id".*)$/\1/')
    rule=$(member rule <<<"$reason")
    origin=$(member origin <<<"$reason")
    said="$(member error <<<"$3"): $(member error_description <<<"$3")"
    if [ "$rule" != "$2" ]; then
        failed=1
        rule="NOT AS EXPECTED: $rule and not $2"
    fi
    row "$1" "$said" "$(member reason <<<"$reason") ($rule)" "$origin"
}

# mistake TITLE RULE SETTING...: everything right but for the settings.
mistake() {
    local title=$1 rule=$2 setting
    shift 2
    fresh
    right
    for setting in "$@"; do eval "$setting"; done
    report "$title" "$rule" "$(send "$(assertion)")"
}

openssl genpkey -quiet -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out "$WORK/other.pem" 2>/dev/null ||
    openssl genrsa -out "$WORK/other.pem" 2048 2>/dev/null

row 'The mistake' 'What CIS2 says' 'What was really wrong (rule of the simulator)' 'Origin'
# The settings are code for `mistake`: it expands them once everything else is right.
# shellcheck disable=SC2016
{
    mistake 'iss and sub are the API Platform key' iss_sub_api_key 'iss=0123456789abcdefghijklmnopqrstuv'
    mistake 'exp is a text' exp_text 'exp="\"$exp\""'
    mistake 'iat is a text' iat_text 'iat="\"$iat\""'
    mistake 'nbf is a text' nbf_text 'more=",\"nbf\":\"$iat\""'
    mistake 'aud is an array with the same URL twice' aud_array 'aud="[$aud,$aud]"'
    mistake 'aud has lost its :443' aud_lost_port 'aud=${aud/:443/}'
    mistake 'RS512, and RS256 is registered' alg_not_registered 'alg=RS512' 'digest=-sha512'
    mistake 'kid of another registration' kid_unknown 'kid=test-13'
    mistake 'a key that is not the published one' signature_wrong 'key=$WORK/other.pem'
    mistake 'exp more than five minutes ahead' exp_far 'exp=$(($(now) + 400))'
    mistake 'exp in milliseconds' exp_milliseconds 'exp=${exp}000'
    mistake 'no jti' jti_missing 'jti=' 'more=",\"x\":1"'
    mistake 'another redirect_uri than was authorized' redirect_uri_wrong 'redirect=https://localhost:44358/authorise'
    mistake 'no code_verifier' verifier_missing 'verifier='
    mistake 'a client_secret beside the assertion' secret_beside_assertion 'extra=(--data-urlencode client_secret=not-a-secret)'
    mistake 'Authorization: Basic beside the assertion' second_authorization 'extra=(-u "$CIS2_SIM_CLIENT_ID:not-a-secret")'
}

# Two mistakes take two requests.
fresh
right
once=$(assertion)
send "$once" >/dev/null
fresh
report 'the same assertion for a second request' jti_reused "$(send "$once")"

fresh
right
send "$(assertion)" >/dev/null
right
report 'the same code a second time' code_used "$(send "$(assertion)")"

exit "$failed"
