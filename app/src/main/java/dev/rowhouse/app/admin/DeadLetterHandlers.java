package dev.rowhouse.app.admin;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.rowhouse.app.problem.Problem;
import dev.rowhouse.app.problem.ProblemType;
import dev.rowhouse.platform.database.Database;
import dev.rowhouse.platform.messaging.DeadLetter;
import dev.rowhouse.platform.messaging.DeadLetters;
import dev.rowhouse.platform.secrets.SecretsError;
import dev.rowhouse.tenancy.directory.DirectoryError;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.time.Instant;
import java.util.Map;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** What consumers of events could not take: to be looked at, handled again or dropped. */
public final class DeadLetterHandlers {

    /** A dead letter in a list, which shows nothing of a tenant's rows but whose and which. */
    record LetterView(
            long id,
            String consumer,
            String topic,
            int partition,
            long offset,
            @Nullable String key,
            @Nullable String eventId,
            @Nullable String eventType,
            String reason,
            @Nullable String error,
            int tries,
            Instant diedAt) {

        static LetterView of(DeadLetter letter) {
            return new LetterView(
                    letter.id(),
                    letter.consumer(),
                    letter.topic(),
                    letter.partition(),
                    letter.offset(),
                    letter.key(),
                    letter.headers().get("ce_id"),
                    letter.headers().get("ce_type"),
                    letter.reason().label(),
                    letter.error().isEmpty() ? null : letter.error(),
                    letter.tries(),
                    letter.diedAt());
        }
    }

    /** A dead letter with all of it; its value is text where it can be. */
    record WholeLetterView(
            @JsonUnwrapped LetterView letter,
            Map<String, String> headers,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            String value,

            @JsonInclude(JsonInclude.Include.NON_NULL) byte @Nullable [] valueBase64) {

        static WholeLetterView of(DeadLetter letter) {
            var text = text(letter.value());
            return new WholeLetterView(
                    LetterView.of(letter), letter.headers(), text, text == null ? letter.value() : null);
        }

        private static @Nullable String text(byte[] value) {
            try {
                return UTF_8.newDecoder().decode(ByteBuffer.wrap(value)).toString();
            } catch (CharacterCodingException e) {
                return null;
            }
        }
    }

    private static final int SOON = 1;

    private final DeadLetters letters;

    public DeadLetterHandlers(DeadLetters letters) {
        this.letters = letters;
    }

    Mono<ServerResponse> list(ServerRequest request, Operator operator) {
        var limit = Requests.limit(request);
        var after = Requests.after(request);
        return letters.list(
                        Requests.parameter(request, "consumer"),
                        Requests.parameter(request, "key"),
                        limit + 1,
                        after == null ? 0 : place(after))
                .collectList()
                .onErrorMap(Database::isUnavailable, DirectoryError.Unavailable::new)
                .map(found -> Requests.page(found, limit, letter -> Long.toString(letter.id())))
                .flatMap(page -> ServerResponse.ok().bodyValue(page.map(LetterView::of)));
    }

    Mono<ServerResponse> get(ServerRequest request, Operator operator) {
        return answered(request, id -> letters.find(id).map(WholeLetterView::of));
    }

    Mono<ServerResponse> replay(ServerRequest request, Operator operator) {
        return answered(request, letters::replay);
    }

    Mono<ServerResponse> discard(ServerRequest request, Operator operator) {
        return answered(request, letters::discard);
    }

    private static <T> Mono<ServerResponse> answered(ServerRequest request, LongFunction<Mono<T>> work) {
        var text = request.pathVariable("id");
        return work.apply(id(text))
                .onErrorMap(Database::isUnavailable, DirectoryError.Unavailable::new)
                .onErrorMap(SecretsError.class, DeadLetterHandlers::sealed)
                .switchIfEmpty(Mono.error(() -> unknown(text)))
                .flatMap(answer -> ServerResponse.ok().bodyValue(answer));
    }

    // An operator may know which path of Vault is meant, and which line of the policy is missing.
    private static Problem sealed(SecretsError error) {
        return Problem.of(ProblemType.SECRETS_UNAVAILABLE, String.valueOf(error.getMessage()))
                .retryAfter(SOON);
    }

    private static long id(String text) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw unknown(text);
        }
    }

    private static long place(String cursor) {
        try {
            return Long.parseLong(cursor);
        } catch (NumberFormatException e) {
            throw Problem.of(ProblemType.INVALID_QUERY, "after: not a cursor of this list");
        }
    }

    private static Problem unknown(String id) {
        return Requests.unknown("dead letter '" + id + "' does not exist");
    }
}
