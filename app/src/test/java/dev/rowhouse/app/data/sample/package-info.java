/** The relations that the tests of the data API work on. */
@NullMarked
package dev.rowhouse.app.data.sample;

import org.jspecify.annotations.NullMarked;
