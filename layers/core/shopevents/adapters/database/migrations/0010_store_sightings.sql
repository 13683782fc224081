-- Which stores of the register were seen in which snapshots, so that openings and closings can be counted.

CREATE TABLE store_sightings (
    source          varchar(50) NOT NULL,           -- "semas_stores"; "sample:semas_stores" for recorded replies
    store_id        varchar(40) NOT NULL,
    district_code   varchar(5) NOT NULL,
    class_code      varchar(2) NOT NULL,            -- 상권업종 대분류
    trade_code      varchar(10) NOT NULL,           -- 소분류
    first_snapshot  date NOT NULL,
    last_snapshot   date NOT NULL,
    PRIMARY KEY (source, store_id)
);
CREATE INDEX store_sightings_place ON store_sightings (source, district_code, class_code, last_snapshot);

-- Counts of recorded replies live beside real ones and are never mixed with them.
ALTER TABLE store_counts ADD COLUMN source varchar(50) NOT NULL DEFAULT 'semas_stores';
ALTER TABLE store_counts DROP CONSTRAINT store_counts_pkey;
ALTER TABLE store_counts
    ADD PRIMARY KEY (source, snapshot_on, location_city, location_district, trade_code);
