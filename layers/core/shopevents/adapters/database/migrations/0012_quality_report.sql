-- The quality report and the learning of observed results read reports by the time that they were made.
CREATE INDEX event_performance_completed_at ON event_performance (completed_at);
