-- A signed-in customer, known by the claim customer_id, sees itself and its purchases.

CREATE FUNCTION current_customer_id() RETURNS integer
    LANGUAGE sql STABLE
    RETURN (nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'customer_id')::integer;
COMMENT ON FUNCTION current_customer_id() IS 'The customer on whose behalf this runs; null for anybody else';
GRANT EXECUTE ON FUNCTION current_customer_id() TO authenticated;

ALTER TABLE customer ENABLE ROW LEVEL SECURITY;
ALTER TABLE invoice ENABLE ROW LEVEL SECURITY;
ALTER TABLE invoice_line ENABLE ROW LEVEL SECURITY;

CREATE POLICY own_row ON customer FOR SELECT TO authenticated
    USING (customer_id = (SELECT current_customer_id()));
CREATE POLICY own_invoices ON invoice FOR SELECT TO authenticated
    USING (customer_id = (SELECT current_customer_id()));
CREATE POLICY lines_of_own_invoices ON invoice_line FOR SELECT TO authenticated
    USING (invoice_id IN (SELECT invoice.invoice_id FROM invoice));

GRANT SELECT ON customer, invoice, invoice_line TO authenticated;
