package dev.rowhouse.tenancy.fields;

import org.jspecify.annotations.Nullable;

/** Why a tenant's column was not added or dropped. Knows nothing of HTTP: {@code app.problem} gives each case its answer. */
public abstract sealed class FieldError extends RuntimeException {

    private FieldError(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /** The blueprint has no such relation. */
    public static final class UnknownRelation extends FieldError {
        public UnknownRelation(String relation) {
            super("relation '" + relation + "' does not exist", null);
        }
    }

    /** The blueprint does not let tenants add to the relation. */
    public static final class NotExtensible extends FieldError {
        public NotExtensible(String relation) {
            super("relation '" + relation + "' takes no fields: its blueprint does not mark it @extensible", null);
        }
    }

    /** The field is there with another definition. */
    public static final class Taken extends FieldError {
        public Taken(String relation, String name) {
            super("field '" + name + "' of '" + relation + "' exists with another definition", null);
        }
    }

    /** The tenant has no such field. */
    public static final class Unknown extends FieldError {
        public Unknown(String relation, String name) {
            super("relation '" + relation + "' has no field '" + name + "'", null);
        }
    }

    /** The relation has as many fields as it may have. */
    public static final class TooMany extends FieldError {
        public TooMany(String relation, int limit) {
            super("relation '" + relation + "' has " + limit + " fields already, which is the most", null);
        }
    }

    /** The table, or the tenant's fields, were in use for as long as a change may wait. Asking again is safe. */
    public static final class Busy extends FieldError {
        public Busy(@Nullable Throwable cause) {
            super("the relation is in use: the change did not get its turn", cause);
        }
    }
}
