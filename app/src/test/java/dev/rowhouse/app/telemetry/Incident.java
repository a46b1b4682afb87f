package dev.rowhouse.app.telemetry;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * A fault as the metrics told it, stretched over time: each value goes on as it went in the seconds that were looked at.
 *
 * @param alerts that are to fire while it lasts
 */
record Incident(List<String> alerts, Scrape before, Scrape begun, Scrape lasting, Scrape healed, Scrape after) {

    // In minutes. The longest time that an alert waits before it is raised is an hour, and the longest window of a
    // budget
    // that must be over for its alert to clear is of six.
    private static final int BEFORE = 20;
    private static final int DURING = 80;
    private static final int AFTER = 420;

    // What the rules ask for; of the hundreds of others each would cost the tool its time.
    private static final Pattern JUDGED = Pattern.compile(
            "^(ssl_chain_expiry_seconds|rowhouse_(requests_seconds_count|requests_seconds_bucket\\{.*le=\"0.25\""
                    + "|control_up|cache_total|shard_(up|shed_total)|lane_(refusals|mismatches)_total|relay_(lag_seconds|full|term)"
                    + "|journal_horizon_age_seconds|configuration_refused|warm_houses|dead_letters|operations"
                    + "|secrets_(up|logins_missing|certificate_life)))");

    // What falls from one replacement to the next does not go on falling.
    private static final String SAWTOOTH = "rowhouse_secrets_certificate_life";

    private static final double PER_MINUTE = 60;

    /** Returns the same with nothing to be read while it lasts. */
    Incident unmeasured(String alert) {
        var nothing = new Scrape(0, Map.of());
        return new Incident(List.of(alert), before, nothing, nothing, healed, after);
    }

    /** Returns a test for {@code promtool test rules}. */
    String test() {
        var text = new StringBuilder("  - interval: 1m\n    input_series:\n");
        var names = new TreeSet<>(before.series().keySet());
        names.addAll(begun.series().keySet());
        names.addAll(after.series().keySet());
        names.removeIf(name -> !JUDGED.matcher(name).find());
        for (var name : names) {
            text.append("      - series: '")
                    .append(name)
                    .append("'\n        values: '")
                    .append(values(name))
                    .append("'\n");
        }
        text.append("    promql_expr_test:\n");
        for (var alert : alerts) {
            expect(text, alert, BEFORE - 1, false);
            expect(text, alert, BEFORE + DURING - 1, true);
            expect(text, alert, BEFORE + DURING + AFTER - 1, false);
        }
        return text.toString();
    }

    private String values(String name) {
        return phase(before.series().get(name), 0, BEFORE) + " "
                + phase(begun.series().get(name), slope(name, begun, lasting), DURING) + " "
                + phase(healed.series().get(name), slope(name, healed, after), AFTER);
    }

    // "1+2x3" is 1 and three more, each of them 2 above the one before; "_x4" is nothing, four times.
    private static String phase(Double value, double slope, int minutes) {
        return value == null || value.isNaN()
                ? "_x" + minutes
                : String.format(Locale.ROOT, "%.9f%+.9fx%d", value, slope, minutes - 1);
    }

    private static double slope(String name, Scrape from, Scrape to) {
        var first = from.series().get(name);
        var last = to.series().get(name);
        return name.startsWith(SAWTOOTH) || first == null || last == null || first.isNaN() || last.isNaN()
                ? 0
                : (last - first) / (to.at() - from.at()) * PER_MINUTE;
    }

    private static void expect(StringBuilder text, String alert, int minute, boolean firing) {
        text.append("      - expr: group(ALERTS{alertname=\"").append(alert).append("\", alertstate=\"firing\"})\n");
        text.append("        eval_time: ").append(minute).append("m\n");
        text.append("        exp_samples: ")
                .append(firing ? "[{labels: '{}', value: 1}]" : "[]")
                .append('\n');
    }
}
