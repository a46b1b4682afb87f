package dev.rowhouse.image;

import java.util.ArrayList;
import java.util.List;

/** How the application is started in the image. */
final class Launch {

    // Netty and the clients of Kafka and Redis load native parts, which the JDK is to be told of.
    private static final List<String> ALWAYS =
            List.of("--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow");

    private Launch() {}

    /**
     * Returns the command, for a process that starts in the application's folder: the AOT cache knows the jars by their
     * places below it.
     *
     * @param java the program
     * @param more options of the JVM
     */
    static List<String> command(String java, List<String> more) {
        var command = new ArrayList<String>();
        command.add(java);
        command.addAll(more);
        command.addAll(ALWAYS);
        command.addAll(List.of("-jar", ImageRoot.JAR));
        return command;
    }

    /** Returns the image's entry point. A cache that does not fit is passed over by the JVM, which starts slower then. */
    static List<String> entryPoint() {
        return command("/" + ImageRoot.RUNTIME + "/bin/java", List.of("-XX:AOTCache=" + ImageRoot.AOT_CACHE));
    }
}
