package dev.rowhouse.tenancy.house;

import dev.rowhouse.platform.postgres.AdministrativeSession;
import dev.rowhouse.tenancy.HouseId;
import dev.rowhouse.tenancy.RoleName;
import dev.rowhouse.tenancy.shard.ShardDefinition;
import dev.rowhouse.tenancy.shard.ShardLogins;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/** One shard as a place to build on. Everything here blocks. */
final class BuildingYard implements AutoCloseable {

    /** How many builder logins a shard has, for all processes together. */
    static final int BUILDERS = 4;

    // One process leaves builders to the others; two creators in parallel are where the gain per house ends.
    private static final int CREW = 2;
    private static final int BUILDER_LOCK = 0x726f7762;

    private final ShardDefinition shard;
    private final ShardLogins logins;
    private final Sessions sessions;
    private final Provisioners provisioners;

    BuildingYard(ShardDefinition shard, ShardLogins logins) {
        this.shard = shard;
        this.logins = logins;
        this.sessions = new Sessions(shard.endpoint());
        this.provisioners = new Provisioners(shard, logins, sessions);
    }

    boolean isAt(ShardDefinition definition) {
        return shard.endpoint().equals(definition.endpoint());
    }

    /** Builds those of the houses that do not stand yet; each is whole or not there when this returns or fails. */
    void build(List<Plot> plots, List<String> parts) {
        build(plots, (session, plot) -> Construction.build(session, plot, parts));
    }

    /** Builds a house only to have it looked at by {@code proof}, and removes it whatever happens. */
    <T> T prove(Plot plot, Proof<T> proof) {
        var results = new ArrayList<T>();
        try {
            build(List.of(plot), (session, built) -> results.add(proof.build(session, built)));
        } finally {
            remove(plot.id());
        }
        return results.getFirst();
    }

    /** Builds on the plot with a builder's session and returns what it saw. */
    interface Proof<T> {
        T build(AdministrativeSession builder, Plot plot);
    }

    private interface Work {
        void build(AdministrativeSession builder, Plot plot);
    }

    private void build(List<Plot> plots, Work work) {
        sessions.with(provisioners.current(), provisioner -> {
            var missing = missing(provisioner, plots);
            if (!missing.isEmpty()) {
                buildMissing(provisioner, missing, work);
            }
            return missing.size();
        });
    }

    private List<Plot> missing(AdministrativeSession provisioner, List<Plot> plots) {
        var missing = new ArrayList<Plot>();
        // Always in the same order, so that two batches that share houses wait for each other and no longer.
        for (var plot :
                plots.stream().sorted(Comparator.comparing(p -> p.id().value())).toList()) {
            provisioner.execute(HouseSql.lock(plot.id()));
            var remains = Remains.of(provisioner, plot.id());
            if (!remains.isFinished()) {
                demolish(provisioner, remains);
                missing.add(plot);
            }
        }
        return missing;
    }

    private void buildMissing(AdministrativeSession provisioner, List<Plot> plots, Work work) {
        var crew = hire(provisioner, Math.min(CREW, plots.size()));
        provisioner.execute("BEGIN;" + each(plots, crew, HouseSql::stakeOut) + "COMMIT");
        try {
            buildTogether(plots, crew, work);
        } finally {
            provisioner.execute(
                    "BEGIN;" + each(plots, crew, (plot, role) -> HouseSql.handOver(plot.id(), role)) + "COMMIT");
        }
    }

    private interface PlotSql {
        String of(Plot plot, RoleName builder);
    }

    private static String each(List<Plot> plots, List<Integer> crew, PlotSql sql) {
        var all = new StringBuilder();
        for (int i = 0; i < plots.size(); i++) {
            all.append(sql.of(plots.get(i), ShardLogins.builderRole(crew.get(i % crew.size()))));
        }
        return all.toString();
    }

    // A builder serves one process at a time: the lock lives as long as the provisioner's session, even through a
    // crash.
    private List<Integer> hire(AdministrativeSession provisioner, int wanted) {
        var hired = new ArrayList<Integer>();
        for (int builder = 1; builder <= BUILDERS && hired.size() < wanted; builder++) {
            if (provisioner
                    .query(lock("pg_try_advisory_lock", builder), row -> row.getBoolean(1))
                    .getFirst()) {
                hired.add(builder);
            }
        }
        if (hired.isEmpty()) {
            provisioner.execute(lock("pg_advisory_lock", 1));
            hired.add(1);
        }
        hired.forEach(builder -> dismissFromForgottenHouses(provisioner, builder));
        return hired;
    }

    private static String lock(String function, int builder) {
        return "SELECT pg_catalog." + function + "(" + BUILDER_LOCK + ", " + builder + ")";
    }

    // Of a process that died: its builder still had the keys of the houses it was building.
    private void dismissFromForgottenHouses(AdministrativeSession provisioner, int builder) {
        for (var house : Remains.ownedBy(provisioner, ShardLogins.builderRole(builder))) {
            as(
                    provisioner,
                    Provisioners.creatorOf(provisioner, house),
                    session -> session.execute(HouseSql.handOver(house, ShardLogins.builderRole(builder))));
        }
    }

    private void buildTogether(List<Plot> plots, List<Integer> crew, Work work) {
        if (crew.size() == 1) {
            buildAlone(plots, crew, 0, work);
            return;
        }
        var running = new ArrayList<Future<?>>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int member = 0; member < crew.size(); member++) {
                int self = member;
                running.add(threads.submit(() -> buildAlone(plots, crew, self, work)));
            }
        }
        running.forEach(BuildingYard::rethrow);
    }

    private void buildAlone(List<Plot> plots, List<Integer> crew, int self, Work work) {
        for (int i = self; i < plots.size(); i += crew.size()) {
            var plot = plots.get(i);
            sessions.with(logins.builder(shard.name(), crew.get(self)), session -> {
                work.build(session, plot);
                return plot;
            });
        }
    }

    private static void rethrow(Future<?> ended) {
        try {
            ended.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Runs {@code alteration} as the provisioner that created the house. */
    void alter(HouseId house, String alteration) {
        sessions.with(provisioners.login(provisioners.newest()), provisioner -> {
            as(provisioner, Provisioners.creatorOf(provisioner, house), session -> session.execute(alteration));
            return house;
        });
    }

    /** Removes whatever there is of the house. */
    void remove(HouseId house) {
        sessions.with(provisioners.login(provisioners.newest()), provisioner -> {
            provisioner.execute(HouseSql.lock(house));
            demolish(provisioner, Remains.of(provisioner, house));
            return house;
        });
    }

    private void demolish(AdministrativeSession provisioner, Remains remains) {
        if (!remains.isNothing()) {
            var creator = Provisioners.creatorOf(provisioner, remains.house());
            as(provisioner, creator, session -> session.execute("BEGIN;" + remains.demolition() + "COMMIT"));
        }
    }

    private interface Task {
        void run(AdministrativeSession session);
    }

    private void as(AdministrativeSession provisioner, @Nullable Integer number, Task task) {
        if (number == null || provisioners.newest() == number) {
            task.run(provisioner);
            return;
        }
        sessions.with(provisioners.login(number), session -> {
            task.run(session);
            return number;
        });
    }

    List<HouseId> standing() {
        return sessions.with(provisioners.login(provisioners.newest()), Remains::all);
    }

    @Override
    public void close() {
        sessions.close();
    }
}
