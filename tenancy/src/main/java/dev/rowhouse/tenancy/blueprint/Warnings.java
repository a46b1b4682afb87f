package dev.rowhouse.tenancy.blueprint;

import dev.rowhouse.tenancy.catalog.JournalMode;
import dev.rowhouse.tenancy.catalog.Relation;
import dev.rowhouse.tenancy.catalog.Relation.Kind;
import dev.rowhouse.tenancy.catalog.Routine;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** Collects what a blueprint does that is allowed but probably not meant. */
final class Warnings {

    private static final Set<String> FALSE = Set.of("false", "off", "no", "0");
    private static final Pattern INVOKER = Pattern.compile("(?:^|,)security_invoker=([^,]*)");

    private final List<String> found = new ArrayList<>();

    void about(Relation relation, int policies, String options) {
        if (relation.kind() == Kind.TABLE && relation.primaryKey().isEmpty()) {
            found.add("table " + relation.name() + " has no primary key: its rows cannot be addressed one by one");
            if (JournalMode.of(relation.comment()) != JournalMode.OFF) {
                found.add("table " + relation.name()
                        + " has no primary key: the journal tells its rows apart by all that is in them"
                        + " (a key, or @journal off in its comment, would do better)");
            }
        }
        if (JournalMode.isMistaken(relation.comment())) {
            found.add(relation.name()
                    + " asks in its comment for a @journal that there is not (expected: off, keys or rows)");
        }
        if (relation.rowSecurity() && policies == 0) {
            found.add("table " + relation.name()
                    + " has row-level security but no policy: only service_role sees its rows");
        }
        if (!relation.rowSecurity() && policies > 0) {
            found.add("table " + relation.name()
                    + " has policies but row-level security is not enabled: they do nothing");
        }
        var invoker = INVOKER.matcher(options);
        if (invoker.find() && FALSE.contains(invoker.group(1).toLowerCase(Locale.ROOT))) {
            found.add("view " + relation.name()
                    + " reads with its owner's rights: row-level policies of its tables do not" + " hold");
        }
        if (relation.isMarkedExtensible() && !relation.isExtensible()) {
            found.add("view " + relation.name() + " is marked @extensible, but only tables take columns");
        }
        if (relation.kind() == Kind.MATERIALIZED_VIEW) {
            found.add("materialized view " + relation.name() + " is open to service_role only: no policy can guard it");
        }
    }

    void about(Routine routine) {
        if (routine.securityDefiner()) {
            found.add("function " + routine.name()
                    + " runs with its owner's rights: row-level policies do not hold in it");
        }
    }

    List<String> all() {
        return List.copyOf(found);
    }
}
