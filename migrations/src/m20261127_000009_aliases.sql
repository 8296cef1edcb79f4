-- The other addresses of an account of ours, divided by spaces: who follows one of them may be led here.
ALTER TABLE accounts ADD COLUMN also_known_as TEXT NOT NULL DEFAULT '';
