package dev.rowhouse.platform.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.List;
import org.junit.jupiter.api.Test;

class MemoryShelfTest {

    private static final int VALUE = 1_000;
    private static final CacheBounds BOUNDS = new CacheBounds(200_000, 40_000, VALUE);

    private final MemoryShelf shelf = new MemoryShelf(BOUNDS);

    @Test
    void whoFloodsItsScopeEvictsNobodyElse() {
        fill("quiet", 10);
        fill("flood", 1_000);

        await().untilAsserted(
                        () -> assertThat(shelf.bytes(new CacheScope("flood"))).isBetween(1L, BOUNDS.bytesPerScope()));
        for (int number = 0; number < 10; number++) {
            assertThat(shelf.get(key("quiet", number))).isNotNull();
        }
    }

    @Test
    void allScopesTogetherAreBoundedToo() {
        for (int scope = 0; scope < 50; scope++) {
            fill("scope-" + scope, 20);
        }
        await().untilAsserted(() -> {
            assertThat(shelf.bytes()).isLessThanOrEqualTo(BOUNDS.bytes());
            long all = 0;
            for (int scope = 0; scope < 50; scope++) {
                all += shelf.bytes(new CacheScope("scope-" + scope));
            }
            assertThat(all).isBetween(1L, BOUNDS.bytes());
        });
    }

    private void fill(String scope, int values) {
        for (int number = 0; number < values; number++) {
            shelf.put(key(scope, number), new Kept(new Stamp("me", 0, 0), 0, List.of(new byte[VALUE])));
        }
    }

    private static CacheKey key(String scope, int number) {
        return CacheKey.in(new CacheScope(scope)).with(Integer.toString(number)).build();
    }
}
