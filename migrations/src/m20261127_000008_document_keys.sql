-- Each account has a key for requests (RSA) and one for documents (Ed25519, FEP-521a).
ALTER TABLE account_keys ADD COLUMN algorithm TEXT NOT NULL DEFAULT 'rsa' CHECK (algorithm IN ('rsa', 'ed25519'));
