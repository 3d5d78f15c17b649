"""Verifies a number with Python's standard library alone, the signature for API Gateway included.

    python3 examples/python.py 671242

API_URL is the stack's output ApiUrl; by default it is the sandbox, which takes any signature. Credentials come from
AWS's usual variables. For an API that takes tokens, send ``Authorization: Bearer …`` in place of the signature.
"""

import hashlib
import hmac
import json
import os
import sys
from datetime import datetime, timezone
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

API_URL = os.environ.get("API_URL", "http://127.0.0.1:3000")
REGION = os.environ.get("AWS_REGION", "ap-south-1")
ACCESS_KEY_ID = os.environ.get("AWS_ACCESS_KEY_ID", "none")
SECRET_ACCESS_KEY = os.environ.get("AWS_SECRET_ACCESS_KEY", "none")
SESSION_TOKEN = os.environ.get("AWS_SESSION_TOKEN")


def signed_headers(url: str, body: bytes) -> dict:
    """Headers of a POST with AWS Signature Version 4. The path has nothing in it that needs encoding."""
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


def verify_number(tenant_id: str, waba_id: str, request: dict) -> dict:
    url = f"{API_URL}/tenants/{tenant_id}/whatsapp/{waba_id}/number/verify"
    body = json.dumps(request).encode()
    try:
        with urlopen(Request(url, body, signed_headers(url, body)), timeout=30) as response:
            return json.load(response)
    except HTTPError as error:
        return json.load(error)


if len(sys.argv) != 2:
    sys.exit("give the one-time password")

answer = verify_number(
    "acme",
    "109012345678901",
    {"id": "678997654123456", "phone_number": "+919765412345", "otp": sys.argv[1]},
)

if answer.get("status") == "verified":
    print(f"{answer['phone_number']} is verified.")
elif "code" in answer:
    # Decide by the code, not by the status: docs/problems.md says what each one asks for.
    sys.exit(f"{answer['code']}: {answer['detail']}")
else:
    sys.exit(f"API Gateway: {answer['message']}")
