-- Prompt variants on trial: which share of questions each gets, and when it ran.

CREATE TABLE experiments (
    name        varchar(50) NOT NULL,
    variant     varchar(100) NOT NULL,
    share       double precision NOT NULL CHECK (share BETWEEN 0 AND 1),
    started_at  timestamptz NOT NULL DEFAULT now(),
    ended_at    timestamptz,
    PRIMARY KEY (name, variant),
    CHECK (ended_at >= started_at)
);
