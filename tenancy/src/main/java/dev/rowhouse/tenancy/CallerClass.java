package dev.rowhouse.tenancy;

/** Which of its tenant's three roles a caller acts as. */
public enum CallerClass {
    /** A publishable key: sees what the blueprint grants to {@code anon}. */
    ANON("anon", "a"),
    /** A user of the tenant: sees what the blueprint grants to {@code authenticated}. */
    AUTHENTICATED("authenticated", "u"),
    /** A secret key: every relation of its house, past row-level policies. */
    SERVICE("service_role", "s");

    private final String blueprintRole;
    private final String suffix;

    CallerClass(String blueprintRole, String suffix) {
        this.blueprintRole = blueprintRole;
        this.suffix = suffix;
    }

    /** Returns the name by which a blueprint grants to this class and which claims carry as {@code role}. */
    public String blueprintRole() {
        return blueprintRole;
    }

    String suffix() {
        return suffix;
    }
}
