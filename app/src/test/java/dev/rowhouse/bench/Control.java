package dev.rowhouse.bench;

import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.pool.ConnectionPoolConfiguration;
import io.r2dbc.postgresql.PostgresqlConnectionConfiguration;
import io.r2dbc.postgresql.PostgresqlConnectionFactory;
import io.r2dbc.spi.Readable;
import java.math.BigDecimal;
import java.time.OffsetDateTime;
import java.util.List;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.http.HttpStatus;
import org.springframework.r2dbc.connection.R2dbcTransactionManager;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.transaction.reactive.TransactionalOperator;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The control: a hand-written application for one customer, with the framework and driver of the product and no tenancy. */
@SpringBootConfiguration
@EnableAutoConfiguration
@Import(Control.Items.class)
class Control {

    private static final int SPARE = 160;

    record Item(int id, String name, int category, BigDecimal price, int stock, OffsetDateTime changedAt) {}

    record Part(int id, String name, int quantity) {}

    record ItemWithParts(int id, String name, List<Part> part) {}

    record Entry(String name, BigDecimal amount) {}

    record Stock(int stock) {}

    public static void main(String[] arguments) {
        SpringApplication.run(Control.class, arguments);
        System.out.println(JavaProcess.READY);
    }

    @Bean
    ConnectionPool connections(
            @Value("${bench.port}") int port,
            @Value("${bench.database}") String database,
            @Value("${bench.password}") String password) {
        var factory = new PostgresqlConnectionFactory(PostgresqlConnectionConfiguration.builder()
                .host("127.0.0.1")
                .port(port)
                .database(database)
                .username("postgres")
                .password(password)
                .build());
        // With no more connections than the load generator has, this application was seen to answer nothing after some
        // measurements, all its connections idle at the server. Why is not known; with spare ones it goes on.
        return new ConnectionPool(ConnectionPoolConfiguration.builder(factory)
                .initialSize(32)
                .maxSize(SPARE)
                .build());
    }

    @RestController
    static class Items {

        private static final int BATCH = 1_000;

        private final DatabaseClient database;
        private final TransactionalOperator transactions;

        Items(ConnectionPool connections) {
            this.database = DatabaseClient.create(connections);
            this.transactions = TransactionalOperator.create(new R2dbcTransactionManager(connections));
        }

        @GetMapping("/items/{id}")
        Mono<Item> item(@PathVariable int id) {
            return database.sql("SELECT id, name, category, price, stock, changed_at FROM item WHERE id = $1")
                    .bind(0, id)
                    .map(Items::itemOf)
                    .one();
        }

        @GetMapping("/items")
        Flux<Item> page(@RequestParam int category, @RequestParam int after, @RequestParam int limit) {
            return database.sql("SELECT id, name, category, price, stock, changed_at FROM item"
                            + " WHERE category = $1 AND id > $2 ORDER BY id LIMIT $3")
                    .bind(0, category)
                    .bind(1, after)
                    .bind(2, limit)
                    .map(Items::itemOf)
                    .all();
        }

        @GetMapping("/items/parts")
        Flux<ItemWithParts> pageWithParts(
                @RequestParam int category, @RequestParam int after, @RequestParam int limit) {
            return database.sql("SELECT i.id, i.name, p.id AS part, p.name AS part_name, p.quantity"
                            + " FROM (SELECT id, name FROM item WHERE category = $1 AND id > $2 ORDER BY id LIMIT $3) AS i"
                            + " LEFT JOIN part AS p ON p.item = i.id ORDER BY i.id")
                    .bind(0, category)
                    .bind(1, after)
                    .bind(2, limit)
                    .map(Items::itemWithPartsOf)
                    .all()
                    .bufferUntilChanged(ItemWithParts::id)
                    .map(Items::joined);
        }

        @PatchMapping("/items/{id}")
        @ResponseStatus(HttpStatus.NO_CONTENT)
        Mono<Void> change(@PathVariable int id, @RequestBody Stock change) {
            return database.sql("UPDATE item SET stock = $1 WHERE id = $2")
                    .bind(0, change.stock())
                    .bind(1, id)
                    .then();
        }

        @PostMapping("/entries")
        @ResponseStatus(HttpStatus.CREATED)
        Mono<Void> add(@RequestBody Entry entry) {
            return database.sql("INSERT INTO entry (name, amount) VALUES ($1, $2)")
                    .bind(0, entry.name())
                    .bind(1, entry.amount())
                    .then();
        }

        @PostMapping(path = "/bulk", consumes = "application/x-ndjson")
        @ResponseStatus(HttpStatus.CREATED)
        Mono<Void> addAll(@RequestBody Flux<Entry> entries) {
            return entries.buffer(BATCH).concatMap(this::addBatch).then().as(transactions::transactional);
        }

        @GetMapping(path = "/bulk", produces = "application/x-ndjson")
        Flux<Entry> all() {
            return database.sql("SELECT name, amount FROM bulk_row")
                    .map(Items::entryOf)
                    .all();
        }

        private static Item itemOf(Readable row) {
            return new Item(
                    row.get("id", Integer.class),
                    row.get("name", String.class),
                    row.get("category", Integer.class),
                    row.get("price", BigDecimal.class),
                    row.get("stock", Integer.class),
                    row.get("changed_at", OffsetDateTime.class));
        }

        private static ItemWithParts itemWithPartsOf(Readable row) {
            var part = row.get("part", Integer.class);
            return new ItemWithParts(
                    row.get("id", Integer.class),
                    row.get("name", String.class),
                    part == null
                            ? List.of()
                            : List.of(new Part(
                                    part, row.get("part_name", String.class), row.get("quantity", Integer.class))));
        }

        private static ItemWithParts joined(List<ItemWithParts> rows) {
            var first = rows.getFirst();
            return new ItemWithParts(
                    first.id(),
                    first.name(),
                    rows.stream().flatMap(row -> row.part().stream()).toList());
        }

        private static Entry entryOf(Readable row) {
            return new Entry(row.get("name", String.class), row.get("amount", BigDecimal.class));
        }

        private Mono<Void> addBatch(List<Entry> batch) {
            return database.sql("INSERT INTO bulk_row (name, amount) SELECT * FROM unnest($1::text[], $2::numeric[])")
                    .bind(0, batch.stream().map(Entry::name).toArray(String[]::new))
                    .bind(1, batch.stream().map(Entry::amount).toArray(BigDecimal[]::new))
                    .then();
        }
    }
}
