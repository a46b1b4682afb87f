package dev.rowhouse.platform.postgres;

import io.netty.buffer.ByteBuf;
import io.netty.util.ReferenceCountUtil;
import io.r2dbc.postgresql.client.Client;
import io.r2dbc.postgresql.message.backend.BackendMessage;
import io.r2dbc.postgresql.message.backend.CommandComplete;
import io.r2dbc.postgresql.message.backend.DataRow;
import io.r2dbc.postgresql.message.backend.ErrorResponse;
import io.r2dbc.postgresql.message.backend.Field;
import io.r2dbc.postgresql.message.backend.Field.FieldType;
import io.r2dbc.postgresql.message.backend.ParseComplete;
import io.r2dbc.postgresql.message.backend.ReadyForQuery;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Queue;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * A session to which statements are sent in groups, none waiting for the answers of those before it: the pipeline mode of
 * PostgreSQL's extended query protocol (PostgreSQL documentation, 54.2.4).
 *
 * <p>A group is one implicit transaction. When one of its statements fails, none behind it runs. Groups are answered in the
 * order in which they were sent. One thread at a time may send.
 */
public final class PostgresPipeline {

    private static final Duration FAREWELL = Duration.ofSeconds(1);
    private static final String UNNAMED = "";

    private final Client client;
    private final int statements;
    private final LinkedHashMap<String, Prepared> prepared = new LinkedHashMap<>(16, 0.75f, true);
    private long names;
    private volatile boolean broken;

    /** @param statements that stay prepared, at most; those used longest ago are given up first */
    PostgresPipeline(Client client, int statements) {
        this.client = client;
        this.statements = statements;
    }

    /**
     * One statement of a group.
     *
     * @param sql with parameters {@code $1}, {@code $2} … whose types PostgreSQL infers
     * @param values of the parameters in PostgreSQL's text form
     * @param kept whether it stays prepared
     */
    public record Step(String sql, List<@Nullable String> values, boolean kept) {}

    /** What becomes of a group. Called one after the other, on the connection's event loop or where it was lost. */
    public interface Answers {

        /** @param columns of a row of the statement in text form, null for SQL's null; valid during this call */
        void row(int step, @Nullable ByteBuf[] columns);

        /** The statement has answered. */
        void complete(int step);

        /**
         * The group is over.
         *
         * @param failure why the first statement without {@link #complete} has none, in PostgreSQL's words or the driver's;
         *     null when all have answered
         */
        void end(@Nullable String failure);
    }

    /** Sends a group and completes with its end; to be subscribed to on the {@link #loop}. */
    public Mono<Void> send(List<Step> steps, Answers answers) {
        var messages = new PipelineMessages();
        var group = new ArrayList<Prepared>(steps.size());
        // What is closed is so in front, where nothing has failed yet.
        steps.forEach(step -> group.add(step.kept() ? kept(step.sql(), messages) : new Prepared(UNNAMED)));
        var parsed = new ArrayDeque<Prepared>();
        for (var i = 0; i < group.size(); i++) {
            var statement = group.get(i);
            if (!statement.sent) {
                statement.sent = true;
                messages.parse(statement.name, steps.get(i).sql());
                parsed.add(statement);
            }
            messages.bindAndExecute(statement.name, steps.get(i).values());
        }
        messages.sync();
        var reception = new Reception(group, parsed, answers);
        return client.exchange(message -> message instanceof ReadyForQuery, Mono.just(messages))
                .doOnNext(reception::take)
                .then()
                .doOnSuccess(_ -> reception.complete())
                .onErrorResume(failure -> Mono.fromRunnable(() -> reception.fail(failure)));
    }

    /** Returns the event loop that the connection lives on. */
    public Scheduler loop() {
        return client.getScheduler();
    }

    /** Says whether the connection stands, as far as is known, and answered each group as it was asked. */
    public boolean isOpen() {
        return client.isConnected() && !broken;
    }

    /** Closes the connection within a bound; groups without answers end with a failure. */
    public Mono<Void> close() {
        return client.close().timeout(FAREWELL).onErrorComplete();
    }

    private Prepared kept(String sql, PipelineMessages messages) {
        var known = prepared.get(sql);
        if (known != null && !known.lost) {
            return known;
        }
        if (known != null) {
            messages.close(known.name);
        } else if (prepared.size() == statements) {
            messages.close(prepared.pollFirstEntry().getValue().name);
        }
        var next = new Prepared("p" + ++names);
        prepared.put(sql, next);
        return next;
    }

    /** A statement under its name. */
    private static final class Prepared {

        private final String name;
        private boolean sent;
        // Its group failed before PostgreSQL had parsed it, or at it: what it was planned for may have changed.
        private volatile boolean lost;

        Prepared(String name) {
            this.name = name;
        }
    }

    private final class Reception {

        private final List<Prepared> group;
        private final Queue<Prepared> parsed;
        private final Answers answers;
        private int step;
        private @Nullable String failure;

        Reception(List<Prepared> group, Queue<Prepared> parsed, Answers answers) {
            this.group = group;
            this.parsed = parsed;
            this.answers = answers;
        }

        void take(BackendMessage message) {
            switch (message) {
                case DataRow row -> {
                    try {
                        answers.row(step, row.getColumns());
                    } finally {
                        ReferenceCountUtil.release(row);
                    }
                }
                case CommandComplete _ -> answers.complete(step++);
                case ParseComplete _ -> parsed.remove();
                case ErrorResponse error -> failure = words(error);
                default -> {}
            }
        }

        void complete() {
            if (step < group.size() && failure == null) {
                broken = true;
                failure = "the server ended the group early";
            }
            over(failure);
        }

        void fail(Throwable thrown) {
            broken = true;
            over(failure == null ? String.valueOf(thrown) : failure);
        }

        private void over(@Nullable String reason) {
            parsed.forEach(statement -> statement.lost = true);
            if (step < group.size()) {
                group.get(step).lost = true;
            }
            answers.end(reason);
        }

        private static String words(ErrorResponse error) {
            return error.getFields().stream()
                    .filter(field -> field.getType() == FieldType.CODE || field.getType() == FieldType.MESSAGE)
                    .map(Field::getValue)
                    .collect(Collectors.joining(" "));
        }
    }
}
