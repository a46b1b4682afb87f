package dev.rowhouse.app.data.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.rowhouse.app.data.query.Preferences.Count;
import dev.rowhouse.app.data.query.Preferences.Lock;
import dev.rowhouse.app.data.query.Preferences.Resolution;
import dev.rowhouse.app.data.query.Preferences.Returning;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PreferencesTest {

    @Test
    void everyPreferenceIsRead() {
        var read = parse(
                RequestKind.UPDATE,
                "return=representation, count=planned, resolution=ignore-duplicates",
                "missing=default,tx=rollback,handling=strict,max-affected=10",
                "timezone=America/Los_Angeles, lock=no-key-update; wait=2, consistency=session");

        assertThat(read)
                .isEqualTo(new Preferences(
                        Count.PLANNED,
                        Returning.REPRESENTATION,
                        Resolution.IGNORE_DUPLICATES,
                        true,
                        true,
                        true,
                        10L,
                        "America/Los_Angeles",
                        Lock.NO_KEY_UPDATE,
                        Duration.ofSeconds(2),
                        List.of(
                                "return=representation",
                                "count=planned",
                                "missing=default",
                                "tx=rollback",
                                "handling=strict",
                                "max-affected=10",
                                "timezone=America/Los_Angeles")));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "-", textBlock = """
            READ         | count=exact, tx=commit, handling=lenient, timezone=UTC
            INSERT       | return=minimal, count=exact, resolution=merge-duplicates, missing=null, tx=commit, handling=lenient, timezone=UTC
            UPSERT       | return=minimal, count=exact, tx=commit, handling=lenient, timezone=UTC
            UPDATE       | return=minimal, count=exact, missing=null, tx=commit, handling=lenient, timezone=UTC
            DELETE       | return=minimal, count=exact, tx=commit, handling=lenient, timezone=UTC
            CALL_BY_GET  | count=exact, tx=commit, handling=lenient, timezone=UTC
            CALL_BY_POST | count=exact, tx=commit, handling=lenient, timezone=UTC
            """)
    void onlyWhatAKindOfRequestHonoursIsApplied(RequestKind kind, String applied) {
        var all =
                "return=minimal, count=exact, resolution=merge-duplicates, missing=null, tx=commit, handling=lenient, "
                        + "max-affected=1, timezone=UTC, lock=share, wait=1, consistency=strong";

        assertThat(String.join(", ", parse(kind, all).applied())).isEqualTo(applied);
    }

    @ParameterizedTest
    @CsvSource({
        "UPDATE, true",
        "DELETE, true",
        "CALL_BY_GET, true",
        "CALL_BY_POST, true",
        "READ, false",
        "INSERT, false"
    })
    void theMostAffectedRowsAreAppliedWhereRowsAreAffected(RequestKind kind, boolean applied) {
        assertThat(parse(kind, "handling=strict, max-affected=7").applied().contains("max-affected=7"))
                .isEqualTo(applied);
    }

    @Test
    void withoutStrictHandlingTheMostAffectedRowsAreIgnored() {
        var lenient = parse(RequestKind.DELETE, "max-affected=7");

        assertThat(lenient.maxAffected()).isNull();
        assertThat(lenient.applied()).isEmpty();
    }

    @Test
    void ofContradictingPreferencesTheFirstCounts() {
        var read =
                parse(RequestKind.INSERT, "return=representation, foo, count=estimated", "return=minimal,count=exact");

        assertThat(read.returning()).isEqualTo(Returning.REPRESENTATION);
        assertThat(read.count()).isEqualTo(Count.ESTIMATED);
        assertThat(read.applied()).containsExactly("return=representation", "count=estimated");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "foo",
                "count",
                "count=",
                "count=many",
                "COUNT=exact",
                "return=all",
                "resolution=none",
                "missing=empty",
                "tx=abort",
                "max-affected=-1",
                "max-affected=1e3",
                "max-affected=99999999999999999999",
                "timezone=Jupiter/Red_Spot",
                "timezone='UTC'",
                "lock=exclusive",
                "wait=soon",
                "wait=999999",
                "consistency=maybe",
                "handling=odd"
            })
    void strictHandlingRefusesWhatIsUnknownAndLenientIgnoresIt(String preference) {
        var error = catchThrowableOfType(
                QueryError.class, () -> parse(RequestKind.INSERT, "handling=strict, tx=commit, " + preference));

        assertThat(error.code()).isEqualTo("PGRST122");
        assertThat(error.text()).isEqualTo("Invalid preferences given with handling=strict");
        assertThat(error.details()).isEqualTo("Invalid preferences: " + preference);
        assertThat(parse(RequestKind.INSERT, preference)).isEqualTo(Preferences.NONE);
    }

    @Test
    void allInvalidPreferencesAreNamed() {
        var error =
                catchThrowableOfType(QueryError.class, () -> parse(RequestKind.READ, "handling=strict, foo", "bar"));

        assertThat(error.details()).isEqualTo("Invalid preferences: foo, bar");
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTC", "Europe/Berlin", "Etc/GMT+5", "EST", "America/Argentina/Buenos_Aires"})
    void timeZonesAreThoseOfTheTzDatabase(String zone) {
        assertThat(parse(RequestKind.READ, "timezone=" + zone).timezone()).isEqualTo(zone);
    }

    private static Preferences parse(RequestKind kind, String... headers) {
        return Preferences.parse(List.of(headers), kind);
    }
}
