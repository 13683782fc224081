-- Public statistics that ground the trends. Every figure keeps the table and the period it comes from.

CREATE TABLE industry_statistics (
    source      varchar(50) NOT NULL,             -- "kosis:DT_1KC2020"
    measure     varchar(100) NOT NULL,            -- "index", "sales", …
    industry    varchar(50) NOT NULL DEFAULT '',  -- the source's code or name; '' where it does not split
    region      varchar(50) NOT NULL DEFAULT '',
    audience    varchar(50) NOT NULL DEFAULT '',  -- age group, sex, weekday, hour, retail channel
    period      varchar(10) NOT NULL CHECK (period ~ '^[0-9]{4}(0[1-9]|1[0-2]|Q[1-4])?$'),
    value       double precision NOT NULL,
    unit        varchar(30) NOT NULL DEFAULT '',
    fetched_at  timestamptz NOT NULL,
    PRIMARY KEY (source, measure, industry, region, audience, period)
);
CREATE INDEX industry_statistics_industry ON industry_statistics (industry, measure, period);

CREATE TABLE store_counts (
    snapshot_on        date NOT NULL,
    location_city      varchar(50) NOT NULL,
    location_district  varchar(50) NOT NULL DEFAULT '',
    trade_code         varchar(10) NOT NULL,
    stores             integer NOT NULL CHECK (stores >= 0),
    opened             integer CHECK (opened >= 0),      -- since the snapshot before, null for the first
    closed             integer CHECK (closed >= 0),
    PRIMARY KEY (snapshot_on, location_city, location_district, trade_code)
);
CREATE INDEX store_counts_place ON store_counts (location_city, location_district, trade_code, snapshot_on);

CREATE TABLE region_profiles (
    source             varchar(50) NOT NULL,
    location_city      varchar(50) NOT NULL,
    location_district  varchar(50) NOT NULL DEFAULT '',
    measure            varchar(100) NOT NULL,            -- "population", "sales", …
    grouping           varchar(100) NOT NULL DEFAULT '', -- age band, trade, hour, weekday, sex
    period             varchar(10) NOT NULL,
    value              double precision NOT NULL,
    unit               varchar(30) NOT NULL DEFAULT '',
    fetched_at         timestamptz NOT NULL,
    PRIMARY KEY (source, location_city, location_district, measure, grouping, period)
);
