-- Work that others cause is done in turn: whose it is (the domain of the server that sent it), and its place in the line. An
-- activity of a server of which many wait stands behind those of servers of which few do, though it came before them.
ALTER TABLE jobs ADD COLUMN source TEXT;
ALTER TABLE jobs ADD COLUMN turn {time} NOT NULL DEFAULT '1970-01-01T00:00:00+00:00';
UPDATE jobs SET turn = run_at;
DROP INDEX jobs_due;
-- With `run_at`, so that what is due next is told by the index alone.
CREATE INDEX jobs_due ON jobs (class, turn, id, run_at) WHERE parked_at IS NULL AND lease_token IS NULL;
CREATE INDEX jobs_by_source ON jobs (source, turn) WHERE source IS NOT NULL AND parked_at IS NULL;
