package dev.rowhouse.app.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rowhouse.app.problem.Problem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;

class AcceptTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            */*                                                           | application/json
            application/json                                              | application/json
            application/*                                                 | application/json
            text/*                                                        | text/csv;charset=UTF-8
            text/csv                                                      | text/csv;charset=UTF-8
            text/csv, application/json                                    | text/csv;charset=UTF-8
            text/csv;q=0.5, application/json;q=0.9                        | application/json
            application/xml, text/csv;q=0.1                               | text/csv;charset=UTF-8
            application/x-ndjson                                          | application/x-ndjson
            text/html, application/xml;q=0.9, */*;q=0.8                   | application/json
            application/json;q=0, */*;q=0.1                               | text/csv;charset=UTF-8
            application/json; charset=utf-8                               | application/json
            application/vnd.pgrst.object+json                             | application/vnd.pgrst.object+json
            application/vnd.pgrst.object                                  | application/vnd.pgrst.object+json
            application/vnd.pgrst.object+json;nulls=stripped              | application/vnd.pgrst.object+json;nulls=stripped
            application/vnd.pgrst.array+json                              | application/json
            application/vnd.pgrst.array+json;nulls=stripped               | application/vnd.pgrst.array+json;nulls=stripped
            application/vnd.pgrst.array;nulls=stripped                    | application/vnd.pgrst.array+json;nulls=stripped
            application/vnd.pgrst.object+json;q=0.5, text/csv;q=0.6       | text/csv;charset=UTF-8
            """)
    void theMostWantedIsChosen(String accept, String mediaType) {
        assertThat(Accept.rows(headers(accept)).mediaType()).isEqualTo(MediaType.parseMediaType(mediaType));
    }

    @Test
    void withoutAWishItIsJson() {
        assertThat(Accept.rows(new HttpHeaders())).isEqualTo(Representation.JSON);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            unknown/unknown
            application/json;q=0
            application/vnd.pgrst.object+json;nulls=kept
            application/vnd.pgrst.bogus+json
            application/openapi+json
            """)
    void whatIsNotOfferedIs406(String accept) {
        assertThatThrownBy(() -> Accept.rows(headers(accept)))
                .isInstanceOfSatisfying(
                        Problem.class, problem -> assertThat(problem.code()).isEqualTo("PGRST107"))
                .hasMessage("None of these media types are available: " + accept);
    }

    @Test
    void aSingleValueIsOfferedAsItIs() {
        var text = Representation.raw(MediaType.TEXT_PLAIN);

        assertThat(Accept.of(headers("text/plain"), java.util.List.of(Representation.JSON, text)))
                .isEqualTo(text);
    }

    private static HttpHeaders headers(String accept) {
        var headers = new HttpHeaders();
        headers.set(HttpHeaders.ACCEPT, accept);
        return headers;
    }
}
