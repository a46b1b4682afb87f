package dev.rowhouse.app.openapi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhouse.app.RunningApp;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.http.HttpHeaders;
import org.springframework.test.web.reactive.server.EntityExchangeResult;

/** The pages that show a tenant to people: alike for all, and speaking to nobody but their own origin. */
class DocsPageTest {

    private static final RunningApp APP = RunningApp.shared();

    @ParameterizedTest
    @ValueSource(strings = {"docs", "events"})
    void thePageIsTheSameWhetherOrNotThereIsATenant(String name) {
        var tenant = APP.tenant();
        var there = page("/t/" + tenant.slug() + "/" + name);

        for (var tenants : new String[] {"/t/nobody-lives-here/", "/t/NO_SLUG/"}) {
            var nowhere = page(tenants + name);
            assertThat(nowhere.getResponseBody()).isEqualTo(there.getResponseBody());
            assertThat(comparable(nowhere.getResponseHeaders())).isEqualTo(comparable(there.getResponseHeaders()));
        }
        assertThat(text(there)).doesNotContain(tenant.slug());
    }

    @ParameterizedTest
    @ValueSource(strings = {"docs", "events/"})
    void thePageRunsItsOwnScriptAndNoOther(String name) throws Exception {
        var page = page("/t/nobody-lives-here/" + name);
        var policy = page.getResponseHeaders().getFirst("Content-Security-Policy");

        assertThat(policy)
                .contains("default-src 'none'", "connect-src 'self'", "frame-ancestors 'none'", "base-uri 'none'")
                .doesNotContain("unsafe")
                .contains("script-src '" + hash(text(page), "script") + "'")
                .contains("style-src '" + hash(text(page), "style") + "'");
        assertThat(text(page))
                .doesNotContain("http://", "https://", "//cdn", "innerHTML", "localStorage", "sessionStorage", "eval(")
                .doesNotContainPattern("\\son[a-z]+=|style=");
    }

    @Test
    void thePageIsOnlyRead() {
        APP.client()
                .post()
                .uri("/t/nobody-lives-here/docs")
                .exchange()
                .expectStatus()
                .isEqualTo(405);
        APP.client()
                .head()
                .uri("/t/nobody-lives-here/docs")
                .exchange()
                .expectStatus()
                .isOk();
        var tag = String.valueOf(
                page("/t/nobody-lives-here/docs").getResponseHeaders().getETag());
        APP.client()
                .get()
                .uri("/t/nobody-lives-here/docs")
                .header("If-None-Match", tag)
                .exchange()
                .expectStatus()
                .isNotModified();
    }

    private static EntityExchangeResult<byte[]> page(String path) {
        return APP.client()
                .get()
                .uri(path)
                .exchange()
                .expectStatus()
                .isOk()
                .expectBody()
                .returnResult();
    }

    private static HttpHeaders comparable(HttpHeaders headers) {
        var comparable = new HttpHeaders();
        comparable.putAll(headers);
        comparable.remove("traceparent");
        comparable.remove("X-Request-Id");
        return comparable;
    }

    private static String text(EntityExchangeResult<byte[]> page) {
        return new String(page.getResponseBodyContent(), StandardCharsets.UTF_8);
    }

    private static String hash(String page, String element) throws Exception {
        var found = Pattern.compile("<" + element + ">(.*?)</" + element + ">", Pattern.DOTALL)
                .matcher(page);
        assertThat(found.find()).isTrue();
        var digest = MessageDigest.getInstance("SHA-256").digest(found.group(1).getBytes(StandardCharsets.UTF_8));
        return "sha256-" + Base64.getEncoder().encodeToString(digest);
    }
}
