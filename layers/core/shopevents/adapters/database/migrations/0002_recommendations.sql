-- Answers that owners got. `recommendation_data` is the whole record: the answer, the writer's raw text, its proposals.
-- The other columns repeat what the quality report groups by, so that it never has to open the JSON.

CREATE TABLE ai_recommendations (
    id                   varchar(100) PRIMARY KEY CHECK (id ~ '^[!-~]+$'),
    user_id              text NOT NULL REFERENCES users,
    event_id             varchar(100),                        -- the first event made of it; all: events.recommendation_id
    recommendation_data  jsonb NOT NULL CHECK (jsonb_typeof(recommendation_data) = 'object'),
    selected_option      varchar(20),                         -- the first option chosen
    purpose              varchar(20) NOT NULL CHECK (purpose IN ('신규고객유치', '재방문유도', '매출증대', '인지도향상')),
    industry             varchar(50) NOT NULL REFERENCES industries,
    location_city        varchar(50) NOT NULL,
    location_district    varchar(50),
    season               varchar(10) NOT NULL CHECK (season IN ('봄', '여름', '가을', '겨울')),
    source               varchar(10) NOT NULL CHECK (source IN ('claude', 'mixed', 'stale', 'catalog')),
    model                varchar(100),
    prompt_variant       varchar(100) NOT NULL,
    cache_hit            boolean NOT NULL,
    cache_level          varchar(20),
    rate_limited         boolean NOT NULL DEFAULT false,
    seconds              double precision NOT NULL CHECK (seconds >= 0),
    input_tokens         integer NOT NULL DEFAULT 0 CHECK (input_tokens >= 0),
    output_tokens        integer NOT NULL DEFAULT 0 CHECK (output_tokens >= 0),
    cost_usd             double precision NOT NULL DEFAULT 0 CHECK (cost_usd >= 0),
    replaces             varchar(100),
    replace_reason       varchar(20) CHECK (replace_reason IN ('too_expensive', 'not_my_style', 'did_before', 'other')),
    created_at           timestamptz NOT NULL,                -- when it was asked
    recorded_at          timestamptz NOT NULL DEFAULT now(),
    UNIQUE (user_id, id),                                     -- lets a foreign key include the owner
    CHECK (selected_option IS NULL OR selected_option IN
        ('low-online', 'low-offline', 'medium-online', 'medium-offline', 'high-online', 'high-offline')),
    CHECK ((event_id IS NULL) OR (selected_option IS NOT NULL)),
    CHECK (replace_reason IS NULL OR replaces IS NOT NULL)
);
CREATE INDEX ai_recommendations_of_owner ON ai_recommendations (user_id, created_at DESC, id DESC);
CREATE INDEX ai_recommendations_created_at ON ai_recommendations (created_at);
