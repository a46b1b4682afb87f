package dev.rowhouse.app.data;

import dev.rowhouse.app.data.plan.Rows;
import dev.rowhouse.app.data.sql.MisfitSql;
import dev.rowhouse.app.problem.Problem;
import dev.rowhouse.app.problem.SqlStates;
import dev.rowhouse.tenancy.catalog.ColumnType.Category;
import dev.rowhouse.tenancy.shard.ShardError;
import dev.rowhouse.tenancy.shard.TenantDatabase;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

/**
 * Names the member of a JSON body that PostgreSQL did not take for its column's type. PostgreSQL says what is wrong with a
 * value, not where it stands; so it is asked a second time, for the place.
 */
final class Misfits {

    private static final JsonMapper JSON = new JsonMapper();

    // Text, number out of range, date or time: what can be wrong with a value's spelling.
    private static final Set<String> OF_A_VALUE = Set.of("22P02", "22003", "22007", "22008", "22001");

    private final TenantDatabase database;

    Misfits(TenantDatabase database) {
        this.database = database;
    }

    /** Fails with {@code refused}, or with a problem that says which member it is of. */
    <T> Mono<T> explained(ShardError.Refused refused, DataRequest request, Rows rows) {
        var columns = rows.columns().stream()
                .filter(column -> column.type().category() != Category.JSON
                        && column.type().writtenBy() == null)
                .toList();
        if (!OF_A_VALUE.contains(refused.sqlState()) || columns.isEmpty()) {
            return Mono.error(refused);
        }
        var json = rows.json().stripLeading();
        var read = MisfitSql.of(
                columns,
                json.startsWith("[") ? json : "[" + json + "]",
                request.house().schema(),
                request.role());
        return database.read(request.house(), request.caller(), read)
                .map(body -> {
                    var text = body.toString(StandardCharsets.UTF_8);
                    body.release();
                    return text;
                })
                .singleOrEmpty()
                // Whatever goes wrong with the question, the first refusal stands.
                .onErrorMap(_ -> refused)
                .flatMap(fault -> Mono.<T>error(named(fault)))
                .switchIfEmpty(Mono.error(refused));
    }

    private static Problem named(String fault) {
        var json = JSON.readTree(fault);
        var row = json.get("row").longValue();
        var name = json.get("name").stringValue();
        var said = new ShardError.Refused(
                json.get("sql_error_code").stringValue(),
                "'" + name + "' of row " + row + ": " + json.get("message").stringValue(),
                json.get("detail").stringValue(null),
                null,
                null,
                null,
                name,
                null,
                null);
        return SqlStates.answer(said).with("row", row).with("column", name);
    }
}
