-- Queues of the local stack, as SQS has them: visibility, receipts, receive counts, dead letters.

CREATE TABLE local_messages (
    id              bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    message_id      uuid NOT NULL DEFAULT gen_random_uuid(),
    queue           varchar(100) NOT NULL,
    body            text NOT NULL,
    sent_at         timestamptz NOT NULL DEFAULT now(),
    first_received_at timestamptz,
    visible_at      timestamptz NOT NULL DEFAULT now(),
    receive_count   integer NOT NULL DEFAULT 0,
    receipt         uuid,
    dead_from       varchar(100)    -- the queue that gave it up, on a dead-letter queue
);
CREATE INDEX local_messages_visible ON local_messages (queue, visible_at, id);
