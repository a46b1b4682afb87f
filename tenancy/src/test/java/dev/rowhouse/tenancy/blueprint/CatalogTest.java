package dev.rowhouse.tenancy.blueprint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhouse.tenancy.catalog.Catalog;
import dev.rowhouse.tenancy.catalog.ColumnType.Representation;
import dev.rowhouse.tenancy.catalog.MediaHandler;
import dev.rowhouse.tenancy.catalog.Relation;
import dev.rowhouse.tenancy.catalog.Relation.Origin;
import dev.rowhouse.tenancy.catalog.Relationship;
import dev.rowhouse.tenancy.catalog.Relationship.Link;
import dev.rowhouse.tenancy.catalog.Routine;
import dev.rowhouse.tenancy.catalog.Routine.Argument;
import dev.rowhouse.tenancy.catalog.Routine.Argument.Mode;
import dev.rowhouse.tenancy.catalog.Routine.Result;
import dev.rowhouse.tenancy.house.TestShard;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What introspection finds in the schemas by which PostgREST's documentation explains itself. */
class CatalogTest {

    // What stands on which side of a key, the source's column first; "up" is the referring way of a relation with
    // itself.
    private static final String RELATIONSHIPS = """
            films: actors M:N roles roles_film_id_fkey(film_id=id) roles_actor_id_fkey(actor_id=id)
            films: box_office 1:N box_office_film_id_fkey(id=film_id)
            films: competitions M:N nominations nominations_film_id_fkey(film_id=id) nominations_competition_id_fkey(competition_id=id)
            films: competitions M:N nominations_view nominations_film_id_fkey(film=id) nominations_competition_id_fkey(competition_id=id)
            films: directors N:1 films_director_id_fkey(director_id=id)
            films: directors_view N:1 films_director_id_fkey(director_id=again)
            films: directors_view N:1 films_director_id_fkey(director_id=director no)
            films: directors_view_view N:1 films_director_id_fkey(director_id=number)
            films: nominations 1:N nominations_film_id_fkey(id=film_id)
            films: nominations_view 1:N nominations_film_id_fkey(id=film)
            films: premieres N:1 first_premiere()
            films: premieres 1:N premieres()
            films: reviews 1:N reviews_film_id_fkey(id=film_id)
            films: roles 1:N roles_film_id_fkey(id=film_id)
            films: technical_specs 1:1 technical_specs_film_id_fkey(id=film_id)
            actors: film_sub M:N roles roles_actor_id_fkey(actor_id=id) roles_film_id_fkey(film_id=id)
            actors: films M:N roles roles_actor_id_fkey(actor_id=id) roles_film_id_fkey(film_id=id)
            actors: films_stored M:N roles roles_actor_id_fkey(actor_id=id) roles_film_id_fkey(film_id=id)
            actors: reviews 1:N reviews_actor_id_fkey(id=actor_id)
            actors: roles 1:N roles_actor_id_fkey(id=actor_id)
            directors: film_groups 1:N films_director_id_fkey(id=director_id)
            directors: film_sub 1:N films_director_id_fkey(id=d)
            directors: films 1:N films_director_id_fkey(id=director_id)
            directors: films_stored 1:N films_director_id_fkey(id=director_id)
            technical_specs: film_sub 1:1 technical_specs_film_id_fkey(film_id=id)
            technical_specs: films 1:1 technical_specs_film_id_fkey(film_id=id)
            technical_specs: films_stored 1:1 technical_specs_film_id_fkey(film_id=id)
            nominations: competitions N:1 nominations_competition_id_fkey(competition_id=id)
            nominations: film_sub N:1 nominations_film_id_fkey(film_id=id)
            nominations: films N:1 nominations_film_id_fkey(film_id=id)
            nominations: films_stored N:1 nominations_film_id_fkey(film_id=id)
            reviews: actors N:1 reviews_actor_id_fkey(actor_id=id)
            reviews: film_sub N:1 reviews_film_id_fkey(film_id=id)
            reviews: films N:1 reviews_film_id_fkey(film_id=id)
            reviews: films_stored N:1 reviews_film_id_fkey(film_id=id)
            nominations_view: competitions N:1 nominations_competition_id_fkey(competition_id=id)
            nominations_view: film_sub N:1 nominations_film_id_fkey(film=id)
            nominations_view: films N:1 nominations_film_id_fkey(film=id)
            nominations_view: films_stored N:1 nominations_film_id_fkey(film=id)
            directors_view_view: film_groups 1:N films_director_id_fkey(number=director_id)
            directors_view_view: film_sub 1:N films_director_id_fkey(number=d)
            directors_view_view: films 1:N films_director_id_fkey(number=director_id)
            directors_view_view: films_stored 1:N films_director_id_fkey(number=director_id)
            film_groups: directors N:1 films_director_id_fkey(director_id=id)
            film_groups: directors_view N:1 films_director_id_fkey(director_id=again)
            film_groups: directors_view N:1 films_director_id_fkey(director_id=director no)
            film_groups: directors_view_view N:1 films_director_id_fkey(director_id=number)
            film_sums: nothing
            film_union: nothing
            films_stored: actors M:N roles roles_film_id_fkey(film_id=id) roles_actor_id_fkey(actor_id=id)
            films_stored: box_office 1:N box_office_film_id_fkey(id=film_id)
            films_stored: competitions M:N nominations nominations_film_id_fkey(film_id=id) nominations_competition_id_fkey(competition_id=id)
            films_stored: competitions M:N nominations_view nominations_film_id_fkey(film=id) nominations_competition_id_fkey(competition_id=id)
            films_stored: directors N:1 films_director_id_fkey(director_id=id)
            films_stored: directors_view N:1 films_director_id_fkey(director_id=again)
            films_stored: directors_view N:1 films_director_id_fkey(director_id=director no)
            films_stored: directors_view_view N:1 films_director_id_fkey(director_id=number)
            films_stored: nominations 1:N nominations_film_id_fkey(id=film_id)
            films_stored: nominations_view 1:N nominations_film_id_fkey(id=film)
            films_stored: premieres 1:N premieres_film_id_fkey(id=film_id)
            films_stored: reviews 1:N reviews_film_id_fkey(id=film_id)
            films_stored: roles 1:N roles_film_id_fkey(id=film_id)
            films_stored: technical_specs 1:1 technical_specs_film_id_fkey(id=film_id)
            orders: addresses N:1 billing(billing_address_id=id)
            orders: addresses N:1 shipping(shipping_address_id=id)
            addresses: orders 1:N billing(id=billing_address_id)
            addresses: orders 1:N shipping(id=shipping_address_id)
            sites: big_projects M:N jobs jobs_site_id_fkey(site_id=site_id) jobs_big_project_id_fkey(big_project_id=big_project_id)
            sites: big_projects N:1 main_project(main_project_id=big_project_id)
            sites: jobs 1:N jobs_site_id_fkey(site_id=site_id)
            big_projects: jobs 1:N jobs_big_project_id_fkey(big_project_id=big_project_id)
            big_projects: sites M:N jobs jobs_big_project_id_fkey(big_project_id=big_project_id) jobs_site_id_fkey(site_id=site_id)
            big_projects: sites 1:N main_project(big_project_id=main_project_id)
            jobs: big_projects N:1 jobs_big_project_id_fkey(big_project_id=big_project_id)
            jobs: sites N:1 jobs_site_id_fkey(site_id=site_id)
            presidents: presidents 1:1 presidents_predecessor_id_fkey(id=predecessor_id) down
            presidents: presidents 1:1 presidents_predecessor_id_fkey(predecessor_id=id) up
            employees: employees 1:N employees_supervisor_id_fkey(id=supervisor_id) down
            employees: employees N:1 employees_supervisor_id_fkey(supervisor_id=id) up
            users: subscriptions 1:N subscriptions_subscribed_id_fkey(id=subscribed_id)
            users: subscriptions 1:N subscriptions_subscriber_id_fkey(id=subscriber_id)
            users: users M:N subscriptions subscriptions_subscribed_id_fkey(subscribed_id=id) subscriptions_subscriber_id_fkey(subscriber_id=id)
            users: users M:N subscriptions subscriptions_subscriber_id_fkey(subscriber_id=id) subscriptions_subscribed_id_fkey(subscribed_id=id)
            subscriptions: users N:1 subscriptions_subscribed_id_fkey(subscribed_id=id)
            subscriptions: users N:1 subscriptions_subscriber_id_fkey(subscriber_id=id)
            box_office: film_sub N:1 box_office_film_id_fkey(film_id=id)
            box_office: films N:1 box_office_film_id_fkey(film_id=id)
            box_office: films_stored N:1 box_office_film_id_fkey(film_id=id)
            box_office: tickets 1:N tickets_bo_date_film_id_fkey(bo_date=bo_date, film_id=film_id)
            tickets: box_office N:1 tickets_bo_date_film_id_fkey(bo_date=bo_date, film_id=film_id)
            premieres: film_sub N:1 premieres_film_id_fkey(film_id=id)
            premieres: films N:1 film()
            premieres: films N:1 films()
            premieres: films_stored N:1 premieres_film_id_fkey(film_id=id)
            """;

    private static TestShard shard;
    private static Catalog catalog;

    @BeforeAll
    static void open() throws IOException {
        shard = TestShard.prepared();
        catalog = prove("films.sql", "writes.sql");
    }

    private static Catalog prove(String... files) throws IOException {
        var parts = new ArrayList<String>();
        for (var file : files) {
            parts.add(text(file));
        }
        var found = shard.builder
                .prove(shard.definition.name(), parts, Introspection::read)
                .map(Findings::catalog)
                .block(TestShard.PATIENCE);
        var json = new CatalogJson();
        var stored = json.catalog(json.write(found));
        assertThat(stored).isEqualTo(found);
        assertThat(json.write(found)).doesNotContain("relationships", "related");
        return stored;
    }

    private static String text(String name) throws IOException {
        try (var stream = CatalogTest.class.getResourceAsStream(name)) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @AfterAll
    static void close() {
        shard.close();
    }

    static Stream<Arguments> relationships() {
        return RELATIONSHIPS
                .lines()
                .collect(Collectors.groupingBy(
                        line -> line.substring(0, line.indexOf(':')),
                        Collectors.mapping(line -> line.substring(line.indexOf(':') + 2), Collectors.toList())))
                .entrySet()
                .stream()
                .map(entry -> Arguments.of(entry.getKey(), entry.getValue()));
    }

    @ParameterizedTest
    @MethodSource
    void relationships(String relation, List<String> expected) {
        assertThat(catalog.relation(relation)).isNotNull();
        assertThat(catalog.relationships(relation))
                .extracting(CatalogTest::text)
                .containsExactlyElementsOf(expected.equals(List.of("nothing")) ? List.of() : expected);
    }

    @Test
    void aPartIsReachedThroughItsTable() {
        assertThat(catalog.relation("box_office_2021")).isNull();
        assertThat(catalog.relation("tickets").foreignKeys()).hasSize(1);
    }

    @Test
    void viewsSayWhichColumnsTheyShow() {
        assertThat(catalog.relation("nominations_view").origins())
                .isEqualTo(Map.of(
                        "title", new Origin("films", "title"),
                        "competition", new Origin("competitions", "name"),
                        "rank", new Origin("nominations", "rank"),
                        "film", new Origin("nominations", "film_id"),
                        "competition_id", new Origin("nominations", "competition_id")));
        assertThat(catalog.relation("directors_view_view").origins())
                .isEqualTo(Map.of("number", new Origin("directors", "id")));
        assertThat(catalog.relation("film_sums").origins()).isEmpty();
        assertThat(catalog.relation("film_union").origins()).isEmpty();
    }

    @Test
    void viewsHaveTheKeysThatTheyShowWhole() {
        assertThat(catalog.relation("nominations_view").primaryKey()).containsExactly("competition_id", "film");
        assertThat(catalog.relation("directors_view").primaryKey()).containsExactly("director no");
        assertThat(catalog.relation("films_stored").primaryKey()).containsExactly("id");
        assertThat(catalog.relation("film_groups").primaryKey()).isEmpty();
    }

    @Test
    void functionsOfOneRowComputeFields() {
        assertThat(catalog.computedField("directors", "full_name")).isNotNull();
        assertThat(catalog.computedField("actors", "full_name"))
                .isNotEqualTo(catalog.computedField("directors", "full_name"));
        assertThat(catalog.computedFields("directors")).containsOnlyKeys("full_name");
        assertThat(catalog.computedFields("films")).containsOnlyKeys("first_premiere");
        assertThat(catalog.computedField("nominations", "full_name")).isNull();
    }

    @Test
    void onlyMarkedTablesAreExtensible() {
        assertThat(catalog.relations().values())
                .filteredOn(Relation::isExtensible)
                .extracting(Relation::name)
                .containsExactly("films");
    }

    @Test
    void routinesSayWhatOneResultIs() {
        assertThat(result("nothing")).isEqualTo(Result.VOID);
        assertThat(result("one_json")).isEqualTo(Result.SCALAR);
        assertThat(result("moved")).isEqualTo(Result.COMPOSITE);
        assertThat(result("listed")).isEqualTo(Result.COMPOSITE);
        assertThat(result("single")).isEqualTo(Result.COMPOSITE);
        assertThat(result("paired")).isEqualTo(Result.COMPOSITE);
        assertThat(result("found")).isEqualTo(Result.COMPOSITE);
        assertThat(result("recorded")).isEqualTo(Result.RECORD);
        assertThat(result("home")).isEqualTo(Result.SCALAR);
    }

    @Test
    void routinesSayWhatACallGives() {
        assertThat(only("one_json").inputs())
                .singleElement()
                .satisfies(argument -> assertThat(argument.name()).isEmpty());
        assertThat(only("total").inputs().getFirst().mode()).isEqualTo(Mode.VARIADIC);
        assertThat(only("moved").inputs()).extracting(Argument::name).containsExactly("a");
        assertThat(only("moved").outputs()).extracting(Argument::name).containsExactly("a", "b");
        assertThat(only("listed").inputs()).extracting(Argument::name).containsExactly("n");
        assertThat(only("listed").rows()).isEqualTo(7);
        assertThat(only("found").settings()).isEqualTo(Map.of("statement_timeout", "5s"));
        assertThat(only("found").returnsRelation()).isEqualTo("films");
        assertThat(catalog.routines().get("added")).hasSize(2);
        assertThat(catalog.routines().get("added").getFirst().arguments())
                .extracting(Argument::hasDefault)
                .containsExactly(false, true, true);
    }

    @Test
    void domainsNamedLikeMediaTypesAreOnes() {
        assertThat(only("home").mediaType()).isEqualTo("text/html");
        assertThat(only("one_json").mediaType()).isNull();
        assertThat(catalog.mediaHandlers())
                .containsExactly(
                        new MediaHandler("any_agg", null, "*/*"),
                        new MediaHandler("twkb", "films", "application/vnd.twkb"));
    }

    @Test
    void aWriteIsPlainUnlessItRunsCodeThatNobodyVouchesFor() throws IOException {
        var tables = text("writes.sql")
                .lines()
                .filter(line -> line.startsWith("CREATE TABLE") && !line.contains("PARTITION OF"))
                .map(line -> line.split(" ")[2])
                .toList();

        assertThat(tables)
                .hasSizeGreaterThan(20)
                .filteredOn(table -> catalog.relation(table).plainWrites())
                .containsExactly(
                        "plain_all", "plain_child", "plain_parts", "forced", "plain_refers", "plain_refers_default");
    }

    @Test
    void domainsSayHowTheirValuesTravel() throws IOException {
        var represented = prove("representations.sql").relation("todos");

        assertThat(represented.column("color").type().representation())
                .isEqualTo(new Representation("color_json", "color_of_json", "color_of_text"));
        assertThat(represented.column("shade").type().representation())
                .isEqualTo(new Representation("shade_json", null, null));
        assertThat(represented.column("colors").type().representation()).isNull();
        assertThat(represented.callerIndependent()).isFalse();
        assertThat(represented.plainWrites()).isFalse();
    }

    @Test
    void aWriteIsNotPlainIfAForeignKeyComparesByACastOfTheHouse() throws IOException {
        var house = prove("representations.sql");

        assertThat(house.relation("levels").plainWrites()).isFalse();
        assertThat(house.relation("unlinked").plainWrites()).isTrue();
    }

    private static Routine only(String name) {
        assertThat(catalog.routines().get(name)).hasSize(1);
        return catalog.routines().get(name).getFirst();
    }

    private static Result result(String name) {
        return only(name).result();
    }

    private static String text(Relationship related) {
        var cardinality = switch (related.cardinality()) {
            case ONE_TO_ONE -> "1:1";
            case MANY_TO_ONE -> "N:1";
            case ONE_TO_MANY -> "1:N";
            case MANY_TO_MANY -> "M:N";
        };
        var link = switch (related.link()) {
            case Link.Key key ->
                key.constraint()
                        + pairs(key)
                        + (related.source().equals(related.target()) ? (key.referring() ? " up" : " down") : "");
            case Link.Junction junction ->
                junction.relation() + " " + junction.toSource().constraint() + pairs(junction.toSource()) + " "
                        + junction.toTarget().constraint() + pairs(junction.toTarget());
            case Link.Function function -> function.name() + "()";
        };
        return related.target() + " " + cardinality + " " + link;
    }

    private static String pairs(Link.Key key) {
        var pairs = new StringBuilder("(");
        for (int i = 0; i < key.columns().size(); i++) {
            pairs.append(i == 0 ? "" : ", ")
                    .append(key.columns().get(i))
                    .append('=')
                    .append(key.targetColumns().get(i));
        }
        return pairs.append(')').toString();
    }
}
