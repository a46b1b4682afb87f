package dev.rowhouse.app.data.plan;

import dev.rowhouse.tenancy.catalog.Relation;
import java.util.List;

/**
 * Which rows an update or a deletion changes.
 *
 * @param returning what to show of each row; empty for nothing
 */
public record ChangePlan(Relation relation, Condition condition, List<Output> returning) {}
