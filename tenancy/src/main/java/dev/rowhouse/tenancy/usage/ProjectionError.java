package dev.rowhouse.tenancy.usage;

import java.util.List;

/** Why a projection is not rebuilt. */
public abstract sealed class ProjectionError extends RuntimeException {

    private ProjectionError(String message) {
        super(message);
    }

    /** There is no such projection. */
    public static final class Unknown extends ProjectionError {
        Unknown(String name, List<String> known) {
            super("projection '" + name + "' does not exist (there are: " + String.join(", ", known) + ")");
        }
    }

    /** It is being rebuilt already. */
    public static final class Running extends ProjectionError {
        Running(String name) {
            super("projection '" + name + "' is being rebuilt");
        }
    }

    /** This installation has no Kafka, so the events of the rows are nowhere. */
    public static final class NoEvents extends ProjectionError {
        NoEvents(String name) {
            super("projection '" + name + "' is made of Kafka's events, and there is no Kafka configured");
        }
    }
}
