package dev.rowhouse.image;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.regex.Pattern;

/** The C library that the runtime is linked against, from this machine, under the paths where its own loader looks for it. */
final class CLibrary {

    // "libc.so.6 => /lib/x86_64-linux-gnu/libc.so.6 (0x00007f…)", and the loader by its path alone.
    private static final Pattern LINKED = Pattern.compile("(/\\S+) \\(0x[0-9a-f]+\\)");

    /** Loaded by the C library itself when a name is looked up. */
    private static final List<String> RESOLVERS = List.of("libresolv.so.2", "libnss_dns.so.2", "libnss_files.so.2");

    private static final String HOSTS_BEFORE_DNS = "hosts: files dns\n";
    private static final String USER = "rowhouse:x:10001:10001::/tmp:/bin/false\n";
    private static final String GROUP = "rowhouse:x:10001:\n";

    private CLibrary() {}

    static void copy(ImageRoot root) throws IOException {
        var java = root.resolve(ImageRoot.RUNTIME);
        for (var binary : List.of("bin/java", "lib/server/libjvm.so")) {
            var linked = Command.run(
                    root.directory(), List.of("ldd", java.resolve(binary).toString()));
            for (var found = LINKED.matcher(linked); found.find(); ) {
                var library = Path.of(found.group(1));
                if (!library.startsWith(java)) {
                    copy(library, root);
                }
            }
        }
        write(root, "etc/nsswitch.conf", HOSTS_BEFORE_DNS);
        write(root, "etc/passwd", USER);
        write(root, "etc/group", GROUP);
    }

    private static void copy(Path library, ImageRoot root) throws IOException {
        take(library, root);
        for (var name : RESOLVERS) {
            var beside = library.resolveSibling(name);
            if (library.getFileName().toString().startsWith("libc.") && Files.exists(beside)) {
                take(beside, root);
            }
        }
    }

    private static void take(Path library, ImageRoot root) throws IOException {
        var copy = root.resolve(library.toString().substring(1));
        Files.createDirectories(copy.getParent());
        if (!Files.exists(copy)) {
            Files.copy(library.toRealPath(), copy, StandardCopyOption.COPY_ATTRIBUTES);
        }
    }

    private static void write(ImageRoot root, String path, String content) throws IOException {
        var file = root.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
    }
}
