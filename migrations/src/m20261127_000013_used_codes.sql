-- The token that a code was exchanged for: it ends if the code comes again (RFC 6749, 4.1.2). A row is thrown away when the
-- code has expired.
ALTER TABLE oauth_codes ADD COLUMN token_id BIGINT;
