-- Where an account elsewhere has moved to, and when; and whether its own server has suspended it.
ALTER TABLE accounts ADD COLUMN moved_to TEXT;
ALTER TABLE accounts ADD COLUMN moved_at {time};
ALTER TABLE accounts ADD COLUMN suspended_elsewhere BOOLEAN NOT NULL DEFAULT FALSE;
-- Few at any time, and asked for with every page of posts.
CREATE INDEX accounts_suspended_elsewhere ON accounts (id) WHERE suspended_elsewhere;
