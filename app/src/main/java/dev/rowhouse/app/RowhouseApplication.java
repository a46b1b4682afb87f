package dev.rowhouse.app;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;

/** Starts Rowhouse. */
@SpringBootApplication
@ConfigurationPropertiesScan
public class RowhouseApplication {

    public static void main(String[] arguments) {
        SpringApplication.run(RowhouseApplication.class, arguments);
    }
}
