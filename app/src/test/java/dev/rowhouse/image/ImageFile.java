package dev.rowhouse.image;

import com.google.cloud.tools.jib.api.CacheDirectoryCreationException;
import com.google.cloud.tools.jib.api.Containerizer;
import com.google.cloud.tools.jib.api.InvalidImageReferenceException;
import com.google.cloud.tools.jib.api.Jib;
import com.google.cloud.tools.jib.api.JibContainerBuilder;
import com.google.cloud.tools.jib.api.RegistryException;
import com.google.cloud.tools.jib.api.TarImage;
import com.google.cloud.tools.jib.api.buildplan.AbsoluteUnixPath;
import com.google.cloud.tools.jib.api.buildplan.FileEntriesLayer;
import com.google.cloud.tools.jib.api.buildplan.FilePermissions;
import com.google.cloud.tools.jib.api.buildplan.ImageFormat;
import com.google.cloud.tools.jib.api.buildplan.Platform;
import com.google.cloud.tools.jib.api.buildplan.Port;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;

/**
 * An OCI image layout (image-spec 1.1) in one file.
 *
 * @param digest of the image's manifest
 */
record ImageFile(Path file, String name, String digest) {

    private static final String USER = "10001:10001";
    private static final int HTTP = 8080;
    private static final int MANAGEMENT = 9090;
    private static final FilePermissions PROGRAM = FilePermissions.fromOctalString("555");
    private static final FilePermissions DATA = FilePermissions.fromOctalString("444");
    private static final FilePermissions ANYBODYS = FilePermissions.fromOctalString("777");

    /**
     * Writes the image.
     *
     * @param scratch an empty folder: what Jib keeps there it knows by paths and times, which are always the same here
     */
    static ImageFile write(ImageRoot root, String name, Path file, Path scratch) throws IOException {
        try {
            var image = definition(root)
                    .containerize(Containerizer.to(TarImage.at(file).named(name))
                            .setOfflineMode(true)
                            .setToolName("rowhouse")
                            .setApplicationLayersCache(scratch)
                            .setBaseImageLayersCache(scratch));
            return new ImageFile(file, name, image.getDigest().toString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        } catch (ExecutionException
                | RegistryException
                | CacheDirectoryCreationException
                | InvalidImageReferenceException e) {
            throw new IllegalStateException(e);
        }
    }

    private static JibContainerBuilder definition(ImageRoot root) throws IOException {
        var image = Jib.fromScratch()
                .setFormat(ImageFormat.OCI)
                .setPlatforms(Set.of(new Platform(architecture(), "linux")))
                .setCreationTime(ImageRoot.TIME)
                .setUser(USER)
                .setExposedPorts(Set.of(Port.tcp(HTTP), Port.tcp(MANAGEMENT)))
                .setWorkingDirectory(AbsoluteUnixPath.get("/" + ImageRoot.APPLICATION))
                .setEnvironment(Map.of("LANG", "C.UTF-8"))
                .setLabels(Map.of(
                        "org.opencontainers.image.title",
                        "Rowhouse",
                        "org.opencontainers.image.licenses",
                        "Apache-2.0"))
                .setEntrypoint(Launch.entryPoint());
        for (var layer : ImageRoot.Layer.values()) {
            image.addFileEntriesLayer(layer(root, layer));
        }
        return image;
    }

    private static FileEntriesLayer layer(ImageRoot root, ImageRoot.Layer layer) throws IOException {
        var entries = FileEntriesLayer.builder()
                .setName(layer.name().toLowerCase(Locale.ROOT).replace('_', ' '));
        if (layer == ImageRoot.Layer.C_LIBRARY) {
            entries.addEntry(root.directory(), AbsoluteUnixPath.get("/tmp"), ANYBODYS, ImageRoot.TIME);
        }
        for (var file : root.files(layer)) {
            entries.addEntry(
                    file,
                    AbsoluteUnixPath.get("/" + root.directory().relativize(file)),
                    Files.isExecutable(file) ? PROGRAM : DATA,
                    ImageRoot.TIME);
        }
        return entries.build();
    }

    private static String architecture() {
        var machine = System.getProperty("os.arch");
        return machine.equals("aarch64") ? "arm64" : machine;
    }
}
