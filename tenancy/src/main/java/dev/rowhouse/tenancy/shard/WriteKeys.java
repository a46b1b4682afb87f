package dev.rowhouse.tenancy.shard;

import dev.rowhouse.tenancy.Caller;
import dev.rowhouse.tenancy.House;
import io.r2dbc.postgresql.api.PostgresqlResult;
import io.r2dbc.spi.Row;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Keys under which a write happens once: claimed and kept in the write's own transaction, so that there is an answer exactly
 * where there is a write, whoever dies in between.
 *
 * <p>A key belongs to a house, a role of it and the user who asks. The database tells these from the session, not from what
 * is handed over here.
 */
public final class WriteKeys {

    private static final String CLAIM =
            "SELECT state, request, status, headers, body FROM rowhouse.claim_answer($1::pg_catalog.text)";
    private static final String KEEP = "SELECT rowhouse.keep_answer($1::pg_catalog.text, $2::pg_catalog.text,"
            + " $3::pg_catalog.int4, $4::pg_catalog.text, $5::pg_catalog.bytea)";
    private static final String RUNNING = "running";

    private WriteKeys() {}

    /** @param transaction as {@link TenantDatabase#transaction} gives it */
    public static Mono<Claim> claim(TenantDatabase transaction, House house, Caller caller, String key) {
        var statement = new Statement(CLAIM, Arrays.asList(key));
        return transaction.within(
                house,
                caller,
                backend -> backend.execute(statement)
                        .concatMap(result -> result.map((row, _) -> claim(row)))
                        .defaultIfEmpty(new Claim.Granted()));
    }

    /** Keeps the answer for whoever comes with the key again. */
    public static Mono<Void> keep(
            TenantDatabase transaction, House house, Caller caller, String key, KeptAnswer answer) {
        var statement = new Statement(
                KEEP,
                Arrays.<@Nullable String>asList(
                        key,
                        answer.request(),
                        Integer.toString(answer.status()),
                        answer.headers(),
                        bytes(answer.body())));
        return transaction
                .within(house, caller, backend -> done(backend.execute(statement)))
                .then();
    }

    private static Flux<Boolean> done(Flux<PostgresqlResult> results) {
        return results.concatMap(result -> result.map((_, _) -> true));
    }

    private static @Nullable String bytes(byte @Nullable [] body) {
        return body == null ? null : "\\x" + HexFormat.of().formatHex(body);
    }

    private static Claim claim(Row row) {
        if (RUNNING.equals(row.get("state", String.class))) {
            return new Claim.Running();
        }
        return new Claim.Done(new KeptAnswer(
                text(row, "request"),
                Objects.requireNonNull(row.get("status", Integer.class)),
                text(row, "headers"),
                row.get("body", byte[].class)));
    }

    private static String text(Row row, String column) {
        return Objects.requireNonNull(row.get(column, String.class));
    }
}
