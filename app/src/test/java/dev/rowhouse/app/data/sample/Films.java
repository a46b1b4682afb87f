package dev.rowhouse.app.data.sample;

import dev.rowhouse.tenancy.catalog.Catalog;
import dev.rowhouse.tenancy.catalog.Column;
import dev.rowhouse.tenancy.catalog.Column.Generation;
import dev.rowhouse.tenancy.catalog.ColumnType;
import dev.rowhouse.tenancy.catalog.ColumnType.Category;
import dev.rowhouse.tenancy.catalog.ColumnType.Origin;
import dev.rowhouse.tenancy.catalog.Relation;
import dev.rowhouse.tenancy.catalog.Relation.ForeignKey;
import dev.rowhouse.tenancy.catalog.Relation.Kind;
import dev.rowhouse.tenancy.catalog.Routine;
import dev.rowhouse.tenancy.catalog.Routine.Argument;
import dev.rowhouse.tenancy.catalog.Routine.Argument.Mode;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Relations that are related in every way, and the SQL that creates and fills them. */
public final class Films {

    /** With {@code %s} for the schema's quoted name. */
    public static final String DDL = """
            CREATE SCHEMA %1$s;
            SET search_path = %1$s;
            CREATE TYPE genre AS ENUM ('drama', 'comedy');
            CREATE TYPE place AS (city text, street text);
            CREATE DOMAIN color AS int;
            CREATE TABLE directors (id int PRIMARY KEY, first_name text, last_name text);
            CREATE TABLE films (
                id int PRIMARY KEY, director_id int CONSTRAINT films_director REFERENCES directors, title text, year int,
                rating numeric(3, 1), language text, genre genre, shot_at place, tags text[], scores int[], shown int4range,
                facts json, notes jsonb, words tsvector, tint color, "we""ird" text, t text);
            CREATE TABLE technical_specs (film_id int PRIMARY KEY CONSTRAINT specs_film REFERENCES films, runtime text, camera text);
            CREATE TABLE actors (id int PRIMARY KEY, first_name text, last_name text);
            CREATE TABLE roles (
                film_id int CONSTRAINT roles_film REFERENCES films, actor_id int CONSTRAINT roles_actor REFERENCES actors,
                character text, PRIMARY KEY (film_id, actor_id));
            CREATE TABLE addresses (id int PRIMARY KEY, city text);
            CREATE TABLE orders (
                id int PRIMARY KEY, amount numeric(10, 2), day date,
                billing_address_id int CONSTRAINT billing REFERENCES addresses,
                shipping_address_id int CONSTRAINT shipping REFERENCES addresses);
            CREATE TABLE employees (id int PRIMARY KEY, name text, boss_id int CONSTRAINT employees_boss REFERENCES employees);
            CREATE FUNCTION full_name(directors) RETURNS text STABLE LANGUAGE sql AS $$ SELECT $1.first_name || ' ' || $1.last_name $$;
            CREATE FUNCTION label(films) RETURNS text STABLE LANGUAGE sql AS $$ SELECT $1.title || ' (' || $1.year || ')' $$;
            CREATE FUNCTION newest(directors) RETURNS SETOF films ROWS 1 STABLE LANGUAGE sql AS
                $$ SELECT * FROM %1$s.films WHERE director_id = $1.id ORDER BY year DESC $$;
            CREATE FUNCTION peers(films) RETURNS SETOF films STABLE LANGUAGE sql AS
                $$ SELECT * FROM %1$s.films f WHERE f.year = $1.year AND f.id <> $1.id $$;
            CREATE FUNCTION shown(color) RETURNS json IMMUTABLE LANGUAGE sql AS $$ SELECT to_json('#' || to_hex($1)) $$;
            CREATE FUNCTION filtered(text) RETURNS color IMMUTABLE LANGUAGE sql AS
                $$ SELECT (('x' || lpad(ltrim($1, '#'), 8, '0'))::bit(32)::int)::%1$s.color $$;
            INSERT INTO directors VALUES (1, 'Quentin', 'Tarantino'), (2, 'Louis', 'Lumière'), (3, 'Agnès', 'Varda'), (4, NULL, NULL);
            INSERT INTO films (id, director_id, title, year, rating, language, genre, shot_at, tags, scores, shown, facts, notes, tint, t) VALUES
                (1, 1, 'Pulp Fiction', 1994, 8.9, 'english', 'drama', ('Los Angeles', 'Main'), '{crime,cult}', '{9,8}', '[1,5)',
                    '{"a": {"b": [10, 20]}}', '{"won": {"oscar": 1}, "seen": "yes"}', 255, 'x'),
                (2, 1, 'Reservoir Dogs', 1992, 8.3, 'english', 'drama', NULL, '{crime}', '{8}', '[5,9)', NULL, '{"won": {}, "seen": "no"}', 16, NULL),
                (3, 2, 'Workers Leaving', 1895, 6.9, NULL, NULL, ('Lyon', NULL), '{}', NULL, NULL, '{"a": 1}', NULL, NULL, NULL),
                (4, NULL, 'Unknown Pleasures', 1994, NULL, 'french', 'comedy', NULL, NULL, '{}', 'empty', NULL, '["x", "y"]', NULL, NULL);
            UPDATE films SET words = to_tsvector('english', title), "we""ird" = title;
            INSERT INTO technical_specs VALUES (1, '02:29:00', 'Arriflex'), (2, '01:39:00', NULL);
            INSERT INTO actors VALUES (1, 'John', 'Travolta'), (2, 'Tim', 'Roth'), (3, 'Uma', 'Thurman'), (4, 'Jean', 'Unseen');
            INSERT INTO roles VALUES (1, 1, 'Vincent Vega'), (1, 3, 'Mia Wallace'), (1, 2, 'Pumpkin'), (2, 2, 'Mr. Orange');
            INSERT INTO addresses VALUES (1, 'Bern'), (2, 'Rome');
            INSERT INTO orders VALUES (1, 10.50, '2024-01-01', 1, 2), (2, 4.50, '2024-01-01', 1, 1), (3, 7.00, '2024-01-02', 2, NULL);
            INSERT INTO employees VALUES (1, 'Taylor', NULL), (2, 'Johnson', 1), (3, 'Miller', 1);
            RESET search_path;
            """;

    private static final ColumnType COLOR = new ColumnType(
            Origin.HOUSE,
            "color",
            "color",
            false,
            Category.INTEGER,
            List.of(),
            new ColumnType.Representation("shown", null, "filtered"));

    public static final Catalog CATALOG = new Catalog(
            Stream.of(
                            table(
                                    "directors",
                                    List.of("id"),
                                    List.of(),
                                    "id int4",
                                    "first_name text",
                                    "last_name text"),
                            table(
                                    "films",
                                    List.of("id"),
                                    List.of(key("films_director", "director_id", "directors")),
                                    "id int4",
                                    "director_id int4",
                                    "title text",
                                    "year int4",
                                    "rating numeric",
                                    "language text",
                                    "genre genre",
                                    "shot_at place",
                                    "tags text[]",
                                    "scores int4[]",
                                    "shown int4range",
                                    "facts json",
                                    "notes jsonb",
                                    "words tsvector",
                                    "tint color",
                                    "we\"ird text",
                                    "t text"),
                            table(
                                    "technical_specs",
                                    List.of("film_id"),
                                    List.of(key("specs_film", "film_id", "films")),
                                    "film_id int4",
                                    "runtime text",
                                    "camera text"),
                            table("actors", List.of("id"), List.of(), "id int4", "first_name text", "last_name text"),
                            table(
                                    "roles",
                                    List.of("film_id", "actor_id"),
                                    List.of(
                                            key("roles_film", "film_id", "films"),
                                            key("roles_actor", "actor_id", "actors")),
                                    "film_id int4",
                                    "actor_id int4",
                                    "character text"),
                            table("addresses", List.of("id"), List.of(), "id int4", "city text"),
                            table(
                                    "orders",
                                    List.of("id"),
                                    List.of(
                                            key("billing", "billing_address_id", "addresses"),
                                            key("shipping", "shipping_address_id", "addresses")),
                                    "id int4",
                                    "amount numeric",
                                    "day date",
                                    "billing_address_id int4",
                                    "shipping_address_id int4"),
                            table(
                                    "employees",
                                    List.of("id"),
                                    List.of(key("employees_boss", "boss_id", "employees")),
                                    "id int4",
                                    "name text",
                                    "boss_id int4"))
                    .collect(Collectors.toMap(Relation::name, Function.identity())),
            Stream.of(
                            function("full_name", "directors", type("text"), null, 0),
                            function("label", "films", type("text"), null, 0),
                            function("newest", "directors", row("films"), "films", 1),
                            function("peers", "films", row("films"), "films", 1000))
                    .collect(Collectors.groupingBy(Routine::name)));

    private Films() {}

    private static Relation table(String name, List<String> primaryKey, List<ForeignKey> keys, String... columns) {
        var parsed = Arrays.stream(columns)
                .map(column -> column.split(" "))
                .map(parts -> new Column(
                        parts[0], type(parts[1]), !primaryKey.contains(parts[0]), null, Generation.NONE, null))
                .toList();
        return new Relation(
                name,
                Kind.TABLE,
                null,
                parsed,
                primaryKey,
                List.of(),
                keys,
                false,
                !name.equals("films"),
                true,
                true,
                true,
                Map.of());
    }

    private static ForeignKey key(String name, String column, String referenced) {
        return new ForeignKey(name, List.of(column), referenced, List.of("id"));
    }

    private static Routine function(
            String name, String relation, ColumnType returns, @Nullable String returnsRelation, int rows) {
        return new Routine(
                name,
                Routine.Kind.FUNCTION,
                List.of(new Argument("", row(relation), Mode.IN, false)),
                returns,
                rows > 0,
                returnsRelation,
                Routine.Volatility.STABLE,
                false,
                null,
                rows,
                Map.of());
    }

    private static ColumnType row(String relation) {
        return new ColumnType(Origin.HOUSE, relation, relation, false, Category.COMPOSITE, List.of());
    }

    private static ColumnType type(String written) {
        boolean array = written.endsWith("[]");
        var name = array ? written.substring(0, written.length() - 2) : written;
        return switch (name) {
            case "color" -> COLOR;
            case "genre" -> new ColumnType(Origin.HOUSE, name, name, false, Category.ENUM, List.of("drama", "comedy"));
            case "place" -> new ColumnType(Origin.HOUSE, name, name, false, Category.COMPOSITE, List.of());
            default -> new ColumnType(Origin.SYSTEM, name, written, array, category(name), List.of());
        };
    }

    private static Category category(String name) {
        return switch (name) {
            case "int4" -> Category.INTEGER;
            case "numeric" -> Category.NUMBER;
            case "text" -> Category.TEXT;
            case "date" -> Category.TEMPORAL;
            case "json", "jsonb" -> Category.JSON;
            case "int4range" -> Category.RANGE;
            default -> Category.OTHER;
        };
    }
}
