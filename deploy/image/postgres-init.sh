#!/bin/sh
# Makes the role and the database of storage: a role that owns its database and may nothing else; no other one gets in.
set -eu
psql --set ON_ERROR_STOP=1 --set password="$VOORTGANG_PASSWORD" --username postgres <<'SQL'
CREATE ROLE voortgang LOGIN PASSWORD :'password';
CREATE DATABASE voortgang OWNER voortgang TEMPLATE template0;
REVOKE ALL ON DATABASE voortgang FROM PUBLIC;
SQL
