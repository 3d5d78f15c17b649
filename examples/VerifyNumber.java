// Verifies a number with Java's standard library only, including the signature for API Gateway. Needs Java 17.
//
//   java examples/VerifyNumber.java PASSWORD [PHONE_NUMBER [TENANT]]
//
// API_URL is the stack's output ApiUrl. By default it is the sandbox, which accepts any signature. The credentials come
// from AWS's usual variables. For an API with tokens, send "Authorization: Bearer …" instead of the signature.
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

public class VerifyNumber {
    static final int MAX_ATTEMPTS = 3;
    /** A one-time password does not live much longer. */
    static final long MAX_WAIT_SECONDS = 120;
    /** After these, the number may be verified. */
    static final Set<String> UNKNOWN_OUTCOMES = Set.of("OutcomeUnknown", "KaleyraFailed", "NoResponse");

    static final HttpClient client = HttpClient.newBuilder()
        .version(HttpClient.Version.HTTP_1_1)
        .connectTimeout(Duration.ofSeconds(5))
        .build();

    /** The result of one request. The code is "Verified" after a success. */
    record Result(String code, String detail, boolean retryable, long retryAfter) {}

    public static void main(String[] args) throws Exception {
        if (args.length == 0) exit("Pass the one-time password.");
        var phoneNumber = args.length > 1 ? args[1] : "+919765412345";
        var tenantId = args.length > 2 ? args[2] : "acme";
        var path = "/tenants/" + tenantId + "/whatsapp/109012345678901/number/verify";
        // A program of your own uses its JSON library here.
        var body = "{\"id\":\"678997654123456\",\"phone_number\":\"%s\",\"otp\":\"%s\"}".formatted(phoneNumber, args[0]);

        var result = verifyNumber(path, body);
        // docs/problems.md says what to do about each code.
        if (!result.code.equals("Verified")) exit(result.code + ": " + result.detail);
        System.out.println(phoneNumber + " is verified.");
    }

    /** Verifies a number. Decides by the code, and never by the HTTP status. */
    static Result verifyNumber(String path, String body) throws Exception {
        var mayBeVerified = false;
        for (var attempt = 1; ; attempt++) {
            var result = send(path, body);
            // An earlier attempt verified the number, but its response was lost.
            if (result.code.equals("AlreadyVerified") && mayBeVerified) return new Result("Verified", "", false, 0);
            mayBeVerified = mayBeVerified || UNKNOWN_OUTCOMES.contains(result.code);
            if (!result.retryable || attempt == MAX_ATTEMPTS || result.retryAfter > MAX_WAIT_SECONDS) return result;
            Thread.sleep(Duration.ofSeconds(result.retryAfter).toMillis());
        }
    }

    /** Sends the request once. */
    static Result send(String path, String body) throws GeneralSecurityException, InterruptedException {
        var url = URI.create(env("API_URL", "http://127.0.0.1:3000") + path);
        var request = HttpRequest.newBuilder(url)
            .timeout(Duration.ofSeconds(30))
            .POST(HttpRequest.BodyPublishers.ofString(body));
        sign(url, body).forEach(request::header);
        try {
            var response = client.send(request.build(), BodyHandlers.ofString());
            var json = response.body();
            var retryAfter = response.headers().firstValueAsLong("retry-after").orElse(2);
            if (read(json, "status").equals("verified")) return new Result("Verified", "", false, 0);
            if (!read(json, "code").isEmpty()) {
                var retryable = json.contains("\"retryable\":true");
                return new Result(read(json, "code"), read(json, "detail"), retryable, retryAfter);
            }
            // API Gateway responded instead of the function. After a 5xx, the function may have run.
            var code = response.statusCode() < 500 ? "ApiGateway" : "NoResponse";
            return new Result(code, read(json, "message"), response.statusCode() >= 429, retryAfter);
        } catch (IOException error) {
            return new Result("NoResponse", error.toString(), true, 2);
        }
    }

    /** Returns the headers of a POST with AWS Signature Version 4. The path contains nothing that needs encoding. */
    static Map<String, String> sign(URI url, String body) throws GeneralSecurityException {
        var now = DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC).format(Instant.now());
        var headers = new TreeMap<String, String>();
        headers.put("content-type", "application/json");
        headers.put("host", url.getAuthority());
        headers.put("x-amz-date", now);
        if (!env("AWS_SESSION_TOKEN", "").isEmpty()) headers.put("x-amz-security-token", env("AWS_SESSION_TOKEN", ""));

        var names = String.join(";", headers.keySet());
        var lines = new StringBuilder();
        headers.forEach((name, value) -> lines.append(name).append(':').append(value).append('\n'));
        var canonical = String.join("\n", "POST", url.getPath(), "", lines, names, sha256(body));
        var scope = now.substring(0, 8) + "/" + env("AWS_REGION", "ap-south-1") + "/execute-api/aws4_request";
        var toSign = String.join("\n", "AWS4-HMAC-SHA256", now, scope, sha256(canonical));
        var key = ("AWS4" + env("AWS_SECRET_ACCESS_KEY", "none")).getBytes(StandardCharsets.UTF_8);
        for (var part : (scope + "/" + toSign).split("/", 5)) key = hmac(key, part);

        // The HTTP client sets `host` itself.
        headers.remove("host");
        headers.put("authorization", "AWS4-HMAC-SHA256 Credential=%s/%s, SignedHeaders=%s, Signature=%s".formatted(
            env("AWS_ACCESS_KEY_ID", "none"), scope, names, HexFormat.of().formatHex(key)));
        return headers;
    }

    static byte[] hmac(byte[] key, String text) throws GeneralSecurityException {
        var mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(key, "HmacSHA256"));
        return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
    }

    static String sha256(String text) throws GeneralSecurityException {
        var digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        return HexFormat.of().formatHex(digest);
    }

    /** Reads the first string field with this name. A program of your own uses its JSON library instead. */
    static String read(String json, String field) {
        var matcher = Pattern.compile("\"" + field + "\":\"((?:[^\"\\\\]|\\\\.)*)\"").matcher(json);
        return matcher.find() ? matcher.group(1) : "";
    }

    static String env(String name, String defaultValue) {
        return System.getenv().getOrDefault(name, defaultValue);
    }

    static void exit(String message) {
        System.err.println(message);
        System.exit(1);
    }
}
