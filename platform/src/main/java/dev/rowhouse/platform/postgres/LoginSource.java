package dev.rowhouse.platform.postgres;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** Where connections get the login from that they are opened with; another may take its place while they are in use. */
public interface LoginSource {

    /** Emits the login to connect with now: at once if it is known, and within a bound. */
    Mono<PostgresLogin> current();

    /** Returns the login to connect with now, or null where it has to be got first. */
    @Nullable
    PostgresLogin known();

    /** Says whether connections opened with {@code login} may go on to be used by the next. */
    boolean isCurrent(PostgresLogin login);

    /** Learns that a connection is about to be opened with {@code login}; a login in use is not taken from anybody. */
    void opening(PostgresLogin login);

    /** Learns that a connection of {@link #opening} is closed, or was never made. */
    void closed(PostgresLogin login);

    /** Learns that the server does not let {@code login} in. */
    void refused(PostgresLogin login);

    /** Returns the source of a login that stays. */
    static LoginSource of(PostgresLogin login) {
        return new FixedLogin(login);
    }
}
