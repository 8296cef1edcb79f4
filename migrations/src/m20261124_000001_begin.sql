-- What is true once for the whole server: the public address it was founded under, the push key …
CREATE TABLE facts (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
);

-- People and accounts -------------------------------------------------------------------------------------------

CREATE TABLE institutions (
    id BIGINT PRIMARY KEY,
    name TEXT NOT NULL,
    topic TEXT NOT NULL DEFAULT '',
    position INTEGER NOT NULL DEFAULT 0,
    created_at {time} NOT NULL
);

-- Ours and theirs; `host` is null for ours.
CREATE TABLE accounts (
    id BIGINT PRIMARY KEY,
    institution_id BIGINT REFERENCES institutions (id),
    username TEXT NOT NULL,
    domain TEXT NOT NULL,
    host TEXT,
    uri TEXT NOT NULL UNIQUE,
    url TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('organization', 'service', 'person', 'group', 'application')),
    display_name TEXT NOT NULL DEFAULT '',
    note TEXT NOT NULL DEFAULT '',
    note_source TEXT NOT NULL DEFAULT '',
    fields TEXT NOT NULL DEFAULT '[]',
    avatar TEXT,
    avatar_description TEXT NOT NULL DEFAULT '',
    header TEXT,
    header_description TEXT NOT NULL DEFAULT '',
    inbox TEXT NOT NULL,
    shared_inbox TEXT,
    followers TEXT,
    featured TEXT,
    locked BOOLEAN NOT NULL DEFAULT FALSE,
    discoverable BOOLEAN NOT NULL DEFAULT FALSE,
    indexable BOOLEAN NOT NULL DEFAULT FALSE,
    hide_collections BOOLEAN NOT NULL DEFAULT FALSE,
    default_visibility TEXT NOT NULL DEFAULT 'public' CHECK (default_visibility IN ('public', 'unlisted', 'private', 'direct')),
    default_sensitive BOOLEAN NOT NULL DEFAULT FALSE,
    default_language TEXT,
    followers_count BIGINT NOT NULL DEFAULT 0,
    following_count BIGINT NOT NULL DEFAULT 0,
    posts_count BIGINT NOT NULL DEFAULT 0,
    last_post_at {time},
    version BIGINT NOT NULL DEFAULT 0,
    created_at {time} NOT NULL,
    fetched_at {time},
    suspended_at {time},
    deleted_at {time}
);
CREATE UNIQUE INDEX accounts_by_our_name ON accounts (lower(username)) WHERE host IS NULL;
CREATE UNIQUE INDEX accounts_by_their_name ON accounts (lower(username), domain) WHERE host IS NOT NULL;
CREATE INDEX accounts_by_institution ON accounts (institution_id);
CREATE INDEX accounts_by_host ON accounts (host);
CREATE INDEX accounts_by_inbox ON accounts (inbox) WHERE host IS NOT NULL;

-- Public keys of others.
CREATE TABLE actor_keys (
    key_id TEXT PRIMARY KEY,
    account_id BIGINT NOT NULL REFERENCES accounts (id),
    public_key TEXT NOT NULL,
    fetched_at {time} NOT NULL
);
CREATE INDEX actor_keys_by_account ON actor_keys (account_id);

-- Our own keys, apart from what is listed.
CREATE TABLE account_keys (
    id BIGINT PRIMARY KEY,
    account_id BIGINT NOT NULL REFERENCES accounts (id),
    key_id TEXT NOT NULL,
    private_key {bytes} NOT NULL,
    public_key TEXT NOT NULL,
    created_at {time} NOT NULL,
    retired_at {time}
);
CREATE INDEX account_keys_by_account ON account_keys (account_id, retired_at);

CREATE TABLE persons (
    id BIGINT PRIMARY KEY,
    email TEXT NOT NULL,
    name TEXT NOT NULL DEFAULT '',
    locale TEXT NOT NULL DEFAULT 'de',
    is_administrator BOOLEAN NOT NULL DEFAULT FALSE,
    is_moderator BOOLEAN NOT NULL DEFAULT FALSE,
    created_at {time} NOT NULL,
    left_at {time}
);
CREATE UNIQUE INDEX persons_by_email ON persons (lower(email));

CREATE TABLE person_credentials (
    person_id BIGINT PRIMARY KEY REFERENCES persons (id),
    password_hash TEXT NOT NULL,
    changed_at {time} NOT NULL
);

-- One-time links: the set-up of the first administrator, the first password of a colleague.
CREATE TABLE person_links (
    id BIGINT PRIMARY KEY,
    token_hash TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL CHECK (kind IN ('set_up', 'password')),
    person_id BIGINT REFERENCES persons (id),
    created_at {time} NOT NULL,
    expires_at {time} NOT NULL
);
CREATE INDEX person_links_by_person ON person_links (person_id);

CREATE TABLE sessions (
    id BIGINT PRIMARY KEY,
    token_hash TEXT NOT NULL UNIQUE,
    person_id BIGINT NOT NULL REFERENCES persons (id),
    created_at {time} NOT NULL,
    expires_at {time} NOT NULL
);
CREATE INDEX sessions_by_person ON sessions (person_id);

-- How often something was tried: the log-in brake, shared by all processes.
CREATE TABLE throttles (
    key TEXT PRIMARY KEY,
    count INTEGER NOT NULL,
    ends_at {time} NOT NULL
);

CREATE TABLE memberships (
    id BIGINT PRIMARY KEY,
    person_id BIGINT NOT NULL REFERENCES persons (id),
    account_id BIGINT NOT NULL REFERENCES accounts (id),
    role TEXT NOT NULL CHECK (role IN ('owner', 'approver', 'author', 'community', 'analyst')),
    created_at {time} NOT NULL,
    UNIQUE (person_id, account_id)
);
CREATE INDEX memberships_by_account ON memberships (account_id);

CREATE TABLE oauth_apps (
    id BIGINT PRIMARY KEY,
    name TEXT NOT NULL,
    website TEXT,
    redirect_uris TEXT NOT NULL,
    scopes TEXT NOT NULL,
    client_id TEXT NOT NULL UNIQUE,
    client_secret_hash TEXT NOT NULL,
    created_at {time} NOT NULL
);

CREATE TABLE oauth_codes (
    id BIGINT PRIMARY KEY,
    code_hash TEXT NOT NULL UNIQUE,
    app_id BIGINT NOT NULL REFERENCES oauth_apps (id),
    person_id BIGINT NOT NULL REFERENCES persons (id),
    account_id BIGINT NOT NULL REFERENCES accounts (id),
    redirect_uri TEXT NOT NULL,
    scopes TEXT NOT NULL,
    challenge TEXT,
    expires_at {time} NOT NULL
);
CREATE INDEX oauth_codes_by_person ON oauth_codes (person_id);

CREATE TABLE oauth_tokens (
    id BIGINT PRIMARY KEY,
    token_hash TEXT NOT NULL UNIQUE,
    app_id BIGINT REFERENCES oauth_apps (id),
    person_id BIGINT REFERENCES persons (id),
    account_id BIGINT REFERENCES accounts (id),
    scopes TEXT NOT NULL,
    created_at {time} NOT NULL,
    used_at {time} NOT NULL
);
CREATE INDEX oauth_tokens_by_person ON oauth_tokens (person_id);
CREATE INDEX oauth_tokens_by_app ON oauth_tokens (app_id);
CREATE INDEX oauth_tokens_by_account ON oauth_tokens (account_id);

-- Where client programs want to be told of news; ends with the token.
CREATE TABLE push_subscriptions (
    id BIGINT PRIMARY KEY,
    token_id BIGINT NOT NULL UNIQUE REFERENCES oauth_tokens (id) ON DELETE CASCADE,
    account_id BIGINT NOT NULL REFERENCES accounts (id),
    endpoint TEXT NOT NULL,
    public_key TEXT NOT NULL,
    auth TEXT NOT NULL,
    is_standard BOOLEAN NOT NULL,
    alerts TEXT NOT NULL,
    policy TEXT NOT NULL CHECK (policy IN ('all', 'followed', 'follower', 'none')),
    created_at {time} NOT NULL
);
CREATE INDEX push_subscriptions_by_account ON push_subscriptions (account_id);

-- Posts -----------------------------------------------------------------------------------------------------------

CREATE TABLE posts (
    id BIGINT PRIMARY KEY,
    uri TEXT NOT NULL UNIQUE,
    url TEXT NOT NULL,
    author_id BIGINT NOT NULL REFERENCES accounts (id),
    visibility TEXT NOT NULL CHECK (visibility IN ('public', 'unlisted', 'private', 'direct')),
    state TEXT NOT NULL CHECK (state IN ('draft', 'waiting', 'scheduled', 'published', 'deleted')),
    language TEXT,
    sensitive BOOLEAN NOT NULL DEFAULT FALSE,
    in_reply_to_id BIGINT,
    in_reply_to_account_id BIGINT,
    in_reply_to_uri TEXT,
    thread_id BIGINT NOT NULL,
    boost_of_id BIGINT REFERENCES posts (id),
    app_id BIGINT REFERENCES oauth_apps (id),
    written_by BIGINT REFERENCES persons (id),
    released_by BIGINT REFERENCES persons (id),
    publish_at {time},
    published_at {time},
    received_at {time} NOT NULL,
    edited_at {time},
    deleted_at {time},
    deleted_by BIGINT REFERENCES persons (id),
    version BIGINT NOT NULL DEFAULT 1,
    replies_count BIGINT NOT NULL DEFAULT 0,
    boosts_count BIGINT NOT NULL DEFAULT 0,
    favourites_count BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX posts_by_author ON posts (author_id, id);
CREATE INDEX posts_by_state ON posts (state, publish_at) WHERE state <> 'published';
CREATE INDEX posts_by_parent ON posts (in_reply_to_id, id) WHERE in_reply_to_id IS NOT NULL;
CREATE INDEX posts_by_parent_uri ON posts (in_reply_to_uri) WHERE in_reply_to_uri IS NOT NULL AND in_reply_to_id IS NULL;
CREATE INDEX posts_by_thread ON posts (thread_id, id);
CREATE UNIQUE INDEX posts_by_boost ON posts (boost_of_id, author_id) WHERE boost_of_id IS NOT NULL AND state = 'published';
CREATE INDEX posts_public ON posts (id) WHERE visibility = 'public' AND state = 'published' AND boost_of_id IS NULL;

CREATE TABLE post_texts (
    post_id BIGINT NOT NULL REFERENCES posts (id),
    language TEXT NOT NULL,
    is_main BOOLEAN NOT NULL,
    warning TEXT NOT NULL DEFAULT '',
    source TEXT,
    html TEXT NOT NULL,
    PRIMARY KEY (post_id, language)
);

CREATE TABLE post_versions (
    id BIGINT PRIMARY KEY,
    post_id BIGINT NOT NULL REFERENCES posts (id),
    version BIGINT NOT NULL,
    snapshot TEXT NOT NULL,
    person_id BIGINT REFERENCES persons (id),
    created_at {time} NOT NULL,
    UNIQUE (post_id, version)
);

-- A file, its smaller preview, and its text for those who do not see it. `post_id` is null until attached.
CREATE TABLE media (
    id BIGINT PRIMARY KEY,
    account_id BIGINT NOT NULL REFERENCES accounts (id),
    post_id BIGINT REFERENCES posts (id),
    position INTEGER NOT NULL DEFAULT 0,
    kind TEXT NOT NULL CHECK (kind IN ('image', 'gifv', 'video', 'audio', 'unknown')),
    mime TEXT NOT NULL,
    file TEXT,
    preview_file TEXT,
    remote_url TEXT,
    remote_preview_url TEXT,
    width INTEGER,
    height INTEGER,
    preview_width INTEGER,
    preview_height INTEGER,
    duration DOUBLE PRECISION,
    blurhash TEXT,
    focus_x DOUBLE PRECISION,
    focus_y DOUBLE PRECISION,
    description TEXT NOT NULL DEFAULT '',
    decorative BOOLEAN NOT NULL DEFAULT FALSE,
    created_at {time} NOT NULL
);
CREATE INDEX media_by_post ON media (post_id, position);
CREATE INDEX media_unattached ON media (created_at) WHERE post_id IS NULL;

CREATE TABLE mentions (
    post_id BIGINT NOT NULL REFERENCES posts (id),
    account_id BIGINT NOT NULL REFERENCES accounts (id),
    PRIMARY KEY (post_id, account_id)
);
CREATE INDEX mentions_by_account ON mentions (account_id, post_id);

CREATE TABLE tags (
    id BIGINT PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    shown TEXT NOT NULL
);

CREATE TABLE post_tags (
    post_id BIGINT NOT NULL REFERENCES posts (id),
    tag_id BIGINT NOT NULL REFERENCES tags (id),
    PRIMARY KEY (post_id, tag_id)
);
CREATE INDEX post_tags_by_tag ON post_tags (tag_id, post_id);

CREATE TABLE follows (
    id BIGINT PRIMARY KEY,
    follower_id BIGINT NOT NULL REFERENCES accounts (id),
    followed_id BIGINT NOT NULL REFERENCES accounts (id),
    state TEXT NOT NULL CHECK (state IN ('requested', 'accepted')),
    uri TEXT NOT NULL,
    show_boosts BOOLEAN NOT NULL DEFAULT TRUE,
    notify BOOLEAN NOT NULL DEFAULT FALSE,
    languages TEXT,
    created_at {time} NOT NULL,
    UNIQUE (follower_id, followed_id)
);
CREATE INDEX follows_by_followed ON follows (followed_id, state, id);
CREATE INDEX follows_by_follower ON follows (follower_id, state, id);
CREATE INDEX follows_by_uri ON follows (uri);

CREATE TABLE favourites (
    id BIGINT PRIMARY KEY,
    account_id BIGINT NOT NULL REFERENCES accounts (id),
    post_id BIGINT NOT NULL REFERENCES posts (id),
    uri TEXT NOT NULL,
    created_at {time} NOT NULL,
    UNIQUE (account_id, post_id)
);
CREATE INDEX favourites_by_post ON favourites (post_id, id);
CREATE INDEX favourites_by_uri ON favourites (uri);

CREATE TABLE bookmarks (
    id BIGINT PRIMARY KEY,
    account_id BIGINT NOT NULL REFERENCES accounts (id),
    post_id BIGINT NOT NULL REFERENCES posts (id),
    created_at {time} NOT NULL,
    UNIQUE (account_id, post_id)
);

CREATE TABLE pins (
    id BIGINT PRIMARY KEY,
    account_id BIGINT NOT NULL REFERENCES accounts (id),
    post_id BIGINT NOT NULL REFERENCES posts (id),
    created_at {time} NOT NULL,
    UNIQUE (account_id, post_id)
);

CREATE TABLE blocks (
    id BIGINT PRIMARY KEY,
    account_id BIGINT NOT NULL REFERENCES accounts (id),
    target_id BIGINT NOT NULL REFERENCES accounts (id),
    uri TEXT NOT NULL,
    created_at {time} NOT NULL,
    UNIQUE (account_id, target_id)
);
CREATE INDEX blocks_by_target ON blocks (target_id);

CREATE TABLE mutes (
    id BIGINT PRIMARY KEY,
    account_id BIGINT NOT NULL REFERENCES accounts (id),
    target_id BIGINT NOT NULL REFERENCES accounts (id),
    notifications BOOLEAN NOT NULL DEFAULT TRUE,
    ends_at {time},
    created_at {time} NOT NULL,
    UNIQUE (account_id, target_id)
);

CREATE TABLE thread_mutes (
    account_id BIGINT NOT NULL REFERENCES accounts (id),
    thread_id BIGINT NOT NULL,
    PRIMARY KEY (account_id, thread_id)
);

CREATE TABLE account_notes (
    account_id BIGINT NOT NULL REFERENCES accounts (id),
    target_id BIGINT NOT NULL REFERENCES accounts (id),
    text TEXT NOT NULL,
    PRIMARY KEY (account_id, target_id)
);

CREATE TABLE notifications (
    id BIGINT PRIMARY KEY,
    account_id BIGINT NOT NULL REFERENCES accounts (id),
    kind TEXT NOT NULL CHECK (kind IN ('mention', 'status', 'reblog', 'follow', 'follow_request', 'favourite', 'update')),
    from_id BIGINT NOT NULL REFERENCES accounts (id),
    post_id BIGINT REFERENCES posts (id),
    created_at {time} NOT NULL
);
CREATE INDEX notifications_by_account ON notifications (account_id, id);
CREATE INDEX notifications_by_post ON notifications (post_id);
CREATE INDEX notifications_by_from ON notifications (from_id, account_id);

CREATE TABLE conversations (
    id BIGINT PRIMARY KEY,
    account_id BIGINT NOT NULL REFERENCES accounts (id),
    thread_id BIGINT NOT NULL,
    last_post_id BIGINT NOT NULL REFERENCES posts (id),
    unread BOOLEAN NOT NULL,
    UNIQUE (account_id, thread_id)
);
CREATE INDEX conversations_by_last_post ON conversations (account_id, last_post_id);

CREATE TABLE lists (
    id BIGINT PRIMARY KEY,
    account_id BIGINT NOT NULL REFERENCES accounts (id),
    title TEXT NOT NULL,
    replies_policy TEXT NOT NULL CHECK (replies_policy IN ('followed', 'list', 'none')),
    exclusive BOOLEAN NOT NULL DEFAULT FALSE,
    created_at {time} NOT NULL
);
CREATE INDEX lists_by_account ON lists (account_id);

CREATE TABLE list_members (
    id BIGINT PRIMARY KEY,
    list_id BIGINT NOT NULL REFERENCES lists (id),
    account_id BIGINT NOT NULL REFERENCES accounts (id),
    UNIQUE (list_id, account_id)
);
CREATE INDEX list_members_by_account ON list_members (account_id);

CREATE TABLE filters (
    id BIGINT PRIMARY KEY,
    account_id BIGINT NOT NULL REFERENCES accounts (id),
    title TEXT NOT NULL,
    context TEXT NOT NULL,
    action TEXT NOT NULL CHECK (action IN ('warn', 'hide', 'blur')),
    ends_at {time},
    created_at {time} NOT NULL
);
CREATE INDEX filters_by_account ON filters (account_id);

CREATE TABLE filter_keywords (
    id BIGINT PRIMARY KEY,
    filter_id BIGINT NOT NULL REFERENCES filters (id),
    keyword TEXT NOT NULL,
    whole_word BOOLEAN NOT NULL
);
CREATE INDEX filter_keywords_by_filter ON filter_keywords (filter_id);

CREATE TABLE markers (
    account_id BIGINT NOT NULL REFERENCES accounts (id),
    person_id BIGINT NOT NULL REFERENCES persons (id),
    timeline TEXT NOT NULL CHECK (timeline IN ('home', 'notifications')),
    last_read_id TEXT NOT NULL,
    version INTEGER NOT NULL,
    updated_at {time} NOT NULL,
    PRIMARY KEY (account_id, person_id, timeline)
);

CREATE TABLE tag_follows (
    id BIGINT PRIMARY KEY,
    account_id BIGINT NOT NULL REFERENCES accounts (id),
    tag_id BIGINT NOT NULL REFERENCES tags (id),
    UNIQUE (account_id, tag_id)
);
CREATE INDEX tag_follows_by_tag ON tag_follows (tag_id);

CREATE TABLE reports (
    id BIGINT PRIMARY KEY,
    reporter_id BIGINT NOT NULL REFERENCES accounts (id),
    target_id BIGINT NOT NULL REFERENCES accounts (id),
    category TEXT NOT NULL CHECK (category IN ('spam', 'legal', 'violation', 'other')),
    comment TEXT NOT NULL,
    forward BOOLEAN NOT NULL,
    post_ids TEXT NOT NULL,
    rule_ids TEXT NOT NULL,
    created_at {time} NOT NULL
);
CREATE INDEX reports_by_target ON reports (target_id);

CREATE TABLE idempotency_keys (
    account_id BIGINT NOT NULL REFERENCES accounts (id),
    person_id BIGINT NOT NULL REFERENCES persons (id),
    key TEXT NOT NULL,
    body_hash TEXT NOT NULL,
    post_id BIGINT NOT NULL REFERENCES posts (id),
    created_at {time} NOT NULL,
    PRIMARY KEY (account_id, person_id, key)
);
CREATE INDEX idempotency_keys_by_age ON idempotency_keys (created_at);

-- What is under way ------------------------------------------------------------------------------------------------

CREATE TABLE jobs (
    id BIGINT PRIMARY KEY,
    kind TEXT NOT NULL,
    payload TEXT NOT NULL,
    class INTEGER NOT NULL CHECK (class IN (0, 1, 2)),
    lane TEXT,
    key TEXT,
    run_at {time} NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    lease_token BIGINT,
    lease_until {time},
    parked_at {time},
    last_error TEXT,
    created_at {time} NOT NULL
);
CREATE INDEX jobs_due ON jobs (class, run_at, id) WHERE parked_at IS NULL AND lease_token IS NULL;
CREATE INDEX jobs_leased ON jobs (lease_until) WHERE lease_token IS NOT NULL;
CREATE INDEX jobs_by_lane ON jobs (lane, id) WHERE lane IS NOT NULL AND parked_at IS NULL;
CREATE UNIQUE INDEX jobs_by_key ON jobs (key) WHERE key IS NOT NULL;

CREATE TABLE outgoing (
    id BIGINT PRIMARY KEY,
    activity_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    account_id BIGINT NOT NULL REFERENCES accounts (id),
    post_id BIGINT REFERENCES posts (id),
    subject TEXT NOT NULL,
    class INTEGER NOT NULL CHECK (class IN (0, 1, 2)),
    body TEXT NOT NULL,
    created_at {time} NOT NULL
);
CREATE INDEX outgoing_by_post ON outgoing (post_id);
CREATE INDEX outgoing_by_subject ON outgoing (subject);

-- Who ever got a post: the audience of its Delete.
CREATE TABLE post_recipients (
    post_id BIGINT NOT NULL REFERENCES posts (id),
    inbox TEXT NOT NULL,
    PRIMARY KEY (post_id, inbox)
);

CREATE TABLE deliveries (
    id BIGINT PRIMARY KEY,
    outgoing_id BIGINT NOT NULL REFERENCES outgoing (id),
    inbox TEXT NOT NULL,
    host TEXT NOT NULL,
    subject TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('waiting', 'leased', 'delivered', 'refused', 'expired', 'cancelled')),
    class INTEGER NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    run_at {time} NOT NULL,
    lease_token BIGINT,
    lease_until {time},
    last_answer TEXT,
    created_at {time} NOT NULL,
    ended_at {time},
    UNIQUE (outgoing_id, inbox)
);
CREATE INDEX deliveries_waiting ON deliveries (host, class, id) WHERE state = 'waiting';
CREATE INDEX deliveries_open ON deliveries (host, subject, id) WHERE state IN ('waiting', 'leased');
CREATE INDEX deliveries_leased ON deliveries (lease_until) WHERE state = 'leased';
CREATE INDEX deliveries_ended ON deliveries (ended_at) WHERE ended_at IS NOT NULL;

-- One row decides whether a host is tried at all. `due_at` is null while nothing waits for it or all that waits is
-- in hand; `closed_until` is the pause after failures; `class` is the most urgent class that waits.
CREATE TABLE hosts (
    name TEXT PRIMARY KEY,
    software TEXT,
    software_version TEXT,
    policy TEXT NOT NULL DEFAULT 'open' CHECK (policy IN ('open', 'suspended')),
    due_at {time},
    closed_until {time},
    class INTEGER NOT NULL DEFAULT 1,
    failures INTEGER NOT NULL DEFAULT 0,
    failing_since {time},
    failure_days INTEGER NOT NULL DEFAULT 0,
    failed_at {time},
    unavailable_at {time},
    heard_at {time}
);
CREATE INDEX hosts_due ON hosts (class, due_at) WHERE due_at IS NOT NULL;

-- Everything that came by an inbox, once for each activity of a host. The body goes after processing.
CREATE TABLE incoming (
    id BIGINT PRIMARY KEY,
    host TEXT NOT NULL,
    activity_id TEXT NOT NULL,
    actor TEXT NOT NULL,
    kind TEXT NOT NULL,
    body TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('waiting', 'done', 'refused', 'ignored')),
    reason TEXT,
    received_at {time} NOT NULL,
    UNIQUE (host, activity_id)
);
CREATE INDEX incoming_by_age ON incoming (received_at);

-- A Delete or Undo of something that we had not seen yet.
CREATE TABLE gone (
    uri TEXT PRIMARY KEY,
    actor TEXT NOT NULL,
    ends_at {time} NOT NULL
);
CREATE INDEX gone_by_age ON gone (ends_at);
