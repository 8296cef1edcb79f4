-- A decision may be about the whole domain of an account: `domain` says which.
CREATE TABLE measures_new (
    id BIGINT PRIMARY KEY,
    decision_id BIGINT NOT NULL REFERENCES decisions (id),
    case_id BIGINT NOT NULL REFERENCES cases (id),
    kind TEXT NOT NULL CHECK (kind IN ('sensitive', 'hide', 'delete', 'limit', 'block', 'suspend', 'reject_media',
        'limit_domain', 'suspend_domain', 'forward')),
    post_id BIGINT REFERENCES posts (id),
    account_id BIGINT REFERENCES accounts (id),
    domain TEXT,
    before TEXT NOT NULL DEFAULT '',
    ends_at {time},
    ended_at {time},
    ended_by BIGINT REFERENCES persons (id),
    created_at {time} NOT NULL
);
INSERT INTO measures_new (id, decision_id, case_id, kind, post_id, account_id, before, ends_at, ended_at, ended_by, created_at)
    SELECT id, decision_id, case_id, kind, post_id, account_id, before, ends_at, ended_at, ended_by, created_at FROM measures;
DROP TABLE measures;
ALTER TABLE measures_new RENAME TO measures;
CREATE INDEX measures_by_case ON measures (case_id, id);
CREATE INDEX measures_due ON measures (ends_at) WHERE ended_at IS NULL AND ends_at IS NOT NULL;
CREATE INDEX measures_by_post ON measures (post_id) WHERE post_id IS NOT NULL AND ended_at IS NULL;
CREATE INDEX measures_by_account ON measures (account_id) WHERE account_id IS NOT NULL AND ended_at IS NULL;
CREATE INDEX measures_by_domain ON measures (domain) WHERE domain IS NOT NULL AND ended_at IS NULL;

-- What stays hidden of what was held is decided in a case; who hid it, and when, is written there.
DROP INDEX held_posts_waiting;
ALTER TABLE held_posts DROP COLUMN hidden_by;
ALTER TABLE held_posts DROP COLUMN hidden_at;
