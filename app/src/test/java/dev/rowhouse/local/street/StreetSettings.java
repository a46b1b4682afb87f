package dev.rowhouse.local.street;

import dev.rowhouse.local.RedisServer;
import dev.rowhouse.platform.postgres.PostgresEndpoint;
import dev.rowhouse.platform.postgres.PostgresLogin;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;

/** What the application is told when it runs on this machine. */
final class StreetSettings {

    private StreetSettings() {}

    static Map<String, String> of(
            int port,
            int managementPort,
            PostgresEndpoint control,
            PostgresLogin controlLogin,
            RedisServer redis,
            String kafka,
            StreetSecrets secrets) {
        var settings = new LinkedHashMap<String, String>();
        settings.put("server.address", "127.0.0.1");
        settings.put("server.port", Integer.toString(port));
        settings.put("management.server.address", "127.0.0.1");
        settings.put("management.server.port", Integer.toString(managementPort));
        settings.put("logging.config", "classpath:street-logback.xml");
        settings.put("rowhouse.control.host", control.host());
        settings.put("rowhouse.control.port", Integer.toString(control.port()));
        settings.put("rowhouse.control.database", control.database());
        settings.put("rowhouse.control.user", controlLogin.user());
        settings.put("rowhouse.control.password", controlLogin.password());
        settings.put("rowhouse.redis.uri", "redis://127.0.0.1:" + redis.port());
        settings.put("rowhouse.kafka.bootstrap-servers", kafka);
        settings.put("rowhouse.public-url", "http://localhost:" + port);
        settings.put("rowhouse.default-blueprint", FirstTenants.BLUEPRINT);
        settings.put("rowhouse.secret", secrets.installation());
        settings.put("rowhouse.operator.token-hashes[0].name", "street");
        settings.put("rowhouse.operator.token-hashes[0].sha256", sha256(secrets.operatorToken()));
        return settings;
    }

    private static String sha256(String token) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
