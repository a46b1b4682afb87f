package dev.rowhouse.app.data.plan;

import dev.rowhouse.app.data.query.Page;
import dev.rowhouse.tenancy.catalog.Relation;
import java.util.List;

/**
 * What to read.
 *
 * @param counted whether the total, regardless of the page, is wanted as well
 * @param callerIndependent whether the answer cannot depend on who asks
 */
public record ReadPlan(
        Relation relation,
        List<Output> outputs,
        Condition condition,
        List<Sort> order,
        Page page,
        boolean counted,
        boolean callerIndependent) {}
