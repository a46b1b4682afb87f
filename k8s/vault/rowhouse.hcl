# What Rowhouse may do in Vault, and nothing else. Renewing its own token is in Vault's policy "default".

# Logins of the lanes, each a member of one lane of one shard.
path "database/creds/*" { capabilities = ["read"] }
path "sys/leases/renew" { capabilities = ["update"] }
path "sys/leases/revoke" { capabilities = ["update"] }

# The certificate of this process, as the role "rowhouse" allows it (rowhouse.certificate.role=rowhouse).
path "pki/issue/rowhouse" { capabilities = ["update"] }

# Keys of dead letters, wrapped by the key "rowhouse" (rowhouse.vault.transit-key=rowhouse).
path "transit/datakey/plaintext/rowhouse" { capabilities = ["update"] }
path "transit/decrypt/rowhouse" { capabilities = ["update"] }
path "transit/rewrap/rowhouse" { capabilities = ["update"] }
path "transit/keys/rowhouse" { capabilities = ["read"] }

# Configuration that the process starts with (spring.config.import=vault:secret/rowhouse), and whether there is a newer version of it.
path "secret/data/rowhouse" { capabilities = ["read"] }
path "secret/metadata/rowhouse" { capabilities = ["read"] }
