"""Stores many posts of the account `bench`, for tests/bench: `bench-posts.py data/stadtbote.db 200000`."""

import sqlite3
import subprocess
import sys
import time

where, count = sys.argv[1], int(sys.argv[2])

# An id is its milliseconds above sixteen bits; these posts came out one every minute, until an hour ago.
now = int(time.time() * 1000)
IS_SQLITE = not where.startswith("postgres")
NUMBERS = (
    f"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count})"
    if IS_SQLITE
    else f"WITH n(i) AS (SELECT generate_series(1, {count}))"
)
ID = f"(({now} - 3600000 - CAST({count} - i AS BIGINT) * 60000) * 65536)"
TIME = (
    f"strftime('%Y-%m-%dT%H:%M:%S+00:00', ({now} - 3600000 - ({count} - i) * 60000) / 1000, 'unixepoch')"
    if IS_SQLITE
    else f"to_timestamp(({now} - 3600000 - CAST({count} - i AS BIGINT) * 60000) / 1000)"
)
BENCH = "(SELECT id FROM accounts WHERE username = 'bench')"
STATEMENTS = [
    f"""INSERT INTO posts (id, uri, url, author_id, visibility, state, language, thread_id, published_at, received_at)
        {NUMBERS} SELECT {ID}, 'https://social.test/users/bench/statuses/' || {ID},
        'https://social.test/@bench/' || {ID}, {BENCH}, 'public', 'published', 'de', {ID}, {TIME}, {TIME} FROM n""",
    """INSERT INTO post_texts (post_id, language, is_main, source, html)
       SELECT id, 'de', TRUE, 'Beitrag ' || id, '<p>Beitrag ' || id || '</p>' FROM posts""",
    f"UPDATE accounts SET posts_count = {count} WHERE username = 'bench'",
]

if IS_SQLITE:
    with sqlite3.connect(where) as database:
        for statement in STATEMENTS:
            # SQLite wants the list of numbers before INSERT.
            parts = statement.split(NUMBERS)
            database.execute(statement if len(parts) == 1 else f"{NUMBERS} {parts[0]} {parts[1]}")
    database.close()
else:
    subprocess.run(["psql", "-q", where, "-c", "; ".join(STATEMENTS)], check=True)
