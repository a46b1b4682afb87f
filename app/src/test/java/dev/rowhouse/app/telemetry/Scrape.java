package dev.rowhouse.app.telemetry;

import dev.rowhouse.app.RunningApp;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * What the metrics of a process said at a moment.
 *
 * @param at in seconds of {@link System#nanoTime}
 * @param series value by metric and labels
 */
record Scrape(double at, Map<String, Double> series) {

    private static final Pattern SAMPLE = Pattern.compile("(?m)^(rowhouse_\\w+(?:\\{[^}]*})?) (\\S+)$");
    private static final double NANOS = 1e9;

    static Scrape of(RunningApp app) {
        var text = String.valueOf(app.management()
                .get()
                .uri("/actuator/prometheus")
                .exchange()
                .expectStatus()
                .isOk()
                .expectBody(String.class)
                .returnResult()
                .getResponseBody());
        var series = new TreeMap<String, Double>();
        SAMPLE.matcher(text)
                .results()
                .forEach(sample -> series.put(sample.group(1), Double.parseDouble(sample.group(2))));
        return new Scrape(System.nanoTime() / NANOS, series);
    }

    /** Returns the sum of all series of the metric whose labels hold the text; not a number if there are none. */
    double sum(String metric, String labels) {
        return series.entrySet().stream()
                .filter(one -> one.getKey().equals(metric) || one.getKey().startsWith(metric + "{"))
                .filter(one -> one.getKey().contains(labels))
                .mapToDouble(Map.Entry::getValue)
                .reduce(Double::sum)
                .orElse(Double.NaN);
    }
}
