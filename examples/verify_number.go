// Verifies a number with Go's standard library only, including the signature for API Gateway. Needs Go 1.19.
//
//	go run examples/verify_number.go PASSWORD [PHONE_NUMBER [TENANT]]
//
// API_URL is the stack's output ApiUrl. By default it is the sandbox, which accepts any signature. The credentials come
// from AWS's usual variables. For an API with tokens, send "Authorization: Bearer …" instead of the signature.
package main

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"sort"
	"strconv"
	"strings"
	"time"
)

const (
	maxAttempts = 3
	// A one-time password does not live much longer.
	maxWait = 120 * time.Second
)

// After these codes, the number may be verified.
var unknownOutcomes = map[string]bool{"OutcomeUnknown": true, "KaleyraFailed": true, "NoResponse": true}

var client = &http.Client{Timeout: 30 * time.Second}

type number struct {
	ID          string `json:"id"`
	PhoneNumber string `json:"phone_number"`
	OTP         string `json:"otp"`
}

// The result of one request. Code is "Verified" after a success.
type result struct {
	Code       string `json:"code"`
	Detail     string `json:"detail"`
	Retryable  bool   `json:"retryable"`
	retryAfter time.Duration
}

func main() {
	args := os.Args[1:]
	if len(args) == 0 {
		exit("Pass the one-time password.")
	}
	request := number{ID: "678997654123456", PhoneNumber: "+919765412345", OTP: args[0]}
	tenant := "acme"
	if len(args) > 1 {
		request.PhoneNumber = args[1]
	}
	if len(args) > 2 {
		tenant = args[2]
	}
	path := "/tenants/" + tenant + "/whatsapp/109012345678901/number/verify"
	outcome := verifyNumber(path, request)
	if outcome.Code != "Verified" {
		// docs/problems.md says what to do about each code.
		exit(outcome.Code + ": " + outcome.Detail)
	}
	fmt.Println(request.PhoneNumber + " is verified.")
}

// Verifies a number. Decides by the code, and never by the HTTP status.
func verifyNumber(path string, request number) result {
	mayBeVerified := false
	for attempt := 1; ; attempt++ {
		outcome := send(path, request)
		if outcome.Code == "AlreadyVerified" && mayBeVerified {
			// An earlier attempt verified the number, but its response was lost.
			return result{Code: "Verified"}
		}
		mayBeVerified = mayBeVerified || unknownOutcomes[outcome.Code]
		if !outcome.Retryable || attempt == maxAttempts || outcome.retryAfter > maxWait {
			return outcome
		}
		time.Sleep(outcome.retryAfter)
	}
}

// Sends the request once.
func send(path string, request number) result {
	noResponse := func(err error) result {
		return result{Code: "NoResponse", Detail: err.Error(), Retryable: true, retryAfter: 2 * time.Second}
	}
	body, _ := json.Marshal(request)
	post, err := http.NewRequest("POST", env("API_URL", "http://127.0.0.1:3000")+path, strings.NewReader(string(body)))
	if err != nil {
		exit(err.Error())
	}
	sign(post, string(body))
	response, err := client.Do(post)
	if err != nil {
		return noResponse(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		return noResponse(err)
	}
	var fields struct {
		result
		// A problem has a number here.
		Status  any    `json:"status"`
		Message string `json:"message"`
	}
	if err := json.Unmarshal(text, &fields); err != nil {
		return noResponse(err)
	}
	outcome := fields.result
	outcome.retryAfter = 2 * time.Second
	if seconds, err := strconv.Atoi(response.Header.Get("Retry-After")); err == nil {
		outcome.retryAfter = time.Duration(seconds) * time.Second
	}
	if fields.Status == "verified" {
		return result{Code: "Verified"}
	}
	if outcome.Code == "" {
		// API Gateway responded instead of the function. After a 5xx, the function may have run.
		outcome.Code, outcome.Detail, outcome.Retryable = "ApiGateway", fields.Message, response.StatusCode >= 429
		if response.StatusCode >= 500 {
			outcome.Code = "NoResponse"
		}
	}
	return outcome
}

// Adds the headers of AWS Signature Version 4. The path contains nothing that needs encoding.
func sign(request *http.Request, body string) {
	now := time.Now().UTC().Format("20060102T150405Z")
	headers := map[string]string{
		"content-type": "application/json",
		"host":         request.URL.Host,
		"x-amz-date":   now,
	}
	if token := os.Getenv("AWS_SESSION_TOKEN"); token != "" {
		headers["x-amz-security-token"] = token
	}
	var names []string
	for name := range headers {
		names = append(names, name)
	}
	sort.Strings(names)
	lines := ""
	for _, name := range names {
		lines += name + ":" + headers[name] + "\n"
		request.Header.Set(name, headers[name])
	}
	signed := strings.Join(names, ";")
	canonical := strings.Join([]string{"POST", request.URL.Path, "", lines, signed, hash(body)}, "\n")
	scope := []string{now[:8], env("AWS_REGION", "ap-south-1"), "execute-api", "aws4_request"}
	credential := strings.Join(scope, "/")
	toSign := strings.Join([]string{"AWS4-HMAC-SHA256", now, credential, hash(canonical)}, "\n")
	key := []byte("AWS4" + env("AWS_SECRET_ACCESS_KEY", "none"))
	for _, part := range append(scope, toSign) {
		mac := hmac.New(sha256.New, key)
		mac.Write([]byte(part))
		key = mac.Sum(nil)
	}
	request.Header.Set("Authorization", fmt.Sprintf("AWS4-HMAC-SHA256 Credential=%s/%s, SignedHeaders=%s, Signature=%s",
		env("AWS_ACCESS_KEY_ID", "none"), credential, signed, hex.EncodeToString(key)))
}

func hash(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

func env(name, defaultValue string) string {
	if value := os.Getenv(name); value != "" {
		return value
	}
	return defaultValue
}

func exit(message string) {
	fmt.Fprintln(os.Stderr, message)
	os.Exit(1)
}
