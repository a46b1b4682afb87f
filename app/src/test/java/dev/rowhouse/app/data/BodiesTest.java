package dev.rowhouse.app.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.springframework.mock.http.server.reactive.MockServerHttpRequest;
import reactor.core.scheduler.NonBlocking;

class BodiesTest {

    /** An event loop serves many connections: what is made of a long body would keep all of them waiting. */
    @Test
    void aLongBodyIsHandedOnOffTheThreadThatBroughtIt() {
        assertThat(reader(100)).as("a short one").isEqualTo(Thread.currentThread());
        assertThat(reader(100_000))
                .as("a long one")
                .isNotEqualTo(Thread.currentThread())
                .isInstanceOf(NonBlocking.class);
    }

    private static Thread reader(int length) {
        var request = MockServerHttpRequest.post("/").body("x".repeat(length));
        var reader = new AtomicReference<Thread>();
        var body = Bodies.whole(request)
                .doOnNext(_ -> reader.set(Thread.currentThread()))
                .block();
        assertThat(body).hasSize(length);
        return reader.get();
    }
}
