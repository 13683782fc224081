"""Years of shop events, made up inside PostgreSQL: as many recommendations, events and reports as are asked for."""

from typing import LiteralString

import psycopg

OWNER_HAS = 20  # events, one after the other over the whole time

# Rows refer to each other by their number, so that the keys hold although nobody checks them while loading.
_LOAD: tuple[LiteralString, ...] = (
    "SELECT setseed(0.42)",
    "INSERT INTO users (id) SELECT 'owner-' || n FROM generate_series(0, %(owners)s - 1) AS n",
    """
    INSERT INTO ai_recommendations (id, user_id, event_id, recommendation_data, selected_option, purpose, industry,
        location_city, location_district, season, source, prompt_variant, cache_hit, seconds, cost_usd, replaces,
        created_at)
    SELECT 'rec-' || n, 'owner-' || n %% %(owners)s, CASE WHEN chosen THEN 'evt-' || n END, '{"answer": {}}',
           CASE WHEN chosen THEN options[1 + n %% 6] END, '매출증대', industries[1 + floor(random() * 10)],
           cities[1 + floor(random() * 17)], '중구', '가을', sources[1 + floor(random() * 10)],
           variants[1 + floor(random() * 2)], hit,
           CASE WHEN hit THEN random() * 0.1 ELSE 1 + 9.1 * random() * random() END,
           CASE WHEN hit THEN 0 ELSE random() * 0.001 END,
           CASE WHEN random() < 0.12 THEN 'rec-0' END, at
    FROM (SELECT n, random() < 0.7 AS chosen, random() < 0.5 AS hit,
                 now() - make_interval(secs => %(days)s * 86400.0 * (1 - n / %(rows)s::float)) AS at
          FROM generate_series(1, %(rows)s) AS n) AS asked,
         (SELECT ARRAY['low-online', 'low-offline', 'medium-online', 'medium-offline', 'high-online', 'high-offline']
                     AS options,
                 ARRAY['음식점', '음식점', '음식점', '음식점', '소매점', '소매점', '소매점', '서비스', '서비스', '숙박'] AS industries,
                 ARRAY['서울', '부산', '대구', '인천', '광주', '대전', '울산', '세종', '경기', '강원', '충북', '충남', '전북', '전남',
                       '경북', '경남', '제주'] AS cities,
                 ARRAY['claude', 'claude', 'claude', 'claude', 'claude', 'claude', 'claude', 'mixed', 'stale', 'catalog']
                     AS sources,
                 ARRAY['default', 'trial'] AS variants) AS words
    """,
    """
    INSERT INTO events (id, user_id, title, prize, participation, mechanic, event_type, budget, industry, business_type,
        location_city, location_district, season, month, cost, expected_participants, expected_roi, provenance,
        recommendation_id, option, measured_by, created_at)
    SELECT 'evt-' || n, user_id, '단골 감사 이벤트', '음료 쿠폰', '영수증 뒤에 이름을 적어 주세요', mechanics[1 + floor(random() * 5)],
           CASE WHEN n %% 2 = 0 THEN 'online' ELSE 'offline' END, budgets[1 + n %% 6 / 2], industry, '한식당',
           location_city, location_district, season, 11, 280000, 100, 200, 'observed',
           CASE WHEN event_id IS NOT NULL THEN id END, selected_option, n, created_at
    FROM (SELECT *, substr(id, 5)::int AS n FROM ai_recommendations) AS answers,
         (SELECT ARRAY['low', 'medium', 'high'] AS budgets,
                 ARRAY['coupon', 'discount', 'follow', 'review', 'lucky_draw'] AS mechanics) AS words
    """,
    """
    INSERT INTO event_performance (id, event_id, sequence, actual_participants, actual_cost, actual_roi, completed_at,
        roi_error, participants_error, cost_error, compared_at)
    OVERRIDING SYSTEM VALUE
    SELECT n, 'evt-' || n, 1, 50 + random() * 100, 200000 + random() * 100000, random() * 400,
           now() - make_interval(secs => %(days)s * 86400.0 * (1 - n / %(rows)s::float)),
           random(), random(), random() * 0.2, now()
    FROM generate_series(1, %(rows)s) AS n
    """,
    "SELECT setval(pg_get_serial_sequence('event_performance', 'id'), %(rows)s)",
    """
    INSERT INTO feedback (user_id, recommendation_id, kind, option, event_id, occurrence, created_at)
    SELECT user_id, id, 'chosen', selected_option, event_id, 'chosen:' || event_id, created_at
    FROM ai_recommendations WHERE event_id IS NOT NULL
    """,
)


def plant(dsn: str, rows: int, days: int) -> None:
    """Fills empty tables with `rows` recommendations over the last `days` days, in the order of time, 70 % of them
    chosen, and as many measured events, each with its report.

    The JSON of a recommendation is short here: a real one is longer than 2 KB, and lies apart from its row.
    """
    parameters = {"rows": rows, "days": days, "owners": max(1, rows // OWNER_HAS)}
    with psycopg.connect(dsn) as connection:
        connection.execute("SET LOCAL session_replication_role = replica")
        for statement in _LOAD:
            connection.execute(statement, parameters)
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")
