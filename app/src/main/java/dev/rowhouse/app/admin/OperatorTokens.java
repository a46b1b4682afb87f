package dev.rowhouse.app.admin;

import dev.rowhouse.app.problem.Problem;
import dev.rowhouse.app.problem.ProblemType;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import org.springframework.http.HttpHeaders;

/** Tells operators by their bearer tokens, of which only hashes are known; each comparison takes the same time. */
public final class OperatorTokens {

    private static final String SCHEME = "Bearer ";

    private record Known(byte[] hash, Operator operator) {}

    private final List<Known> tokens;

    public OperatorTokens(OperatorProperties properties) {
        this.tokens =
                properties.tokenHashes().stream().map(OperatorTokens::known).toList();
    }

    /** Returns whose token the header carries, or fails with a problem (401); two headers are none. */
    Operator operatorOf(List<String> authorizations) {
        var authorization = authorizations.size() == 1 ? authorizations.getFirst() : "";
        if (!authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            throw challenge("Bearer", "this address needs an operator's token");
        }
        var hash = sha256(authorization.substring(SCHEME.length()).strip());
        Operator found = null;
        for (var token : tokens) {
            found = MessageDigest.isEqual(token.hash(), hash) ? token.operator() : found;
        }
        if (found == null) {
            throw challenge("Bearer error=\"invalid_token\"", "the token is not an operator's");
        }
        return found;
    }

    private static Problem challenge(String challenge, String message) {
        return Problem.of(ProblemType.UNAUTHENTICATED, message).withHeader(HttpHeaders.WWW_AUTHENTICATE, challenge);
    }

    private static Known known(OperatorProperties.TokenHash token) {
        var scope = token.scope().equals(Operator.Scope.READ.label()) ? Operator.Scope.READ : Operator.Scope.WRITE;
        return new Known(HexFormat.of().parseHex(token.sha256()), new Operator(token.name(), scope));
    }

    private static byte[] sha256(String token) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
