package dev.rowhouse.tenancy.onboarding;

import dev.rowhouse.tenancy.ShardName;
import dev.rowhouse.tenancy.shard.ShardDefinition;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Deals each house two distinct lanes of its shard, the preferred one first: all ordered pairs, shuffled, are dealt before
 * one comes again, so lanes fill evenly and few houses share both.
 */
final class LaneDeck {

    private final Map<ShardName, Deque<List<Integer>>> decks = new HashMap<>();

    synchronized List<Integer> deal(ShardDefinition shard) {
        var deck = decks.computeIfAbsent(shard.name(), _ -> new ArrayDeque<>());
        if (deck.isEmpty()) {
            deck.addAll(shuffled(shard.lanes()));
        }
        return deck.pop();
    }

    private static List<List<Integer>> shuffled(int lanes) {
        if (lanes == 1) {
            return List.of(List.of(1));
        }
        var pairs = new ArrayList<List<Integer>>();
        for (int first = 1; first <= lanes; first++) {
            var preferred = first;
            IntStream.rangeClosed(1, lanes)
                    .filter(second -> second != preferred)
                    .mapToObj(second -> List.of(preferred, second))
                    .forEach(pairs::add);
        }
        Collections.shuffle(pairs);
        return pairs;
    }
}
