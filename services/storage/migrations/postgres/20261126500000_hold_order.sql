-- Waits until nobody else gives positions, keeps the order until the transaction ends, and tells where outbox and audit log
-- end. It is the last lock that a transaction takes, and what it protects is written and committed at once; whoever does not
-- come to it within five seconds, being stopped or cut off, loses it. In a function, each statement of which sees what was
-- committed before it, this is one trip to the server. The indexes are of positions above 0.
CREATE FUNCTION hold_order() RETURNS TABLE (event BIGINT, entry BIGINT, chain_hash TEXT) LANGUAGE plpgsql VOLATILE AS $$
BEGIN
    PERFORM set_config('idle_in_transaction_session_timeout', '5s', true), pg_advisory_xact_lock(hashtextextended('order', 0));
    RETURN QUERY SELECT
        (SELECT COALESCE(MAX(events.position), 0) FROM events WHERE events.position > 0),
        COALESCE((SELECT MAX(audit.position) FROM audit WHERE audit.position > 0), 0),
        COALESCE((SELECT audit.chain_hash FROM audit WHERE audit.position > 0 ORDER BY audit.position DESC LIMIT 1), '');
END $$;
