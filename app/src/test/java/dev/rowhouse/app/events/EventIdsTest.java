package dev.rowhouse.app.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rowhouse.app.problem.Problem;
import dev.rowhouse.tenancy.HouseId;
import dev.rowhouse.tenancy.TenantId;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class EventIdsTest {

    private static final String SECRET = "a secret of the tests, longer than 32 characters";
    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-01-02T03:04:05Z"), ZoneOffset.UTC);

    private final TenantId tenant = new TenantId(UUID.randomUUID());
    private final EventIds ids = EventIds.of(SECRET, CLOCK).of(tenant);
    private final HouseId house = HouseId.random();

    @Test
    void itsOwnIdsAreReadAsTheyWereMade() {
        for (var position : new long[] {0, 1, 4_711, Long.MAX_VALUE}) {
            assertThat(ids.read(ids.id(house, position)))
                    .isEqualTo(new EventIds.Place(house, position, CLOCK.instant()));
        }
        assertThat(EventIds.of(SECRET, CLOCK).of(tenant).read(ids.id(house, 7)).position())
                .isEqualTo(7);
    }

    @Test
    void noBitOfAnIdCanBeChanged() {
        var id = Base64.getUrlDecoder().decode(ids.id(house, 4_711));
        for (int bit = 0; bit < id.length * 8; bit++) {
            var changed = id.clone();
            changed[bit / 8] ^= (byte) (1 << bit % 8);
            refused(Base64.getUrlEncoder().withoutPadding().encodeToString(changed));
        }
    }

    @Test
    void anotherTenantsIdIsNone() {
        refused(EventIds.of(SECRET, CLOCK).of(new TenantId(UUID.randomUUID())).id(house, 1));
        refused(EventIds.of(SECRET + "!", CLOCK).of(tenant).id(house, 1));
    }

    @Test
    void whatIsNoIdIsRefused() {
        for (var text :
                List.of("1", "-1", "a b", "****", "A".repeat(10_000), "é", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")) {
            refused(text);
        }
    }

    private void refused(String id) {
        assertThatThrownBy(() -> ids.read(id))
                .isInstanceOfSatisfying(
                        Problem.class, problem -> assertThat(problem.code()).isEqualTo("invalid_request"));
    }
}
