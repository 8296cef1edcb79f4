-- Answers of the moderators: mail that is to be sent, and the secret links that it brings.

-- What is to be sent, written by the action that causes it. Once it has ended, `recipient`, `subject` and `body` are empty:
-- that it was sent is all that stays.
CREATE TABLE mails (
    id BIGINT PRIMARY KEY,
    case_id BIGINT NOT NULL REFERENCES cases (id),
    kind TEXT NOT NULL CHECK (kind IN ('acknowledgement', 'outcome', 'statement', 'answer', 'alarm', 'reminder')),
    recipient TEXT NOT NULL,
    subject TEXT NOT NULL,
    body TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('waiting', 'sent', 'failed')),
    attempts INTEGER NOT NULL DEFAULT 0,
    created_at {time} NOT NULL,
    ended_at {time}
);
CREATE INDEX mails_by_case ON mails (case_id, id);

-- Whether the address of a report is the address of whoever reported: asked by mail until `confirm_until`.
ALTER TABLE notices ADD COLUMN confirm_hash TEXT;
ALTER TABLE notices ADD COLUMN confirm_until {time};
ALTER TABLE notices ADD COLUMN confirmed_at {time};
CREATE INDEX notices_by_confirmation ON notices (confirm_hash) WHERE confirm_hash IS NOT NULL;

-- Further secret links to a receipt or a statement of reasons: of a secret only its hash is kept, so each mail brings one of
-- its own.
CREATE TABLE case_links (
    hash TEXT PRIMARY KEY,
    link_hash TEXT NOT NULL,
    created_at {time} NOT NULL
);

-- The secret link of whoever is restricted, and why they are not told where they are not.
ALTER TABLE decisions ADD COLUMN link_hash TEXT;
ALTER TABLE decisions ADD COLUMN untold TEXT NOT NULL DEFAULT '';
CREATE UNIQUE INDEX decisions_by_link ON decisions (link_hash) WHERE link_hash IS NOT NULL;
-- Whoever is restricted complains about a decision once.
CREATE UNIQUE INDEX complaints_of_author ON complaints (decision_id) WHERE notice_id IS NULL;
