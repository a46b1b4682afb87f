package dev.rowhouse.app.data;

import dev.rowhouse.app.data.plan.ReadPlan;
import dev.rowhouse.app.data.query.Page;
import dev.rowhouse.app.data.query.Preferences.Count;
import dev.rowhouse.app.data.query.ReadQuery;
import dev.rowhouse.platform.cache.CacheKey;
import dev.rowhouse.platform.cache.CacheScope;
import dev.rowhouse.platform.cache.Found;
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

    /**
     * A read that may be answered from what is kept.
     *
     * @param version of the tables when it was asked: the same read asks something else once they have another
     */
    record Question(CacheKey key, RelationTerms terms, String version) {}

    /** Says whether a read of the relation alone may be answered from what is kept. */
    static boolean isDeclared(DataRequest request) {
        return request.exchange().getRequest().getMethod().equals(HttpMethod.GET)
                && request.catalog().cacheRule(request.relation()) != null;
    }

    /** Emits the answer, read by {@code load} where nobody has it. */
    Mono<Found> answer(Question question, Flux<byte[]> load) {
        return cache.get(question.key(), question.terms(), load);
    }

    /** Returns the very parts that it was answered with from memory, if they may be answered still, or null. */
    @Nullable
    List<byte[]> held(Question question) {
        var terms = question.terms();
        return terms.version().equals(question.version()) ? cache.held(question.key(), terms) : null;
    }

    /** Counts an answer with parts of {@link #held}. */
    void answeredFromMemory(List<byte[]> parts) {
        cache.answeredFromMemory(parts);
    }

    /** Returns what is asked, or null if it has to be read each time, though the relation {@link #isDeclared}. */
    @Nullable
    Question question(DataRequest request, ReadQuery query, ReadPlan plan, Read read) {
        if (!isPlain(query, plan) || read.statement().values().stream().anyMatch(AnswerCache::isOfTime)) {
            return null;
        }
        var footprint = plan.footprint();
        var terms = footprint.casts() ? null : terms(request, List.copyOf(footprint.relations()));
        if (terms == null) {
            return null;
        }
        var version = terms.version();
        return new Question(key(request, read, version), terms, version);
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

    private static CacheKey key(DataRequest request, Read read, String version) {
        var house = request.house();
        var resident = request.admitted().resident();
        var key = CacheKey.in(new CacheScope(house.id().value()))
                .with(house.shard().value())
                .with(house.blueprint().toString())
                .with(Integer.toString(resident.version()))
                .with(request.role().value())
                .with(version)
                .with(read.statement().sql());
        read.statement().values().forEach(key::with);
        return key.build();
    }
}
