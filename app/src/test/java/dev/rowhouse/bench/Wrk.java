package dev.rowhouse.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The load generator wrk with a script that fills in the places of a {@link Call}. */
final class Wrk implements LoadGenerator {

    private static final String SCRIPT = """
            local tenants = {}
            local method, path, body = [[%s]], [[%s]], [[%s]]
            local headers = {%s}

            function init(args)
              math.randomseed(os.time())
              for line in io.lines([[%s]]) do
                local slug, key = line:match("([^\\t]+)\\t(.+)")
                tenants[#tenants + 1] = {slug, key}
              end
            end

            local function filled(text, tenant)
              if not text:find("{", 1, true) then return text end
              return (text:gsub("{(%%w+)}", function(place)
                if place == "tenant" then return tenant[1] end
                if place == "key" then return tenant[2] end
                if place == "id" then return tostring(math.random(1, %d)) end
                if place == "below" then return tostring(math.random(0, %d)) end
                if place == "category" then return tostring(math.random(0, %d)) end
              end))
            end

            function request()
              local tenant = tenants[math.random(#tenants)]
              local sent = {}
              for name, value in pairs(headers) do sent[name] = filled(value, tenant) end
              local content = nil
              if body ~= "" then content = filled(body, tenant) end
              return wrk.format(method, filled(path, tenant), sent, content)
            end

            function done(summary, latency, requests)
              local errors = summary.errors
              print("requests= " .. summary.requests)
              print("duration= " .. summary.duration)
              print("p50= " .. latency:percentile(50))
              print("p99= " .. latency:percentile(99))
              print("failures= " .. errors.connect + errors.read + errors.write + errors.status + errors.timeout)
            end
            """;

    private final Path workDirectory;

    Wrk(Path workDirectory) {
        this.workDirectory = workDirectory;
    }

    @Override
    public String name() {
        return "wrk, 1 thread";
    }

    @Override
    public Sample run(int port, Call call, Path tenants, int connections, int seconds) {
        var output = Tool.run(
                List.of(
                        "wrk",
                        "-t1",
                        "-c" + connections,
                        "-d" + seconds + "s",
                        "-s",
                        script(call, tenants).toString(),
                        "http://127.0.0.1:" + port),
                Map.of());
        double requests = Tool.number(output, "requests=");
        return Sample.of(
                requests * 1e6 / Tool.number(output, "duration="),
                Tool.number(output, "p50="),
                Tool.number(output, "p99="),
                (long) Tool.number(output, "failures="));
    }

    private Path script(Call call, Path tenants) {
        var headers = call.headers().entrySet().stream()
                .map(header -> "[\"" + header.getKey() + "\"] = [[" + header.getValue() + "]]")
                .collect(Collectors.joining(", "));
        var script = SCRIPT.formatted(
                call.method(),
                call.path(),
                call.body(),
                headers,
                tenants,
                Scenario.ITEMS,
                Scenario.LAST_PAGE,
                Scenario.CATEGORIES - 1);
        try {
            return Files.writeString(workDirectory.resolve("load.lua"), script);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
