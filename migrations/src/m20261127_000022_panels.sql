-- What a poll of ours asks people about themselves, to say something of whom an account reaches: 'residence' or 'age'. Once it
-- is over, the place of every vote in `poll_votes` becomes -1: how often each answer was given is known, by whom is not.
ALTER TABLE polls ADD COLUMN panel TEXT;
CREATE INDEX polls_panels ON polls (closes_at) WHERE panel IS NOT NULL;
