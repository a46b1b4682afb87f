package dev.rowhouse.tenancy.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rowhouse.tenancy.CallerClass;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tokens as attackers make them, each beside one that is good; the numbers are those of the hostile cases. */
class UserTokensTest {

    private static final Issuer ELLIPTIC = Issuer.elliptic("one");
    private static final Issuer RSA = Issuer.rsa("two", 2_048);
    private static final Issuer STRANGER = Issuer.elliptic("one");
    private static final Set<String> TENANT = Set.of("acme", "0197f0a2-0000-7000-8000-000000000000");
    private static final long NOW = 1_800_000_000;
    private static final String GOOD = "{\"sub\":\"ann\",\"exp\":" + (NOW + 600) + "}";

    private final AtomicReference<Instant> time = new AtomicReference<>(Instant.ofEpochSecond(NOW));
    private final InstantSource source = time::get;
    private final Clock clock = source.withZone(ZoneOffset.UTC);
    private final UserTokens tokens = new UserTokens(clock);
    private final TokenTrust trust = TokenTrust.of("{\"keys\":[" + ELLIPTIC.jwk() + "," + RSA.jwk() + "]}", null, null);

    @Test
    void aGoodTokenSpeaksForItsUser() {
        for (var issuer : new Issuer[] {ELLIPTIC, RSA}) {
            var caller = tokens.callerOf(issuer.token(GOOD), trust, TENANT);

            assertThat(caller.callerClass()).isEqualTo(CallerClass.AUTHENTICATED);
            assertThat(caller.claims())
                    .isEqualTo("{\"sub\":\"ann\",\"exp\":" + (NOW + 600) + ",\"role\":\"authenticated\"}");
        }
    }

    @ParameterizedTest
    @CsvSource({"authenticated, AUTHENTICATED", "anon, ANON"})
    void aTokenNamesItsRole(String role, CallerClass callerClass) {
        var claims = "{\"role\":\"" + role + "\",\"exp\":" + (NOW + 600) + "}";

        assertThat(tokens.callerOf(ELLIPTIC.token(claims), trust, TENANT).callerClass())
                .isEqualTo(callerClass);
    }

    @ParameterizedTest
    @ValueSource(strings = {"service_role", "postgres", "SERVICE_ROLE", ""})
    void noTokenGivesAnotherRole(String role) {
        assertThatThrownBy(() -> callerOf("{\"role\":\"" + role + "\",\"exp\":" + (NOW + 600) + "}"))
                .isInstanceOf(TokenError.RoleRefused.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "None", "nOnE", "NONE", "", "HS256", "es256", "ES384", "RS512", "PS256"})
    void h01OnlyTwoAlgorithmsThereAre(String algorithm) {
        var header = "{\"alg\":\"" + algorithm + "\"}";

        refused(ELLIPTIC.token(header, GOOD));
        refused(Issuer.encoded(header) + "." + Issuer.encoded(GOOD) + ".");
    }

    @Test
    void h01AnEmptyOrZeroSignatureIsNone() {
        var unsigned = Issuer.encoded("{\"alg\":\"ES256\"}") + "." + Issuer.encoded(GOOD) + ".";

        refused(unsigned);
        refused(unsigned + Base64.getUrlEncoder().withoutPadding().encodeToString(new byte[64]));
        refused(unsigned + "AAAA");
    }

    @Test
    void h02APublicKeyIsNoSecret() throws GeneralSecurityException {
        for (var algorithm : new String[] {"HS256", "RS256"}) {
            var signed = Issuer.encoded("{\"alg\":\"" + algorithm + "\",\"kid\":\"two\"}") + "." + Issuer.encoded(GOOD);
            var mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(RSA.publicKey().getEncoded(), "HmacSHA256"));

            refused(signed + "."
                    + Base64.getUrlEncoder()
                            .withoutPadding()
                            .encodeToString(mac.doFinal(signed.getBytes(StandardCharsets.US_ASCII))));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"jku", "x5u", "jwk", "x5c", "crit", "b64"})
    void h03NobodyLooksWhereATokenPoints(String member) {
        refused(ELLIPTIC.token(
                "{\"alg\":\"ES256\",\"kid\":\"one\",\"" + member + "\":\"http://127.0.0.1:9/keys\"}", GOOD));
        refused(STRANGER.token("{\"alg\":\"ES256\",\"kid\":\"one\",\"jwk\":" + STRANGER.jwk() + "}", GOOD));
    }

    @Test
    void h05AStrangersKeyOpensNothing() {
        refused(STRANGER.token(GOOD));
        refused(STRANGER.token("{\"alg\":\"ES256\"}", GOOD));
    }

    @Test
    void h05ATokenForAnotherTenantIsRefused() {
        var mine = "{\"tenant_id\":\"acme\",\"exp\":" + (NOW + 600) + "}";

        assertThat(callerOf(mine)).isEqualTo(CallerClass.AUTHENTICATED);
        claimsRefused(mine.replace("acme", "globex"));
        claimsRefused("{\"tenant_id\":[\"acme\"],\"exp\":" + (NOW + 600) + "}");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            "api"              | true
            ["web","api"]      | true
            "web"              | false
            ["web","api2"]     | false
            []                 | false
            null               | false
            {"api":1}          | false
            ["api",7]          | false
            """)
    void h07AnAudienceThatIsExpectedMustBeMeant(String audience, boolean good) {
        var strict = TokenTrust.of(ELLIPTIC.jwks(), null, "api");
        var token = ELLIPTIC.token("{\"aud\":" + audience + ",\"exp\":" + (NOW + 600) + "}");

        if (good) {
            assertThat(tokens.callerOf(token, strict, TENANT)).isNotNull();
        } else {
            assertThatThrownBy(() -> tokens.callerOf(token, strict, TENANT))
                    .isInstanceOf(TokenError.ClaimsRefused.class);
        }
        assertThatThrownBy(() -> tokens.callerOf(ELLIPTIC.token(GOOD), strict, TENANT))
                .isInstanceOf(TokenError.ClaimsRefused.class);
    }

    @Test
    void anIssuerThatIsExpectedMustBeNamed() {
        var strict = TokenTrust.of(ELLIPTIC.jwks(), "https://id.example", null);
        var good = "{\"iss\":\"https://id.example\",\"exp\":" + (NOW + 600) + "}";

        assertThat(tokens.callerOf(ELLIPTIC.token(good), strict, TENANT)).isNotNull();
        for (var bad : new String[] {GOOD, good.replace("example", "example.evil"), good.replace("https", "http")}) {
            assertThatThrownBy(() -> tokens.callerOf(ELLIPTIC.token(bad), strict, TENANT))
                    .isInstanceOf(TokenError.ClaimsRefused.class);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"logout+jwt", "secevent+jwt", "dpop+jwt", "JOSE", ""})
    void h08ATokenOfAnotherTypeIsRefused(String type) {
        refused(ELLIPTIC.token("{\"alg\":\"ES256\",\"typ\":\"" + type + "\"}", GOOD));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"nonce\":\"n\"",
                "\"at_hash\":\"h\"",
                "\"events\":{}",
                "\"typ\":\"Refresh\"",
                "\"typ\":\"ID\"",
                "\"token_use\":\"id\"",
                "\"typ\":\"Logout\""
            })
    void h08ATokenOfAnotherKindIsRefused(String claim) {
        claimsRefused("{" + claim + ",\"exp\":" + (NOW + 600) + "}");
        assertThat(callerOf("{\"typ\":\"Bearer\",\"token_use\":\"access\",\"exp\":" + (NOW + 600) + "}"))
                .isEqualTo(CallerClass.AUTHENTICATED);
    }

    @ParameterizedTest
    @CsvSource({
        "exp, -59, true",
        "exp, -61, false",
        "nbf, 59, true",
        "nbf, 61, false",
        "iat, 59, true",
        "iat, 61, false"
    })
    void h09ClocksMayDifferByAMinute(String claim, long seconds, boolean good) {
        var claims = claim.equals("exp")
                ? "{\"exp\":" + (NOW + seconds) + "}"
                : "{\"exp\":" + (NOW + 600) + ",\"" + claim + "\":" + (NOW + seconds) + "}";

        if (good) {
            assertThat(callerOf(claims)).isEqualTo(CallerClass.AUTHENTICATED);
        } else {
            claimsRefused(claims);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{\"exp\":null}", "{\"exp\":\"2000000000\"}", "{\"exp\":true}", "{\"exp\":1e999}"})
    void h09ATokenWithoutAnEndIsRefused(String claims) {
        claimsRefused(claims);
    }

    @Test
    void aRememberedTokenEndsInItsTime() {
        var token = ELLIPTIC.token(GOOD);
        assertThat(tokens.callerOf(token, trust, TENANT)).isNotNull();

        time.set(Instant.ofEpochSecond(NOW + 661));

        assertThatThrownBy(() -> tokens.callerOf(token, trust, TENANT)).hasMessage("JWT expired");
    }

    @Test
    void aRememberedTokenEndsWithItsKey() {
        var token = ELLIPTIC.token(GOOD);
        assertThat(tokens.callerOf(token, trust, TENANT)).isNotNull();

        assertThatThrownBy(() -> tokens.callerOf(token, TokenTrust.of(RSA.jwks(), null, null), TENANT))
                .isInstanceOf(TokenError.NotVerified.class);
    }

    @Test
    void aTokenIsCheckedWithTheKeyThatItNames() {
        refused(ELLIPTIC.token("{\"alg\":\"ES256\",\"kid\":\"two\"}", GOOD));
        refused(ELLIPTIC.token("{\"alg\":\"ES256\",\"kid\":\"three\"}", GOOD));
        refused(ELLIPTIC.token("{\"alg\":\"ES256\",\"kid\":1}", GOOD));
        refused(ELLIPTIC.token("{\"alg\":\"RS256\",\"kid\":\"one\"}", GOOD));
        assertThat(tokens.callerOf(ELLIPTIC.token("{\"alg\":\"ES256\"}", GOOD), trust, TENANT))
                .isNotNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "..", "a.b", "a.b.c.d", "a.b.c", "!.!.!", "eyJhbGciOiJFUzI1NiJ9..", "W10.W10.W10"})
    void whatIsNoTokenIsRefused(String token) {
        refused(token);
        tokens.pretend(token);
    }

    @Test
    void aChangedTokenIsRefused() {
        var parts = ELLIPTIC.token(GOOD).split("\\.");

        refused(parts[0] + "." + Issuer.encoded(GOOD.replace("ann", "bob")) + "." + parts[2]);
    }

    @Test
    void claimsThatCanBeReadInTwoWaysAreRefused() {
        refused(ELLIPTIC.token("{\"exp\":" + (NOW + 600) + ",\"role\":\"anon\",\"role\":\"authenticated\"}"));
        refused(ELLIPTIC.token("[]"));
        refused(ELLIPTIC.token(GOOD + "{}"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"keys\":[]}",
                "{\"keys\":{}}",
                "nonsense",
                "{\"keys\":[{\"kty\":\"oct\",\"k\":\"c2VjcmV0\"}]}",
                "{\"keys\":[{\"kty\":\"EC\",\"crv\":\"P-384\",\"x\":\"AQ\",\"y\":\"AQ\"}]}",
                "{\"keys\":[{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"AQ\",\"y\":\"AQ\"}]}",
                "{\"keys\":[{\"kty\":\"RSA\",\"n\":\"AQAB\",\"e\":\"AQAB\"}]}",
                "{\"keys\":[{\"kty\":\"RSA\",\"n\":\"!\",\"e\":\"AQAB\"}]}",
                "{\"keys\":[{\"kty\":7}]}",
                "{\"keys\":[7]}"
            })
    void keysThatAreNoneAreRefused(String jwks) {
        assertThatThrownBy(() -> TokenTrust.of(jwks, null, null)).isInstanceOf(TokenError.KeysRefused.class);
    }

    @Test
    void aPrivateKeyIsRefusedAndNothingPrivateKept() {
        var jwk = ELLIPTIC.jwk();

        assertThatThrownBy(() -> TokenTrust.of("{\"keys\":[" + jwk.replace("{", "{\"d\":\"AQ\",") + "]}", null, null))
                .hasMessageContaining("private");
        assertThat(TokenTrust.of("{\"keys\":[" + jwk.replace("{", "{\"more\":\"AQ\",") + "]}", null, null))
                .isEqualTo(TokenTrust.of("{\"keys\":[" + jwk + "]}", null, null));
    }

    private CallerClass callerOf(String claims) {
        return tokens.callerOf(ELLIPTIC.token(claims), trust, TENANT).callerClass();
    }

    private void refused(String token) {
        assertThatThrownBy(() -> tokens.callerOf(token, trust, TENANT)).isInstanceOf(TokenError.NotVerified.class);
    }

    private void claimsRefused(String claims) {
        assertThatThrownBy(() -> callerOf(claims)).isInstanceOf(TokenError.ClaimsRefused.class);
    }
}
