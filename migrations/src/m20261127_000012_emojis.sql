-- The pictures that words such as `:heart:` stand for in a name or a text from elsewhere: a JSON list of shortcode and url.
ALTER TABLE accounts ADD COLUMN emojis TEXT;
ALTER TABLE post_texts ADD COLUMN emojis TEXT;
