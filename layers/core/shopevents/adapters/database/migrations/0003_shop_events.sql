-- Shop events: our shops' own (planned, observed) and collected ones (published, illustrative).
-- `cost`, `expected_participants` and `expected_roi` of our own are the prediction; of a collected one they are what its
-- source states (published) or what was assumed for it (illustrative).

CREATE TABLE events (
    id                     varchar(100) PRIMARY KEY CHECK (id ~ '^[!-~]+$'),
    user_id                text REFERENCES users,
    title                  varchar(100) NOT NULL CHECK (title <> ''),
    prize                  varchar(50),
    participation          varchar(200) NOT NULL,
    mechanic               varchar(30) NOT NULL REFERENCES mechanics,
    event_type             varchar(10) CHECK (event_type IN ('online', 'offline')),
    budget                 varchar(10) CHECK (budget IN ('low', 'medium', 'high')),
    industry               varchar(50) NOT NULL REFERENCES industries,
    business_type          varchar(50),
    location_city          varchar(50),
    location_district      varchar(50),
    season                 varchar(10) CHECK (season IN ('봄', '여름', '가을', '겨울')),
    month                  smallint CHECK (month BETWEEN 1 AND 12),
    purposes               varchar(20)[] NOT NULL DEFAULT '{}'
        CHECK (purposes <@ ARRAY['신규고객유치', '재방문유도', '매출증대', '인지도향상']::varchar(20)[]),
    cost                   bigint CHECK (cost BETWEEN 0 AND 10000000000),
    expected_participants  integer CHECK (expected_participants >= 0),
    expected_roi           double precision CHECK (expected_roi BETWEEN -100 AND 100000),
    prediction             jsonb,       -- with its ranges; the writer's raw proposal is in the recommendation
    outcome                varchar(200),
    provenance             varchar(20) NOT NULL CHECK (provenance IN ('planned', 'observed', 'published', 'illustrative')),
    url                    varchar(2000),
    outlier                boolean NOT NULL DEFAULT false,    -- excluded from estimates, kept as a case
    recommendation_id      varchar(100),
    option                 varchar(20) CHECK (option IN
        ('low-online', 'low-offline', 'medium-online', 'medium-offline', 'high-online', 'high-offline')),
    starts_on              date,
    ends_on                date,
    channels               varchar(20)[] NOT NULL DEFAULT '{}',
    measured_by            bigint,      -- the report its `observed` numbers come from
    withdrawn_at           timestamptz,
    row_version            bigint NOT NULL DEFAULT 1 CHECK (row_version > 0),
    created_at             timestamptz NOT NULL DEFAULT now(),
    updated_at             timestamptz NOT NULL DEFAULT now(),
    FOREIGN KEY (user_id, recommendation_id) REFERENCES ai_recommendations (user_id, id),
    CHECK ((provenance IN ('planned', 'observed')) = (user_id IS NOT NULL)),
    CHECK ((provenance = 'observed') = (measured_by IS NOT NULL)),
    CHECK (provenance <> 'published' OR url IS NOT NULL),
    CHECK (provenance <> 'illustrative' OR outcome IS NULL),
    CHECK ((recommendation_id IS NULL) = (option IS NULL)),
    CHECK (recommendation_id IS NULL OR user_id IS NOT NULL),
    CHECK (location_district IS NULL OR location_city IS NOT NULL),
    CHECK (ends_on >= starts_on)
);
CREATE INDEX events_industry ON events (industry);
CREATE INDEX events_location_district ON events (location_district);
CREATE INDEX events_season ON events (season);
CREATE INDEX events_of_owner ON events (user_id, created_at DESC, id DESC) WHERE user_id IS NOT NULL;
-- One event per chosen option; a withdrawn one makes room for another try.
CREATE UNIQUE INDEX events_one_per_option ON events (recommendation_id, option) WHERE withdrawn_at IS NULL;

ALTER TABLE ai_recommendations
    ADD FOREIGN KEY (event_id) REFERENCES events ON DELETE SET NULL;
CREATE INDEX ai_recommendations_event_id ON ai_recommendations (event_id) WHERE event_id IS NOT NULL;

-- What owners thought of plans: chosen (positive), regenerated (negative), edited (what was changed to what).
CREATE TABLE feedback (
    id                 bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    user_id            text NOT NULL REFERENCES users,
    recommendation_id  varchar(100) NOT NULL,
    kind               varchar(20) NOT NULL CHECK (kind IN ('chosen', 'regenerated', 'edited')),
    option             varchar(20) CHECK (option IN
        ('low-online', 'low-offline', 'medium-online', 'medium-offline', 'high-online', 'high-offline')),
    event_id           varchar(100) REFERENCES events ON DELETE CASCADE,
    reason             varchar(20) CHECK (reason IN ('too_expensive', 'not_my_style', 'did_before', 'other')),
    field              varchar(20) CHECK (field IN ('title', 'prize', 'participation', 'cost')),
    before             text,
    after              text,
    -- What happened, named so that telling it twice stores it once.
    occurrence         varchar(200) NOT NULL UNIQUE,
    created_at         timestamptz NOT NULL DEFAULT now(),
    CHECK ((kind = 'edited') = (field IS NOT NULL)),
    CHECK ((kind = 'regenerated') = (event_id IS NULL)),
    CHECK (kind = 'regenerated' OR reason IS NULL)
);
CREATE INDEX feedback_of_owner ON feedback (user_id);
CREATE INDEX feedback_recommendation ON feedback (recommendation_id);
CREATE INDEX feedback_event ON feedback (event_id);
