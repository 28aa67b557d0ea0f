# Source it: starts a PostgreSQL of this run's own, Debian's, installed where it is missing, and names it to the tests in
# CITECODE_TEST_DATABASE_URL. It listens on a socket in a temporary folder alone and is stopped and removed at exit.
pg_bin() { for d in /usr/lib/postgresql/*/bin; do [ -x "$d/initdb" ] && echo "$d"; done | sort -V | tail -1; }
[ -n "$(pg_bin)" ] || { apt-get update -qq && apt-get install -y -qq postgresql >/dev/null; }
pg_dir=$(mktemp -d /tmp/citecode-pg.XXXXXX)
pg_run=""
# The server refuses to run as root.
if [ "$(id -u)" = 0 ]; then
  id postgres >/dev/null 2>&1 || useradd --system postgres
  chown postgres "$pg_dir"
  pg_run="runuser -u postgres --"
fi
$pg_run "$(pg_bin)/initdb" -D "$pg_dir/data" -U citecode -A trust >/dev/null
$pg_run "$(pg_bin)/pg_ctl" -D "$pg_dir/data" -w -l "$pg_dir/log" \
  -o "-k $pg_dir -c listen_addresses='' -c max_connections=60" start >/dev/null
trap '$pg_run "$(pg_bin)/pg_ctl" -D "$pg_dir/data" -m immediate stop >/dev/null 2>&1; rm -rf "$pg_dir"' EXIT
export CITECODE_TEST_DATABASE_URL="postgresql://citecode@localhost/postgres?host=$pg_dir"
