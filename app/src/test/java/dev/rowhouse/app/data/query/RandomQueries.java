package dev.rowhouse.app.data.query;

import dev.rowhouse.app.data.query.Filter.Comparator;
import dev.rowhouse.app.data.query.Filter.Truth;
import dev.rowhouse.app.data.query.OrderTerm.Direction;
import dev.rowhouse.app.data.query.OrderTerm.Nulls;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Queries of every form, the same for the same seed. */
final class RandomQueries {

    private static final String LETTERS = "ab1_ .,:()\"\\-><*{}'%&=äß\uD83D\uDE00\n\t$;";

    private static final Comparator[] COMPARATORS = {
        Comparator.EQ, Comparator.NEQ, Comparator.GT, Comparator.GTE, Comparator.LT, Comparator.LTE, Comparator.LIKE,
        Comparator.ILIKE
    };

    private final Random random;

    RandomQueries(long seed) {
        random = new Random(seed);
    }

    ReadQuery next() {
        return new ReadQuery(
                "thing",
                new Selection(some(3, this::item),
                some(3, () -> filter(3)),
                some(3, () -> new OrderTerm(null, operand(), orNull(Direction.values()), orNull(Nulls.values()))),
                new Page(random.nextInt(1_001), random.nextInt(100_000))),
                Preferences.NONE);
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

    private SelectItem item() {
        return random.nextInt(4) == 0
                ? new SelectItem.All()
                : SelectItem.Single.of(operand(), random.nextBoolean() ? null : name());
    }

    private Filter filter(int depth) {
        return switch (random.nextInt(depth > 0 ? 6 : 3)) {
            case 0 -> new Filter.Comparison(operand(), one(COMPARATORS), text());
            case 1 -> new Filter.In(operand(), some(3, this::text));
            case 2 -> new Filter.Is(operand(), one(Truth.values()));
            case 3 -> negated(filter(depth - 1));
            case 4 -> new Filter.And(atLeastOne(depth - 1));
            default -> new Filter.Or(atLeastOne(depth - 1));
        };
    }

    // The dialect has no double negation.
    private static Filter negated(Filter filter) {
        return filter instanceof Filter.Not ? filter : new Filter.Not(filter);
    }

    private List<Filter> atLeastOne(int depth) {
        return IntStream.rangeClosed(0, random.nextInt(3))
                .mapToObj(_ -> filter(depth))
                .toList();
    }

    private Operand operand() {
        return Operand.of(name());
    }

    private String name() {
        return "n" + text();
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
