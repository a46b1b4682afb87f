package dev.rowhouse.app.data.sql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhouse.app.data.plan.Planner;
import dev.rowhouse.app.data.query.Filter;
import dev.rowhouse.app.data.query.Filter.Comparator;
import dev.rowhouse.app.data.query.Filter.Truth;
import dev.rowhouse.app.data.query.Operand;
import dev.rowhouse.app.data.query.Page;
import dev.rowhouse.app.data.query.Preferences;
import dev.rowhouse.app.data.query.ReadQuery;
import dev.rowhouse.app.data.query.SelectItem;
import dev.rowhouse.app.data.query.Selection;
import dev.rowhouse.app.data.sample.Sample;
import dev.rowhouse.app.data.sample.SampleHouse;
import dev.rowhouse.tenancy.CallerClass;
import dev.rowhouse.tenancy.RoleName;
import dev.rowhouse.tenancy.shard.Statement;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class FilterModelTest {

    private static final List<String> TEXTS = List.of(
            "",
            "a",
            "A",
            "ab",
            "a%b",
            "a_b",
            "null",
            "NULL",
            "'",
            "\"",
            "\\",
            "a\\b",
            "{}",
            "a,b",
            "(x)",
            "ä",
            "Ä",
            "\uD83D\uDE00",
            "line\nline",
            "tab\t",
            " ",
            "$1",
            "--",
            "; DROP",
            "\uFFFF");
    private static final List<String> PATTERNS =
            List.of("*", "a*", "*b", "a_b", "*%*", "A*", "Ä", "*\n*", "a", "*,*", "");

    private final Random random = new Random(7);

    record Row(int id, @Nullable String name, @Nullable Boolean active) {}

    @Test
    void theDatabaseFindsTheRowsThatTheModelFinds() throws SQLException {
        var rows = IntStream.range(0, 150).mapToObj(this::row).toList();
        try (var house = new SampleHouse()) {
            for (var row : rows) {
                house.change(new Statement(
                        "INSERT INTO " + house.schema().quoted()
                                + ".thing (id, name, active) VALUES ($1::int4, $2::text, $3::bool)",
                        Arrays.asList(
                                Integer.toString(row.id()),
                                row.name(),
                                row.active() == null ? null : row.active().toString())));
            }
            for (int i = 0; i < 1_000; i++) {
                var filter = filter(3);
                var expected = rows.stream()
                        .filter(row -> Boolean.TRUE.equals(holds(filter, row)))
                        .map(row -> "{\"id\":" + row.id() + "}")
                        .collect(Collectors.toSet());

                assertThat(house.rows(statement(filter, house)))
                        .as(filter.toString())
                        .hasSameElementsAs(expected);
            }
        }
    }

    private static Statement statement(Filter filter, SampleHouse house) {
        var id = SelectItem.Single.of(Operand.of("id"), null);
        var query = new ReadQuery(
                "thing", new Selection(List.of(id), List.of(filter), List.of(), Page.ALL), Preferences.NONE);
        var plan = Planner.read(query, Sample.CATALOG, CallerClass.SERVICE);
        return SqlWriter.read(plan, house.schema(), new RoleName("postgres")).statement();
    }

    private Row row(int id) {
        return new Row(id, random.nextInt(5) == 0 ? null : one(TEXTS), one(Arrays.asList(true, false, null)));
    }

    private Filter filter(int depth) {
        return switch (random.nextInt(depth > 0 ? 8 : 5)) {
            case 0 -> new Filter.Comparison(column("id"), ordered(), Integer.toString(random.nextInt(150)));
            case 1 -> new Filter.Comparison(column("name"), ordered(), one(TEXTS));
            case 2 ->
                new Filter.Comparison(column("name"), one(List.of(Comparator.LIKE, Comparator.ILIKE)), one(PATTERNS));
            case 3 -> new Filter.In(column("name"), some(4, TEXTS));
            case 4 ->
                random.nextBoolean()
                        ? new Filter.Is(column("active"), one(List.of(Truth.values())))
                        : new Filter.Is(column("name"), one(List.of(Truth.NULL, Truth.NOT_NULL)));
            case 5 -> new Filter.Not(filter(depth - 1));
            case 6 -> new Filter.And(List.of(filter(depth - 1), filter(depth - 1)));
            default -> new Filter.Or(List.of(filter(depth - 1), filter(depth - 1)));
        };
    }

    /** Three truth values: null is unknown. */
    private static @Nullable Boolean holds(Filter filter, Row row) {
        return switch (filter) {
            case Filter.Not(var negated) -> {
                var held = holds(negated, row);
                yield held == null ? null : !held;
            }
            case Filter.And(var members) -> joined(members, row, false);
            case Filter.Or(var members) -> joined(members, row, true);
            case Filter.Is(var operand, var truth) -> {
                var value = value(operand, row);
                yield switch (truth) {
                    case NULL, UNKNOWN -> value == null;
                    case NOT_NULL -> value != null;
                    case TRUE -> Boolean.TRUE.equals(value);
                    case FALSE -> Boolean.FALSE.equals(value);
                };
            }
            case Filter.Quantified _, Filter.TextSearch _ -> throw new AssertionError(filter);
            case Filter.In(var operand, var values) -> {
                var value = value(operand, row);
                // Nothing is in an empty list, not even the unknown.
                yield values.isEmpty() ? Boolean.FALSE : value == null ? null : values.contains(value.toString());
            }
            case Filter.Comparison(var operand, var comparator, var text) -> {
                var value = value(operand, row);
                yield value == null ? null : compared(value, comparator, text);
            }
        };
    }

    private static @Nullable Boolean joined(List<Filter> members, Row row, boolean decisive) {
        var held = new ArrayList<@Nullable Boolean>();
        members.forEach(member -> held.add(holds(member, row)));
        return held.contains(decisive) ? Boolean.valueOf(decisive) : held.contains(null) ? null : !decisive;
    }

    private static boolean compared(Object value, Comparator comparator, String text) {
        int order = value instanceof Integer number
                ? number.compareTo(Integer.valueOf(text))
                : Arrays.compareUnsigned(
                        value.toString().getBytes(StandardCharsets.UTF_8), text.getBytes(StandardCharsets.UTF_8));
        return switch (comparator) {
            case EQ -> order == 0;
            case NEQ -> order != 0;
            case GT -> order > 0;
            case GTE -> order >= 0;
            case LT -> order < 0;
            case LTE -> order <= 0;
            case LIKE -> pattern(text, 0).matcher(value.toString()).matches();
            case ILIKE ->
                pattern(text, Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE)
                        .matcher(value.toString())
                        .matches();
            default -> throw new AssertionError(comparator);
        };
    }

    private static Pattern pattern(String like, int flags) {
        var regex = like.codePoints()
                .mapToObj(c -> c == '*' || c == '%' ? ".*" : c == '_' ? "." : Pattern.quote(Character.toString(c)))
                .collect(Collectors.joining());
        return Pattern.compile(regex, flags | Pattern.DOTALL);
    }

    private static @Nullable Object value(Operand operand, Row row) {
        return switch (operand.column()) {
            case "id" -> row.id();
            case "name" -> row.name();
            default -> row.active();
        };
    }

    private static Operand column(String name) {
        return Operand.of(name);
    }

    private Comparator ordered() {
        return one(
                List.of(Comparator.EQ, Comparator.NEQ, Comparator.GT, Comparator.GTE, Comparator.LT, Comparator.LTE));
    }

    private <T extends @Nullable Object> T one(List<T> values) {
        return values.get(random.nextInt(values.size()));
    }

    private List<String> some(int most, List<String> values) {
        return IntStream.range(0, random.nextInt(most))
                .mapToObj(_ -> one(values))
                .toList();
    }
}
