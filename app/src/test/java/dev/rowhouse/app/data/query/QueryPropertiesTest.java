package dev.rowhouse.app.data.query;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhouse.app.data.plan.Planner;
import dev.rowhouse.app.data.sample.OwnWords;
import dev.rowhouse.app.data.sample.Sample;
import dev.rowhouse.app.data.sql.SqlWriter;
import dev.rowhouse.tenancy.CallerClass;
import dev.rowhouse.tenancy.HouseId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Map.Entry;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class QueryPropertiesTest {

    private static final HouseId HOUSE = new HouseId("abcdefghijklmnop");
    private static final Pattern NAME = Pattern.compile("\"n(?:[^\"\\\\]|\\\\.)*\"");

    @Test
    void aPrintedQueryReadsAsItself() {
        var queries = new RandomQueries(1);
        for (int i = 0; i < 20_000; i++) {
            var query = queries.next();

            var text = QueryText.of(query);

            if (!QueryParser.read("thing", text, List.of()).equals(query)) {
                assertThat(QueryParser.read("thing", text, List.of()))
                        .as(text.toString())
                        .isEqualTo(query);
            }
        }
    }

    @Test
    void whateverTheRequestIsOnlyQueryErrorsAreThrown() {
        var queries = new RandomQueries(3);
        var samples = Stream.generate(queries::next)
                .map(QueryText::of)
                .filter(parameters -> !parameters.isEmpty())
                .limit(5_000)
                .toList();
        var headers =
                List.of("handling=strict, max-affected=5", "return=minimal; lock=update", "timezone=UTC,count=exact");
        int read = 0;
        for (int i = 0; i < 210_000; i++) {
            var parameters = new ArrayList<>(samples.get(i % samples.size()));
            parameters.set(i % parameters.size(), mutated(parameters.get(i % parameters.size()), queries));
            var header = headers.get(i % headers.size());
            try {
                readAs(
                        i % 7,
                        parameters,
                        List.of(i % 5 == 0 ? queries.mutated(header) : header),
                        queries.mutated("5-12"));
                read++;
            } catch (QueryError e) {
                if (!e.code().startsWith("PGRST1")) {
                    throw new AssertionError(e);
                }
            }
        }
        assertThat(read).isBetween(20_000, 190_000);
    }

    private static Entry<String, String> mutated(Entry<String, String> parameter, RandomQueries queries) {
        return parameter.hashCode() % 3 == 0
                ? Map.entry(queries.mutated(parameter.getKey()), parameter.getValue())
                : Map.entry(parameter.getKey(), queries.mutated(parameter.getValue()));
    }

    private static Object readAs(int kind, List<Entry<String, String>> parameters, List<String> prefer, String range) {
        return switch (kind) {
            case 0 -> QueryParser.insert("thing", parameters, prefer, Limits.STANDARD);
            case 1 -> QueryParser.upsert("thing", parameters, prefer, Limits.STANDARD);
            case 2 -> QueryParser.update("thing", parameters, prefer, Limits.STANDARD);
            case 3 -> QueryParser.delete("thing", parameters, prefer, Limits.STANDARD);
            case 4 -> QueryParser.call("fn", Set.of("n"), true, parameters, prefer, range, Limits.STANDARD);
            case 5 -> QueryParser.call("fn", Set.of(), false, parameters, prefer, range, Limits.STANDARD);
            default -> QueryParser.read("thing", parameters, prefer, range, Limits.STANDARD);
        };
    }

    @Test
    void whateverTheParametersAreOnlyQueryErrorsAreThrownAndOnlyOwnWordsStandUnquoted() {
        var queries = new RandomQueries(2);
        var plain = samples(queries::plain);
        var all = samples(queries::next);
        int written = 0;
        for (int i = 0; i < 100_000; i++) {
            try {
                var query = QueryParser.read(
                        "thing",
                        someMutated(i % 2 == 0 ? plain : all, queries, i),
                        List.of(i % 2 == 0 ? "count=exact" : ""));
                var plan = Planner.read(query, Sample.CATALOG, CallerClass.ANON);
                var statement = SqlWriter.read(plan, HOUSE.schema(), HOUSE.role(CallerClass.ANON))
                        .statement();
                OwnWords.require(statement);
                written++;
            } catch (QueryError e) {
                assertThat(e.code()).isNotBlank();
            }
        }
        assertThat(written).isGreaterThan(5_000);
    }

    /** Returns printed queries with the names of the sample's column, so that many of them come through to the SQL. */
    private static List<List<Entry<String, String>>> samples(Supplier<ReadQuery> queries) {
        return Stream.generate(queries)
                .map(query -> QueryText.of(query).stream()
                        .map(parameter -> Map.entry(named(parameter.getKey()), named(parameter.getValue())))
                        .toList())
                .limit(5_000)
                .toList();
    }

    private static String named(String text) {
        return NAME.matcher(text).replaceAll("name");
    }

    private static List<Entry<String, String>> someMutated(
            List<List<Entry<String, String>>> samples, RandomQueries queries, int index) {
        var sample = samples.get(index / 2 % samples.size());
        var parameters = new ArrayList<Entry<String, String>>();
        for (var parameter : sample.subList(0, Math.min(sample.size(), index % 4))) {
            parameters.add(
                    switch (parameters.size() % 4) {
                        case 0 -> Map.entry(parameter.getKey(), queries.mutated(parameter.getValue()));
                        case 1 -> Map.entry(queries.mutated(parameter.getKey()), parameter.getValue());
                        default -> parameter;
                    });
        }
        return parameters;
    }
}
