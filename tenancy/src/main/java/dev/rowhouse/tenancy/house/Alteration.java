package dev.rowhouse.tenancy.house;

import static dev.rowhouse.platform.postgres.Quoting.identifier;
import static dev.rowhouse.platform.postgres.Quoting.literal;

import dev.rowhouse.tenancy.HouseId;
import dev.rowhouse.tenancy.catalog.CustomField;

/**
 * What a provisioner says to PostgreSQL to give one table of a house another column, as one transaction. Pure.
 *
 * <p>Only the provisioner that created the house can become its owner, and is its owner for this transaction alone. Nothing
 * of the blueprint's code runs meanwhile: the column's type is PostgreSQL's own and its default a constant, so no row is
 * rewritten and no check, trigger or expression is asked.
 */
final class Alteration {

    // Whoever waits for the table lock keeps everyone behind it waiting, readers too.
    private static final String GUARD =
            "BEGIN; SET LOCAL lock_timeout = '500ms'; SET LOCAL statement_timeout = '3s'; SET LOCAL search_path = '';";

    private Alteration() {}

    static String add(HouseId house, CustomField field) {
        var sql = new StringBuilder("ALTER TABLE ").append(table(house, field));
        sql.append(" ADD COLUMN IF NOT EXISTS ")
                .append(identifier(field.name()))
                .append(' ');
        sql.append(field.type().columnType().sql(house.schema()));
        var defaultText = field.defaultText();
        if (defaultText != null) {
            sql.append(" DEFAULT ").append(literal(defaultText)).append("::");
            sql.append(field.type().columnType().sql(house.schema()));
        }
        sql.append(field.nullable() ? ";" : " NOT NULL;");
        sql.append("COMMENT ON COLUMN ").append(table(house, field)).append('.').append(identifier(field.name()));
        sql.append(" IS ")
                .append(field.comment() == null ? "NULL" : literal(field.comment()))
                .append(';');
        return asOwner(house, sql.toString());
    }

    static String drop(HouseId house, CustomField field) {
        return asOwner(
                house,
                "ALTER TABLE " + table(house, field) + " DROP COLUMN IF EXISTS " + identifier(field.name()) + ";");
    }

    private static String table(HouseId house, CustomField field) {
        return house.schema().quoted() + "." + identifier(field.relation());
    }

    private static String asOwner(HouseId house, String statements) {
        var owner = house.owner().quoted();
        return GUARD
                + "GRANT " + owner + " TO CURRENT_USER WITH INHERIT FALSE, SET TRUE;"
                + "SET LOCAL ROLE " + owner + ";"
                + statements
                + "SET LOCAL ROLE NONE;"
                + "REVOKE " + owner + " FROM CURRENT_USER GRANTED BY CURRENT_USER;"
                + "COMMIT";
    }
}
