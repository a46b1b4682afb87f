package dev.rowhouse.app.edge;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class TraceFilterTest {

    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";

    @Test
    void aValidTraceGoesOnWithASpanOfOurOwn() {
        assertThat(TraceFilter.traceparent("00-" + TRACE + "-00f067aa0ba902b7-01"))
                .matches("00-" + TRACE + "-(?!00f067aa0ba902b7)[0-9a-f]{16}-01");
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(
            strings = {
                "",
                "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
                "00-" + TRACE + "-0000000000000000-01",
                "ff-" + TRACE + "-00f067aa0ba902b7-01",
                "00-" + TRACE + "-00f067aa0ba902b7-01-more",
                "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01"
            })
    void anythingElseBeginsATrace(String incoming) {
        assertThat(TraceFilter.traceparent(incoming))
                .matches("00-[0-9a-f]{32}-[0-9a-f]{16}-00")
                .doesNotContain(TRACE);
    }

    @Test
    void anIdThatIsFitForLogsIsKept() {
        assertThat(TraceFilter.requestId("a-1:b/c")).isEqualTo("a-1:b/c");
        assertThat(TraceFilter.requestId("a\nb")).hasSize(36);
        assertThat(TraceFilter.requestId("x".repeat(65))).hasSize(36);
        assertThat(TraceFilter.requestId(null)).hasSize(36);
    }
}
