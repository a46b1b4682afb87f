package dev.rowhouse.local.vault;

import io.github.jopenlibs.vault.json.JsonObject;
import io.github.jopenlibs.vault.json.JsonValue;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.Signature;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/** Transit: keys with versions ({@code aes256-gcm96}, {@code ecdsa-p256}) that encrypt, rewrap and sign. */
final class TransitEngine {

    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int NONCE = 12;
    private static final int TAG_BITS = 128;

    private record Key(String type, List<byte[]> secrets, List<KeyPair> pairs) {
        int newest() {
            return Math.max(secrets.size(), pairs.size());
        }
    }

    private final Map<String, Key> keys = new ConcurrentHashMap<>();

    @Nullable
    JsonValue answer(Call call) {
        try {
            return switch (call.part(0)) {
                case "keys" -> key(call);
                case "datakey" -> dataKey(known(call.part(2)));
                case "decrypt" -> data("plaintext", encoded(decrypted(known(call.part(1)), call.text("ciphertext"))));
                case "rewrap" -> {
                    var key = known(call.part(1));
                    yield data("ciphertext", encrypted(key, decrypted(key, call.text("ciphertext"))));
                }
                case "sign" -> data("signature", signed(known(call.part(1)), decoded(call.text("input"))));
                case "verify" -> Tokens.data(new JsonObject().add("valid", isSigned(known(call.part(1)), call)));
                default -> throw new Refusal(404, "unsupported path");
            };
        } catch (GeneralSecurityException e) {
            throw new Refusal(400, "cipher: message authentication failed");
        }
    }

    private @Nullable JsonValue key(Call call) throws GeneralSecurityException {
        var name = call.part(1);
        if (call.isRead()) {
            return Tokens.data(new JsonObject()
                    .add("latest_version", known(name).newest())
                    .add("type", known(name).type()));
        }
        if (call.rest().size() == 2) {
            keys.putIfAbsent(name, new Key(call.text("type", "aes256-gcm96"), new ArrayList<>(), new ArrayList<>()));
        }
        if (call.rest().size() > 2 || known(name).newest() == 0) {
            addVersion(known(name));
        }
        return null;
    }

    private static void addVersion(Key key) throws GeneralSecurityException {
        if (key.type().equals("ecdsa-p256")) {
            var generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(256);
            key.pairs().add(generator.generateKeyPair());
        } else {
            key.secrets().add(random(32));
        }
    }

    private static JsonObject dataKey(Key key) throws GeneralSecurityException {
        var bytes = random(32);
        return Tokens.data(new JsonObject()
                .add("ciphertext", encrypted(key, bytes))
                .add("plaintext", encoded(bytes))
                .add("key_version", key.newest()));
    }

    private static String encrypted(Key key, byte[] content) throws GeneralSecurityException {
        var nonce = random(NONCE);
        var sealed = cipher(Cipher.ENCRYPT_MODE, key.secrets().getLast(), nonce).doFinal(content);
        return "vault:v" + key.newest() + ":"
                + encoded(ByteBuffer.allocate(NONCE + sealed.length)
                        .put(nonce)
                        .put(sealed)
                        .array());
    }

    private static byte[] decrypted(Key key, String ciphertext) throws GeneralSecurityException {
        var sealed = ByteBuffer.wrap(decoded(content(ciphertext)));
        var nonce = new byte[NONCE];
        sealed.get(nonce);
        var rest = new byte[sealed.remaining()];
        sealed.get(rest);
        return cipher(Cipher.DECRYPT_MODE, key.secrets().get(version(ciphertext) - 1), nonce)
                .doFinal(rest);
    }

    private static Cipher cipher(int mode, byte[] secret, byte[] nonce) throws GeneralSecurityException {
        var cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, new SecretKeySpec(secret, "AES"), new GCMParameterSpec(TAG_BITS, nonce));
        return cipher;
    }

    private static String signed(Key key, byte[] input) throws GeneralSecurityException {
        var signature = Signature.getInstance("SHA256withECDSA");
        signature.initSign(key.pairs().getLast().getPrivate());
        signature.update(input);
        return "vault:v" + key.newest() + ":" + encoded(signature.sign());
    }

    private static boolean isSigned(Key key, Call call) throws GeneralSecurityException {
        var text = call.text("signature");
        var signature = Signature.getInstance("SHA256withECDSA");
        signature.initVerify(key.pairs().get(version(text) - 1).getPublic());
        signature.update(decoded(call.text("input")));
        return signature.verify(decoded(content(text)));
    }

    private Key known(String name) {
        var key = keys.get(name);
        if (key == null) {
            throw new Refusal(400, "encryption key not found");
        }
        return key;
    }

    private static int version(String text) {
        return Integer.parseInt(parts(text)[1].substring(1));
    }

    private static String content(String text) {
        return parts(text)[2];
    }

    private static String[] parts(String text) {
        var parts = text.split(":");
        if (parts.length != 3) {
            throw new Refusal(400, "invalid ciphertext: no prefix");
        }
        return parts;
    }

    private static JsonObject data(String name, String value) {
        return Tokens.data(new JsonObject().add(name, value));
    }

    private static byte[] random(int length) {
        var bytes = new byte[length];
        RANDOM.nextBytes(bytes);
        return bytes;
    }

    private static String encoded(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }

    private static byte[] decoded(String text) {
        return Base64.getDecoder().decode(text);
    }
}
