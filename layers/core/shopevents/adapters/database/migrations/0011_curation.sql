-- What curation remembers beyond 0003 and 0007.

-- Whether a case's source said that it was paid for.
ALTER TABLE events ADD COLUMN sponsored boolean NOT NULL DEFAULT false;

-- What a case's text stated ("percent:20", "place:서울 마포구"): alike texts with other facts are other events. The text
-- itself is not kept.
ALTER TABLE case_signatures ADD COLUMN facts varchar(80)[] NOT NULL DEFAULT '{}';
