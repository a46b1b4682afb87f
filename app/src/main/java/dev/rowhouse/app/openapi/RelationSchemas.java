package dev.rowhouse.app.openapi;

import dev.rowhouse.app.openapi.Offer.Offered;
import dev.rowhouse.tenancy.catalog.Catalog;
import dev.rowhouse.tenancy.catalog.Column;
import dev.rowhouse.tenancy.catalog.Column.Generation;
import java.util.ArrayList;
import java.util.TreeMap;
import java.util.stream.Collectors;
import tools.jackson.databind.node.ObjectNode;

/** What the rows of a relation look like, and what can be changed of one. */
final class RelationSchemas {

    private RelationSchemas() {}

    /** Returns a row as it is read, and as it is made: required is what has no value otherwise. */
    static ObjectNode row(Offered offered, Catalog catalog) {
        var schema = Json.typed("object");
        var description = description(offered, catalog);
        if (!description.isEmpty()) {
            schema.put("description", description);
        }
        var required = new ArrayList<String>();
        var properties = schema.putObject("properties");
        for (var column : offered.columns()) {
            properties.set(column.name(), row(offered, column));
            if (!column.nullable() && column.defaultExpression() == null && column.generation() == Generation.NONE) {
                required.add(column.name());
            }
        }
        if (!required.isEmpty()) {
            schema.set("required", Json.texts(required));
        }
        return schema;
    }

    private static ObjectNode row(Offered offered, Column column) {
        var schema = value(offered, column);
        var constant = Defaults.constant(column);
        if (constant != null) {
            schema.set("default", constant);
        }
        if (!column.isWritable()) {
            schema.put("readOnly", true);
        }
        return schema;
    }

    /** Returns the members that a change may have: none is required, and what is left out stays as it is. */
    static ObjectNode changes(Offered offered) {
        var schema = Json.typed("object").put("description", "What is to change of a row of " + offered.name());
        var properties = schema.putObject("properties");
        for (var column : offered.columns()) {
            if (offered.updated().contains(column.name())) {
                properties.set(column.name(), value(offered, column));
            }
        }
        return schema;
    }

    private static ObjectNode value(Offered offered, Column column) {
        var schema = TypeSchemas.of(column.type(), column.nullable());
        var description = Comments.describe(offered.relation(), column);
        return description.isEmpty() ? schema : schema.put("description", description);
    }

    private static String description(Offered offered, Catalog catalog) {
        var comment = Comments.text(offered.relation().comment());
        var fields = new TreeMap<>(catalog.computedFields(offered.name()));
        if (fields.isEmpty()) {
            return comment;
        }
        var listed = fields.entrySet().stream()
                .map(field -> "`" + field.getKey() + "` ("
                        + field.getValue().returns().display() + ")")
                .collect(Collectors.joining(", "));
        return (comment.isEmpty() ? "" : comment + "\n\n") + "Computed fields, for `select`, filters and `order`: "
                + listed;
    }
}
