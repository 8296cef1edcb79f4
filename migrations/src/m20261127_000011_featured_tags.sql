-- The hashtags on a profile. Of accounts elsewhere, as their servers tell them.
CREATE TABLE featured_tags (
    id BIGINT PRIMARY KEY,
    account_id BIGINT NOT NULL REFERENCES accounts (id),
    tag_id BIGINT NOT NULL REFERENCES tags (id),
    created_at {time} NOT NULL,
    UNIQUE (account_id, tag_id)
);

-- Who may quote a new post, unless it says otherwise.
ALTER TABLE accounts ADD COLUMN default_quote_policy TEXT NOT NULL DEFAULT 'public'
    CHECK (default_quote_policy IN ('public', 'followers', 'nobody'));

-- For how many seconds the question of a draft is open once it comes out; null for all that are out.
ALTER TABLE polls ADD COLUMN open_for BIGINT;
