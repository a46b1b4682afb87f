package dev.rowhouse.app.admin;

import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** Answers one admin request of an operator whose token's scope has been checked. */
@FunctionalInterface
interface AdminHandler {

    Mono<ServerResponse> handle(ServerRequest request, Operator operator);
}
