package dev.rowhouse.app.data.body;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhouse.app.data.plan.InsertPlan;
import dev.rowhouse.app.data.plan.Rows;
import dev.rowhouse.app.data.sample.Sample;
import dev.rowhouse.app.data.sample.SampleHouse;
import dev.rowhouse.app.data.sql.Rendering;
import dev.rowhouse.app.data.sql.WriteSql;
import dev.rowhouse.tenancy.RoleName;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The same rows through every way in must be the same rows in PostgreSQL. */
class StreamRoundTripTest {

    private static final InsertPlan THING = Sample.insertion(Sample.THING, List.of(), false);

    private static final String NDJSON = """
            {"id":1,"name":"plain","price":1.5,"active":true,"tags":["a","b"],"notes":{"k":[1,2]},"mood":"sad","r":"x"}
            {"id":2,"name":null,"price":null,"active":null,"tags":null,"notes":null,"mood":null,"r":null}
            {"id":3,"name":"","price":-0.01,"active":false,"tags":[],"notes":"text","mood":"ok","r":""}
            {"name":"tab\\t nl\\n cr\\r bs\\\\ q\\" sl\\/ b\\b f\\f","id":4,"price":1e2,"active":true,"tags":["q\\"","b\\\\","n\\n",null,"NULL",""," ","{}",","],"notes":{"a":"\\n\\"\\\\\\t"},"mood":"very \\"happy\\"","r":"\\\\N"}

            {"id":5,"name":"\\u00e4\\ud83d\\ude00\\u000a\\u005cn ä 😀","price":"12.34","active":"yes","tags":"{x,\\"y z\\"}","notes":[1,[2],{}],"mood":"ok","r":"\\\\."}
            {"id":6,"name":"\\\\N","price":0,"active":true,"tags":["\\u0009"],"notes":true,"mood":"ok","r":"\\u007f\\u0001"}
            { "id" : 7 , "name" : "spaces" , "price" : 1 , "active" : true , "tags" : [ "a" , "b" ] ,\t"notes" : { "a"\t: 1 } , "mood" : "ok" , "r" : "'; DROP" }\r
            {"id":8,"name":"last without an end","price":1,"active":true,"tags":["ä","\\ud83d\\ude00"],"notes":12.50,"mood":"ok","r":"$1"}""";

    private static final String CSV = """
            id,name,"we""ird, col.umn",notes\r
            1,plain,x,"{""a"": 1}"
            2,,"",NULL
            3,"NULL","a,b","[1,2]"
            4,"line
            two","q""q",3
            5,mid"dle q"uote,ä😀,\"""text\"""
            6,NULL,\\N,null
            7," space ",\\.,true
            8,"cr\r",t\tab,"{}\"""";

    @Test
    void ndjsonThroughCopyIsNdjsonThroughInsert() throws SQLException, IOException {
        var order = "select=id,name,price,active,tags,notes,mood,r&order=id";

        assertThat(copied(CopyStream.ndjson(THING), NDJSON, order))
                .hasSize(8)
                .isEqualTo(inserted(BatchStream.ndjson(THING), NDJSON, order));
    }

    @Test
    void csvThroughCopyIsCsvThroughInsert() throws SQLException, IOException {
        var order = "select=id,name,\"we\"ird, col.umn\",notes&order=id".replace("we\"", "we\\\"");

        for (var csv : List.of(CSV, CSV.replaceAll("\r?\n", "\r\n"))) {
            assertThat(inserted(BatchStream.csv(THING), csv, order))
                    .hasSize(8)
                    .isEqualTo(copied(CopyStream.csv(THING), csv, order));
        }
    }

    @Test
    void howTheBytesAreCutChangesNothing() {
        var random = new Random(3);
        for (int i = 0; i < 300; i++) {
            var pieces = cut(NDJSON, random);
            assertThat(fed(CopyStream.ndjson(THING), pieces)).isEqualTo(fed(CopyStream.ndjson(THING), whole(NDJSON)));
            assertThat(batched(BatchStream.ndjson(THING), pieces))
                    .isEqualTo(batched(BatchStream.ndjson(THING), whole(NDJSON)));
            var csv = cut(CSV, random);
            assertThat(fed(CopyStream.csv(THING), csv)).isEqualTo(fed(CopyStream.csv(THING), whole(CSV)));
            assertThat(batched(BatchStream.csv(THING), csv)).isEqualTo(batched(BatchStream.csv(THING), whole(CSV)));
        }
    }

    private static List<String> copied(CopyStream stream, String body, String query) throws SQLException, IOException {
        try (var house = new SampleHouse()) {
            var bytes = fed(stream, whole(body));
            var sql = WriteSql.copy(Sample.THING, stream.columns(), stream.format(), house.schema());
            house.copy(sql, bytes);
            return house.read("thing", query);
        }
    }

    private static List<String> inserted(BatchStream stream, String body, String query) throws SQLException {
        try (var house = new SampleHouse()) {
            for (var rows : batched(stream, whole(body))) {
                house.change(WriteSql.insert(THING, rows, Rendering.JSON, house.schema(), new RoleName("postgres"), "")
                        .statement());
            }
            return house.read("thing", query);
        }
    }

    private static byte[] fed(CopyStream stream, List<byte[]> pieces) {
        var out = new ByteArrayOutputStream();
        pieces.forEach(piece -> out.writeBytes(stream.feed(piece)));
        out.writeBytes(stream.finish());
        return out.toByteArray();
    }

    private static List<Rows> batched(BatchStream stream, List<byte[]> pieces) {
        var rows = new ArrayList<Rows>();
        pieces.forEach(piece -> rows.addAll(stream.feed(piece)));
        rows.addAll(stream.finish());
        return rows;
    }

    private static List<byte[]> whole(String body) {
        return List.of(body.getBytes(StandardCharsets.UTF_8));
    }

    private static List<byte[]> cut(String body, Random random) {
        var bytes = body.getBytes(StandardCharsets.UTF_8);
        var pieces = new ArrayList<byte[]>();
        int from = 0;
        while (from < bytes.length) {
            int to = Math.min(bytes.length, from + random.nextInt(random.nextInt(60) + 1));
            pieces.add(Arrays.copyOfRange(bytes, from, to));
            from = to;
        }
        return pieces;
    }
}
