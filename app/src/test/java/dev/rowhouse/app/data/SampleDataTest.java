package dev.rowhouse.app.data;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhouse.app.RunningApp;
import dev.rowhouse.tenancy.house.MusicStore;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.http.MediaType;

/** What the local run does on its first start, and a newcomer after it. */
class SampleDataTest {

    private static final MediaType CSV = MediaType.parseMediaType("text/csv");

    private final RunningApp app = RunningApp.shared();

    @Test
    void theMusicStoreTakesItsDataAndThenRowsOfItsOwn() {
        publish();
        var tenant = app.tenant(Map.of("blueprint", "music-store"));

        for (var relation : MusicStore.RELATIONS) {
            app.client()
                    .post()
                    .uri(tenant.path(relation))
                    .header("apikey", tenant.secret())
                    .contentType(CSV)
                    .bodyValue(MusicStore.csv(relation))
                    .exchange()
                    .expectStatus()
                    .isCreated();
        }

        var genre = app.client()
                .post()
                .uri(tenant.path("genre"))
                .header("apikey", tenant.secret())
                .header("Prefer", "return=representation")
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue(Map.of("name", "Polka"))
                .exchange()
                .expectStatus()
                .isCreated()
                .expectBody()
                .returnResult()
                .getResponseBody();
        assertThat(RunningApp.json(genre).get(0).get("name").stringValue()).isEqualTo("Polka");
    }

    private void publish() {
        app.operator()
                .put()
                .uri("/admin/v1/blueprints/music-store/versions/1")
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue(MusicStore.script().files().stream()
                        .map(file -> Map.of("name", file.name(), "text", file.text()))
                        .toList())
                .exchange()
                .expectStatus()
                .is2xxSuccessful();
    }
}
