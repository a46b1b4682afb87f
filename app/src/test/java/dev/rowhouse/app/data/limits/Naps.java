package dev.rowhouse.app.data.limits;

import dev.rowhouse.app.RunningApp;
import dev.rowhouse.app.RunningApp.TestTenant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.springframework.http.MediaType;
import org.springframework.test.web.reactive.server.EntityExchangeResult;
import org.springframework.web.reactive.function.client.WebClient;
import reactor.core.Disposable;

/** Requests that keep a connection until they are given up, and requests beside them. */
final class Naps implements AutoCloseable {

    static final String SQL = """
            CREATE FUNCTION nap(seconds float8) RETURNS float8 LANGUAGE plpgsql STABLE
              AS 'BEGIN PERFORM pg_sleep(seconds); RETURN seconds; END';
            """;

    private final RunningApp app;
    private final WebClient client;
    private final List<Disposable> running = new ArrayList<>();

    Naps(RunningApp app) {
        this.app = app;
        this.client = WebClient.create("http://127.0.0.1:" + app.port());
    }

    void begin(TestTenant tenant, int count) {
        for (int i = 0; i < count; i++) {
            running.add(client.get()
                    .uri(tenant.path("rpc/nap?seconds=20"))
                    .header("apikey", tenant.secret())
                    .exchangeToMono(answer -> answer.releaseBody())
                    .onErrorComplete()
                    .subscribe());
        }
    }

    EntityExchangeResult<byte[]> get(TestTenant tenant, String address) {
        return get(tenant.path(address), tenant.secret());
    }

    EntityExchangeResult<byte[]> get(String path, String key) {
        return app.client()
                .get()
                .uri(path)
                .header("apikey", key)
                .exchange()
                .expectBody()
                .returnResult();
    }

    EntityExchangeResult<byte[]> write(TestTenant tenant, int id) {
        return app.client()
                .post()
                .uri(tenant.path("item"))
                .header("apikey", tenant.secret())
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue(Map.of("id", id, "name", "Spade"))
                .exchange()
                .expectBody()
                .returnResult();
    }

    EntityExchangeResult<byte[]> change(TestTenant tenant, String patch) {
        return app.operator()
                .patch()
                .uri("/admin/v1/tenants/" + tenant.slug())
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue(patch)
                .exchange()
                .expectBody()
                .returnResult();
    }

    /** Gives all of them up. */
    @Override
    public void close() {
        running.forEach(Disposable::dispose);
        running.clear();
    }
}
