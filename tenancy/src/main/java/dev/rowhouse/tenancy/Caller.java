package dev.rowhouse.tenancy;

/**
 * On whose behalf a statement runs.
 *
 * @param claims the JSON object that policies and functions read as {@code request.jwt.claims}
 */
public record Caller(CallerClass callerClass, String claims) {

    /** The holder of one of the tenant's API keys: no user, only a role. */
    public static Caller ofKey(CallerClass callerClass) {
        return new Caller(callerClass, "{\"role\":\"" + callerClass.blueprintRole() + "\"}");
    }
}
