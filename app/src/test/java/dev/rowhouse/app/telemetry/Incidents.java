package dev.rowhouse.app.telemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rowhouse.app.RunningApp;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.awaitility.core.ConditionFactory;

/** Faults of running applications, one after the other, as their metrics told them; for Prometheus' own tool to judge. */
final class Incidents {

    static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration OFTEN = Duration.ofMillis(200);

    private final List<RunningApp> apps;
    private final Runnable traffic;
    private final Callable<Boolean> serves;
    private final Predicate<Scrape> well;
    private final List<Incident> incidents = new ArrayList<>();

    /**
     * @param traffic is made before each look
     * @param serves says whether requests are answered as if nothing had happened
     * @param well says whether the metrics tell of no fault
     */
    Incidents(List<RunningApp> apps, Runnable traffic, Callable<Boolean> serves, Predicate<Scrape> well) {
        this.apps = apps;
        this.traffic = traffic;
        this.serves = serves;
        this.well = well;
    }

    /**
     * Makes a fault and takes what the metrics say before, twice during, and twice after it.
     *
     * @param window for how long the fault is looked at
     * @param shows asks what happens of the fault until the metrics show it
     */
    void happen(List<String> alerts, Duration window, Runnable fault, Predicate<Scrape> shows, Runnable heal) {
        var before = well(alerts + " not yet");
        fault.run();
        Scrape[] during = new Scrape[2];
        waiting(alerts + " begun").until(() -> {
            during[0] = look();
            return shows.test(during[0]);
        });
        long since = System.nanoTime();
        waiting(alerts + " lasting").until(() -> {
            during[1] = look();
            return shows.test(during[1]) && System.nanoTime() - since > window.toNanos();
        });
        heal.run();
        waiting(alerts + " healed").until(serves);
        var healed = Scrape.of(apps);
        incidents.add(new Incident(alerts, before, during[0], during[1], healed, well(alerts + " over")));
    }

    /** Lets the last incident happen once more, with nothing to be read meanwhile. */
    void happenUnmeasured(String alert) {
        incidents.add(incidents.getLast().unmeasured(alert));
    }

    /** Fails unless each alert was silent before its incident, fired in it and was silent again in the end. */
    void judge(Path folder) throws IOException, InterruptedException {
        Promtool.writeRules(folder);
        Files.writeString(
                folder.resolve("incidents.yaml"),
                incidents.stream()
                        .map(Incident::test)
                        .collect(Collectors.joining(
                                "", "rule_files: [rules.yaml]\nevaluation_interval: 1m\ntests:\n", "")));

        assertThat(Promtool.run(folder, "test", "rules", "incidents.yaml")).contains("SUCCESS");
    }

    private Scrape look() {
        traffic.run();
        return Scrape.of(apps);
    }

    // The look that was well itself: what is told changes by the second.
    private Scrape well(String what) {
        Scrape[] now = new Scrape[1];
        waiting(what).until(() -> {
            now[0] = look();
            return well.test(now[0]);
        });
        return now[0];
    }

    private static ConditionFactory waiting(String what) {
        return await(what).atMost(PATIENCE).pollInterval(OFTEN);
    }
}
