/**
 * A stand-in for Vault: no package ships a server. It follows the documentation of Vault's HTTP API as far as the product
 * uses it, and makes real logins on real PostgreSQL servers. The contract tests run against a real Vault as well where one
 * is named.
 */
@NullMarked
package dev.rowhouse.local.vault;

import org.jspecify.annotations.NullMarked;
