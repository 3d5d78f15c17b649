#!/bin/sh
# Verifies a number with curl, which signs the request for API Gateway itself (curl 7.76 or later).
#
#   sh examples/curl.sh 671242
#
# API_URL is the stack's output ApiUrl; by default it is the sandbox, which takes any signature. Credentials come from
# AWS's usual variables. For an API that takes tokens, send `Authorization: Bearer …` in place of the signature.
set -eu

api_url=${API_URL:-http://127.0.0.1:3000}
otp=${1:?give the one-time password}

# Told on stdin, where other users of the machine cannot read it off the list of processes.
credentials() {
  echo "user = \"${AWS_ACCESS_KEY_ID:-none}:${AWS_SECRET_ACCESS_KEY:-none}\""
  if [ -n "${AWS_SESSION_TOKEN:-}" ]; then echo "header = \"x-amz-security-token: $AWS_SESSION_TOKEN\""; fi
}

# A failure is a problem document: its status ends curl with 22, its `code` says what to do (docs/problems.md).
credentials | curl --config - --silent --show-error --fail-with-body \
  --aws-sigv4 "aws:amz:${AWS_REGION:-ap-south-1}:execute-api" \
  --header 'content-type: application/json' \
  --data '{"id": "678997654123456", "phone_number": "+919765412345", "otp": "'"$otp"'"}' \
  "$api_url/tenants/acme/whatsapp/109012345678901/number/verify"
