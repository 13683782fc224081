-- Messages that were decided together with a business row and are not yet known to be sent.

CREATE TABLE outbox (
    id              bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    message_id      varchar(100) NOT NULL UNIQUE,
    queue           varchar(50) NOT NULL,
    message         jsonb NOT NULL,
    attempts        integer NOT NULL DEFAULT 0,
    -- The relay leaves a row to its writer until then, and after a failed attempt.
    due_at          timestamptz NOT NULL,
    created_at      timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX outbox_due_at ON outbox (due_at, id);

-- What a request with this key was answered, so that the same request gets the same answer.
CREATE TABLE idempotency_keys (
    user_id      text NOT NULL REFERENCES users,
    operation    varchar(50) NOT NULL,
    key          varchar(255) NOT NULL CHECK (key <> ''),
    fingerprint  char(64) NOT NULL,
    outcome      jsonb NOT NULL,
    created_at   timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (user_id, operation, key)
);
CREATE INDEX idempotency_keys_age ON idempotency_keys (user_id, created_at);
