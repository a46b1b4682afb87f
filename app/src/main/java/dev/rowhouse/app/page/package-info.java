/**
 * Pages that people look at in a browser, each of one file under a policy of its own.
 *
 * <p>Not here: what they show, which lies beside the package that serves it.
 */
@NullMarked
package dev.rowhouse.app.page;

import org.jspecify.annotations.NullMarked;
