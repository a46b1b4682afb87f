/**
 * Reads the address and the headers of a data request into a typed query; knows no tenant, no catalog and no SQL.
 *
 * <p>The way: {@link dev.rowhouse.app.data.query.QueryParser} takes the decoded parameters apart with one small parser per
 * grammar (names of parameters, filter, select, order, page, preferences), each a recursive descent over the text of one
 * parameter. What a kind of request understands is a row of {@link dev.rowhouse.app.data.query.RequestKind}; parameters that
 * speak of embedded resources end in the selection of their embedding. Names are as the client wrote
 * them; whether they exist is decided by {@code app.data.plan}. Everything refused is a
 * {@link dev.rowhouse.app.data.query.QueryError} that says where.
 *
 * <p>A new operand, filter or select item is a new case of its sealed type: the compiler then names every place that has to
 * know it.
 */
@NullMarked
package dev.rowhouse.app.data.query;

import org.jspecify.annotations.NullMarked;
