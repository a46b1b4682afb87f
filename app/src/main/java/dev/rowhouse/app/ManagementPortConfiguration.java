package dev.rowhouse.app;

import dev.rowhouse.app.edge.NettyLimits;
import org.springframework.boot.reactor.netty.NettyReactiveWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;

/**
 * Gives the port of operators' tools, which has a server and a context of its own, the limits of the other one. Spring Boot
 * finds it by {@code META-INF/spring}; with an annotation the application's own context would take it for its own.
 */
class ManagementPortConfiguration {

    @Bean
    static WebServerFactoryCustomizer<NettyReactiveWebServerFactory> limitsOfManagementPort(NettyLimits limits) {
        return factory -> factory.addServerCustomizers(limits.ofOperators());
    }
}
