/**
 * A database of our own: pool, transactions, schema migrations. The control database is one.
 */
@NullMarked
package dev.rowhouse.platform.database;

import org.jspecify.annotations.NullMarked;
