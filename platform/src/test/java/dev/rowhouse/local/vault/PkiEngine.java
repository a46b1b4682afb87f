package dev.rowhouse.local.vault;

import io.github.jopenlibs.vault.json.Json;
import io.github.jopenlibs.vault.json.JsonObject;
import io.github.jopenlibs.vault.json.JsonValue;
import java.math.BigInteger;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** PKI: a root that is made inside, one authority below it, and certificates by role, all of keys on P-256. */
final class PkiEngine {

    private static final String COMMON_NAME = "550403";
    private static final String BASIC_CONSTRAINTS = "551D13";
    private static final String ALTERNATIVE_NAMES = "551D11";
    private static final String ECDSA_WITH_SHA256 = "2A8648CE3D040302";
    private static final int EXPLICIT_0 = 0xA0;
    private static final int EXPLICIT_3 = 0xA3;
    private static final int DNS = 0x82;
    private static final int ADDRESS = 0x87;
    private static final int SERIAL_BITS = 150;
    // As Vault does, for clocks that differ.
    private static final long BACKDATED = 30;
    private static final long MONTH = 32 * 86_400;
    private static final SecureRandom RANDOM = new SecureRandom();

    private record Authority(String name, KeyPair keys, String certificate, String root, Instant until) {}

    private record Role(List<String> domains, boolean subdomains, boolean bare, long ttl, long longest) {
        boolean allows(String host) {
            return domains.stream()
                    .anyMatch(domain -> bare && host.equals(domain) || subdomains && host.endsWith("." + domain));
        }
    }

    private final Map<String, Role> roles = new ConcurrentHashMap<>();
    private volatile @Nullable Authority authority;

    @Nullable
    JsonValue answer(Call call) {
        try {
            return switch (call.part(0)) {
                case "root" -> generated(call);
                case "roles" -> {
                    roles.put(call.part(1), role(call));
                    yield null;
                }
                case "issue" -> issued(call);
                default -> throw new Refusal(404, "unsupported path");
            };
        } catch (GeneralSecurityException e) {
            throw new Refusal(500, e.getMessage());
        }
    }

    private JsonObject generated(Call call) throws GeneralSecurityException {
        var root = keys();
        var below = keys();
        var name = call.text("common_name");
        var until = Instant.now().plusSeconds(call.seconds("ttl", MONTH));
        var isAuthority = extension(BASIC_CONSTRAINTS, true, Der.sequence(Der.yes()));
        var own = pem("CERTIFICATE", certificate(name, root.getPrivate(), name, root.getPublic(), until, isAuthority));
        var intermediate = name + " 1";
        authority = new Authority(
                intermediate,
                below,
                pem(
                        "CERTIFICATE",
                        certificate(name, root.getPrivate(), intermediate, below.getPublic(), until, isAuthority)),
                own,
                until);
        return Tokens.data(new JsonObject().add("certificate", own).add("issuing_ca", own));
    }

    private static Role role(Call call) {
        return new Role(
                Tokens.texts(call.body().get("allowed_domains")),
                call.text("allow_subdomains", "false").equals("true"),
                call.text("allow_bare_domains", "false").equals("true"),
                call.seconds("ttl", MONTH),
                call.seconds("max_ttl", MONTH));
    }

    private JsonObject issued(Call call) throws GeneralSecurityException {
        var role = roles.get(call.part(1));
        if (role == null) {
            throw new Refusal(400, "unknown role: " + call.part(1));
        }
        var issuer = authority;
        if (issuer == null) {
            throw new Refusal(500, "error fetching CA certificate: no default issuer currently configured");
        }
        var name = call.text("common_name");
        var hosts = listed(call, "alt_names");
        if (!role.allows(name)) {
            throw new Refusal(400, "common name " + name + " not allowed by this role");
        }
        for (var host : hosts) {
            if (!role.allows(host)) {
                throw new Refusal(400, "subject alternate name " + host + " not allowed by this role");
            }
        }
        var wanted = call.seconds("ttl", role.ttl());
        var until = Instant.now().plusSeconds(Math.min(wanted, role.longest()));
        if (until.isAfter(issuer.until())) {
            throw new Refusal(
                    400,
                    "cannot satisfy request, as TTL would result in notAfter of " + until
                            + " that is beyond the expiration of the CA certificate at " + issuer.until());
        }
        var keys = keys();
        var serial = new BigInteger(SERIAL_BITS, RANDOM).setBit(SERIAL_BITS);
        var names = Stream.concat(Stream.of(name), hosts.stream()).toList();
        var leaf = certificate(
                issuer.name(),
                issuer.keys().getPrivate(),
                name,
                keys.getPublic(),
                until,
                extension(ALTERNATIVE_NAMES, false, alternatives(names, listed(call, "ip_sans"))),
                serial);
        var answer = Tokens.data(new JsonObject()
                .add("certificate", pem("CERTIFICATE", leaf))
                .add("issuing_ca", issuer.certificate())
                .add("ca_chain", Tokens.array(List.of(issuer.certificate(), issuer.root())))
                .add("private_key", key(call, keys.getPrivate()))
                .add("private_key_type", "ec")
                .add("serial_number", HexFormat.ofDelimiter(":").formatHex(serial.toByteArray()))
                .add("expiration", until.getEpochSecond()));
        return wanted <= role.longest()
                ? answer
                : answer.add(
                        "warnings",
                        Json.array("TTL of \"" + wanted + "s\" is longer than permitted maxTTL of \"" + role.longest()
                                + "s\", so maxTTL is being used"));
    }

    // Unless asked for PKCS#8 it is "EC PRIVATE KEY" (RFC 5915), which Java does not read; neither does this write it.
    private static String key(Call call, PrivateKey key) {
        return pem(
                call.text("private_key_format", "der").equals("pkcs8") ? "PRIVATE KEY" : "EC PRIVATE KEY",
                key.getEncoded());
    }

    private static List<String> listed(Call call, String name) {
        return Arrays.stream(call.text(name, "").split(","))
                .filter(text -> !text.isBlank())
                .toList();
    }

    private static byte[] alternatives(List<String> hosts, List<String> addresses) {
        var names = new ArrayList<byte[]>();
        hosts.forEach(host -> names.add(Der.tagged(DNS, host.getBytes(StandardCharsets.US_ASCII))));
        addresses.forEach(address ->
                names.add(Der.tagged(ADDRESS, InetAddress.ofLiteral(address).getAddress())));
        return Der.sequence(names.toArray(byte[][]::new));
    }

    private static byte[] certificate(
            String issuer, PrivateKey signer, String subject, PublicKey key, Instant until, byte[] extension)
            throws GeneralSecurityException {
        return certificate(issuer, signer, subject, key, until, extension, new BigInteger(SERIAL_BITS, RANDOM));
    }

    private static byte[] certificate(
            String issuer,
            PrivateKey signer,
            String subject,
            PublicKey key,
            Instant until,
            byte[] extension,
            BigInteger serial)
            throws GeneralSecurityException {
        var algorithm = Der.sequence(Der.identifier(ECDSA_WITH_SHA256));
        var content = Der.sequence(
                Der.tagged(EXPLICIT_0, Der.number(BigInteger.TWO)),
                Der.number(serial),
                algorithm,
                name(issuer),
                Der.sequence(Der.time(Instant.now().minusSeconds(BACKDATED)), Der.time(until)),
                name(subject),
                key.getEncoded(),
                Der.tagged(EXPLICIT_3, Der.sequence(extension)));
        var signature = Signature.getInstance("SHA256withECDSA");
        signature.initSign(signer);
        signature.update(content);
        return Der.sequence(content, algorithm, Der.bits(signature.sign()));
    }

    private static byte[] extension(String identifier, boolean critical, byte[] value) {
        return critical
                ? Der.sequence(Der.identifier(identifier), Der.yes(), Der.octets(value))
                : Der.sequence(Der.identifier(identifier), Der.octets(value));
    }

    private static byte[] name(String commonName) {
        return Der.sequence(Der.set(Der.sequence(Der.identifier(COMMON_NAME), Der.text(commonName))));
    }

    private static KeyPair keys() throws GeneralSecurityException {
        var generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        return generator.generateKeyPair();
    }

    private static String pem(String what, byte[] content) {
        return "-----BEGIN " + what + "-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content) + "\n-----END " + what
                + "-----";
    }
}
