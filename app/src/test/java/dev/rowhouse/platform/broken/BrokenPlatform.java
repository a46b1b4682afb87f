package dev.rowhouse.platform.broken;

import dev.rowhouse.tenancy.broken.BrokenTenancy;
import io.github.jopenlibs.vault.VaultConfig;

/** Looks up from the bottom, and speaks to Vault by itself. */
public record BrokenPlatform(BrokenTenancy tenancy, VaultConfig vault) {}
