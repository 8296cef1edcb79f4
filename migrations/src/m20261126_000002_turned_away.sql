-- Who is still to be told that they follow no longer. Few at any time, and asked for before each attempt to deliver what
-- is for followers only.
CREATE INDEX jobs_turn_away ON jobs (kind) WHERE kind = 'turn_away';
CREATE INDEX outgoing_turn_away ON outgoing (account_id) WHERE kind IN ('Block', 'Reject');
