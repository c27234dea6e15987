-- Positions are given by the statement that writes, so that no row is without one.
DROP INDEX events_unsealed;
DROP INDEX audit_unsealed;
