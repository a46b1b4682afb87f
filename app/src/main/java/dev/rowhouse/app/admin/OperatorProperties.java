package dev.rowhouse.app.admin;

import java.util.List;
import java.util.regex.Pattern;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Who may operate this installation.
 *
 * @param tokenHashes one entry per operator token; the tokens themselves are nowhere in the configuration
 */
@ConfigurationProperties("rowhouse.operator")
public record OperatorProperties(@DefaultValue List<TokenHash> tokenHashes) {

    private static final Pattern SHA_256 = Pattern.compile("[0-9a-f]{64}");

    /**
     * @param name of the operator in the history of tenants
     * @param sha256 of the token, in hexadecimal
     * @param scope {@code operator}, or {@code operator:read} for a token that changes nothing
     */
    public record TokenHash(
            @DefaultValue("operator") String name,
            String sha256,
            @DefaultValue("operator") String scope) {

        public TokenHash {
            if (!SHA_256.matcher(sha256).matches()) {
                throw new IllegalArgumentException("rowhouse.operator.token-hashes: sha256 of '" + name
                        + "' has another form (expected: the SHA-256 of the token in 64 lower-case hexadecimal digits,"
                        + " not the token)");
            }
            if (!scope.equals(Operator.Scope.WRITE.label()) && !scope.equals(Operator.Scope.READ.label())) {
                throw new IllegalArgumentException("rowhouse.operator.token-hashes: scope '" + scope + "' of '" + name
                        + "' (expected: operator or operator:read)");
            }
        }
    }
}
