package dev.rowhouse.tenancy.journal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import reactor.core.Exceptions;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;

class BacklogTest {

    private final Sinks.Many<String> source = Sinks.many().multicast().directBestEffort();

    @Test
    void whoKeepsUpIsNeverCut() {
        var heard = new Backlog(2, 10).bound(source.asFlux(), String::length);
        StepVerifier.create(heard)
                .then(() -> tell("12345678", "12345678", "12345678"))
                .expectNextCount(3)
                .thenCancel()
                .verify();
    }

    @Test
    void aFewLongOnesThatWaitAreTooMany() {
        var heard = new Backlog(100, 10).bound(source.asFlux(), String::length);
        StepVerifier.create(heard, 0)
                .then(() -> tell("123456", "1234", "1"))
                .thenRequest(10)
                .expectNext("123456", "1234")
                .expectErrorSatisfies(
                        failure -> assertThat(Exceptions.isOverflow(failure)).isTrue())
                .verify();
    }

    @Test
    void soAreManyShortOnes() {
        var heard = new Backlog(2, 1_000).bound(source.asFlux(), String::length);
        StepVerifier.create(heard, 0)
                .then(() -> tell("1", "2", "3"))
                .thenRequest(10)
                .expectNext("1", "2")
                .expectErrorSatisfies(
                        failure -> assertThat(Exceptions.isOverflow(failure)).isTrue())
                .verify();
    }

    @Test
    void whatWasTakenWaitsNoMore() {
        var heard = new Backlog(100, 10).bound(source.asFlux(), String::length);
        StepVerifier.create(heard, 0)
                .then(() -> tell("12345678"))
                .thenRequest(1)
                .expectNext("12345678")
                .then(() -> tell("12345678"))
                .thenRequest(1)
                .expectNext("12345678")
                .thenCancel()
                .verify();
    }

    private void tell(String... words) {
        for (var word : words) {
            source.tryEmitNext(word);
        }
    }
}
