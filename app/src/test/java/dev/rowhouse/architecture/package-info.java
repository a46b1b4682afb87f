/** The map of the code as rules, and the proof that each rule can fail. */
@NullMarked
package dev.rowhouse.architecture;

import org.jspecify.annotations.NullMarked;
