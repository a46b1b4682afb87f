package dev.rowhouse.tenancy.catalog;

import org.jspecify.annotations.Nullable;

/**
 * An aggregate of the blueprint that turns rows into one answer of a media type.
 *
 * @param aggregate its name in the house
 * @param relation whose rows it takes; null for those of any
 * @param mediaType such as {@code text/csv}, or {@code *}{@code /*} for any
 */
public record MediaHandler(String aggregate, @Nullable String relation, String mediaType) {}
