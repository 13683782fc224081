-- What really happened. Every report is kept; the one with the largest `sequence` counts.

CREATE TABLE event_performance (
    id                   bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    event_id             varchar(100) NOT NULL REFERENCES events ON DELETE CASCADE,
    sequence             integer NOT NULL CHECK (sequence > 0),
    actual_participants  integer NOT NULL CHECK (actual_participants >= 0),
    actual_cost          bigint NOT NULL CHECK (actual_cost BETWEEN 0 AND 10000000000),
    actual_roi           double precision NOT NULL CHECK (actual_roi BETWEEN -100 AND 100000),
    revenue              bigint CHECK (revenue BETWEEN 0 AND 1000000000000),    -- added revenue, where the owner gave it
    completed_at         timestamptz NOT NULL,                                  -- when it was reported
    -- Against the prediction; filled by record_performance. Shares, 0.2 = 20 %.
    roi_error            double precision CHECK (roi_error >= 0),
    participants_error   double precision CHECK (participants_error >= 0),
    cost_error           double precision CHECK (cost_error >= 0),
    compared_at          timestamptz,
    UNIQUE (event_id, sequence),
    UNIQUE (event_id, id)
);
CREATE INDEX event_performance_event_id ON event_performance (event_id);

ALTER TABLE events
    ADD FOREIGN KEY (id, measured_by) REFERENCES event_performance (event_id, id) DEFERRABLE INITIALLY DEFERRED;

CREATE TABLE channel_performance (
    performance_id  bigint NOT NULL REFERENCES event_performance ON DELETE CASCADE,
    name            varchar(20) NOT NULL CHECK (name <> ''),
    participants    integer CHECK (participants >= 0),
    cost            bigint CHECK (cost BETWEEN 0 AND 10000000000),
    PRIMARY KEY (performance_id, name)
);
