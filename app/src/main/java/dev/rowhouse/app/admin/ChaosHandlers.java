package dev.rowhouse.app.admin;

import dev.rowhouse.app.admin.FaultInjector.Kind;
import dev.rowhouse.app.admin.FaultInjector.Running;
import dev.rowhouse.app.admin.FaultInjector.Target;
import dev.rowhouse.app.problem.Problem;
import dev.rowhouse.app.problem.ProblemType;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** Faults of the servers of a local run, for who wants to watch it survive. */
public final class ChaosHandlers {

    private static final List<String> ORDER = List.of("target", "fault", "seconds");
    private static final int DEFAULT_SECONDS = 30;
    private static final int MOST_SECONDS = 300;

    record RunningView(String fault, Instant since, Instant until) {

        static @Nullable RunningView of(@Nullable Running running) {
            return running == null ? null : new RunningView(running.kind().label(), running.since(), running.until());
        }
    }

    /** @param faults by name, what each lets one see */
    record TargetView(
            String target,
            Map<String, String> faults,
            @Nullable RunningView now) {

        static TargetView of(Target target) {
            var faults = new TreeMap<String, String>();
            target.faults().forEach((kind, seen) -> faults.put(kind.label(), seen));
            return new TargetView(target.name(), faults, RunningView.of(target.now()));
        }
    }

    record BegunView(String target, String fault, Instant since, Instant until, String expect) {}

    private record Order(Target target, Kind kind, Duration time) {}

    private final FaultInjector faults;

    public ChaosHandlers(FaultInjector faults) {
        this.faults = faults;
    }

    Mono<ServerResponse> list(ServerRequest request, Operator operator) {
        var targets = faults.targets().stream().map(TargetView::of).toList();
        return ServerResponse.ok().bodyValue(new Requests.Page<>(targets, null));
    }

    Mono<ServerResponse> begin(ServerRequest request, Operator operator) {
        return Requests.json(request)
                .map(this::orderOf)
                .flatMap(this::begun)
                .flatMap(begun -> ServerResponse.accepted().bodyValue(begun));
    }

    Mono<ServerResponse> end(ServerRequest request, Operator operator) {
        return Mono.fromRunnable(faults::endAll)
                .subscribeOn(Schedulers.boundedElastic())
                .then(Mono.defer(() -> ServerResponse.noContent().build()));
    }

    private Mono<BegunView> begun(Order order) {
        var target = order.target();
        return Mono.fromCallable(() -> faults.begin(target.name(), order.kind(), order.time()))
                .subscribeOn(Schedulers.boundedElastic())
                .onErrorMap(FaultInjector.AlreadyFailing.class, failing -> alreadyFailing(target, failing.now()))
                .map(running -> new BegunView(
                        target.name(),
                        running.kind().label(),
                        running.since(),
                        running.until(),
                        Objects.requireNonNull(target.faults().get(running.kind()), "it was asked for by name")));
    }

    private Order orderOf(byte[] body) {
        var members = Members.of(body, ORDER);
        var name = members.requiredText("target");
        var label = members.requiredText("fault");
        var seconds = members.integer("seconds", DEFAULT_SECONDS);
        var targets = faults.targets();
        var target = targets.stream()
                .filter(known -> known.name().equals(name))
                .findFirst()
                .orElseThrow(() -> noneOf(
                        "target", name, targets.stream().map(Target::name).toList()));
        var kind = target.faults().keySet().stream()
                .filter(known -> known.label().equals(label))
                .findFirst()
                .orElseThrow(() -> noneOf(
                        "fault",
                        label,
                        target.faults().keySet().stream().map(Kind::label).toList()));
        if (seconds < 1 || seconds > MOST_SECONDS) {
            throw invalid("seconds", "seconds: " + seconds + " (expected: 1 to " + MOST_SECONDS + ")");
        }
        return new Order(target, kind, Duration.ofSeconds(seconds));
    }

    private static Problem noneOf(String member, String value, Collection<String> allowed) {
        var expected = allowed.stream().sorted().collect(Collectors.joining(", "));
        return invalid(member, member + ": '" + value + "' (expected: " + expected + ")");
    }

    private static Problem invalid(String member, String message) {
        return Problem.of(ProblemType.INVALID_VALUE, message).with("member", member);
    }

    private static Problem alreadyFailing(Target target, Running now) {
        return Problem.of(
                        ProblemType.FAULT_RUNNING,
                        target.name() + " has a fault already: " + now.kind().label() + " until " + now.until())
                .withHint("wait, or end every fault by DELETE");
    }
}
