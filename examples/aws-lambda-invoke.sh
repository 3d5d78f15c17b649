#!/bin/sh
# Verifies a number with the AWS CLI (1 or 2), which invokes the function itself, without the API in between.
#
#   sh examples/aws-lambda-invoke.sh 671242
#
# FUNCTION_ARN is the stack's output FunctionArn: the alias that callers are granted. For the sandbox, first:
#   export AWS_ENDPOINT_URL_LAMBDA=http://127.0.0.1:3000
#   export AWS_ACCESS_KEY_ID=none AWS_SECRET_ACCESS_KEY=none AWS_DEFAULT_REGION=ap-south-1
#
# Prints the verification and ends with 0, or an error whose `errorType` is the code (docs/problems.md) and ends with 1.
set -eu

otp=${1:?give the one-time password}
files=$(mktemp -d)
trap 'rm -r "$files"' EXIT

cat > "$files/request.json" <<REQUEST
{
  "tenant_id": "acme",
  "waba_id": "109012345678901",
  "id": "678997654123456",
  "phone_number": "+919765412345",
  "otp": "$otp"
}
REQUEST

# Only this member of the response says whether the function failed; the answer file holds the error itself.
failed=$(
  aws lambda invoke --function-name "${FUNCTION_ARN:-verify-phone-number}" --payload "fileb://$files/request.json" \
    --query FunctionError --output text "$files/answer.json"
)
cat "$files/answer.json"
echo
test "$failed" = None
