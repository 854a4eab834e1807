#!/bin/sh
# Run once, by PostgreSQL's image, when its volume is empty: the two roles and the database.
# causeway_owner migrates and is no superuser; causeway_app serves people, owns nothing, and cannot step over
# row-level security. Passwords come from files and go in as variables of psql, which quotes them.
set -eu
psql --set=ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname postgres \
    --set=owner_password="$(cat /run/secrets/database_owner_password)" \
    --set=app_password="$(cat /run/secrets/database_app_password)" <<'SQL'
CREATE ROLE causeway_owner LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE PASSWORD :'owner_password';
CREATE ROLE causeway_app LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE PASSWORD :'app_password';
CREATE DATABASE causeway OWNER causeway_owner;
REVOKE ALL ON DATABASE causeway FROM PUBLIC;
GRANT CONNECT ON DATABASE causeway TO causeway_app;
\connect causeway
CREATE EXTENSION IF NOT EXISTS btree_gist;
SQL
