package dev.rowhouse.platform.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PostgresLoginTest {

    private static final PostgresLogin LOGIN = new PostgresLogin("someone", "pencil");

    // The salt, the iterations and the keys of RFC 7677's example.
    private static final String OF_THE_RFC = "SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ=="
            + "$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=";

    @Test
    void aVerifierIsOfItsPasswordAlone() {
        assertThat(LOGIN.isVerifiedBy(OF_THE_RFC)).isTrue();
        assertThat(LOGIN.isVerifiedBy(LOGIN.verifier(7))).isTrue();
        assertThat(new PostgresLogin("someone", "pencils").isVerifiedBy(OF_THE_RFC))
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "md5d0b5b7bd4b4e9b2a8f0b1a1b9c7d6e5f", "SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ=="})
    void whatIsNoVerifierIsOfNoPassword(String text) {
        assertThat(LOGIN.isVerifiedBy(text)).isFalse();
    }
}
