-- How people reacted to the post that a case was read from, where its source tells.

ALTER TABLE events
    ADD COLUMN likes integer CHECK (likes >= 0),
    ADD COLUMN comments integer CHECK (comments >= 0);
