package dev.rowhouse.app.data.query;

import dev.rowhouse.app.data.query.Filter.Comparator;
import dev.rowhouse.app.data.query.Filter.Quantifier;
import dev.rowhouse.app.data.query.Filter.QueryForm;
import dev.rowhouse.app.data.query.Filter.Truth;
import dev.rowhouse.app.data.query.Operand.Step;
import dev.rowhouse.app.data.query.OrderTerm.Direction;
import dev.rowhouse.app.data.query.OrderTerm.Nulls;
import dev.rowhouse.app.data.query.SelectItem.Aggregate;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Queries of every form, the same for the same seed. */
final class RandomQueries {

    private static final String LETTERS = "ab1_ .,:()\"\\-><*{}'%&=!äß\uD83D\uDE00\n\t$;";

    private static final String[] TYPES = {"text", "int4", "double precision", "n_1$"};

    private static final Comparator[] PLAIN = {
        Comparator.EQ,
        Comparator.NEQ,
        Comparator.GT,
        Comparator.GTE,
        Comparator.LT,
        Comparator.LTE,
        Comparator.LIKE,
        Comparator.ILIKE
    };

    private static final Comparator[] QUANTIFIABLE = {
        Comparator.EQ,
        Comparator.GT,
        Comparator.GTE,
        Comparator.LT,
        Comparator.LTE,
        Comparator.LIKE,
        Comparator.ILIKE,
        Comparator.MATCH,
        Comparator.IMATCH
    };

    private final Random random;

    RandomQueries(long seed) {
        random = new Random(seed);
    }

    /** Returns a query of any form. */
    ReadQuery next() {
        return new ReadQuery(
                "thing",
                selection(2),
                random.nextInt(4) == 0 ? "cursor" + random.nextInt(9) : null,
                Preferences.NONE,
                Limits.STANDARD);
    }

    /** Returns a query on columns alone, without embeddings, aggregates, paths and special operators. */
    ReadQuery plain() {
        var select = some(
                3,
                () -> random.nextInt(4) == 0
                        ? new SelectItem.All()
                        : (SelectItem) SelectItem.Single.of(Operand.of(name()), random.nextBoolean() ? null : name()));
        var order = some(
                3, () -> new OrderTerm(null, Operand.of(name()), orNull(Direction.values()), orNull(Nulls.values())));
        return new ReadQuery(
                "thing", new Selection(select, some(3, () -> plainFilter(3)), order, page()), Preferences.NONE);
    }

    /** Returns any text, short and full of what has a meaning somewhere. */
    String text() {
        return random.ints(random.nextInt(8), 0, LETTERS.codePointCount(0, LETTERS.length()))
                .map(index -> LETTERS.codePointAt(LETTERS.offsetByCodePoints(0, index)))
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    /** Returns the text with one character replaced, removed or added. */
    String mutated(String text) {
        int at = text.isEmpty() ? 0 : random.nextInt(text.length());
        var rest = text.isEmpty() ? "" : text.substring(at + random.nextInt(2));
        return text.substring(0, at) + text() + rest;
    }

    private Selection selection(int depth) {
        // Only the outermost may name nothing; "n1" and its like tell apart what is embedded side by side.
        var items = IntStream.range(0, random.nextInt(4))
                .mapToObj(index -> item(depth, index))
                .toList();
        var select = items.isEmpty() && (depth < 2 || random.nextBoolean())
                ? List.<SelectItem>of(new SelectItem.Nothing())
                : items;
        var embedded = items.stream()
                .filter(SelectItem.Embedded.class::isInstance)
                .map(item -> ((SelectItem.Embedded) item).embedding().name())
                .toList();
        var order = some(
                3,
                () -> new OrderTerm(
                        embedded.isEmpty() || random.nextBoolean() ? null : embedded.getFirst(),
                        operand(),
                        orNull(Direction.values()),
                        orNull(Nulls.values())));
        return new Selection(select, some(3, () -> filter(3)), order, page());
    }

    private Page page() {
        return random.nextInt(3) == 0
                ? Page.ALL
                : new Page(random.nextInt(4) == 0 ? null : random.nextInt(1_001), random.nextInt(100_000));
    }

    private SelectItem item(int depth, int index) {
        return switch (random.nextInt(depth > 0 ? 6 : 4)) {
            case 0 -> new SelectItem.All();
            case 1 -> new SelectItem.Count(nameOrNull(), orNull(TYPES));
            case 2, 3 -> {
                var aggregate = orNull(Aggregate.values());
                yield new SelectItem.Single(
                        operand(), nameOrNull(), orNull(TYPES), aggregate, aggregate == null ? null : orNull(TYPES));
            }
            default -> {
                boolean spread = random.nextInt(3) == 0;
                yield new SelectItem.Embedded(new Embedding(
                        "n" + index + text(),
                        spread || random.nextBoolean() ? null : "n" + index + text(),
                        nameOrNull(),
                        one(Embedding.Join.values()),
                        spread,
                        selection(depth - 1)));
            }
        };
    }

    private Filter filter(int depth) {
        return switch (random.nextInt(depth > 0 ? 9 : 6)) {
            case 0, 1 -> new Filter.Comparison(operand(), one(Comparator.values()), text());
            case 2 -> new Filter.Quantified(operand(), one(QUANTIFIABLE), one(Quantifier.values()), text());
            case 3 -> new Filter.TextSearch(operand(), one(QueryForm.values()), orNull(TYPES), text());
            case 4 -> new Filter.In(operand(), some(3, this::text));
            case 5 -> new Filter.Is(operand(), one(Truth.values()));
            case 6 -> negated(filter(depth - 1));
            case 7 -> new Filter.And(atLeastOne(() -> filter(depth - 1)));
            default -> new Filter.Or(atLeastOne(() -> filter(depth - 1)));
        };
    }

    private Filter plainFilter(int depth) {
        var operand = Operand.of(name());
        return switch (random.nextInt(depth > 0 ? 6 : 3)) {
            case 0 -> new Filter.Comparison(operand, one(PLAIN), text());
            case 1 -> new Filter.In(operand, some(3, this::text));
            case 2 -> new Filter.Is(operand, one(Truth.values()));
            case 3 -> negated(plainFilter(depth - 1));
            case 4 -> new Filter.And(atLeastOne(() -> plainFilter(depth - 1)));
            default -> new Filter.Or(atLeastOne(() -> plainFilter(depth - 1)));
        };
    }

    // The dialect has no double negation.
    private static Filter negated(Filter filter) {
        return filter instanceof Filter.Not ? filter : new Filter.Not(filter);
    }

    private List<Filter> atLeastOne(Supplier<Filter> next) {
        return IntStream.rangeClosed(0, random.nextInt(3))
                .mapToObj(_ -> next.get())
                .toList();
    }

    private Operand operand() {
        return new Operand(name(), random.nextInt(3) == 0 ? some(3, this::step) : List.of());
    }

    private Step step() {
        return random.nextBoolean()
                ? new Step.Member(text(), random.nextBoolean())
                : new Step.Element(random.nextInt(-20, 20), random.nextBoolean());
    }

    private String name() {
        return "n" + text();
    }

    private @Nullable String nameOrNull() {
        return random.nextBoolean() ? null : name();
    }

    private <T> List<T> some(int most, Supplier<T> next) {
        return IntStream.range(0, random.nextInt(most + 1))
                .mapToObj(_ -> next.get())
                .toList();
    }

    private <T> T one(T[] values) {
        return values[random.nextInt(values.length)];
    }

    private <T> @Nullable T orNull(T[] values) {
        int index = random.nextInt(values.length + 1);
        return index == values.length ? null : values[index];
    }
}
