-- Reports that a moderator found manifestly unfounded (Art. 23(2) of Regulation (EU) 2022/2065). `notifier`: who sent it, as a
-- mail address, the address of an account, or the domain of a server; empty once that is forgotten.
CREATE TABLE unfounded_notices (
    notice_id BIGINT PRIMARY KEY REFERENCES notices (id),
    case_id BIGINT NOT NULL REFERENCES cases (id),
    notifier TEXT NOT NULL,
    person_id BIGINT NOT NULL REFERENCES persons (id),
    created_at {time} NOT NULL
);
CREATE INDEX unfounded_notices_by_notifier ON unfounded_notices (notifier, created_at) WHERE notifier <> '';
CREATE INDEX unfounded_notices_by_case ON unfounded_notices (case_id);

-- What moderators do about whoever sends such reports often: first a warning, then a pause, each with its end, its reasons and
-- a complaint that another person answers. `notice`: the report on whose page it was decided.
CREATE TABLE notifier_steps (
    id BIGINT PRIMARY KEY,
    notifier TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('warning', 'pause')),
    notice BIGINT NOT NULL,
    reasons TEXT NOT NULL,
    person_id BIGINT NOT NULL REFERENCES persons (id),
    created_at {time} NOT NULL,
    ends_at {time} NOT NULL,
    ended_at {time},
    ended_by BIGINT REFERENCES persons (id),
    told BOOLEAN NOT NULL DEFAULT FALSE,
    complaint TEXT NOT NULL DEFAULT '',
    complained_at {time},
    outcome TEXT CHECK (outcome IN ('upheld', 'reversed')),
    answer TEXT NOT NULL DEFAULT '',
    answered_by BIGINT REFERENCES persons (id),
    answered_at {time},
    link_hash TEXT
);
CREATE INDEX notifier_steps_by_notifier ON notifier_steps (notifier, ends_at) WHERE notifier <> '';
CREATE UNIQUE INDEX notifier_steps_by_link ON notifier_steps (link_hash) WHERE link_hash IS NOT NULL;

-- How many reports of a case were counted on a day (UTC) without rows of their own, because their server sent too many.
CREATE TABLE notice_floods (
    case_id BIGINT NOT NULL REFERENCES cases (id),
    day TEXT NOT NULL,
    count BIGINT NOT NULL,
    PRIMARY KEY (case_id, day)
);
CREATE INDEX notice_floods_by_day ON notice_floods (day);
