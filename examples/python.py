"""Verifies a number with Python's standard library only, including the signature for API Gateway.

    python3 examples/python.py PASSWORD [PHONE_NUMBER [TENANT]]

API_URL is the stack's output ApiUrl. By default it is the sandbox, which accepts any signature. The credentials come
from AWS's usual variables. For an API with tokens, send ``Authorization: Bearer …`` instead of the signature.
"""

import hashlib
import hmac
import json
import os
import sys
import time
from datetime import datetime, timezone
from http.client import HTTPException
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

API_URL = os.environ.get("API_URL", "http://127.0.0.1:3000")
REGION = os.environ.get("AWS_REGION", "ap-south-1")
ACCESS_KEY_ID = os.environ.get("AWS_ACCESS_KEY_ID", "none")
SECRET_ACCESS_KEY = os.environ.get("AWS_SECRET_ACCESS_KEY", "none")
SESSION_TOKEN = os.environ.get("AWS_SESSION_TOKEN")

MAX_ATTEMPTS = 3
# A one-time password does not live much longer.
MAX_WAIT_SECONDS = 120
# After these, the number may be verified.
UNKNOWN_OUTCOMES = {"OutcomeUnknown", "KaleyraFailed", "NoResponse"}


def sign(url: str, body: bytes) -> dict:
    """Returns the headers of a POST with AWS Signature Version 4. The path contains nothing that needs encoding."""
    now = datetime.now(timezone.utc).strftime("%Y%m%dT%H%M%SZ")
    target = urlsplit(url)
    headers = {"content-type": "application/json", "host": target.netloc, "x-amz-date": now}
    if SESSION_TOKEN:
        headers["x-amz-security-token"] = SESSION_TOKEN

    names = ";".join(sorted(headers))
    lines = [f"{name}:{headers[name]}" for name in sorted(headers)]
    canonical = "\n".join(["POST", target.path, "", *lines, "", names, hashlib.sha256(body).hexdigest()])

    scope = f"{now[:8]}/{REGION}/execute-api/aws4_request"
    to_sign = f"AWS4-HMAC-SHA256\n{now}\n{scope}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
    key = f"AWS4{SECRET_ACCESS_KEY}".encode()
    for part in (*scope.split("/"), to_sign):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()

    credential = f"Credential={ACCESS_KEY_ID}/{scope}"
    headers["authorization"] = f"AWS4-HMAC-SHA256 {credential}, SignedHeaders={names}, Signature={key.hex()}"
    return headers


def send(url: str, number: dict) -> dict:
    """Sends the request once."""
    body = json.dumps(number).encode()
    try:
        try:
            response = urlopen(Request(url, body, sign(url, body)), timeout=30)
        except HTTPError as error:
            response = error
        with response:
            retry_after = int(response.headers.get("retry-after", 2))
            result = json.load(response)
    except (OSError, HTTPException, ValueError) as error:
        return {"code": "NoResponse", "detail": str(error), "retryable": True, "retry_after": 2}
    if "code" not in result and result.get("status") != "verified":
        # API Gateway responded instead of the function. After a 5xx, the function may have run.
        code = "ApiGateway" if response.status < 500 else "NoResponse"
        result = {"code": code, "detail": result.get("message"), "retryable": response.status >= 429}
    return {**result, "retry_after": retry_after}


def verify_number(tenant_id: str, waba_id: str, number: dict) -> dict:
    """Verifies a number. Decides by ``code``, and never by the HTTP status."""
    url = f"{API_URL}/tenants/{tenant_id}/whatsapp/{waba_id}/number/verify"
    may_be_verified = False
    for attempt in range(1, MAX_ATTEMPTS + 1):
        result = send(url, number)
        if result.get("status") == "verified":
            return result
        if result["code"] == "AlreadyVerified" and may_be_verified:
            # An earlier attempt verified the number, but its response was lost.
            return {**number, "status": "verified"}
        may_be_verified = may_be_verified or result["code"] in UNKNOWN_OUTCOMES
        if not result["retryable"] or result["retry_after"] > MAX_WAIT_SECONDS or attempt == MAX_ATTEMPTS:
            break
        time.sleep(result["retry_after"])
    return result


if len(sys.argv) < 2:
    sys.exit("Pass the one-time password.")

password, phone_number, tenant = [*sys.argv[1:], *["", "+919765412345", "acme"][len(sys.argv) - 1 :]]
outcome = verify_number(
    tenant,
    "109012345678901",
    {"id": "678997654123456", "phone_number": phone_number, "otp": password},
)

if outcome.get("status") == "verified":
    print(f"{outcome['phone_number']} is verified.")
else:
    # docs/problems.md says what to do about each code.
    sys.exit(f"{outcome['code']}: {outcome['detail']}")
