-- Collected documents on their way to cases.

CREATE TABLE raw_documents (
    id            varchar(100) PRIMARY KEY,
    source        varchar(30) NOT NULL,
    object_key    varchar(500) NOT NULL UNIQUE,
    content_hash  char(64) NOT NULL,
    fetched_at    timestamptz NOT NULL,
    crawl_day     date NOT NULL,                  -- of Asia/Seoul
    manifest      jsonb NOT NULL DEFAULT '{}',    -- query, page, status: what the reply itself does not say
    curated_at    timestamptz,
    UNIQUE (source, crawl_day, content_hash)
);
CREATE INDEX raw_documents_waiting ON raw_documents (fetched_at) WHERE curated_at IS NULL;

-- Exact duplicates: a case's canonical link with its place in the page, and the hash of its content.
CREATE TABLE case_fingerprints (
    event_id      varchar(100) NOT NULL REFERENCES events ON DELETE CASCADE,
    kind          varchar(20) NOT NULL CHECK (kind IN ('link', 'content')),
    fingerprint   char(64) NOT NULL,
    PRIMARY KEY (kind, fingerprint)
);
CREATE INDEX case_fingerprints_event ON case_fingerprints (event_id);

-- Near duplicates: MinHash signatures, and their LSH bands. Cases that share a bucket are compared, others never.
CREATE TABLE case_signatures (
    event_id   varchar(100) PRIMARY KEY REFERENCES events ON DELETE CASCADE,
    signature  bytea NOT NULL
);
CREATE TABLE case_bands (
    band      smallint NOT NULL,
    bucket    bigint NOT NULL,
    event_id  varchar(100) NOT NULL REFERENCES events ON DELETE CASCADE,
    PRIMARY KEY (band, bucket, event_id)
);
CREATE INDEX case_bands_event ON case_bands (event_id);

CREATE TABLE quarantine (
    id              bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    source          varchar(30) NOT NULL,
    document_id     varchar(100),
    reason          varchar(200) NOT NULL,
    record          jsonb NOT NULL,
    fingerprint     char(64) NOT NULL UNIQUE,     -- of source and record: the same failure is kept once
    quarantined_at  timestamptz NOT NULL DEFAULT now(),
    released_at     timestamptz
);
CREATE INDEX quarantine_open ON quarantine (quarantined_at) WHERE released_at IS NULL;

-- How far a crawler came with a query on a day, so that a stopped run goes on and a second one does nothing.
CREATE TABLE crawl_cursors (
    source      varchar(30) NOT NULL,
    crawl_day   date NOT NULL,
    query       varchar(300) NOT NULL,
    cursor      jsonb NOT NULL DEFAULT '{}',
    finished    boolean NOT NULL DEFAULT false,
    updated_at  timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (source, crawl_day, query)
);

-- Instagram lets an account ask for 30 different hashtags in 7 days.
CREATE TABLE hashtag_ledger (
    account_id  varchar(50) NOT NULL,
    hashtag     varchar(100) NOT NULL,
    hashtag_id  varchar(50),
    first_asked_at  timestamptz NOT NULL,         -- of the current 7 days
    last_asked_at   timestamptz NOT NULL,
    PRIMARY KEY (account_id, hashtag),
    CHECK (last_asked_at >= first_asked_at)
);
CREATE INDEX hashtag_ledger_window ON hashtag_ledger (account_id, first_asked_at);
