package dev.rowhouse.app.telemetry;

import dev.rowhouse.app.RunningApp;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * What the metrics of some processes said at a moment.
 *
 * @param at in seconds of {@link System#nanoTime}
 * @param series value by metric and labels
 */
record Scrape(double at, Map<String, Double> series) {

    private static final Pattern SAMPLE =
            Pattern.compile("(?m)^((?:rowhouse_|ssl_chain_)\\w+)(?:\\{([^}]*)})? (\\S+)$");
    private static final double NANOS = 1e9;

    /** Asks each of the applications; its number is the label {@code pod} of what it says. */
    static Scrape of(List<RunningApp> apps) {
        var series = new TreeMap<String, Double>();
        for (int pod = 0; pod < apps.size(); pod++) {
            var first = "{pod=\"" + pod + "\"";
            for (var sample : SAMPLE.matcher(text(apps.get(pod))).results().toList()) {
                var labels = sample.group(2) == null ? first : first + "," + sample.group(2);
                series.put(sample.group(1) + labels + "}", Double.parseDouble(sample.group(3)));
            }
        }
        return new Scrape(System.nanoTime() / NANOS, series);
    }

    private static String text(RunningApp app) {
        return String.valueOf(app.management()
                .get()
                .uri("/actuator/prometheus")
                .exchange()
                .expectStatus()
                .isOk()
                .expectBody(String.class)
                .returnResult()
                .getResponseBody());
    }

    /** Returns the sum of all series of the metric whose labels hold the text; not a number if there are none. */
    double sum(String metric, String labels) {
        return series.entrySet().stream()
                .filter(one -> one.getKey().startsWith(metric + "{"))
                .filter(one -> one.getKey().contains(labels))
                .mapToDouble(Map.Entry::getValue)
                .reduce(Double::sum)
                .orElse(Double.NaN);
    }
}
