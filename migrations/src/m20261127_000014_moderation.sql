-- Moderation: one case for each object that somebody found wrong, whoever says so and how often.

-- Hidden by our moderators, on all of our pages and in every answer of ours; null while it is not.
ALTER TABLE posts ADD COLUMN hidden_at {time};
-- Shown only to those who look for it, since a moderator decided so.
ALTER TABLE accounts ADD COLUMN limited_at {time};
-- Its host is shut out, or one above it: nothing of it is shown.
ALTER TABLE accounts ADD COLUMN shut_out_at {time};
CREATE INDEX accounts_suspended ON accounts (id) WHERE suspended_at IS NOT NULL OR shut_out_at IS NOT NULL;
CREATE INDEX accounts_limited ON accounts (id) WHERE limited_at IS NOT NULL;

-- The last number that a case of a year has.
CREATE TABLE case_numbers (
    year INTEGER PRIMARY KEY,
    last INTEGER NOT NULL
);

-- `subject` is `post ID`, `account ID` or `address URL`; it is what makes ten reports one case. `lane`: the smaller, the
-- sooner. `reviewed_version`: the version of the post that was decided about last.
CREATE TABLE cases (
    id BIGINT PRIMARY KEY,
    number TEXT NOT NULL UNIQUE,
    subject TEXT NOT NULL UNIQUE,
    post_id BIGINT REFERENCES posts (id),
    account_id BIGINT REFERENCES accounts (id),
    url TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('open', 'decided')),
    lane INTEGER NOT NULL,
    question TEXT NOT NULL,
    assignee_id BIGINT REFERENCES persons (id),
    notices_count BIGINT NOT NULL DEFAULT 0,
    reviewed_version BIGINT,
    opened_at {time} NOT NULL,
    due_at {time} NOT NULL,
    looked_at {time},
    reminded_at {time},
    decided_at {time}
);
CREATE INDEX cases_open ON cases (lane, due_at) WHERE state = 'open';
CREATE INDEX cases_by_account ON cases (account_id) WHERE account_id IS NOT NULL;
CREATE INDEX cases_by_post ON cases (post_id) WHERE post_id IS NOT NULL;

-- The object as it was when the case was opened, or opened again after a change: JSON, with its SHA-256.
CREATE TABLE case_snapshots (
    case_id BIGINT NOT NULL REFERENCES cases (id),
    version BIGINT NOT NULL,
    body TEXT NOT NULL,
    hash TEXT NOT NULL,
    taken_at {time} NOT NULL,
    PRIMARY KEY (case_id, version)
);

-- What somebody says of the object. `link_hash` and `ticket` only of those who came by the form.
CREATE TABLE notices (
    id BIGINT PRIMARY KEY,
    case_id BIGINT NOT NULL REFERENCES cases (id),
    source TEXT NOT NULL CHECK (source IN ('client', 'server', 'form', 'letter', 'authority', 'own')),
    reporter_id BIGINT REFERENCES accounts (id),
    report_id BIGINT REFERENCES reports (id),
    person_id BIGINT REFERENCES persons (id),
    name TEXT NOT NULL DEFAULT '',
    email TEXT NOT NULL DEFAULT '',
    locale TEXT NOT NULL,
    question TEXT NOT NULL,
    text TEXT NOT NULL,
    is_trusted BOOLEAN NOT NULL DEFAULT FALSE,
    ticket TEXT,
    link_hash TEXT,
    created_at {time} NOT NULL
);
CREATE INDEX notices_by_case ON notices (case_id, id);
CREATE INDEX notices_by_link ON notices (link_hash) WHERE link_hash IS NOT NULL;

-- What happened in a case, in order. Nobody's, where it happened by itself.
CREATE TABLE case_events (
    id BIGINT PRIMARY KEY,
    case_id BIGINT NOT NULL REFERENCES cases (id),
    kind TEXT NOT NULL,
    person_id BIGINT REFERENCES persons (id),
    text TEXT NOT NULL DEFAULT '',
    created_at {time} NOT NULL
);
CREATE INDEX case_events_by_case ON case_events (case_id, id);

CREATE TABLE decisions (
    id BIGINT PRIMARY KEY,
    case_id BIGINT NOT NULL REFERENCES cases (id),
    person_id BIGINT NOT NULL REFERENCES persons (id),
    version BIGINT,
    ground TEXT NOT NULL CHECK (ground IN ('none', 'rules', 'law')),
    citation TEXT NOT NULL DEFAULT '',
    facts TEXT NOT NULL DEFAULT '',
    redress TEXT NOT NULL DEFAULT '',
    category TEXT NOT NULL,
    complaint_until {time} NOT NULL,
    created_at {time} NOT NULL,
    reversed_at {time},
    reversed_by BIGINT REFERENCES persons (id)
);
CREATE INDEX decisions_by_case ON decisions (case_id, id);

-- What a decision does. `before`: what has to be put back when it ends, as JSON.
CREATE TABLE measures (
    id BIGINT PRIMARY KEY,
    decision_id BIGINT NOT NULL REFERENCES decisions (id),
    case_id BIGINT NOT NULL REFERENCES cases (id),
    kind TEXT NOT NULL CHECK (kind IN ('sensitive', 'hide', 'delete', 'limit', 'block', 'suspend', 'forward')),
    post_id BIGINT REFERENCES posts (id),
    account_id BIGINT REFERENCES accounts (id),
    before TEXT NOT NULL DEFAULT '',
    ends_at {time},
    ended_at {time},
    ended_by BIGINT REFERENCES persons (id),
    created_at {time} NOT NULL
);
CREATE INDEX measures_by_case ON measures (case_id, id);
CREATE INDEX measures_due ON measures (ends_at) WHERE ended_at IS NULL AND ends_at IS NOT NULL;
CREATE INDEX measures_by_post ON measures (post_id) WHERE post_id IS NOT NULL AND ended_at IS NULL;
CREATE INDEX measures_by_account ON measures (account_id) WHERE account_id IS NOT NULL AND ended_at IS NULL;

-- Somebody does not agree with a decision: whoever reported (`notice_id`), or who is concerned.
CREATE TABLE complaints (
    id BIGINT PRIMARY KEY,
    case_id BIGINT NOT NULL REFERENCES cases (id),
    decision_id BIGINT NOT NULL REFERENCES decisions (id),
    notice_id BIGINT REFERENCES notices (id),
    text TEXT NOT NULL,
    created_at {time} NOT NULL,
    outcome TEXT CHECK (outcome IN ('upheld', 'reversed')),
    reasons TEXT NOT NULL DEFAULT '',
    decided_by BIGINT REFERENCES persons (id),
    decided_at {time}
);
CREATE INDEX complaints_by_case ON complaints (case_id, id);
CREATE UNIQUE INDEX complaints_open ON complaints (decision_id, notice_id) WHERE outcome IS NULL;

-- What is reported is named by the address of its page.
CREATE INDEX posts_by_url ON posts (url);
CREATE INDEX accounts_by_url ON accounts (url);

-- Who did what: written by the action that does it, in its transaction. `seq`, `previous` and `hash` are filled in within
-- seconds: the chain in which no entry can be changed or taken out unseen.
CREATE TABLE audit_log (
    id BIGINT PRIMARY KEY,
    created_at {time} NOT NULL,
    person_id BIGINT REFERENCES persons (id),
    act TEXT NOT NULL,
    subject TEXT NOT NULL,
    facts TEXT NOT NULL,
    seq BIGINT UNIQUE,
    previous TEXT,
    hash TEXT
);
CREATE INDEX audit_log_unsealed ON audit_log (id) WHERE seq IS NULL;

-- What is decided about whole domains, with the reason that everybody may read. Whether a host is shut out stands in
-- `hosts.policy`, which is asked at every request.
CREATE TABLE domain_policies (
    name TEXT PRIMARY KEY,
    id BIGINT NOT NULL UNIQUE,
    severity TEXT NOT NULL CHECK (severity IN ('noop', 'silence', 'suspend')),
    reject_media BOOLEAN NOT NULL DEFAULT FALSE,
    reject_reports BOOLEAN NOT NULL DEFAULT FALSE,
    public_reason TEXT NOT NULL DEFAULT '',
    private_note TEXT NOT NULL DEFAULT '',
    person_id BIGINT REFERENCES persons (id),
    created_at {time} NOT NULL
);
