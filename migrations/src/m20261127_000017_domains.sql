-- Lists of domains that others keep, or that somebody has read in (without `url`). They suggest; a person decides.
-- `failure`: why the list could not be had when it was last asked for.
CREATE TABLE domain_lists (
    id BIGINT PRIMARY KEY,
    name TEXT NOT NULL,
    url TEXT UNIQUE,
    person_id BIGINT REFERENCES persons (id),
    created_at {time} NOT NULL,
    tried_at {time},
    fetched_at {time},
    failure TEXT NOT NULL DEFAULT ''
);

-- What a list said when it was last had. `open`: waits for a person; `gone`: it was taken over, and the list says it no
-- longer; `taken`: as decided here; `dismissed`: not wanted, until the list says something else of it.
CREATE TABLE domain_list_entries (
    list_id BIGINT NOT NULL REFERENCES domain_lists (id),
    name TEXT NOT NULL,
    severity TEXT NOT NULL CHECK (severity IN ('noop', 'silence', 'suspend')),
    reject_media BOOLEAN NOT NULL DEFAULT FALSE,
    reject_reports BOOLEAN NOT NULL DEFAULT FALSE,
    public_reason TEXT NOT NULL DEFAULT '',
    state TEXT NOT NULL CHECK (state IN ('open', 'gone', 'taken', 'dismissed')),
    PRIMARY KEY (list_id, name)
);
CREATE INDEX domain_list_entries_waiting ON domain_list_entries (list_id, name) WHERE state IN ('open', 'gone');

-- Posts of others that a rule has hidden (`posts.hidden_at`) until a moderator looks: one that is shown has no row here
-- any more, one that stays hidden says who decided so.
CREATE TABLE held_posts (
    post_id BIGINT PRIMARY KEY REFERENCES posts (id),
    author_id BIGINT NOT NULL REFERENCES accounts (id),
    rule TEXT NOT NULL CHECK (rule IN ('mentions', 'first_reply')),
    held_at {time} NOT NULL,
    hidden_by BIGINT REFERENCES persons (id),
    hidden_at {time}
);
CREATE INDEX held_posts_waiting ON held_posts (post_id) WHERE hidden_at IS NULL;
CREATE INDEX held_posts_by_author ON held_posts (author_id);

-- Pictures of what is reported, as they were when the case was opened: they stay when their author deletes them, and go
-- with the case. `original`: the bytes as they were had, whose SHA-256 is `hash`; `shown`: written anew, for looking at;
-- `failure`: why there is none.
CREATE TABLE case_files (
    case_id BIGINT NOT NULL REFERENCES cases (id) ON DELETE CASCADE,
    version BIGINT NOT NULL,
    position INTEGER NOT NULL,
    address TEXT NOT NULL,
    description TEXT NOT NULL DEFAULT '',
    failure TEXT NOT NULL DEFAULT '',
    hash TEXT NOT NULL DEFAULT '',
    mime TEXT NOT NULL DEFAULT '',
    original {bytes},
    shown {bytes},
    taken_at {time} NOT NULL,
    PRIMARY KEY (case_id, version, position)
);
