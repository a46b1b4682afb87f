package dev.rowhouse.app.data.query;

/** A {@code GET} or {@code HEAD} of a relation. */
public record ReadQuery(String relation, Selection selection, Preferences preferences) {}
