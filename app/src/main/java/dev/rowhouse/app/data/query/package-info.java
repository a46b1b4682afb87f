/**
 * Reads the address and the headers of a data request into a typed query; knows no tenant, no catalog and no SQL.
 *
 * <p>The way: {@link dev.rowhouse.app.data.query.QueryParser} takes the decoded parameters apart with one small parser per
 * grammar (filter, select, order), each a recursive descent over the text of one parameter. Names are as the client wrote
 * them; whether they exist is decided by {@code app.data.plan}. Everything refused is a
 * {@link dev.rowhouse.app.data.query.QueryError} that says where.
 *
 * <p>A new operand, filter or select item is a new case of its sealed type: the compiler then names every place that has to
 * know it.
 */
@NullMarked
package dev.rowhouse.app.data.query;

import org.jspecify.annotations.NullMarked;
