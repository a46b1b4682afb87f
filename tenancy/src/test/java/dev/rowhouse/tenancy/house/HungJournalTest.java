package dev.rowhouse.tenancy.house;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rowhouse.local.Fault;
import dev.rowhouse.local.FaultProxy;
import dev.rowhouse.platform.postgres.PostgresEndpoint;
import dev.rowhouse.tenancy.journal.Journal;
import dev.rowhouse.tenancy.shard.ShardDefinition;
import dev.rowhouse.tenancy.shard.ShardError;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;

/** A server that takes questions and never answers keeps nobody waiting for ever, who could tell that it is gone. */
class HungJournalTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @Test
    void whoAsksIsToldAndAnsweredAgainAfterwards() {
        try (var shard = TestShard.prepared();
                var proxy = FaultProxy.to(shard.definition.endpoint().port());
                var journal = new Journal(TestShard.LOGINS)) {
            var name = shard.definition.name();
            journal.open(through(proxy, shard.definition));
            var position = journal.horizon(name).block(PATIENCE);

            proxy.set(new Fault.BlackHole());
            var looks = Mono.when(
                    journal.horizon(name).onErrorResume(ShardError.Unavailable.class, _ -> Mono.empty()),
                    journal.read(name, position, 10).onErrorResume(ShardError.Unavailable.class, _ -> Mono.empty()));
            assertThat(looks.then(Mono.just("told")).block(PATIENCE)).isEqualTo("told");
            assertThatThrownBy(() -> journal.backlog(name, "nobody").block(PATIENCE))
                    .isInstanceOf(ShardError.Unavailable.class);

            proxy.heal();
            assertThat(journal.horizon(name)
                            .retryWhen(Retry.fixedDelay(50, Duration.ofMillis(200)))
                            .block(PATIENCE))
                    .isGreaterThanOrEqualTo(position);
        }
    }

    private static ShardDefinition through(FaultProxy proxy, ShardDefinition shard) {
        return new ShardDefinition(
                shard.name(),
                new PostgresEndpoint("127.0.0.1", proxy.port(), shard.endpoint().database()),
                shard.region(),
                shard.weight(),
                shard.draining(),
                shard.lanes(),
                shard.labels());
    }
}
