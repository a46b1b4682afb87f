package dev.rowhouse.app.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhouse.tenancy.Slug;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TenantAddressTest {

    @Test
    void aPathNamesItsTenant() {
        assertThat(TenantAddress.of("/t/acme/rest/v1/item", "localhost", null))
                .isEqualTo(new TenantAddress(new Slug("acme"), "/rest/v1/item"));
    }

    @Test
    void aHostNamesItsTenant() {
        assertThat(TenantAddress.of("/rest/v1/item", "acme.ROWS.test", "rows.test"))
                .isEqualTo(new TenantAddress(new Slug("acme"), "/rest/v1/item"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"rows.test", "xrows.test", "acme.rows.test.evil", "acmerows.test"})
    void anotherHostNamesNone(String host) {
        assertThat(TenantAddress.of("/rest/v1/item", host, "rows.test")).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"/t/ACME/rest/v1/item", "/t/a%63me/rest/v1/item", "/t/acme;x=1/rest/v1/item", "/t//rest/v1/item"
            })
    void aNameThatIsNoSlugIsNobodys(String path) {
        assertThat(TenantAddress.of(path, null, null))
                .extracting(TenantAddress::slug)
                .isNull();
    }
}
