#!/bin/sh
# Verifies a number with curl, which signs the request for API Gateway itself (curl 7.84 or later), and jq.
#
#   sh examples/curl.sh PASSWORD [PHONE_NUMBER [TENANT]]
#
# API_URL is the stack's output ApiUrl. By default it is the sandbox, which accepts any signature. The credentials come
# from AWS's usual variables. For an API with tokens, send `Authorization: Bearer …` instead of the signature.
set -eu

otp=${1:?pass the one-time password}
phone_number=${2:-+919765412345}
url=${API_URL:-http://127.0.0.1:3000}/tenants/${3:-acme}/whatsapp/109012345678901/number/verify
max_attempts=3
max_wait_seconds=120 # A one-time password does not live much longer.

# On stdin, because other users of the machine can read command lines.
credentials() {
  echo "user = \"${AWS_ACCESS_KEY_ID:-none}:${AWS_SECRET_ACCESS_KEY:-none}\""
  if [ -n "${AWS_SESSION_TOKEN:-}" ]; then echo "header = \"x-amz-security-token: $AWS_SESSION_TOKEN\""; fi
}

# Prints the body, then `Retry-After` (or an empty line), then the HTTP status (000 without a response).
send() {
  credentials | curl --config - --silent --max-time 30 \
    --aws-sigv4 "aws:amz:${AWS_REGION:-ap-south-1}:execute-api" \
    --header 'content-type: application/json' \
    --data '{"id": "678997654123456", "phone_number": "'"$phone_number"'", "otp": "'"$otp"'"}' \
    --write-out '\n%header{retry-after}\n%{http_code}' \
    "$url" || true
}

may_be_verified=false
attempt=1
while :; do
  response=$(send)
  status=$(printf '%s' "$response" | tail -n 1)
  retry_after=$(printf '%s' "$response" | tail -n 2 | head -n 1)
  body=$(printf '%s' "$response" | sed '$d' | sed '$d')
  code=$(printf '%s' "$body" | jq --raw-output '.code // .status // empty' 2>/dev/null || true)
  retryable=$(printf '%s' "$body" | jq --raw-output '.retryable // false' 2>/dev/null || true)

  # Decide by `code`, and never by the HTTP status. Without a code, API Gateway responded, or no response arrived.
  case "$code" in
    verified) echo "$phone_number is verified." && exit ;;
    # An earlier attempt verified the number, but its response was lost.
    AlreadyVerified) if $may_be_verified; then echo "$phone_number is verified." && exit; fi ;;
    OutcomeUnknown | KaleyraFailed) may_be_verified=true ;;
    '') case "$status" in 000 | 5*) may_be_verified=true retryable=true ;; 429) retryable=true ;; esac ;;
  esac
  wait=${retry_after:-2}
  if [ "$retryable" != true ] || [ $attempt = $max_attempts ] || [ "$wait" -gt $max_wait_seconds ]; then break; fi
  sleep "$wait"
  attempt=$((attempt + 1))
done

# docs/problems.md says what to do about each code.
echo "${code:-HTTP $status}: $(printf '%s' "$body" | jq --raw-output '.detail // .message // empty' 2>/dev/null)" >&2
exit 1
