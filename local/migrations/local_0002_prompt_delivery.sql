-- Receivers are told of new messages at once, and developers why a message failed.

ALTER TABLE local_messages ADD COLUMN last_failure text;

CREATE FUNCTION local_tell_receivers() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NOTIFY local_messages;
    RETURN NULL;
END $$;
CREATE TRIGGER local_messages_sent AFTER INSERT ON local_messages
    FOR EACH STATEMENT EXECUTE FUNCTION local_tell_receivers();
