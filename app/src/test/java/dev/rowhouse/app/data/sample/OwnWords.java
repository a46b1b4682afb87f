package dev.rowhouse.app.data.sample;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhouse.tenancy.shard.Statement;
import java.util.HashSet;
import java.util.Set;
import java.util.regex.Pattern;

/** What may stand unquoted in a generated statement. */
public final class OwnWords {

    private static final Set<String> WORDS = Set.of(
            ("SELECT FROM WHERE current_user AS LEFT CROSS JOIN LATERAL ON true false row_to_json json_build_object count ORDER BY "
                            + "ASC DESC NULLS FIRST LAST LIMIT OFFSET AND OR NOT IS NULL TRUE FALSE UNKNOWN LIKE ILIKE ANY ALL "
                            + "DISTINCT EXISTS GROUP ARRAY coalesce json_agg to_jsonb unnest element sum avg min max counted ROW "
                            + "to_tsvector to_tsquery plainto_tsquery phraseto_tsquery websearch_to_tsquery "
                            + "answer caller body total head page keys next json_build_array CASE WHEN THEN END OVER last_value ROWS BETWEEN UNBOUNDED PRECEDING FOLLOWING pg_catalog extensions called changed E")
                    .split(" "));
    private static final Pattern ALIAS = Pattern.compile("[tejrgco][0-9]*|[0-9]+");

    private OwnWords() {}

    /** Fails if the statement holds a name outside of quotes, or if its placeholders are not its values. */
    public static void require(Statement statement) {
        var sql = statement.sql();
        var placeholders = new HashSet<Integer>();
        int at = 0;
        while (at < sql.length()) {
            char c = sql.charAt(at);
            if (c == '"' || c == '\'') {
                at = sql.indexOf(c, at + 1) + 1;
                assertThat(at).as(sql).isPositive();
            } else if (c == '$') {
                int end = wordEnd(sql, at + 1);
                placeholders.add(Integer.valueOf(sql.substring(at + 1, end)));
                at = end;
            } else if (Character.isLetterOrDigit(c) || c == '_') {
                int end = wordEnd(sql, at);
                var word = sql.substring(at, end);
                if (!WORDS.contains(word) && !ALIAS.matcher(word).matches()) {
                    throw new AssertionError("'" + word + "' stands unquoted in " + sql);
                }
                at = end;
            } else {
                requireMark(c, sql);
                at++;
            }
        }
        assertThat(placeholders).as(sql).hasSize(statement.values().size());
    }

    private static void requireMark(char c, String sql) {
        if (" .,()[]:=<>!~*@&|-+".indexOf(c) < 0) {
            throw new AssertionError("'" + c + "' stands unquoted in " + sql);
        }
    }

    private static int wordEnd(String sql, int from) {
        int end = from;
        while (end < sql.length() && (Character.isLetterOrDigit(sql.charAt(end)) || sql.charAt(end) == '_')) {
            end++;
        }
        return end;
    }
}
