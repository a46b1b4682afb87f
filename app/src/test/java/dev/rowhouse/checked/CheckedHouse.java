package dev.rowhouse.checked;

import dev.rowhouse.platform.postgres.AdministrativeSession;
import dev.rowhouse.platform.postgres.PostgresEndpoint;
import dev.rowhouse.platform.postgres.PostgresLogin;
import dev.rowhouse.tenancy.CallerClass;
import dev.rowhouse.tenancy.HouseId;
import dev.rowhouse.tenancy.journal.Change;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A house of the {@link CheckedBlueprint} as its shard has it. */
record CheckedHouse(String tenant, HouseId id, PostgresEndpoint shard, PostgresLogin superuser) {

    private static final List<String> RELATIONS = List.of(CheckedBlueprint.COUNTED, CheckedBlueprint.PLAIN);

    /** Returns a session that writes as the tenant's service does. */
    AdministrativeSession service() {
        var session = AdministrativeSession.open(shard, superuser);
        session.execute("SET search_path = " + id.schema().quoted() + "; SET ROLE "
                + id.role(CallerClass.SERVICE).quoted());
        return session;
    }

    List<Recorded> recorded() {
        try (var session = service()) {
            return session.query(
                    "SELECT relation, key, change, image FROM record ORDER BY number",
                    row -> new Recorded(
                            new RowName(tenant, row.getString(1), row.getString(2)),
                            Change.valueOf(row.getString(3)),
                            json(row.getString(4))));
        }
    }

    Map<RowName, JsonNode> rows() {
        var rows = new HashMap<RowName, JsonNode>();
        try (var session = service()) {
            for (var relation : RELATIONS) {
                session.query(
                                "SELECT id, row_to_json(r)::text FROM " + relation + " AS r",
                                row -> Map.entry(
                                        new RowName(tenant, relation, row.getString(1)), json(row.getString(2))))
                        .forEach(row -> rows.put(row.getKey(), row.getValue()));
            }
        }
        return rows;
    }

    private static JsonNode json(String text) {
        return JsonMapper.shared().readTree(text);
    }
}
