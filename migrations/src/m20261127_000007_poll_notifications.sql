-- Who asked or voted is told when a poll is over.
--
-- A list of allowed words can't be changed in SQLite, so the table is made anew.
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
