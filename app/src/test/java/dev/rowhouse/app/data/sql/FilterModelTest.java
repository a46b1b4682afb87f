package dev.rowhouse.app.data.sql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhouse.app.data.plan.Planner;
import dev.rowhouse.app.data.query.Filter;
import dev.rowhouse.app.data.query.Filter.Comparator;
import dev.rowhouse.app.data.query.Filter.Quantifier;
import dev.rowhouse.app.data.query.Filter.Truth;
import dev.rowhouse.app.data.query.Operand;
import dev.rowhouse.app.data.query.Operand.Step;
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
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

class FilterModelTest {

    private static final JsonMapper JSON = new JsonMapper();

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

    private static final List<String> REGEXES =
            List.of("^a", "b$", "[ab]", "^$", "A", "ä", "\\\\", "x|\"", ".", "^.{2}$");
    private static final List<String> WORDS = List.of("red", "green", "blue");
    private static final List<String> MEMBERS = List.of("a", "b", "it's", "q\"uote", "");

    record Row(
            int id,
            @Nullable String name,
            @Nullable Boolean active,
            @Nullable List<String> tags,
            @Nullable Map<String, String> notes) {}

    @Test
    void theDatabaseFindsTheRowsThatTheModelFinds() throws SQLException {
        var rows = IntStream.range(0, 150).mapToObj(this::row).toList();
        try (var house = new SampleHouse()) {
            for (var row : rows) {
                house.change(new Statement(
                        "INSERT INTO " + house.schema().quoted() + ".thing (id, name, active, tags, notes) "
                                + "VALUES ($1::int4, $2::text, $3::bool, $4::text[], $5::jsonb)",
                        Arrays.asList(
                                Integer.toString(row.id()),
                                row.name(),
                                row.active() == null ? null : row.active().toString(),
                                row.tags() == null ? null : ArrayText.of(row.tags()),
                                row.notes() == null ? null : JSON.writeValueAsString(row.notes()))));
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
        var notes = new TreeMap<String, String>();
        some(4, MEMBERS).forEach(member -> notes.put(member, one(TEXTS)));
        return new Row(
                id,
                random.nextInt(5) == 0 ? null : one(TEXTS),
                one(Arrays.asList(true, false, null)),
                random.nextInt(5) == 0 ? null : some(4, WORDS),
                random.nextInt(5) == 0 ? null : notes);
    }

    private Filter filter(int depth) {
        return switch (random.nextInt(depth > 0 ? 12 : 9)) {
            case 0 -> new Filter.Comparison(column("id"), ordered(), Integer.toString(random.nextInt(150)));
            case 1 -> new Filter.Comparison(text(), ordered(), one(TEXTS));
            case 2 -> new Filter.Comparison(text(), one(List.of(Comparator.LIKE, Comparator.ILIKE)), one(PATTERNS));
            case 3 -> new Filter.In(text(), some(4, TEXTS));
            case 4 ->
                random.nextBoolean()
                        ? new Filter.Is(column("active"), one(List.of(Truth.values())))
                        : new Filter.Is(one(List.of(text(), column("tags"))), one(List.of(Truth.NULL, Truth.NOT_NULL)));
            case 5 -> new Filter.Comparison(text(), Comparator.ISDISTINCT, one(TEXTS));
            case 6 -> new Filter.Comparison(text(), one(List.of(Comparator.MATCH, Comparator.IMATCH)), one(REGEXES));
            case 7 ->
                new Filter.Comparison(
                        column("tags"),
                        one(List.of(Comparator.CS, Comparator.CD, Comparator.OV)),
                        ArrayText.of(some(3, WORDS)));
            case 8 -> quantified();
            case 9 -> new Filter.Not(filter(depth - 1));
            case 10 -> new Filter.And(List.of(filter(depth - 1), filter(depth - 1)));
            default -> new Filter.Or(List.of(filter(depth - 1), filter(depth - 1)));
        };
    }

    private Filter quantified() {
        var quantifier = one(List.of(Quantifier.values()));
        return random.nextBoolean()
                ? new Filter.Quantified(text(), ordered(), quantifier, ArrayText.of(some(4, TEXTS)))
                : new Filter.Quantified(text(), Comparator.LIKE, quantifier, ArrayText.of(some(4, PATTERNS)));
    }

    /** Returns the name or a member of the notes as text. */
    private Operand text() {
        return random.nextBoolean()
                ? column("name")
                : new Operand("notes", List.of(new Step.Member(one(MEMBERS), true)));
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
            case Filter.TextSearch _ -> throw new AssertionError(filter);
            case Filter.Quantified(var operand, var comparator, var quantifier, var array) -> {
                var elements = elements(array).stream()
                        .<Filter>map(element -> new Filter.Comparison(operand, comparator, element))
                        .toList();
                // Of nothing any is false and all is true, even for what is unknown.
                yield joined(elements, row, quantifier == Quantifier.ANY);
            }
            case Filter.In(var operand, var values) -> {
                var value = value(operand, row);
                // Nothing is in an empty list, not even the unknown.
                yield values.isEmpty() ? Boolean.FALSE : value == null ? null : values.contains(value.toString());
            }
            case Filter.Comparison(var operand, var comparator, var text) -> {
                var value = value(operand, row);
                if (comparator == Comparator.ISDISTINCT) {
                    yield !text.equals(value);
                }
                yield value == null ? null : compared(value, comparator, text);
            }
        };
    }

    /** Returns the elements of an array's text, each of which is quoted. */
    private static List<String> elements(String array) {
        return Pattern.compile("\"((?:[^\"\\\\]|\\\\.)*)\"", Pattern.DOTALL)
                .matcher(array)
                .results()
                .map(found -> Pattern.compile("\\\\(.)", Pattern.DOTALL)
                        .matcher(found.group(1))
                        .replaceAll("$1"))
                .toList();
    }

    private static @Nullable Boolean joined(List<Filter> members, Row row, boolean decisive) {
        var held = new ArrayList<@Nullable Boolean>();
        members.forEach(member -> held.add(holds(member, row)));
        return held.contains(decisive) ? Boolean.valueOf(decisive) : held.contains(null) ? null : !decisive;
    }

    private static boolean compared(Object value, Comparator comparator, String text) {
        if (value instanceof List<?> tags) {
            return switch (comparator) {
                case CS -> tags.containsAll(elements(text));
                case CD -> elements(text).containsAll(tags);
                case OV -> !Collections.disjoint(tags, elements(text));
                default -> throw new AssertionError(comparator);
            };
        }
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
            case MATCH ->
                Pattern.compile(text, Pattern.DOTALL).matcher(value.toString()).find();
            case IMATCH ->
                Pattern.compile(text, Pattern.DOTALL | Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE)
                        .matcher(value.toString())
                        .find();
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
            case "tags" -> row.tags();
            case "notes" ->
                row.notes() == null || !(operand.path().getFirst() instanceof Step.Member(var name, var _))
                        ? null
                        : row.notes().get(name);
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
