package dev.rowhouse.tenancy.blueprint;

import dev.rowhouse.platform.postgres.PostgresFailure;
import dev.rowhouse.tenancy.ShardName;
import dev.rowhouse.tenancy.blueprint.BlueprintError.Rejected;
import dev.rowhouse.tenancy.blueprint.SqlToken.Kind;
import dev.rowhouse.tenancy.catalog.CustomField;
import dev.rowhouse.tenancy.house.BlueprintScript;
import dev.rowhouse.tenancy.house.HouseBuilder;
import dev.rowhouse.tenancy.house.HouseError;
import dev.rowhouse.tenancy.shard.ShardError;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Proves a blueprint: read, refused or built statement by statement on a scratch house, looked at, taken down. */
final class Proof {

    private final HouseBuilder builder;
    private final CatalogJson json;

    Proof(HouseBuilder builder, CatalogJson json) {
        this.builder = builder;
        this.json = json;
    }

    /** Emits what was found, or fails with {@link BlueprintError}; no scratch house stays behind. */
    Mono<Findings> of(BlueprintScript script) {
        return Mono.fromSupplier(() -> statements(script)).flatMap(this::prove);
    }

    private static List<SqlStatement> statements(BlueprintScript script) {
        var statements = script.files().stream()
                .flatMap(file -> SqlSplitter.split(file).stream())
                .filter(statement -> !statement.isEmpty())
                .toList();
        if (statements.isEmpty()) {
            throw new Rejected("", 1, 1, null, "a blueprint has at least one statement", null);
        }
        for (var statement : statements) {
            var reason = Refusals.reason(statement);
            if (reason != null) {
                throw rejected(statement.position(), null, reason, null);
            }
        }
        return statements;
    }

    // One shard is enough; the next is asked only when this one does not answer.
    private Mono<Findings> prove(List<SqlStatement> statements) {
        return Flux.fromIterable(builder.shards())
                .concatMap(shard ->
                        proveOn(shard, statements).onErrorResume(ShardError.Unavailable.class, _ -> Mono.empty()))
                .take(1)
                .singleOrEmpty()
                .switchIfEmpty(Mono.error(BlueprintError.NoShard::new));
    }

    private Mono<Findings> proveOn(ShardName shard, List<SqlStatement> statements) {
        var parts = statements.stream().map(SqlStatement::text).toList();
        return builder.prove(shard, parts, (session, scratch) -> {
                    var findings = Introspection.read(session, scratch);
                    requireNeutral(findings, scratch.value(), statements);
                    requireNoCustomColumns(findings, statements);
                    requireFollowable(findings, statements);
                    return findings;
                })
                .onErrorMap(HouseError.class, error -> rejected(error, statements));
    }

    private void requireNeutral(Findings findings, String scratch, List<SqlStatement> statements) {
        if (json.write(findings.catalog()).contains(scratch)) {
            throw rejected(
                    statements.getFirst().position(),
                    null,
                    "an expression can only be written with its schema's name: an object is named like one of pg_catalog",
                    null);
        }
    }

    private static void requireNoCustomColumns(Findings findings, List<SqlStatement> statements) {
        for (var relation : findings.catalog().relations().values()) {
            for (var column : relation.columnNames()) {
                if (column.startsWith(CustomField.PREFIX)) {
                    throw rejected(
                            positionOf(column, statements),
                            null,
                            "column " + relation.name() + "." + column
                                    + ": names that start with x_ are kept for the tenants' own columns",
                            null);
                }
            }
        }
    }

    private static void requireFollowable(Findings findings, List<SqlStatement> statements) {
        if (!findings.refusals().isEmpty()) {
            throw rejected(positionOfComment(statements), null, String.join("; ", findings.refusals()), null);
        }
    }

    private static SourcePosition positionOfComment(List<SqlStatement> statements) {
        return statements.stream()
                .filter(statement ->
                        statement.text().contains("@cache") || statement.text().contains("@http"))
                .findFirst()
                .orElse(statements.getFirst())
                .position();
    }

    private static SourcePosition positionOf(String name, List<SqlStatement> statements) {
        for (var statement : statements) {
            var text = statement.file().text();
            for (var token : statement.significant()) {
                var word = token.text(text);
                if (token.kind() == Kind.WORD && word.toLowerCase(Locale.ROOT).equals(name)
                        || token.kind() == Kind.QUOTED_NAME && word.equals('"' + name + '"')) {
                    return SourcePosition.of(statement.file(), token.start());
                }
            }
        }
        return statements.getFirst().position();
    }

    private static Rejected rejected(Throwable error, List<SqlStatement> statements) {
        return switch ((HouseError) error) {
            case HouseError.ScriptFailed failed -> rejected(statements.get(failed.part()), failed.failure());
            case HouseError.LeavesHouse leaves ->
                rejected(
                        statements
                                .get(leaves.part() < 0 ? statements.size() - 1 : leaves.part())
                                .position(),
                        null,
                        String.valueOf(leaves.getMessage()),
                        null);
        };
    }

    private static Rejected rejected(SqlStatement statement, PostgresFailure failure) {
        var detail = failure.detail() == null ? "" : " (" + failure.detail() + ")";
        return rejected(
                statement.position(failure.position()), failure.sqlState(), failure.text() + detail, failure.hint());
    }

    private static Rejected rejected(
            SourcePosition position, @Nullable String sqlState, String reason, @Nullable String hint) {
        return new Rejected(position.file(), position.line(), position.column(), sqlState, reason, hint);
    }
}
