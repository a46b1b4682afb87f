package dev.rowhouse.app.problem;

import dev.rowhouse.platform.messaging.DeadLetterError;
import dev.rowhouse.tenancy.blueprint.BlueprintError;
import dev.rowhouse.tenancy.directory.DirectoryError;
import dev.rowhouse.tenancy.fields.FieldError;
import dev.rowhouse.tenancy.shard.ShardError;
import dev.rowhouse.tenancy.token.TokenError;
import dev.rowhouse.tenancy.usage.ProjectionError;
import java.util.stream.Collectors;
import org.springframework.core.codec.DecodingException;
import org.springframework.core.io.buffer.DataBufferLimitException;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.web.ErrorResponse;
import org.springframework.web.server.MethodNotAllowedException;

/** Gives each error its answer. A new case of a sealed error does not compile before it has one here. */
final class Answers {

    private static final int SOON = 1;
    private static final int MUCH_LATER = 60;

    private Answers() {}

    static Problem to(Throwable error) {
        return switch (error) {
            case Problem problem -> problem;
            case DirectoryError refused -> directory(refused);
            case ShardError refused -> shard(refused);
            case BlueprintError refused -> blueprint(refused);
            case TokenError refused -> token(refused);
            case FieldError refused -> field(refused);
            case DeadLetterError refused -> deadLetter(refused);
            case ProjectionError refused -> projection(refused);
            case DataBufferLimitException _ -> Problem.of(ProblemType.BODY_TOO_LARGE, "the body is too large");
            // A body's type is checked at the edge, so this is one that the client asks for.
            case InvalidMediaTypeException _ ->
                Problem.of(ProblemType.INVALID_REQUEST, "Accept names what is no media type")
                        .withHint("such as application/json");
            case DecodingException _ -> Problem.of(ProblemType.INVALID_REQUEST, "the body cannot be read");
            case ErrorResponse framework -> framework(framework);
            default -> internal();
        };
    }

    private static Problem directory(DirectoryError error) {
        var message = String.valueOf(error.getMessage());
        return switch (error) {
            case DirectoryError.SlugTaken _ -> Problem.of(ProblemType.SLUG_TAKEN, message);
            case DirectoryError.WrongState _ -> Problem.of(ProblemType.WRONG_STATE, message);
            case DirectoryError.NotPlaceable refused ->
                Problem.of(ProblemType.NOT_PLACEABLE, message).with("member", refused.member());
            case DirectoryError.ShardInUse refused ->
                Problem.of(ProblemType.SHARD_IN_USE, message).withHint(refused.hint());
            case DirectoryError.IdempotencyConflict _ -> Problem.of(ProblemType.IDEMPOTENCY_CONFLICT, message);
            case DirectoryError.Unavailable _ ->
                Problem.of(ProblemType.CONTROL_UNAVAILABLE, message).retryAfter(SOON);
        };
    }

    // A shard's name is the operator's business: the texts of these cases are for logs.
    private static Problem shard(ShardError error) {
        return switch (error) {
            case ShardError.Unavailable _ ->
                Problem.of(ProblemType.SHARD_UNAVAILABLE, "the tenant's database does not answer")
                        .retryAfter(SOON);
            case ShardError.Busy _ ->
                Problem.of(ProblemType.BUSY, "too many of the tenant's requests wait for its database")
                        .retryAfter(SOON);
            case ShardError.JournalFull _ ->
                Problem.of(
                                ProblemType.JOURNAL_FULL,
                                "changes wait for too long to be published; until they are, nothing can be changed")
                        .withHint("reads go on")
                        .retryAfter(MUCH_LATER);
            case ShardError.Unknown _ ->
                Problem.of(ProblemType.SHARD_UNAVAILABLE, "the tenant's database is not known here yet")
                        .retryAfter(SOON);
            case ShardError.Unfit unfit -> Problem.of(ProblemType.INVALID_VALUE, String.valueOf(unfit.getMessage()));
            case ShardError.RoleMismatch _ -> internal();
            case ShardError.WeakIsolation _ ->
                Problem.of(ProblemType.INVALID_REQUEST, "a condition on a row needs a transaction that sees one state")
                        .withHint("ask for \"isolation\": \"repeatable read\" or \"serializable\"");
            case ShardError.AnswerTooLarge tooLarge ->
                Problem.of(ProblemType.ANSWER_TOO_LARGE, String.valueOf(tooLarge.getMessage()))
                        .withHint("nothing was changed; ask for return=minimal or for fewer rows");
            case ShardError.Refused refused -> SqlStates.answer(refused);
        };
    }

    private static Problem token(TokenError error) {
        var message = String.valueOf(error.getMessage());
        return switch (error) {
            case TokenError.NotVerified _ -> invalidToken("PGRST301", message);
            case TokenError.ClaimsRefused _ -> invalidToken("PGRST303", message);
            case TokenError.RoleRefused _ -> Problem.of(ProblemType.PERMISSION_DENIED, message);
            case TokenError.KeysRefused _ ->
                Problem.of(ProblemType.INVALID_VALUE, message).with("member", "jwks");
        };
    }

    private static Problem invalidToken(String code, String message) {
        var quoted = message.replaceAll("[^\\x20-\\x7e]|[\"\\\\]", "'");
        return Problem.of(ProblemType.UNAUTHENTICATED, message)
                .withCode(code)
                .withHeader(
                        HttpHeaders.WWW_AUTHENTICATE,
                        "Bearer error=\"invalid_token\", error_description=\"" + quoted + "\"");
    }

    private static Problem blueprint(BlueprintError error) {
        var message = String.valueOf(error.getMessage());
        return switch (error) {
            case BlueprintError.VersionTaken _ -> Problem.of(ProblemType.VERSION_TAKEN, message);
            case BlueprintError.NoShard _ -> Problem.of(ProblemType.NO_SHARD, message);
            case BlueprintError.Rejected rejected -> rejected(rejected);
        };
    }

    private static Problem field(FieldError error) {
        var message = String.valueOf(error.getMessage());
        return switch (error) {
            case FieldError.UnknownRelation _ -> Problem.of(ProblemType.RELATION_UNKNOWN, message);
            case FieldError.NotExtensible _, FieldError.TooMany _ -> Problem.of(ProblemType.NOT_EXTENSIBLE, message);
            case FieldError.Taken _ -> Problem.of(ProblemType.FIELD_TAKEN, message);
            case FieldError.Unknown _ -> Problem.of(ProblemType.FIELD_UNKNOWN, message);
            case FieldError.Busy _ ->
                Problem.of(ProblemType.BUSY, message)
                        .withHint("send the request again")
                        .retryAfter(SOON);
        };
    }

    private static Problem deadLetter(DeadLetterError error) {
        var message = String.valueOf(error.getMessage());
        return switch (error) {
            case DeadLetterError.NotFirst _ ->
                Problem.of(ProblemType.DEAD_LETTER_BEHIND, message).withHint("replay or discard that one");
            case DeadLetterError.NoConsumer _ -> Problem.of(ProblemType.NO_CONSUMER, message);
        };
    }

    private static Problem projection(ProjectionError error) {
        var message = String.valueOf(error.getMessage());
        return switch (error) {
            case ProjectionError.Unknown _ -> Problem.of(ProblemType.NOT_FOUND, message);
            case ProjectionError.Running _ -> Problem.of(ProblemType.REBUILD_RUNNING, message);
            case ProjectionError.NoEvents _ -> Problem.of(ProblemType.NO_CONSUMER, message);
        };
    }

    private static Problem rejected(BlueprintError.Rejected rejected) {
        var problem = Problem.of(ProblemType.BLUEPRINT_REJECTED, HouseNames.scrubbed(rejected.reason()))
                .withHint(rejected.hint())
                .with("file", rejected.file())
                .with("line", rejected.line())
                .with("column", rejected.column());
        var sqlState = rejected.sqlState();
        return sqlState == null ? problem : problem.with("sqlstate", sqlState);
    }

    // The framework's own texts name our classes now and then: only its status is taken over.
    private static Problem framework(ErrorResponse error) {
        return switch (error.getStatusCode().value()) {
            case 404 -> Problem.of(ProblemType.NOT_FOUND, "there is nothing at this address");
            case 405 -> methodNotAllowed(error);
            case 406 -> Problem.of(ProblemType.NOT_ACCEPTABLE, "none of the accepted media types is available");
            case 413 -> Problem.of(ProblemType.BODY_TOO_LARGE, "the body is too large");
            case 415 -> Problem.of(ProblemType.UNSUPPORTED_MEDIA_TYPE, "the body's media type is not understood here");
            default ->
                error.getStatusCode().is4xxClientError()
                        ? Problem.of(ProblemType.INVALID_REQUEST, "the request is malformed")
                        : internal();
        };
    }

    private static Problem methodNotAllowed(ErrorResponse error) {
        var problem = Problem.of(ProblemType.METHOD_NOT_ALLOWED, "the method is not allowed here");
        return error instanceof MethodNotAllowedException notAllowed
                ? problem.withHeader(
                        "Allow",
                        notAllowed.getSupportedMethods().stream()
                                .map(HttpMethod::name)
                                .sorted()
                                .collect(Collectors.joining(", ")))
                : problem;
    }

    private static Problem internal() {
        return Problem.of(ProblemType.INTERNAL_ERROR, "the request failed; the trace id leads to the reason");
    }
}
