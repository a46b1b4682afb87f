package dev.rowhouse.app.data;

import dev.rowhouse.app.data.plan.Planner;
import dev.rowhouse.app.data.plan.ReadPlan;
import dev.rowhouse.app.data.query.Page;
import dev.rowhouse.app.data.query.Preferences.Count;
import dev.rowhouse.app.data.query.QueryParser;
import dev.rowhouse.app.data.query.ReadQuery;
import dev.rowhouse.app.data.sql.SqlWriter;
import dev.rowhouse.platform.cache.Found;
import dev.rowhouse.platform.cache.Found.Source;
import dev.rowhouse.tenancy.Caller;
import dev.rowhouse.tenancy.CallerClass;
import dev.rowhouse.tenancy.shard.Read;
import dev.rowhouse.tenancy.shard.TenantDatabase;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.springframework.http.HttpMethod;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.SynchronousSink;

/** Answers reads of a relation: one statement, or two where PostgreSQL's planner is asked for the total. */
final class Reads {

    private final TenantDatabase database;
    private final Locks locks;
    private final PageReads pages;
    private final CostCeiling ceiling;
    private final @Nullable AnswerCache cache;

    /** @param cache null where every answer has to be read */
    Reads(TenantDatabase database, Cursors cursors, @Nullable AnswerCache cache) {
        this.cache = cache;
        this.database = database;
        this.locks = new Locks(database);
        this.pages = new PageReads(database, cursors);
        this.ceiling = new CostCeiling(database);
    }

    Mono<Void> answer(DataRequest request) {
        var explanation = Explanation.wanted(request.headers());
        if (explanation != null && request.callerClass() == CallerClass.SERVICE) {
            return explain(request, explanation);
        }
        var representation = Accept.rows(request.headers());
        var query = query(request);
        request.ended("parse");
        var plan = isExport(request, representation, query)
                ? Planner.export(query, request.catalog(), request.callerClass())
                : Planner.read(query, request.catalog(), request.callerClass());
        request.apply(query.preferences().applied());
        RowsAnswer.locate(request);
        CacheHeaders.allow(request, plan);
        var read = Mono.defer(() -> read(request, representation, query, plan));
        return cache == null ? read : kept(cache, request, representation, query, plan, read);
    }

    private Mono<Void> read(DataRequest request, Representation representation, ReadQuery query, ReadPlan plan) {
        var answered = ceiling.keep(request, plan)
                .then(Mono.defer(() -> locks.taken(request, plan, query.preferences())))
                .then(Mono.defer(() -> answer(request, representation, query, plan)));
        return request.place().during(answered);
    }

    /** @param otherwise answers what is not kept */
    private Mono<Void> kept(
            AnswerCache answers,
            DataRequest request,
            Representation representation,
            ReadQuery query,
            ReadPlan plan,
            Mono<Void> otherwise) {
        if (!AnswerCache.isDeclared(request)) {
            return otherwise;
        }
        var read =
                SqlWriter.read(plan, representation.rendering(), request.house().schema(), request.role());
        var question = answers.question(request, query, plan, read);
        if (question == null) {
            return otherwise;
        }
        request.ended("plan");
        var load = ceiling.keep(request, plan)
                .thenMany(database.read(request.house(), request.plainCaller(), read))
                .map(Reads::bytes);
        return answers.answer(question, request.place().during(load)).flatMap(found -> {
            CacheHeaders.tell(request, found.source());
            if (found.source() == Source.UNKEPT) {
                return otherwise;
            }
            var repeatable = found.source() == Source.MEMORY ? request.repeatable() : null;
            return repeatable == null
                    ? kept(request, representation, plan, read, found)
                    : repeatable.answer(
                            request, question, found, same -> kept(same, representation, plan, read, found));
        });
    }

    private static Mono<Void> kept(
            DataRequest request, Representation representation, ReadPlan plan, Read read, Found found) {
        var rows = Flux.fromIterable(found.parts()).map(Unpooled::wrappedBuffer);
        var answer = new RowsAnswer(request, representation, plan.page());
        return read.headed() ? headed(answer, rows, plan, 0) : answer.send(rows, null);
    }

    private Mono<Void> answer(DataRequest request, Representation representation, ReadQuery query, ReadPlan plan) {
        var caller = caller(request, plan, query.preferences().timezone());
        var rows = new RowsAnswer(request, representation, plan.page());
        if (query.after() != null) {
            return pages.answer(rows, plan, query);
        }
        return switch (plan.count()) {
            case NONE, EXACT -> answer(caller, plan, rows, 0);
            case PLANNED, ESTIMATED -> planned(request, plan).flatMap(planned -> answer(caller, plan, rows, planned));
        };
    }

    private static ReadQuery query(DataRequest request) {
        return QueryParser.read(
                request.relation(),
                request.parameters(),
                request.prefer(),
                Ranges.header(request.headers()),
                request.limits());
    }

    // Who has the secret key may have every row, and rows in lines need no room for all of them, here or there.
    private static boolean isExport(DataRequest request, Representation representation, ReadQuery query) {
        return request.callerClass() == CallerClass.SERVICE
                && representation.isLines()
                && query.after() == null
                && query.selection().page().equals(Page.ALL);
    }

    static Caller caller(DataRequest request, ReadPlan plan, @Nullable String timezone) {
        var caller = plan.callerIndependent() ? request.plainCaller() : request.caller();
        return timezone == null ? caller : caller.inTimeZone(timezone);
    }

    private Mono<Void> explain(DataRequest request, Explanation explanation) {
        var query = query(request);
        var plan = Planner.read(query, request.catalog(), request.callerClass());
        var read = SqlWriter.read(
                plan, explanation.explained().rendering(), request.house().schema(), request.role());
        var statement = SqlWriter.explained(read, explanation.json(), explanation.options());
        return new RowsAnswer(request, explanation.representation(), Page.ALL)
                .send(
                        database.read(request.house(), request.caller(), statement)
                                .map(Explanation::anonymous),
                        null);
    }

    /** @param planned the planner's estimate of the total, where it was asked for one */
    private Mono<Void> answer(Caller caller, ReadPlan plan, RowsAnswer answer, long planned) {
        var request = answer.request();
        var headOnly = request.exchange().getRequest().getMethod() == HttpMethod.HEAD;
        if (plan.isInParts() && !headOnly) {
            return parts(caller, plan, answer, total(plan, planned));
        }
        var read = SqlWriter.read(
                plan, answer.representation().rendering(), request.house().schema(), request.role());
        var statement = headOnly ? SqlWriter.headOnly(read) : read;
        request.ended("plan");
        var rows = plan.isExport() && !headOnly
                ? database.export(request.house(), caller, statement)
                : database.read(request.house(), caller, statement);
        if (!statement.headed()) {
            return answer.send(rows, total(plan, planned));
        }
        return headed(answer, rows, plan, planned);
    }

    private static Mono<Void> headed(RowsAnswer answer, Flux<ByteBuf> headAndRows, ReadPlan plan, long planned) {
        Function<Total.Head, @Nullable Total> total = head -> total(plan.count(), head, planned);
        return headAndRows
                .switchOnFirst((head, all) -> head.hasValue() ? headed(answer, head.get(), all, total) : all.then())
                .then();
    }

    private Mono<Void> parts(Caller caller, ReadPlan plan, RowsAnswer answer, @Nullable Total total) {
        var request = answer.request();
        var statement = SqlWriter.parts(
                plan, answer.representation().rendering(), request.house().schema(), request.role());
        request.ended("plan");
        return answer.sendParts(database.export(request.house(), caller, statement), total);
    }

    private static @Nullable Total total(ReadPlan plan, long planned) {
        return plan.count() == Count.PLANNED ? new Total(planned, false) : null;
    }

    private static Publisher<Void> headed(
            RowsAnswer answer,
            @Nullable ByteBuf first,
            Flux<ByteBuf> headAndRows,
            Function<Total.Head, @Nullable Total> total) {
        var head = first == null ? new Total.Head(null, null) : Total.Head.of(first);
        var rows = headAndRows.<ByteBuf>handle((row, sink) -> passUnless(row == first, row, sink));
        var known = head.rows();
        return known == null
                ? answer.send(rows, total.apply(head))
                : rows.then(answer.sendHead(known, total.apply(head)));
    }

    private static @Nullable Total total(Count count, Total.Head head, long planned) {
        var counted = head.total();
        return switch (count) {
            case NONE -> null;
            case PLANNED -> new Total(planned, false);
            case EXACT -> counted == null ? null : new Total(counted, true);
            case ESTIMATED -> estimated(counted == null ? 0 : counted, planned);
        };
    }

    /** @param counted up to one more than is counted exactly */
    private static Total estimated(long counted, long planned) {
        return counted <= Page.LARGEST ? new Total(counted, true) : new Total(Math.max(planned, counted), false);
    }

    private Mono<Long> planned(DataRequest request, ReadPlan plan) {
        return database.read(
                        request.house(),
                        request.caller(),
                        SqlWriter.estimate(plan, request.house().schema()))
                .map(Reads::bytes)
                .singleOrEmpty()
                .map(Total::planned);
    }

    private static byte[] bytes(ByteBuf buffer) {
        try {
            return ByteBufUtil.getBytes(buffer);
        } finally {
            buffer.release();
        }
    }

    private static void passUnless(boolean isHead, ByteBuf row, SynchronousSink<ByteBuf> sink) {
        if (isHead) {
            row.release();
        } else {
            sink.next(row);
        }
    }
}
