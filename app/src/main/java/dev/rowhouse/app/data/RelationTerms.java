package dev.rowhouse.app.data;

import dev.rowhouse.platform.cache.Stamp;
import dev.rowhouse.platform.cache.Terms;
import dev.rowhouse.tenancy.House;
import dev.rowhouse.tenancy.catalog.CacheRule;
import dev.rowhouse.tenancy.catalog.CacheRule.Kind;
import dev.rowhouse.tenancy.freshness.Freshness;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The terms of all tables that a question is about: the shortest of their times, and no change of those that tell of it. */
final class RelationTerms implements Terms {

    private final Freshness freshness;
    private final House house;
    private final List<String> told = new ArrayList<>();
    private final List<String> versioned = new ArrayList<>();
    private Duration longest;

    RelationTerms(Freshness freshness, House house, Duration longest) {
        this.freshness = freshness;
        this.house = house;
        this.longest = longest;
    }

    void add(String relation, CacheRule rule) {
        if (rule.longest().compareTo(longest) < 0) {
            longest = rule.longest();
        }
        if (rule.kind().needsJournal()) {
            told.add(relation);
        }
        if (rule.kind() == Kind.VERSIONED) {
            versioned.add(relation);
        }
    }

    /** Returns the versions of the tables that have some, in the order in which they were added; they grow. */
    String version() {
        return versioned.isEmpty()
                ? ""
                : versioned.stream()
                        .map(relation -> Long.toString(freshness.version(house, relation)))
                        .collect(Collectors.joining(" "));
    }

    @Override
    public @Nullable Stamp stamp() {
        return told.isEmpty() ? freshness.timedStamp() : freshness.stamp(house);
    }

    @Override
    public boolean hold(Stamp stamp) {
        return told.isEmpty() || freshness.holds(house, told, stamp);
    }

    @Override
    public Duration longest() {
        return longest;
    }
}
