-- Whose tokens a tenant's users may come with: public keys, and what the tokens must say.
ALTER TABLE tenant
    ADD COLUMN jwks         jsonb,
    ADD COLUMN jwt_issuer   text,
    ADD COLUMN jwt_audience text,
    ADD CHECK (jwks IS NOT NULL OR jwt_issuer IS NULL AND jwt_audience IS NULL);
