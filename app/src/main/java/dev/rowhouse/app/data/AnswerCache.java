package dev.rowhouse.app.data;

import dev.rowhouse.app.data.plan.ReadPlan;
import dev.rowhouse.app.data.query.Page;
import dev.rowhouse.app.data.query.Preferences.Count;
import dev.rowhouse.app.data.query.ReadQuery;
import dev.rowhouse.platform.cache.CacheKey;
import dev.rowhouse.platform.cache.CacheScope;
import dev.rowhouse.platform.cache.Found;
import dev.rowhouse.platform.cache.Terms;
import dev.rowhouse.platform.cache.TwoLevelCache;
import dev.rowhouse.tenancy.catalog.CacheRule;
import dev.rowhouse.tenancy.freshness.Freshness;
import dev.rowhouse.tenancy.shard.Read;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpMethod;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Answers reads from what is kept, where the blueprint says of every table they read that it may be.
 *
 * <p>What is kept are the rows as PostgreSQL rendered them, under the statement and its values. The statement names the
 * house's schema and the caller's role; house, blueprint and the tenant's own version stand beside it, for the same text
 * may mean another thing after a change of these.
 */
public final class AnswerCache {

    // Texts of a time that PostgreSQL reads anew each time.
    private static final Pattern TIME_WORDS = Pattern.compile("now|today|tomorrow|yesterday", Pattern.CASE_INSENSITIVE);

    private final TwoLevelCache cache;
    private final Freshness freshness;

    public AnswerCache(TwoLevelCache cache, Freshness freshness) {
        this.cache = cache;
        this.freshness = freshness;
    }

    /** A read that may be answered from what is kept. */
    record Question(CacheKey key, Terms terms) {}

    /** Says whether a read of the relation alone may be answered from what is kept. */
    static boolean isDeclared(DataRequest request) {
        return request.exchange().getRequest().getMethod().equals(HttpMethod.GET)
                && request.catalog().cacheRule(request.relation()) != null;
    }

    /** Emits the answer, read by {@code load} where nobody has it. */
    Mono<Found> answer(Question question, Flux<byte[]> load) {
        return cache.get(question.key(), question.terms(), load);
    }

    /** Returns what is asked, or null if it has to be read each time, though the relation {@link #isDeclared}. */
    @Nullable
    Question question(DataRequest request, ReadQuery query, ReadPlan plan, Read read) {
        if (!isPlain(query, plan) || read.statement().values().stream().anyMatch(AnswerCache::isOfTime)) {
            return null;
        }
        var footprint = plan.footprint();
        var terms = footprint.casts() ? null : terms(request, List.copyOf(footprint.relations()));
        return terms == null ? null : new Question(key(request, read, terms), terms);
    }

    private static boolean isPlain(ReadQuery query, ReadPlan plan) {
        return plan.callerIndependent()
                && (plan.count() == Count.NONE || plan.count() == Count.EXACT)
                && query.preferences().timezone() == null
                && query.after() == null
                && !plan.page().equals(Page.ALL);
    }

    private static boolean isOfTime(@Nullable String value) {
        return value != null && TIME_WORDS.matcher(value).find();
    }

    private @Nullable RelationTerms terms(DataRequest request, List<String> relations) {
        var terms = new RelationTerms(freshness, request.house(), CacheRule.LONGEST);
        for (var relation : relations) {
            var rule = request.catalog().cacheRule(relation);
            if (rule == null) {
                return null;
            }
            terms.add(relation, rule);
        }
        return terms;
    }

    private static CacheKey key(DataRequest request, Read read, RelationTerms terms) {
        var house = request.house();
        var resident = request.admitted().resident();
        var key = CacheKey.in(new CacheScope(house.id().value()))
                .with(house.shard().value())
                .with(house.blueprint().toString())
                .with(Integer.toString(resident.version()))
                .with(request.role().value())
                .with(terms.version())
                .with(read.statement().sql());
        read.statement().values().forEach(key::with);
        return key.build();
    }
}
