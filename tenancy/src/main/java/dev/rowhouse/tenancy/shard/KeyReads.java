package dev.rowhouse.tenancy.shard;

import dev.rowhouse.platform.background.BackgroundWork;
import dev.rowhouse.platform.postgres.LoginSource;
import dev.rowhouse.platform.postgres.PostgresConnections;
import dev.rowhouse.platform.postgres.PostgresLogin;
import dev.rowhouse.platform.postgres.PostgresPipeline;
import dev.rowhouse.platform.postgres.PostgresPipeline.Step;
import dev.rowhouse.tenancy.HouseId;
import dev.rowhouse.tenancy.RoleName;
import dev.rowhouse.tenancy.ShardName;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.util.ReferenceCountUtil;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Mono;

/**
 * Reads of one row by its key, of all houses of a lane, over one session on which they do not wait for each other's answers.
 *
 * <p>Such a read is over in some microseconds. On a connection of its own a request would spend several times as long on system
 * calls and changes of process. What comes in one turn of the session's event loop, or while the group before is under way, is
 * sent together here, and answered together.
 *
 * <p>This is a short cut and never the only way. Whatever does not go well on it (no session yet, a lock that has to be waited
 * for, an error, a lost connection) is declined, and the read goes the way of all others, which also tells what is wrong.
 *
 * <p>Two keys must agree here as everywhere: the statement names the house's schema, and the session acts as the caller's
 * role when it runs. Each row also tells as whom it was read: an answer that is not the asker's closes the session.
 */
final class KeyReads {

    /** How long a read waits for a lock here before it goes where it delays nobody. */
    static final Duration LOCK_TIMEOUT = Duration.ofMillis(50);

    /** How long it may take here. */
    static final Duration STATEMENT_TIMEOUT = Duration.ofMillis(100);

    private static final Logger log = LoggerFactory.getLogger(KeyReads.class);

    static final int READS_IN_GROUP = 64;
    private static final int WAITING = 256;

    private static final long GROUP_SOON = Duration.ofMillis(10).toNanos();
    private static final long GROUP_WITHIN = Duration.ofSeconds(1).toNanos();

    // After what went wrong: of the session as a whole, and of one house's reads, which would fail those of others
    // again.
    private static final long PAUSE = Duration.ofSeconds(1).toNanos();

    private final ShardName shard;
    private final LoginSource logins;
    private final Function<PostgresLogin, PostgresConnections> opener;
    private final LaneSettings settings;
    private final BackgroundWork background;
    private final LaneTally tally;
    private final ShardPulse pulse;

    private final Map<HouseId, Long> barred = new ConcurrentHashMap<>();

    private final Object lock = new Object();
    private final FairLine<KeyRead> line = new FairLine<>(WAITING);
    private @Nullable Session session;
    private boolean opening;
    private boolean closed;
    private long notBefore = System.nanoTime();

    /**
     * @param opener makes connections with a login
     * @param background opens and closes connections
     * @param pulse is told what the server answers
     */
    KeyReads(
            ShardName shard,
            LoginSource logins,
            Function<PostgresLogin, PostgresConnections> opener,
            LaneSettings settings,
            BackgroundWork background,
            LaneTally tally,
            ShardPulse pulse) {
        this.shard = shard;
        this.logins = logins;
        this.opener = opener;
        this.settings = settings;
        this.background = background;
        this.tally = tally;
        this.pulse = pulse;
    }

    /** A connection and what is known of it; guarded by the lock. */
    private static final class Session {

        private final PostgresPipeline pipeline;
        private final PostgresLogin login;
        private final long endOfLife;
        private final Set<HouseId> houses = new HashSet<>();
        // The next one gathers meanwhile: the more wait, the more go together.
        private @Nullable Group underWay;
        private @Nullable RoleName role;
        private @Nullable RoleName roleAgain;
        private boolean serving;
        private boolean over;

        Session(PostgresPipeline pipeline, PostgresLogin login, long endOfLife) {
            this.pipeline = pipeline;
            this.login = login;
            this.endOfLife = endOfLife;
        }
    }

    /**
     * Emits the row's JSON, which belongs to the subscriber, or an empty buffer when there is no such row; nothing at all
     * when the read has to go another way.
     *
     * @param statement of two columns: {@code body json} and the {@code current_user} who reads
     * @param time is told what the house used
     */
    Mono<ByteBuf> read(HouseId house, RoleName role, Statement statement, StatementTime time) {
        return new Mono<>() {
            @Override
            public void subscribe(CoreSubscriber<? super ByteBuf> actual) {
                actual.onSubscribe(new KeyRead(KeyReads.this, house, role, statement, time, actual));
            }
        };
    }

    /** Takes a read along with the next group, or declines it. */
    void enter(KeyRead read) {
        Session serves = null;
        var joined = false;
        var opens = false;
        var admitted = !pulse.isLost() && !isBarred(read.house());
        synchronized (lock) {
            var open = session;
            if (open != null && admitted && !closed) {
                joined = line.join(read.house(), read);
                serves = serves(open);
            } else if (open == null && admitted && mayOpen()) {
                opening = true;
                opens = true;
            }
        }
        if (opens) {
            open();
        }
        if (!joined) {
            read.decline();
        }
        if (serves != null) {
            serveSoon(serves);
        }
    }

    /** Forgets a read that nobody waits for any more. */
    void leave(KeyRead read) {
        synchronized (lock) {
            line.leave(read.house(), read);
        }
    }

    /** Says whether a read that comes now goes along with the next group, and that one soon. */
    boolean isReady() {
        synchronized (lock) {
            var sent = session == null ? null : session.underWay;
            return session != null
                    && line.size() < READS_IN_GROUP
                    && (sent == null || System.nanoTime() - sent.since < GROUP_SOON);
        }
    }

    boolean isOpen() {
        synchronized (lock) {
            return session != null;
        }
    }

    int waiting() {
        synchronized (lock) {
            return line.size();
        }
    }

    /** Says whether anybody waits for an answer of the server. */
    boolean owesAnswers() {
        synchronized (lock) {
            return session != null && session.underWay != null;
        }
    }

    ShardConnections counts() {
        synchronized (lock) {
            if (session == null) {
                return new ShardConnections(0, 0, 0, 0);
            }
            var inUse = session.underWay == null ? 0 : 1;
            return new ShardConnections(1, inUse, 1 - inUse, line.size());
        }
    }

    /** Lets an idle session take its last role anew. */
    void touch() {
        Session idle;
        synchronized (lock) {
            idle = session != null && session.underWay == null ? session : null;
            if (idle != null) {
                idle.roleAgain = idle.role;
                idle = serves(idle);
            }
        }
        if (idle != null) {
            serveSoon(idle);
        }
    }

    /** Gives up a session that does not answer in time, or that has served for long enough. */
    void closeOverdue() {
        var now = System.nanoTime();
        barred.values().removeIf(until -> now - until > 0);
        Session overdue = null;
        synchronized (lock) {
            var open = session;
            var sent = open == null ? null : open.underWay;
            if (open != null && sent == null && isWorn(open)) {
                overdue = open;
            } else if (sent != null && now - sent.since > GROUP_WITHIN) {
                overdue = open;
                sent.barFirstLeft();
            }
        }
        if (overdue != null) {
            partWith(overdue);
        }
    }

    /** Gives up the session, so that whoever waits for an answer goes another way. */
    void giveUp() {
        Session open;
        synchronized (lock) {
            open = session;
        }
        if (open != null) {
            partWith(open);
        }
    }

    /** Sends nothing more; what is under way has its answers before the session is closed. */
    void close() {
        boolean idle;
        List<KeyRead> waiting;
        synchronized (lock) {
            closed = true;
            idle = session == null || session.underWay == null;
            waiting = line.takeIf(_ -> true);
        }
        waiting.forEach(KeyRead::decline);
        if (idle) {
            giveUp();
        }
    }

    private boolean isBarred(HouseId house) {
        if (barred.isEmpty()) {
            return false;
        }
        var until = barred.get(house);
        return until != null && System.nanoTime() - until < 0;
    }

    private boolean mayOpen() {
        return !opening && !closed && System.nanoTime() - notBefore >= 0;
    }

    private static @Nullable Session serves(Session open) {
        // Who ends a group looks for the next one.
        if (open.serving || open.underWay != null) {
            return null;
        }
        open.serving = true;
        return open;
    }

    // Behind what the event loop has to do in this turn: other reads may be among it.
    private void serveSoon(Session open) {
        try {
            open.pipeline.loop().schedule(() -> serve(open));
        } catch (RejectedExecutionException ended) {
            partWith(open);
        }
    }

    private void serve(Session open) {
        synchronized (lock) {
            open.serving = false;
        }
        var group = next(open);
        if (group != null) {
            group.send();
        }
    }

    private @Nullable Group next(Session open) {
        synchronized (lock) {
            var again = open.roleAgain;
            if (open.over || open.underWay != null || again == null && line.size() == 0) {
                return null;
            }
            var group = new Group(open, open.role);
            if (again != null) {
                // By itself: should it fail, no read did.
                group.become(again);
                open.roleAgain = null;
            }
            while (again == null && line.size() > 0 && group.reads.size() < READS_IN_GROUP) {
                group.add(line.next(_ -> true));
            }
            open.role = group.role;
            open.underWay = group;
            return group;
        }
    }

    private void open() {
        background.start(
                "opening a pipeline to " + shard,
                logins.current()
                        .flatMap(this::connected)
                        .doOnNext(this::opened)
                        .doOnError(this::failed)
                        .onErrorComplete()
                        .then());
    }

    private Mono<Session> connected(PostgresLogin login) {
        return Mono.defer(() -> {
                    logins.opening(login);
                    // Whoever looked for its connections before has taken it away.
                    return logins.isCurrent(login)
                            ? opener.apply(login).connectPipeline()
                            : Mono.error(new IllegalStateException("the login was replaced"));
                })
                .doOnError(_ -> logins.closed(login))
                .doOnCancel(() -> logins.closed(login))
                .map(pipeline -> new Session(pipeline, login, settings.endOfLife()));
    }

    private void opened(Session fresh) {
        boolean late;
        synchronized (lock) {
            opening = false;
            late = closed;
            session = late ? null : fresh;
        }
        if (late) {
            farewell(fresh);
        }
    }

    // What is wrong is told to whoever takes the other way.
    private void failed(Throwable failure) {
        log.debug("no pipeline to {}", shard, failure);
        synchronized (lock) {
            opening = false;
            notBefore = System.nanoTime() + PAUSE;
        }
    }

    private void partWith(Session ended) {
        List<KeyRead> left;
        synchronized (lock) {
            if (ended.over) {
                return;
            }
            ended.over = true;
            session = null;
            left = line.takeIf(_ -> true);
            if (ended.underWay != null) {
                left.addAll(ended.underWay.reads);
            }
        }
        farewell(ended);
        left.forEach(KeyRead::decline);
    }

    private void farewell(Session ended) {
        background.start(
                "closing a pipeline to " + shard, ended.pipeline.close().doFinally(_ -> logins.closed(ended.login)));
    }

    private boolean isWorn(Session open) {
        return !open.pipeline.isOpen()
                || !logins.isCurrent(open.login)
                || open.houses.size() > settings.maxHouses()
                || System.nanoTime() - open.endOfLife > 0;
    }

    /** Some reads on their way together. */
    private final class Group implements PostgresPipeline.Answers {

        private final Session session;
        private final long since = System.nanoTime();
        private final List<Step> steps = new ArrayList<>();
        // By the number of its step; null where the step sets the role.
        private final List<@Nullable KeyRead> byStep = new ArrayList<>();
        private final List<KeyRead> reads = new ArrayList<>();
        private @Nullable RoleName role;
        private volatile int done;
        private int rows;
        private @Nullable ByteBuf held;
        private boolean mismatched;

        /** @param role of the session for certain, or null */
        Group(Session session, @Nullable RoleName role) {
            this.session = session;
            this.role = role;
        }

        void add(KeyRead read) {
            if (!read.role().equals(role)) {
                become(read.role());
            }
            var statement = read.statement();
            steps.add(new Step(statement.sql(), statement.values(), true));
            byStep.add(read);
            reads.add(read);
            session.houses.add(read.house());
        }

        void become(RoleName wanted) {
            role = wanted;
            steps.add(new Step("SET ROLE " + wanted.quoted(), List.of(), false));
            byStep.add(null);
        }

        void send() {
            background.start("reading by key on " + shard, Mono.defer(() -> session.pipeline.send(steps, this)));
        }

        @Override
        public void row(int step, @Nullable ByteBuf[] columns) {
            var read = byStep.get(step);
            rows++;
            mismatched |= read == null || !read.isAnsweredBy(columns);
            if (!mismatched && rows == 1) {
                var body = columns[0];
                held = body == null ? Unpooled.EMPTY_BUFFER : body.retain();
            }
        }

        @Override
        public void complete(int step) {
            var read = byStep.get(step);
            // No row at all means another role.
            mismatched |= read != null && rows == 0;
            var body = held;
            held = null;
            // A table that others inherit from may have several of one key: they are all to be read, elsewhere.
            if (body != null && (mismatched || rows > 1)) {
                ReferenceCountUtil.release(body);
            } else if (body != null && read != null) {
                read.answer(body);
            }
            rows = 0;
            done = step + 1;
        }

        @Override
        public void end(@Nullable String failure) {
            ReferenceCountUtil.release(held);
            held = null;
            boolean parts;
            synchronized (lock) {
                if (session.underWay == this) {
                    session.underWay = null;
                }
                if (failure != null) {
                    session.role = null;
                }
                parts = mismatched || closed || isWorn(session);
            }
            if (failure == null) {
                pulse.answered();
                tellTime(System.nanoTime() - since);
            }
            if (mismatched) {
                tally.mismatched();
            }
            if (parts) {
                partWith(session);
            } else if (failure != null) {
                barAndRepeat(failure);
            }
            reads.forEach(KeyRead::decline);
            serve(session);
        }

        // The reads of one group are much alike.
        private void tellTime(long nanos) {
            var each = nanos / Math.max(1, reads.size());
            reads.forEach(read -> read.used(each));
        }

        private @Nullable KeyRead firstLeft() {
            return byStep.stream()
                    .skip(done)
                    .filter(Objects::nonNull)
                    .findFirst()
                    .orElse(null);
        }

        void barFirstLeft() {
            var failed = firstLeft();
            if (failed != null) {
                barred.put(failed.house(), System.nanoTime() + PAUSE);
            }
        }

        // What stood behind the one that failed did not run and is sent once more.
        private void barAndRepeat(String failure) {
            log.debug("a read by key on {} goes another way: {}", shard, failure);
            barFirstLeft();
            synchronized (lock) {
                byStep.stream()
                        .skip(done)
                        .filter(Objects::nonNull)
                        .filter(read -> !isBarred(read.house()) && read.mayBeRepeated())
                        .filter(read -> session == KeyReads.this.session && line.join(read.house(), read))
                        .forEach(reads::remove);
            }
        }
    }
}
