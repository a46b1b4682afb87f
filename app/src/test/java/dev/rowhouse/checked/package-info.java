/**
 * Checks that what is told of changes is what was changed: random writers, faults while they write, and a verdict.
 *
 * <p>Three accounts are compared that know nothing of each other: what each writer was answered ({@link
 * dev.rowhouse.checked.WriterJournal}), what a trigger of the blueprint recorded in the same transaction ({@link
 * dev.rowhouse.checked.CheckedBlueprint}), and what came downstream. {@link dev.rowhouse.checked.Verdict} is a pure function of
 * them. Not here: what a single part does on its own, which its own tests say.
 */
@NullMarked
package dev.rowhouse.checked;

import org.jspecify.annotations.NullMarked;
