-- Dead letters hold tenants' rows: with a key of Vault's transit engine they are sealed.

-- By which value is sealed, itself wrapped; null for a value that is not.
ALTER TABLE dead_letter ADD COLUMN data_key text;
