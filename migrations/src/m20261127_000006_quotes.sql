-- Who may quote a post and who may answer it. Groups of people are sums: 1 everybody, 2 followers of the author, 4 those whom
-- the author follows, 8 others. The answer's columns are null where nothing is said of answers: then everybody may.
CREATE TABLE post_policies (
    post_id BIGINT PRIMARY KEY REFERENCES posts (id),
    quote_automatic INTEGER NOT NULL,
    quote_manual INTEGER NOT NULL,
    reply_automatic INTEGER,
    reply_manual INTEGER
);

-- A post that quotes another. `quoted_id` is null while the quoted post is not here. `stamp_uri` is where the author of the
-- quoted post keeps the consent, if that is elsewhere; ours follows from the post's id. `is_legacy`: quoted by one of the
-- older spellings, which know of no consent.
CREATE TABLE quotes (
    post_id BIGINT PRIMARY KEY REFERENCES posts (id),
    account_id BIGINT NOT NULL REFERENCES accounts (id),
    quoted_id BIGINT REFERENCES posts (id),
    quoted_account_id BIGINT REFERENCES accounts (id),
    quoted_uri TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('pending', 'accepted', 'rejected', 'revoked')),
    is_legacy BOOLEAN NOT NULL DEFAULT FALSE,
    request_uri TEXT,
    stamp_uri TEXT,
    created_at {time} NOT NULL
);
CREATE INDEX quotes_by_quoted ON quotes (quoted_id, post_id) WHERE quoted_id IS NOT NULL;
CREATE INDEX quotes_by_missing ON quotes (quoted_uri) WHERE quoted_id IS NULL;
CREATE INDEX quotes_by_request ON quotes (request_uri) WHERE request_uri IS NOT NULL;
CREATE INDEX quotes_by_stamp ON quotes (stamp_uri) WHERE stamp_uri IS NOT NULL;

-- An answer of ours whose author of the answered post wants to be asked, or has said something to it. While an asked one is
-- not accepted, nobody else gets it.
CREATE TABLE reply_approvals (
    post_id BIGINT PRIMARY KEY REFERENCES posts (id),
    state TEXT NOT NULL CHECK (state IN ('pending', 'accepted', 'rejected')),
    is_asked BOOLEAN NOT NULL,
    authorization_uri TEXT
);

-- When the answers to a post elsewhere were last looked for.
CREATE TABLE reply_fetches (
    post_id BIGINT PRIMARY KEY REFERENCES posts (id),
    fetched_at {time} NOT NULL
);

-- Three more kinds of notifications. SQLite can't change a check, so the table is made anew.
CREATE TABLE notifications_anew (
    id BIGINT PRIMARY KEY,
    account_id BIGINT NOT NULL REFERENCES accounts (id),
    kind TEXT NOT NULL CHECK (kind IN (
        'mention', 'status', 'reblog', 'follow', 'follow_request', 'favourite', 'poll', 'update', 'quote', 'quoted_update'
    )),
    from_id BIGINT NOT NULL REFERENCES accounts (id),
    post_id BIGINT REFERENCES posts (id),
    created_at {time} NOT NULL
);
INSERT INTO notifications_anew (id, account_id, kind, from_id, post_id, created_at)
    SELECT id, account_id, kind, from_id, post_id, created_at FROM notifications;
DROP TABLE notifications;
ALTER TABLE notifications_anew RENAME TO notifications;
CREATE INDEX notifications_by_account ON notifications (account_id, id);
CREATE INDEX notifications_by_post ON notifications (post_id);
CREATE INDEX notifications_by_from ON notifications (from_id, account_id);
