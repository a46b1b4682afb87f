package dev.rowhouse.app.telemetry;

import java.nio.file.Path;
import java.time.Instant;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One flight recording of this process.
 *
 * @param file null until it is {@link State#READY}
 */
public record Recorded(
        UUID id,
        String settings,
        State state,
        Instant startedAt,
        Instant endsAt,
        @Nullable Path file,
        long bytes) {

    /** How far a recording is. */
    public enum State {
        RECORDING,
        /** It has ended, and its file is not complete yet. */
        WRITING,
        READY,
        FAILED;

        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    boolean isUnderWay() {
        return state == State.RECORDING || state == State.WRITING;
    }

    Recorded withState(State next) {
        return new Recorded(id, settings, next, startedAt, endsAt, file, bytes);
    }

    Recorded withFile(Path complete, long size) {
        return new Recorded(id, settings, State.READY, startedAt, endsAt, complete, size);
    }
}
