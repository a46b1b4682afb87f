package dev.rowhouse.image;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The image's own files, unpacked, start by its entry point under its user on a root that nobody can write to; in a mount
 * namespace of this machine, which needs root, for there is no container runtime here.
 */
final class Proof {

    // What a runtime adds to an image: /proc, devices, names, and the volume that the manifests mount at /tmp.
    private static final String CONTAINED = """
            set -e
            root=$1 directory=$2 user=$3; shift 3
            mount --bind "$root" "$root"
            mount --rbind /proc "$root/proc"
            mount --rbind /dev "$root/dev"
            mount -t tmpfs -o size=128m,mode=1777 none "$root/tmp"
            mount -o remount,bind,ro "$root"
            exec unshare --root="$root" --wd="$directory" --setgid="${user#*:}" --setuid="${user%:*}" "$@"
            """;

    // The JVM ends where the cache does not fit, instead of going on without.
    private static final Map<String, String> STRICT = Map.of(
            "PATH", "/usr/sbin:/usr/bin:/sbin:/bin", "JAVA_TOOL_OPTIONS", "-XX:AOTMode=on -XX:+UseSerialGC -Xmx563m");

    private Proof() {}

    /** Returns what was seen; fails if it was something else than it should be. */
    static String of(ImageFile image, Servers servers, Path scratch, Path log) throws IOException {
        var unpacked = Unpacked.of(image.file(), scratch);
        requireNothing("a secret of the training run", unpacked.holding(Servers.SECRET));
        for (var given : List.of("proc", "dev")) {
            Files.createDirectories(unpacked.root().resolve(given));
        }
        Files.writeString(unpacked.root().resolve("etc/hosts"), "127.0.0.1 localhost\n");
        var command = new ArrayList<>(List.of("unshare", "--mount", "sh", "-c", CONTAINED, "contained"));
        command.addAll(List.of(unpacked.root().toString(), unpacked.workingDirectory(), unpacked.user()));
        command.addAll(unpacked.entryPoint());
        try (var running = RunningImage.start(command, scratch, STRICT, servers, log)) {
            var process = Path.of("/proc", Long.toString(running.pid()));
            require(owner(process).equals(unpacked.user().split(":")[0]), "it runs as " + owner(process));
            require(isReadOnly(process), "its root can be written to");
            var client = servers.operator(running.port());
            client.admin("POST", "/tenants", Map.of("slug", "proof"), Map.of("Prefer", "wait=30"))
                    .orFail("onboarding");
            running.terminate();
        }
        var seen = new StringBuilder("it started as user " + unpacked.user()
                + " on a read-only root, with its AOT cache," + " took a tenant in and ended well; layers:");
        unpacked.layers()
                .forEach((name, digest) ->
                        seen.append("\n  ").append(digest).append("  ").append(name));
        return seen.toString();
    }

    private static String owner(Path process) throws IOException {
        return Files.readAllLines(process.resolve("status")).stream()
                .filter(line -> line.startsWith("Uid:"))
                .findFirst()
                .orElseThrow()
                .split("\t")[1];
    }

    // "616 492 8:1 /unpacked / ro,relatime - ext4 …": the fifth is where it is mounted, the sixth how.
    private static boolean isReadOnly(Path process) throws IOException {
        return Files.readAllLines(process.resolve("mountinfo")).stream()
                .map(line -> line.split(" "))
                .anyMatch(mount -> mount[4].equals("/") && mount[5].startsWith("ro"));
    }

    private static void requireNothing(String what, List<Path> found) {
        require(found.isEmpty(), what + " is in " + found);
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalStateException(otherwise);
        }
    }
}
