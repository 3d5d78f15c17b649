#!/bin/sh
# Verifies a number with the AWS CLI (1 or 2), which invokes the function directly, without the API.
#
#   sh examples/aws-lambda-invoke.sh 671242
#
# FUNCTION_ARN is the stack's output FunctionArn: the alias that callers may invoke. For the sandbox, first:
#   export AWS_ENDPOINT_URL_LAMBDA=http://127.0.0.1:3000
#   export AWS_ACCESS_KEY_ID=none AWS_SECRET_ACCESS_KEY=none AWS_DEFAULT_REGION=ap-south-1
#
# Prints the verification and ends with 0, or prints an error whose `errorType` is the code (docs/problems.md) and ends
# with 1. To handle lost responses and to retry, see the other examples or use the Step Functions task.
set -eu

otp=${1:?pass the one-time password}
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

# Only this field of the response says whether the function failed. The file contains the result or the error.
failed=$(
  aws lambda invoke --function-name "${FUNCTION_ARN:-verify-phone-number}" --payload "fileb://$files/request.json" \
    --query FunctionError --output text "$files/response.json"
)
cat "$files/response.json"
echo
test "$failed" = None
