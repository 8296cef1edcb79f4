-- When a host let a request in that was signed after RFC 9421 and had not let in the same under draft-cavage. Null: such a
-- thing was never seen, or is so no longer.
ALTER TABLE hosts ADD COLUMN message_signatures_at {time};
