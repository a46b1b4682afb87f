package dev.rowhouse.app.problem;

import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Takes our own names out of PostgreSQL's texts: schemas, and roles, which become the words of the blueprint. */
final class HouseNames {

    private static final Pattern QUALIFIER = Pattern.compile("\"?\\bh_[a-z2-7]{16}\"?\\.");
    private static final Pattern ROLE = Pattern.compile("\"?\\bh_[a-z2-7]{16}_([oaus])\\b\"?");
    private static final Pattern SCHEMA = Pattern.compile("\"?\\bh_[a-z2-7]{16}\\b\"?");
    private static final Pattern LOGIN = Pattern.compile("\"?\\browhouse_(?:lane|builder|registrar)(?:_\\d+)?\\b\"?");

    private HouseNames() {}

    static String scrubbed(String text) {
        var unqualified = QUALIFIER.matcher(text).replaceAll("");
        var roles = ROLE.matcher(unqualified).replaceAll(HouseNames::word);
        var schemas = SCHEMA.matcher(roles).replaceAll("of the tenant");
        return LOGIN.matcher(schemas).replaceAll("of the server");
    }

    static @Nullable String scrubbedOrNull(@Nullable String text) {
        return text == null ? null : scrubbed(text);
    }

    private static String word(MatchResult role) {
        return switch (role.group(1)) {
            case "a" -> "anon";
            case "u" -> "authenticated";
            case "s" -> "service_role";
            case null, default -> "owner";
        };
    }
}
