package dev.rowhouse.app.events;

import dev.rowhouse.app.data.plan.Needs;
import dev.rowhouse.app.data.plan.Output;
import dev.rowhouse.app.data.plan.ReadPlan;
import dev.rowhouse.app.data.plan.RowsPlan;
import dev.rowhouse.app.data.query.Page;
import dev.rowhouse.app.data.query.Preferences.Count;
import dev.rowhouse.app.data.sql.ChangeSql;
import dev.rowhouse.app.data.sql.SqlWriter;
import dev.rowhouse.platform.json.JsonMembers;
import dev.rowhouse.tenancy.Caller;
import dev.rowhouse.tenancy.CallerClass;
import dev.rowhouse.tenancy.House;
import dev.rowhouse.tenancy.catalog.Column;
import dev.rowhouse.tenancy.journal.Change;
import dev.rowhouse.tenancy.journal.JournalEntry;
import dev.rowhouse.tenancy.shard.Read;
import dev.rowhouse.tenancy.shard.TenantDatabase;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

/**
 * Finds out what a caller sees of a house's changes.
 *
 * <p>Where no policy applies, the journal's own images of the rows are shown, narrowed to the columns that the caller may
 * read. Where policies decide, PostgreSQL is asked, as the caller, for the rows as they stand now, and what it answers is
 * what is shown: an older image may have been hidden. Of a deleted row it can say nothing any more, so its key goes to those
 * who were sent the row.
 */
final class Visibility {

    private static final JsonMapper JSON = new JsonMapper();

    private final TenantDatabase database;
    private final House house;
    private final EventFrames frames;

    Visibility(TenantDatabase database, House house, EventFrames frames) {
        this.database = database;
        this.house = house;
        this.frames = frames;
    }

    /** Completes if the caller may read rows as the sight shows and filters them, or fails as a read of them would. */
    Mono<Void> require(Sight sight) {
        var plan = sight.plan();
        var key = plan.outputs().stream()
                .filter(output -> output instanceof Output.Value(var _, var name)
                        && sight.relation().primaryKey().contains(name))
                .toList();
        var none = new RowsPlan(plan.source(), key, plan.condition(), List.of(), new Page(0, 0), false);
        var role = house.id().role(sight.callerClass());
        return database.read(
                        house,
                        sight.caller(),
                        SqlWriter.read(new ReadPlan(none, Count.NONE, false), house.schema(), role))
                .then();
    }

    /** Emits what is seen of the page's changes of one relation, in order. */
    Mono<List<Seen>> of(HousePage page, Sight sight) {
        return page.seen(
                sight,
                first -> readable(page, first.caller())
                        .flatMap(readable -> seen(page.of(first.relation().name()), first, readable)));
    }

    private Mono<Readable> readable(HousePage page, Caller caller) {
        return caller.callerClass() == CallerClass.SERVICE
                ? Mono.just(Readable.EVERYTHING)
                : page.readable(caller.callerClass(), readable(caller));
    }

    /** Emits which columns the caller may read. */
    private Mono<Readable> readable(Caller caller) {
        return answers(caller, Readable.question(house.schema(), house.id().role(caller.callerClass())))
                .collectList()
                .map(Readable::of);
    }

    private Mono<List<Seen>> seen(List<JournalEntry> entries, Sight sight, Readable readable) {
        var relation = sight.relation().name();
        if (!readable.all(relation, key(sight)) || !readable.all(relation, filtered(sight))) {
            return Mono.just(List.of());
        }
        var columns = readable.of(relation);
        if (sight.isUnderPolicies()) {
            return asTheyStand(entries, sight, columns);
        }
        return sight.isFiltered()
                ? matching(entries, sight)
                        .map(taken ->
                                shown(entries.stream().filter(taken::contains).toList(), columns))
                : Mono.just(shown(entries, columns));
    }

    private List<Seen> shown(List<JournalEntry> entries, @Nullable Set<String> columns) {
        return entries.stream()
                .map(entry -> seen(
                        entry,
                        false,
                        frames.event(entry, narrowed(entry.before(), columns), narrowed(entry.after(), columns))))
                .toList();
    }

    private static Seen seen(JournalEntry entry, boolean onlyIfSent, byte[] frame) {
        var row = entry.key() == null ? null : entry.relation() + entry.key();
        return new Seen(entry.position(), entry.change(), row, onlyIfSent, frame);
    }

    private static @Nullable String narrowed(@Nullable String image, @Nullable Set<String> columns) {
        return image == null || columns == null
                ? image
                : JsonMembers.of(image).entrySet().stream()
                        .filter(member -> columns.contains(member.getKey()))
                        .map(member -> JSON.writeValueAsString(member.getKey()) + ":" + member.getValue())
                        .collect(Collectors.joining(",", "{", "}"));
    }

    /**
     * Emits the changes that the filter takes: by the row that came of them or, where none did, by the row that went. What
     * the journal keeps no row of, as it was truncated or too large, is for everybody.
     */
    private Mono<Set<JournalEntry>> matching(List<JournalEntry> entries, Sight sight) {
        var asked = new ArrayList<JournalEntry>();
        var images = new ArrayList<String>();
        Set<JournalEntry> taken = new LinkedHashSet<>();
        // A row may hold what PostgreSQL keeps and does not compare, such as a json with half a character.
        var needed = filtered(sight).stream().map(Column::name).collect(Collectors.toSet());
        for (var entry : entries) {
            var image = entry.after() == null ? entry.before() : entry.after();
            if (image != null) {
                asked.add(entry);
                images.add(narrowed(image, needed));
            } else {
                taken.add(entry);
            }
        }
        if (asked.isEmpty()) {
            return Mono.just(taken);
        }
        var role = house.id().role(sight.callerClass());
        return answers(sight.caller(), ChangeSql.matching(sight.plan(), array(images), house.schema(), role))
                .map(number -> asked.get(Integer.parseInt(number) - 1))
                .collectList()
                .map(found -> {
                    taken.addAll(found);
                    return taken;
                });
    }

    private Mono<List<Seen>> asTheyStand(List<JournalEntry> entries, Sight sight, @Nullable Set<String> columns) {
        var keys = new LinkedHashSet<String>();
        for (var entry : entries) {
            if (entry.key() != null && entry.change() != Change.DELETE) {
                keys.add(entry.key());
            }
        }
        return rows(List.copyOf(keys), sight, columns).map(rows -> {
            var seen = new ArrayList<Seen>();
            for (var entry : entries) {
                switch (entry.change()) {
                    case INSERT, UPDATE -> {
                        var row = entry.key() == null ? null : rows.get(entry.key());
                        if (row != null) {
                            var after = entry.after() == null ? null : row;
                            seen.add(seen(entry, false, frames.event(entry, null, after)));
                        }
                    }
                    case DELETE -> seen.add(seen(entry, true, frames.event(entry, null, null)));
                    case TRUNCATE -> seen.add(seen(entry, false, frames.event(entry, null, null)));
                }
            }
            return seen;
        });
    }

    /** Emits, by their keys, the rows that the caller can read now, as it can read them. */
    private Mono<Map<String, String>> rows(List<String> keys, Sight sight, @Nullable Set<String> columns) {
        if (keys.isEmpty()) {
            return Mono.just(Map.of());
        }
        var role = house.id().role(sight.callerClass());
        var read = ChangeSql.current(narrowed(sight.plan(), columns), key(sight), array(keys), house.schema(), role);
        return answers(sight.caller(), read)
                .map(JsonMembers::of)
                .collect(
                        HashMap::new,
                        (rows, answer) -> rows.put(
                                keys.get(Integer.parseInt(required(answer, "n")) - 1), required(answer, "row")));
    }

    private static RowsPlan narrowed(RowsPlan plan, @Nullable Set<String> columns) {
        var outputs = plan.outputs().stream()
                .filter(output ->
                        columns == null || output instanceof Output.Value(var _, var name) && columns.contains(name))
                .toList();
        return new RowsPlan(plan.source(), outputs, plan.condition(), List.of(), Page.ALL, false);
    }

    private static List<Column> key(Sight sight) {
        var relation = sight.relation();
        return relation.columns().stream()
                .filter(column -> relation.primaryKey().contains(column.name()))
                .toList();
    }

    // What nothing is shown of has nothing to be filtered by either.
    private static List<Column> filtered(Sight sight) {
        var plan = sight.plan();
        return sight.isFiltered()
                ? Needs.columns(new RowsPlan(plan.source(), List.of(), plan.condition(), List.of(), Page.ALL, false))
                : List.of();
    }

    private static String required(Map<String, String> members, String name) {
        return Objects.requireNonNull(members.get(name), name);
    }

    // The JSON is not read: what is in it stays what PostgreSQL has written.
    private Flux<String> answers(Caller caller, Read read) {
        return database.read(house, caller, read).map(Visibility::text);
    }

    private static String text(ByteBuf answer) {
        try {
            return answer.toString(StandardCharsets.UTF_8);
        } finally {
            answer.release();
        }
    }

    private static String array(List<String> objects) {
        return "[" + String.join(",", objects) + "]";
    }
}
