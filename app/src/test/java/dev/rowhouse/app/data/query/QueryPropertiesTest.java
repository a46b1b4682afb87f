package dev.rowhouse.app.data.query;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhouse.app.data.plan.Planner;
import dev.rowhouse.app.data.sample.Sample;
import dev.rowhouse.app.data.sql.SqlWriter;
import dev.rowhouse.tenancy.CallerClass;
import dev.rowhouse.tenancy.HouseId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Map.Entry;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class QueryPropertiesTest {

    private static final HouseId HOUSE = new HouseId("abcdefghijklmnop");
    private static final Pattern QUOTED = Pattern.compile("\"(?:[^\"]|\"\")*\"|'[^']*'");
    private static final Pattern WORDS = Pattern.compile(
            "SELECT|FROM|WHERE|current_user|AS|LEFT|CROSS|JOIN|LATERAL|ON|true|row_to_json|json_build_object|count"
                    + "|ORDER|BY|ASC|DESC|NULLS|FIRST|LAST|LIMIT|OFFSET|AND|OR|NOT|IS|NULL|TRUE|FALSE|UNKNOWN|LIKE|ILIKE|ANY"
                    + "|answer|caller|body|total|head|pg_catalog|t|r|\\d+");

    @Test
    void aPrintedQueryReadsAsItself() {
        var queries = new RandomQueries(1);
        for (int i = 0; i < 50_000; i++) {
            var query = queries.next();

            var read = QueryParser.read("thing", QueryText.of(query), List.of());

            assertThat(read).as(() -> QueryText.of(query).toString()).isEqualTo(query);
        }
    }

    @Test
    void whateverTheParametersAreOnlyQueryErrorsAreThrownAndOnlyOwnWordsStandUnquoted() {
        var queries = new RandomQueries(2);
        int written = 0;
        for (int i = 0; i < 100_000; i++) {
            try {
                var query = QueryParser.read("thing", mutated(queries), List.of(i % 2 == 0 ? "count=exact" : ""));
                var plan = Planner.read(query, Sample.CATALOG, CallerClass.ANON);
                var statement = SqlWriter.read(plan, HOUSE.schema(), HOUSE.role(CallerClass.ANON))
                        .statement();
                requireOwnWords(statement.sql());
                requireOnePlaceholderPerValue(
                        statement.sql(), statement.values().size());
                written++;
            } catch (QueryError e) {
                assertThat(e.code()).isNotBlank();
            }
        }
        assertThat(written).isGreaterThan(5_000);
    }

    private static List<Entry<String, String>> mutated(RandomQueries queries) {
        var parameters = new ArrayList<Entry<String, String>>();
        for (var parameter : QueryText.of(queries.next())) {
            // Half of the names are the sample's, so that many queries come through to the SQL.
            var key = parameter.getKey().replaceAll("\"n(?:[^\"\\\\]|\\\\.)*\"", "name");
            var value = parameter.getValue().replaceAll("\"n(?:[^\"\\\\]|\\\\.)*\"", "name");
            parameters.add(
                    switch (parameters.size() % 4) {
                        case 0 -> Map.entry(key, queries.mutated(value));
                        case 1 -> Map.entry(queries.mutated(key), value);
                        default -> Map.entry(key, value);
                    });
        }
        return parameters.subList(0, Math.min(parameters.size(), 1 + parameters.hashCode() & 3));
    }

    private static void requireOwnWords(String sql) {
        var rest = QUOTED.matcher(sql).replaceAll(" ");
        for (var word : rest.split("[^A-Za-z0-9_\\p{L}]+")) {
            if (!word.isEmpty()) {
                assertThat(word).as(sql).matches(WORDS);
            }
        }
    }

    private static void requireOnePlaceholderPerValue(String sql, int values) {
        var numbers = new HashSet<Integer>();
        Pattern.compile("\\$(\\d+)")
                .matcher(QUOTED.matcher(sql).replaceAll(" "))
                .results()
                .forEach(found -> numbers.add(Integer.parseInt(found.group(1))));
        assertThat(numbers).as(sql).hasSize(values);
    }
}
