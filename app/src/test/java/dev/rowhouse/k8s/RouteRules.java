package dev.rowhouse.k8s;

import java.net.URI;
import java.util.List;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/** What holds of the way in from outside. */
final class RouteRules {

    static final List<Rule> ALL = List.of(
            new Rule(
                    "only tenants' paths are routed",
                    rendering -> paths(rendering).filter(path -> !path.equals("/t"))),
            new Rule("routes lead to a port of Rowhouse", RouteRules::backends),
            new Rule("the way in is the public URL", RouteRules::hosts),
            new Rule("the certificate is the one that is shown", RouteRules::certificates));

    private RouteRules() {}

    private static Stream<JsonNode> ingressRules(Rendering rendering) {
        return rendering
                .of("Ingress")
                .flatMap(ingress -> ingress.at("/spec/rules").valueStream());
    }

    private static Stream<JsonNode> ingressPaths(Rendering rendering) {
        return ingressRules(rendering).flatMap(rule -> rule.at("/http/paths").valueStream());
    }

    private static Stream<JsonNode> routeRules(Rendering rendering) {
        return rendering
                .of("HTTPRoute")
                .flatMap(route -> route.at("/spec/rules").valueStream());
    }

    // A rule without a match matches everything.
    private static Stream<String> paths(Rendering rendering) {
        return Stream.concat(
                ingressPaths(rendering).map(path -> path.path("path").asString("/")),
                routeRules(rendering)
                        .flatMap(rule -> rule.path("matches").isEmpty()
                                ? Stream.of("/")
                                : rule.path("matches")
                                        .valueStream()
                                        .map(match -> match.at("/path/value").asString("/"))));
    }

    private static Stream<String> backends(Rendering rendering) {
        var ports = rendering
                .of("Service")
                .filter(service -> service.name().equals("rowhouse"))
                .flatMap(service -> service.at("/spec/ports").valueStream())
                .filter(port -> port.path("name").asString("").equals("http"))
                .toList();
        var ingress = ingressPaths(rendering)
                .map(path -> path.at("/backend/service"))
                .filter(service -> !service.path("name").asString("").equals("rowhouse")
                        || ports.stream().noneMatch(port -> port.path("name").equals(service.at("/port/name"))));
        var routes = routeRules(rendering)
                .flatMap(rule -> rule.path("backendRefs").valueStream())
                .filter(service -> !service.path("name").asString("").equals("rowhouse")
                        || ports.stream().noneMatch(port -> port.path("port").equals(service.path("port"))));
        return Stream.concat(ingress, routes).map(JsonNode::toString);
    }

    private static Stream<String> hosts(Rendering rendering) {
        var hosts = Stream.of(
                        ingressRules(rendering).map(rule -> rule.path("host")),
                        rendering
                                .of("Ingress")
                                .flatMap(ingress -> ingress.at("/spec/tls")
                                        .valueStream()
                                        .flatMap(tls -> tls.path("hosts").valueStream())),
                        rendering
                                .of("HTTPRoute")
                                .flatMap(route -> route.at("/spec/hostnames").valueStream()),
                        rendering
                                .of("Gateway")
                                .flatMap(gateway -> gateway.at("/spec/listeners")
                                        .valueStream()
                                        .map(listener -> listener.path("hostname"))),
                        rendering
                                .of("Certificate")
                                .flatMap(certificate ->
                                        certificate.at("/spec/dnsNames").valueStream()))
                .flatMap(names -> names)
                .map(host -> host.asString("any host"));
        var expected = URI.create(rendering.setting("rowhouse.public-url")).getHost();
        return hosts.filter(host -> !host.equals(expected)).map(host -> host + " in place of " + expected);
    }

    private static Stream<String> certificates(Rendering rendering) {
        var made = rendering
                .of("Certificate")
                .map(certificate -> certificate.at("/spec/secretName").asString(""))
                .toList();
        var shown = Stream.concat(
                rendering
                        .of("Ingress")
                        .flatMap(ingress -> ingress.at("/spec/tls")
                                .valueStream()
                                .map(tls -> tls.path("secretName").asString(""))),
                rendering
                        .of("Gateway")
                        .flatMap(gateway -> gateway.at("/spec/listeners")
                                .valueStream()
                                .map(listener -> listener.at("/tls/certificateRefs/0/name")
                                        .asString(""))));
        return shown.filter(name -> !made.contains(name)).map(name -> "no certificate makes '" + name + "'");
    }
}
