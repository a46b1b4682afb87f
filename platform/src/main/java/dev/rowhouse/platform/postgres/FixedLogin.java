package dev.rowhouse.platform.postgres;

import reactor.core.publisher.Mono;

record FixedLogin(PostgresLogin login) implements LoginSource {

    @Override
    public Mono<PostgresLogin> current() {
        return Mono.just(login);
    }

    @Override
    public PostgresLogin known() {
        return login;
    }

    @Override
    public boolean isCurrent(PostgresLogin other) {
        return true;
    }

    @Override
    public void opening(PostgresLogin other) {}

    @Override
    public void closed(PostgresLogin other) {}

    @Override
    public void refused(PostgresLogin other) {}
}
