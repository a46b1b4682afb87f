/**
 * Random texts, time-ordered ids and fingerprints of secrets. Secrets themselves are never kept here.
 */
@NullMarked
package dev.rowhouse.platform.crypto;

import org.jspecify.annotations.NullMarked;
