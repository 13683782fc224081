-- What each role of the database may do: all of it, and nothing else. Roles are made by roles.py, which takes every right
-- away and gives these, in one transaction, at every deployment. Nobody here may change the schema, empty a table by
-- TRUNCATE, or read the ledger of migrations.
--
-- Numbers of identity columns need no right of their own; rows that a foreign key refers to are checked, and deleted by
-- CASCADE, with the owner's rights.

-- recommend: what faces the internet and a language model reads, and writes nothing.
GRANT SELECT ON stores, case_vectors, industry_statistics, region_profiles, store_counts TO shopevents_recommend;

-- What keeps owners' shops, events and results: manage_shop, record_…, embed_events, relay_outbox, report_quality.
-- UPDATE on users is also what locking an owner's row asks for.
GRANT SELECT, INSERT, UPDATE ON users TO shopevents_owners;
GRANT SELECT, INSERT, UPDATE, DELETE ON stores, events, ai_recommendations, outbox, case_vectors TO shopevents_owners;
GRANT SELECT, INSERT, UPDATE ON event_performance TO shopevents_owners;
GRANT SELECT, INSERT ON channel_performance TO shopevents_owners;
GRANT SELECT, INSERT, DELETE ON feedback, idempotency_keys TO shopevents_owners;

-- What fetches and reads other people's texts: crawl_…, curate_documents. It learns of owners only what their events
-- have in common with collected ones.
GRANT SELECT, INSERT, UPDATE ON crawl_cursors, hashtag_ledger, raw_documents, quarantine TO shopevents_documents;
GRANT SELECT, INSERT, UPDATE ON events, case_signatures TO shopevents_documents;
GRANT SELECT, INSERT, DELETE ON case_fingerprints, case_bands TO shopevents_documents;
GRANT SELECT, INSERT, UPDATE ON industry_statistics, region_profiles, store_counts, store_sightings TO shopevents_documents;
GRANT SELECT ON event_performance TO shopevents_documents;
GRANT INSERT ON outbox TO shopevents_documents;

-- `python -m operations`: a person's commands.
GRANT SELECT, UPDATE (withdrawn_at, row_version, updated_at) ON events TO shopevents_operations;
GRANT SELECT ON quarantine TO shopevents_operations;
GRANT SELECT, INSERT, DELETE ON crawl_cursors TO shopevents_operations;
GRANT INSERT ON outbox TO shopevents_operations;
