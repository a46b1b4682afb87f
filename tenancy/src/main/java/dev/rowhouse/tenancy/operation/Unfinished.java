package dev.rowhouse.tenancy.operation;

import java.util.List;

/**
 * An operation this instance holds.
 *
 * @param compensating whether it goes backwards
 */
record Unfinished(OperationRun run, boolean compensating, List<Operation.Step> steps) {

    Unfinished {
        steps = List.copyOf(steps);
    }

    boolean isApplied(String step) {
        return stepIs(step, Operation.State.SUCCEEDED);
    }

    boolean isUndone(String step) {
        return stepIs(step, Operation.State.COMPENSATED);
    }

    int attemptsOf(String step) {
        return steps.stream()
                .filter(candidate -> candidate.name().equals(step))
                .mapToInt(Operation.Step::attempts)
                .findFirst()
                .orElse(0);
    }

    private boolean stepIs(String step, Operation.State state) {
        return steps.stream().anyMatch(candidate -> candidate.name().equals(step) && candidate.state() == state);
    }
}
