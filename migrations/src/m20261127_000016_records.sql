-- How many rows of a class were thrown away on a day because their time was over. Of an erased case only the number of the row
-- in the audit log tells more.
CREATE TABLE retention_days (
    day TEXT NOT NULL,
    class TEXT NOT NULL,
    count BIGINT NOT NULL,
    PRIMARY KEY (day, class)
);

-- The transparency report of a year that is long over, as it was reckoned before its cases were thrown away: JSON.
CREATE TABLE transparency_years (
    year INTEGER PRIMARY KEY,
    body TEXT NOT NULL,
    made_at {time} NOT NULL
);
