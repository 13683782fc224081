-- Vectors of cases, where PostgreSQL is the vector index. One namespace per industry and embedder.
-- A cosine search in a small namespace scans all its vectors; in a larger one it uses the HNSW index.

CREATE TABLE case_vectors (
    namespace   varchar(100) NOT NULL,
    case_id     varchar(100) NOT NULL,
    version     bigint NOT NULL,
    embedding   halfvec(3072) NOT NULL,
    case_data   jsonb NOT NULL,
    owner_id    text,               -- only of a planned case, which no other shop may see
    cost        bigint,
    PRIMARY KEY (namespace, case_id)
);
CREATE INDEX case_vectors_embedding ON case_vectors USING hnsw (embedding halfvec_cosine_ops);
