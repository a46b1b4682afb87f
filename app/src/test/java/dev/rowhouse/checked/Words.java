package dev.rowhouse.checked;

import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/** What one writer writes: words that nobody else has, its own keys, and the keys that it shares with others. */
final class Words {

    private static final List<String> SHARED = Stream.of("s1", "s2", "s3", "s4").toList();

    private final String writer;
    private final Random random;
    private int last;

    Words(String writer, Random random) {
        this.writer = writer;
        this.random = random;
    }

    String next() {
        last++;
        return writer + "-" + last;
    }

    /** Returns some of the shared rows, always in the same order: who takes them so waits for nobody who waits. */
    List<RowName> shared(String tenant, int most) {
        return Stream.of(CheckedBlueprint.COUNTED, CheckedBlueprint.PLAIN)
                .flatMap(relation -> SHARED.stream().map(key -> new RowName(tenant, relation, key)))
                .filter(_ -> random.nextInt(3) == 0)
                .limit(most)
                .toList();
    }

    String relation() {
        return random.nextBoolean() ? CheckedBlueprint.COUNTED : CheckedBlueprint.PLAIN;
    }
}
