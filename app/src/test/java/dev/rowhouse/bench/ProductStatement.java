package dev.rowhouse.bench;

import java.util.List;

/**
 * What the product sends to the database for a request of a tenant's service.
 *
 * @param values of the parameters in order
 */
record ProductStatement(String schema, String role, String claims, String sql, List<String> values) {}
