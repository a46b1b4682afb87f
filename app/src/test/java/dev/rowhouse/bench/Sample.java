package dev.rowhouse.bench;

import java.util.Comparator;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * What one measurement found.
 *
 * @param p50 in microseconds
 * @param p99 in microseconds
 * @param failures answers that were not 2xx, and broken connections
 * @param applicationCpu microseconds per request
 * @param databaseCpu microseconds per request
 */
record Sample(double perSecond, double p50, double p99, long failures, double applicationCpu, double databaseCpu) {

    /** What the load generator alone can know. */
    static Sample of(double perSecond, double p50, double p99, long failures) {
        return new Sample(perSecond, p50, p99, failures, Double.NaN, Double.NaN);
    }

    Sample withCpu(double application, double database) {
        return new Sample(perSecond, p50, p99, failures, application, database);
    }

    /** Returns the median of each number by itself; the failures are added up. */
    static Sample median(List<Sample> samples) {
        return new Sample(
                median(samples, Sample::perSecond),
                median(samples, Sample::p50),
                median(samples, Sample::p99),
                samples.stream().mapToLong(Sample::failures).sum(),
                median(samples, Sample::applicationCpu),
                median(samples, Sample::databaseCpu));
    }

    private static double median(List<Sample> samples, ToDoubleFunction<Sample> number) {
        var sorted = samples.stream()
                .map(number::applyAsDouble)
                .sorted(Comparator.naturalOrder())
                .toList();
        return sorted.get(sorted.size() / 2);
    }
}
