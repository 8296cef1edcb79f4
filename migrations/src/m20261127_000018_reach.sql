-- Whom posts reach: sums for each day, what is found for each month, and what may be told of where people are. No row says
-- anything of a person.

-- `kind` and `subject`: 'account' and nothing, 'post' and its id, 'tag' and its name, 'language' and its tag, 'link' and its code, 'hour' and 00 to 23. `day` as
-- 2026-10-15, in the time zone of the server.
CREATE TABLE reach_days (
    account_id BIGINT NOT NULL REFERENCES accounts (id),
    day TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('account', 'post', 'tag', 'language', 'link', 'hour')),
    subject TEXT NOT NULL DEFAULT '',
    measure TEXT NOT NULL,
    amount BIGINT NOT NULL,
    PRIMARY KEY (account_id, kind, day, subject, measure)
);
CREATE INDEX reach_days_by_day ON reach_days (day);

-- `month` as 2026-10. An `account_id` of 0: the whole server, where a person who reacted to two accounts counts once.
CREATE TABLE reach_months (
    account_id BIGINT NOT NULL,
    month TEXT NOT NULL,
    measure TEXT NOT NULL,
    amount BIGINT NOT NULL,
    PRIMARY KEY (account_id, month, measure)
);

-- What may be told of servers, once and for all, when a month is over: nothing below the privacy floor, and rounded down
-- (server/core/src/domain/floor.rs). All that is told of servers and their software is worked out from these rows.
CREATE TABLE reach_cells (
    account_id BIGINT NOT NULL REFERENCES accounts (id),
    month TEXT NOT NULL,
    measure TEXT NOT NULL,
    host TEXT NOT NULL,
    software TEXT,
    amount BIGINT NOT NULL,
    floor INTEGER NOT NULL,
    PRIMARY KEY (account_id, month, measure, host)
);

-- Short addresses of our own for posters, schools and tram lines: each counts for itself how often it is opened.
CREATE TABLE campaign_links (
    id BIGINT PRIMARY KEY,
    account_id BIGINT NOT NULL REFERENCES accounts (id),
    code TEXT NOT NULL UNIQUE,
    target TEXT NOT NULL,
    label TEXT NOT NULL,
    created_by BIGINT NOT NULL REFERENCES persons (id),
    created_at {time} NOT NULL,
    ended_at {time}
);
CREATE INDEX campaign_links_by_account ON campaign_links (account_id, id);
