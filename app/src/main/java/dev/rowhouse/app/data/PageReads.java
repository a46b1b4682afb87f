package dev.rowhouse.app.data;

import dev.rowhouse.app.data.plan.KeysetPlan;
import dev.rowhouse.app.data.plan.Planner;
import dev.rowhouse.app.data.plan.ReadPlan;
import dev.rowhouse.app.data.query.Preferences.Count;
import dev.rowhouse.app.data.query.QueryError;
import dev.rowhouse.app.data.query.ReadQuery;
import dev.rowhouse.app.data.sql.SqlWriter;
import dev.rowhouse.tenancy.catalog.ColumnType.Category;
import dev.rowhouse.tenancy.catalog.ColumnType.Origin;
import dev.rowhouse.tenancy.catalog.Relation;
import dev.rowhouse.tenancy.shard.TenantDatabase;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.springframework.http.HttpHeaders;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

/**
 * Answers reads of a page by cursor. A full page tells where the next one begins, so what is inserted or deleted in between
 * neither repeats nor hides a row.
 */
final class PageReads {

    private static final JsonMapper JSON = new JsonMapper();

    private final TenantDatabase database;
    private final Cursors cursors;

    PageReads(TenantDatabase database, Cursors cursors) {
        this.database = database;
        this.cursors = cursors;
    }

    /** Answers a query that names a cursor; an empty one is of the first page. */
    Mono<Void> answer(RowsAnswer answer, ReadPlan plan, ReadQuery query) {
        var request = answer.request();
        var after = Objects.requireNonNull(query.after());
        requirePlace(plan);
        var first = Planner.keyset(query, null, request.catalog(), request.callerClass());
        var keyset = after.isEmpty()
                ? first
                : Planner.keyset(
                        query,
                        cursors.read(request, after, first.order().size()),
                        request.catalog(),
                        request.callerClass());
        var sure = sure(keyset);
        var read = SqlWriter.read(
                sure, answer.representation().rendering(), request.house().schema(), request.role());
        request.ended("plan");
        var caller = Reads.caller(request, sure.read(), query.preferences().timezone());
        return database.read(request.house(), caller, read)
                .switchOnFirst((head, all) -> head.hasValue() ? headed(answer, head.get(), all) : all.then())
                .then();
    }

    private static void requirePlace(ReadPlan plan) {
        if (plan.rows().source().relation().kind() != Relation.Kind.TABLE) {
            // Joined to many, its rows repeat the key that they show.
            throw refused("of a view no key is sure to be unique");
        }
        if (plan.page().offset() > 0) {
            throw refused("an offset and a cursor exclude each other");
        }
        if (plan.count() == Count.PLANNED || plan.count() == Count.ESTIMATED) {
            throw refused("a page by cursor is counted exactly or not at all");
        }
    }

    // The text of a value of the blueprint's own types may be made by the blueprint's own code.
    private static KeysetPlan sure(KeysetPlan keyset) {
        var read = keyset.read();
        var plain = keyset.order().stream()
                .map(sort -> sort.value().type())
                .allMatch(type -> type.origin() != Origin.HOUSE && type.category() != Category.COMPOSITE);
        return plain ? keyset : new KeysetPlan(new ReadPlan(read.rows(), read.count(), false), keyset.page());
    }

    private static QueryError refused(String why) {
        return QueryError.malformed("PGRST100", "parameter 'after' cannot be used here", why);
    }

    private Publisher<Void> headed(RowsAnswer answer, @Nullable ByteBuf first, Flux<ByteBuf> headAndRows) {
        var request = answer.request();
        var head = JSON.readTree(first == null ? "{}" : first.toString(StandardCharsets.UTF_8));
        var last = head.path("next");
        if (last.isArray()) {
            request.response().getHeaders().add(HttpHeaders.LINK, cursors.next(request, last));
        }
        var total = head.path("total");
        var rows = headAndRows.<ByteBuf>handle((row, sink) -> {
            if (row == first) {
                row.release();
            } else {
                sink.next(row);
            }
        });
        return answer.send(rows, total.isNumber() ? new Total(total.longValue(), true) : null);
    }
}
