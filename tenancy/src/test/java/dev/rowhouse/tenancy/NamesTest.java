package dev.rowhouse.tenancy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A name that breaks its rule does not come to be. */
class NamesTest {

    @ParameterizedTest
    @ValueSource(strings = {"acme", "a-1", "abc", "north-wind-2", "a234567890123456789012345678901234567890"})
    void aSlugIsADnsLabel(String text) {
        assertThat(new Slug(text).value()).isEqualTo(text);
        assertThat(Slug.isValid(text)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "ab",
                "Acme",
                "1acme",
                "-acme",
                "acme-",
                "ac--me",
                "ac_me",
                "acme.x",
                "äcme",
                "acme\n",
                "admin",
                "www",
                "a2345678901234567890123456789012345678901"
            })
    void anythingElseIsNoSlug(String text) {
        assertThat(Slug.isValid(text)).isFalse();
        assertThatIllegalArgumentException().isThrownBy(() -> new Slug(text)).withMessage(Slug.RULE);
    }

    @Test
    void aHouseNamesItsSchemaAndRolesAfterItsIdAlone() {
        var house = new HouseId("abcdefghijklmno2");

        assertThat(house.schema().quoted()).isEqualTo("\"h_abcdefghijklmno2\"");
        assertThat(house.owner().value()).isEqualTo("h_abcdefghijklmno2_o");
        assertThat(Stream.of(CallerClass.values()).map(house::role).map(RoleName::value))
                .containsExactly("h_abcdefghijklmno2_a", "h_abcdefghijklmno2_u", "h_abcdefghijklmno2_s");
    }

    @Test
    void randomHouseIdsDiffer() {
        assertThat(Stream.generate(HouseId::random).limit(1_000).collect(Collectors.toSet()))
                .hasSize(1_000);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "short", "ABCDEFGHIJKLMNOP", "abcdefghijklmno1", "abcdefghijklmno\"", "abcdefghijklmnopq"})
    void anythingElseIsNoHouseId(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> new HouseId(text));
    }

    @Test
    void aKeysCallerClaimsItsRoleOnly() {
        assertThat(Caller.ofKey(CallerClass.SERVICE).claims()).isEqualTo("{\"role\":\"service_role\"}");
    }
}
