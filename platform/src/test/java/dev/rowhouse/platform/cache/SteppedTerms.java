package dev.rowhouse.platform.cache;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Terms of a world in which changes are counted: what was read before the last change does not hold. */
final class SteppedTerms implements Terms {

    private final AtomicLong changes = new AtomicLong();
    private volatile boolean silent;

    void change() {
        changes.incrementAndGet();
    }

    void silent(boolean nobodyTells) {
        silent = nobodyTells;
    }

    @Override
    public @Nullable Stamp stamp() {
        return silent ? null : new Stamp("me", 0, changes.get());
    }

    @Override
    public boolean hold(Stamp stamp) {
        return !silent && stamp.position() >= changes.get();
    }

    @Override
    public Duration longest() {
        return Duration.ofSeconds(20);
    }
}
