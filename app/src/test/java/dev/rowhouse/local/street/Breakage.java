package dev.rowhouse.local.street;

import dev.rowhouse.app.admin.FaultInjector.Kind;
import dev.rowhouse.local.Breakable;
import dev.rowhouse.local.Fault;
import java.time.Duration;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * One way in which a server can fail.
 *
 * @param seen what it lets one see
 * @param begin breaks the server and returns what makes it well again
 */
record Breakage(String seen, Supplier<Runnable> begin) {

    private static final Duration HELD = Duration.ofMillis(180);
    private static final Duration FREE = Duration.ofMillis(20);
    private static final Duration LATE = Duration.ofMillis(500);

    /** Returns the ways of a server that consists of processes. */
    static Map<Kind, Breakage> of(Supplier<? extends Breakable> server, Function<Kind, String> seen) {
        return Map.of(
                Kind.KILL, new Breakage(seen.apply(Kind.KILL), () -> killed(server.get())),
                Kind.HANG, new Breakage(seen.apply(Kind.HANG), () -> held(server.get())),
                Kind.SLOW, new Breakage(seen.apply(Kind.SLOW), () -> slowed(server.get())));
    }

    /** Returns the ways of Kafka, which runs in this process: what can hang or be slow is the network before it. */
    static Map<Kind, Breakage> ofKafka(Supplier<StreetKafka> kafka, Function<Kind, String> seen) {
        return Map.of(
                Kind.KILL, new Breakage(seen.apply(Kind.KILL), () -> stopped(kafka.get())),
                Kind.HANG, new Breakage(seen.apply(Kind.HANG), () -> network(kafka.get(), new Fault.BlackHole())),
                Kind.SLOW, new Breakage(seen.apply(Kind.SLOW), () -> network(kafka.get(), new Fault.Delay(LATE))));
    }

    private static Runnable killed(Breakable server) {
        server.kill();
        return server::startAgain;
    }

    private static Runnable held(Breakable server) {
        server.pause();
        return server::goOn;
    }

    private static Runnable stopped(StreetKafka kafka) {
        kafka.proxy().set(new Fault.Reset());
        kafka.stop();
        return () -> {
            kafka.start();
            kafka.proxy().heal();
        };
    }

    private static Runnable network(StreetKafka kafka, Fault fault) {
        kafka.proxy().set(fault);
        return kafka.proxy()::heal;
    }

    // It gets a tenth of the time.
    private static Runnable slowed(Breakable server) {
        var slowing = Thread.ofVirtual().name("slowing").start(() -> {
            try {
                while (true) {
                    server.pause();
                    Thread.sleep(HELD);
                    server.goOn();
                    Thread.sleep(FREE);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } finally {
                server.goOn();
            }
        });
        return () -> {
            slowing.interrupt();
            try {
                slowing.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        };
    }
}
