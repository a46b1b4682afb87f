package dev.rowhouse.tenancy.house;

import static dev.rowhouse.platform.postgres.Quoting.literal;

import dev.rowhouse.platform.postgres.AdministrativeSession;
import dev.rowhouse.platform.postgres.PostgresFailure;
import java.util.List;
import java.util.function.Supplier;

/** Builds one house's objects in one transaction, as a login that reaches this house alone. */
final class Construction {

    private Construction() {}

    /** Runs the parts of the blueprint, checks what they did, settles the rights and attaches the journal. */
    static void build(AdministrativeSession builder, Plot plot, List<String> parts) {
        build(builder, plot, parts, () -> plot);
    }

    /** Does the same and returns what {@code inspection} finds, in the same transaction and as the house's owner. */
    static <T> T build(AdministrativeSession builder, Plot plot, List<String> parts, Supplier<T> inspection) {
        var id = plot.id();
        var path = "SET LOCAL search_path = " + id.schema().quoted() + ", extensions";
        builder.execute("BEGIN; SET LOCAL ROLE " + id.owner().quoted()
                // Then every right of PUBLIC that the rights show later is one the blueprint gave in so many words.
                + "; ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC"
                + "; ALTER DEFAULT PRIVILEGES REVOKE USAGE ON TYPES FROM PUBLIC");
        var before = Boundary.standing(builder);
        for (int part = 0; part < parts.size(); part++) {
            builder.execute(path);
            run(builder, part, parts.get(part));
            Boundary.checkPart(builder, part, before);
        }
        // Whatever waits for the commit happens now, before the last checks.
        run(builder, parts.size() - 1, path + "; SET CONSTRAINTS ALL IMMEDIATE");
        Boundary.checkPart(builder, parts.size() - 1, before);
        Boundary.checkObjects(builder, id);
        builder.execute(String.join(";", Settling.statements(id, HouseRights.read(builder, id))));
        builder.execute("COMMENT ON SCHEMA " + id.schema().quoted() + " IS " + literal(plot.sign()));
        var found = inspection.get();
        JournalTriggers.attach(builder, id);
        builder.execute("COMMIT");
        return found;
    }

    private static void run(AdministrativeSession builder, int part, String sql) {
        try {
            builder.execute(sql);
        } catch (PostgresFailure e) {
            if (e.isUnavailable()) {
                throw e;
            }
            throw new HouseError.ScriptFailed(part, e);
        }
    }
}
