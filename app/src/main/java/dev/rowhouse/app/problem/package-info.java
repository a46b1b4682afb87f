/**
 * Every error's way out: RFC 9457 problem documents, whoever raised it.
 *
 * <p>{@link dev.rowhouse.app.problem.ProblemType} is the catalogue, {@link dev.rowhouse.app.problem.Problem} one answer of it.
 * What the domain refused gets its answer in one switch over its sealed errors; nothing else decides a status.
 */
@NullMarked
package dev.rowhouse.app.problem;

import org.jspecify.annotations.NullMarked;
