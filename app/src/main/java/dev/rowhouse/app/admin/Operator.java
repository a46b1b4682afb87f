package dev.rowhouse.app.admin;

import dev.rowhouse.tenancy.Actor;

/** Who operates the installation, as its token says. */
record Operator(String name, Scope scope) {

    /** What a token allows, as it is written in configuration and in texts. */
    enum Scope {
        READ("operator:read"),
        WRITE("operator");

        private final String label;

        Scope(String label) {
            this.label = label;
        }

        String label() {
            return label;
        }
    }

    boolean may(Scope needed) {
        return scope == Scope.WRITE || needed == Scope.READ;
    }

    Actor actor() {
        return new Actor("operator:" + name);
    }
}
