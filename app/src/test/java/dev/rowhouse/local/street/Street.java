package dev.rowhouse.local.street;

import java.nio.file.Path;
import org.slf4j.LoggerFactory;

/** Brings up the street. Started by the build tool, with the test class path: the product's jar carries no server. */
public final class Street {

    private static final String LOGBACK_FILE = "logback.configurationFile";

    private Street() {}

    public static void main(String[] arguments) {
        var progress = StreetProgress.sinceTheCommand(System.out);
        try {
            var folder = StreetFolder.above(Path.of(""));
            System.setProperty("rowhouse.log", folder.resolve("street.log").toString());
            startLogging();
            RunningStreet.start(folder, progress);
        } catch (StreetBlocked e) {
            progress.print(e.getMessage());
            System.exit(1);
        } catch (RuntimeException e) {
            e.printStackTrace();
            System.exit(1);
        }
    }

    // The servers log before Spring Boot does, which brings the same file into force again and does not want to find
    // this.
    private static void startLogging() {
        System.setProperty(LOGBACK_FILE, "street-logback.xml");
        LoggerFactory.getLogger(Street.class).info("starting");
        System.clearProperty(LOGBACK_FILE);
    }
}
