-- The question that a post asks. `voters_count` is null where another server does not say it; `closes_at` where it never
-- closes.
CREATE TABLE polls (
    post_id BIGINT PRIMARY KEY REFERENCES posts (id),
    multiple BOOLEAN NOT NULL,
    hide_totals BOOLEAN NOT NULL DEFAULT FALSE,
    closes_at {time},
    voters_count BIGINT
);

CREATE TABLE poll_options (
    post_id BIGINT NOT NULL REFERENCES polls (post_id),
    position INTEGER NOT NULL,
    title TEXT NOT NULL,
    votes_count BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (post_id, position)
);

CREATE TABLE poll_votes (
    id BIGINT PRIMARY KEY,
    post_id BIGINT NOT NULL REFERENCES polls (post_id),
    account_id BIGINT NOT NULL REFERENCES accounts (id),
    position INTEGER NOT NULL,
    uri TEXT NOT NULL,
    created_at {time} NOT NULL,
    UNIQUE (post_id, account_id, position)
);
CREATE INDEX poll_votes_by_account ON poll_votes (account_id, post_id);
