-- Owners and their shops. An owner is the JWT's `sub`: opaque, made by the identity provider.

CREATE EXTENSION IF NOT EXISTS vector;

CREATE TABLE users (
    id          text PRIMARY KEY CHECK (length(id) BETWEEN 1 AND 255),
    -- Set when the owner had everything deleted. Records of requests made before it that arrive later are dropped.
    erased_at   timestamptz,
    created_at  timestamptz NOT NULL DEFAULT now()
);

-- A closed list as rows, so that a migration extends it without a lock on the tables that use it.
CREATE TABLE mechanics (name varchar(30) PRIMARY KEY);
INSERT INTO mechanics (name) VALUES
    ('follow'), ('review'), ('photo'), ('quiz'), ('stamp_card'), ('coupon'), ('discount'), ('gift_with_purchase'),
    ('lucky_draw'), ('referral'), ('influencer'), ('vip_invitation'), ('class'), ('tasting'), ('group_discount'),
    ('seasonal_set'), ('collaboration'), ('donation');

CREATE TABLE industries (name varchar(50) PRIMARY KEY);
INSERT INTO industries (name) VALUES ('음식점'), ('소매점'), ('서비스'), ('숙박'), ('기타');

CREATE TABLE stores (
    user_id                 text PRIMARY KEY REFERENCES users,
    name                    varchar(100) NOT NULL CHECK (name <> ''),
    industry_word           varchar(100) NOT NULL,           -- as the owner wrote it
    business_type           varchar(100),                    -- as the owner wrote it
    industry                varchar(50) NOT NULL REFERENCES industries,
    trade_code              varchar(10),
    trade_name              varchar(100),
    ksic                    varchar(5),
    trade_word              varchar(20) NOT NULL CHECK (trade_word <> ''),
    address                 varchar(300),
    location_city           varchar(50) NOT NULL,
    location_district       varchar(50),
    opening_hours           varchar(200),
    -- HMAC-SHA-256 of the number, to recognise the same shop; the number itself is not kept.
    business_number_hash    char(64),
    business_number_masked  varchar(12),
    created_at              timestamptz NOT NULL DEFAULT now(),
    updated_at              timestamptz NOT NULL DEFAULT now(),
    CHECK ((business_number_hash IS NULL) = (business_number_masked IS NULL)),
    CHECK (business_number_masked IS NULL OR business_number_masked ~ '^[0-9]{3}-\*{2}-\*{5}$')
);
CREATE INDEX stores_business_number_hash ON stores (business_number_hash) WHERE business_number_hash IS NOT NULL;
