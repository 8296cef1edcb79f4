-- The hashtag of the campaign that an address belongs to, in its comparable form.
ALTER TABLE campaign_links ADD COLUMN tag TEXT;
