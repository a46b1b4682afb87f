package dev.rowhouse.tenancy.usage;

import java.util.List;
import java.util.Map;

/**
 * How a rebuilt projection differs from the one that it takes the place of.
 *
 * @param rows how many there are in one or the other
 * @param different how many of them are not the same
 * @param examples the first of these, each as it was and as it is
 */
record Comparison(long rows, long different, List<Map<String, Object>> examples) {}
