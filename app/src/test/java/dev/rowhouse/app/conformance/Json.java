package dev.rowhouse.app.conformance;

import tools.jackson.databind.JsonNode;

/** Compares JSON as values: the order of members does not matter, that of elements does, and 1.0 is 1. */
final class Json {

    /** Stands in an expected document for any value. */
    static final String ANY = "…";

    private Json() {}

    static boolean same(JsonNode expected, JsonNode actual) {
        if (expected.isString() && expected.stringValue().equals(ANY)) {
            return true;
        }
        if (expected.isNumber() && actual.isNumber()) {
            return expected.decimalValue().compareTo(actual.decimalValue()) == 0;
        }
        if (expected.isArray() && actual.isArray()) {
            return expected.size() == actual.size() && sameElements(expected, actual);
        }
        if (expected.isObject() && actual.isObject()) {
            return expected.size() == actual.size() && holds(expected, actual);
        }
        return expected.equals(actual);
    }

    /** Says whether all members of {@code expected} are in {@code actual}, which may have more. */
    static boolean holds(JsonNode expected, JsonNode actual) {
        return expected.properties().stream().allMatch(member -> {
            var found = actual.get(member.getKey());
            return found != null && same(member.getValue(), found);
        });
    }

    private static boolean sameElements(JsonNode expected, JsonNode actual) {
        for (int i = 0; i < expected.size(); i++) {
            if (!same(expected.get(i), actual.get(i))) {
                return false;
            }
        }
        return true;
    }
}
