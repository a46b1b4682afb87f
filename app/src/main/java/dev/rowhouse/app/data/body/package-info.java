/**
 * Reads the bodies of writes: checks what can be checked without the database, and turns streams into what {@code COPY} takes.
 *
 * <ul>
 *   <li>{@link dev.rowhouse.app.data.body.JsonBody}: a whole JSON body, whose text goes to PostgreSQL as it came;
 *   <li>{@link dev.rowhouse.app.data.body.CopyStream}: NDJSON or CSV of any length into {@code COPY};
 *   <li>{@link dev.rowhouse.app.data.body.BatchStream}: the same for callers whom {@code COPY} does not serve, in batches of
 *       JSON rows.
 * </ul>
 *
 * <p>The streams are state machines without I/O: bytes in, bytes out, in constant memory, however the bytes are cut.
 */
@NullMarked
package dev.rowhouse.app.data.body;

import org.jspecify.annotations.NullMarked;
