-- What a poll of ours asks people about themselves, to say something of whom an account reaches: 'residence' or 'age'. Once it
-- is over, the place of every vote in `poll_votes` becomes -1: how often each answer was given is known, by whom is not.
ALTER TABLE polls ADD COLUMN panel TEXT;
CREATE INDEX polls_panels ON polls (closes_at) WHERE panel IS NOT NULL;

-- How many followers accounts elsewhere have that shared a post of ours, as their servers said. `amount` is null where the
-- server does not say it.
CREATE TABLE follower_counts (
    account_id BIGINT PRIMARY KEY REFERENCES accounts (id),
    amount BIGINT,
    read_at {time} NOT NULL
);
