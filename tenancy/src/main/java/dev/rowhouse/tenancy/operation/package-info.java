/**
 * Durable sagas: an operation is a row with named steps, each idempotent, each with a compensation. It survives the
 * death of the process at any point and is taken up by whichever instance comes next.
 */
@NullMarked
package dev.rowhouse.tenancy.operation;

import org.jspecify.annotations.NullMarked;
