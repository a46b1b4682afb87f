-- What an operator has set for a tenant in place of what its plan says.
ALTER TABLE tenant ADD COLUMN quotas jsonb NOT NULL DEFAULT '{}';
