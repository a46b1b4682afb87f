package dev.rowhouse.platform.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.rowhouse.local.PostgresServer;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is quoted comes back from a real PostgreSQL as what it was. */
class QuotingTest {

    // Everything that means something inside or around a quoted text, beside plain and astral characters.
    private static final String[] PIECES = {
        "'", "\"", "\\", "--", "/*", "*/", "$$", ";", "\n", "a", "Ü", "😀", "%", " ", "E'"
    };

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '|',
            value = {"track,\"track\"", "we\"ird,\"we\"\"ird\"", "Select,\"Select\"", "a.b,\"a.b\""})
    void anIdentifierIsDelimited(String name, String quoted) {
        assertThat(Quoting.identifier(name)).isEqualTo(quoted);
    }

    @Test
    void aNulAndAnEmptyIdentifierAreRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> Quoting.identifier("a\0b"));
        assertThatIllegalArgumentException().isThrownBy(() -> Quoting.identifier(""));
        assertThatIllegalArgumentException().isThrownBy(() -> Quoting.literal("a\0b"));
    }

    @Test
    void anyTextComesBackUnchanged() throws SQLException {
        var server = PostgresServer.shared();
        var endpoint = server.endpoint("postgres");
        var url = "jdbc:postgresql://%s:%d/%s".formatted(endpoint.host(), endpoint.port(), endpoint.database());
        var random = new Random(7);
        try (var connection = DriverManager.getConnection(
                        url, server.superuser().user(), server.superuser().password());
                var statement = connection.createStatement()) {
            for (var round = 0; round < 500; round++) {
                var text = text(random);
                // The driver would rewrite question marks and braces in a statement; none is among the pieces.
                var row = statement.executeQuery(
                        "SELECT " + Quoting.literal(text) + " AS " + Quoting.identifier(name(text)));
                assertThat(row.next()).isTrue();
                assertThat(row.getString(1)).isEqualTo(text);
                assertThat(row.getMetaData().getColumnLabel(1)).isEqualTo(name(text));
            }
        }
    }

    private static String text(Random random) {
        var text = new StringBuilder();
        random.ints(random.nextInt(1, 12), 0, PIECES.length).forEach(piece -> text.append(PIECES[piece]));
        return text.toString();
    }

    // PostgreSQL cuts a name at 63 bytes.
    private static String name(String text) {
        return text.substring(0, text.offsetByCodePoints(0, Math.min(10, text.codePointCount(0, text.length()))));
    }
}
