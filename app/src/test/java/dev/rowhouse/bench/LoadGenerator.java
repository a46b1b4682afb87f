package dev.rowhouse.bench;

import java.nio.file.Path;

/** Keeps a number of connections busy from a process of its own, each sending its next request after the last answer. */
interface LoadGenerator {

    String name();

    /** @param tenants a file with slug and key of a tenant on each line, separated by a tab */
    Sample run(int port, Call call, Path tenants, int connections, int seconds);

    /** Returns wrk where it is installed, else the client that comes with the benchmark. */
    static LoadGenerator installed(Path workDirectory) {
        return Tool.isInstalled("wrk") ? new Wrk(workDirectory) : new OwnClient();
    }
}
