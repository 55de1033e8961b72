#!/bin/sh
# What partitions by month do to the main questions on bank transactions: generates ROWS transactions of 36 months in a scratch
# database, keeps them in one table and in 36 partitions with the same indexes, asks both in turn, and prints a table.
#
#   benches/scaling/partitions.sh [ROWS]        1000000 where it is not given; 10000000 needs 20 GB of disk for a while
#
# DATABASE_URL names a server and a database from which others may be created; the scratch database is dropped at the end.
# Where it is not set: `spending-db server exec --temporary -- benches/scaling/partitions.sh`.
set -eu
cd "$(dirname "$0")/../.."
rows=${1:-1000000}
address=${DATABASE_URL:-}
scratch=spending_db_partitions_$$

# psql without the user's own settings; it stops at the first error.
run() { psql -X -q -v ON_ERROR_STOP=1 "$@"; }

run ${address:+"$address"} -c "CREATE DATABASE $scratch"
trap 'run ${address:+"$address"} -c "DROP DATABASE $scratch WITH (FORCE)"' EXIT
trap 'exit 1' INT TERM
# psql takes the name of a database or an address, and the environment's settings for the rest.
target=${address:+${address%/*}/}$scratch

for migration in migrations/*/up.sql; do
    run -d "$target" -o /dev/null -f "$migration"
done
uname -srm
grep -m1 'model name' /proc/cpuinfo 2>/dev/null || :
printf '%s processors\n' "$(getconf _NPROCESSORS_ONLN)"
run -d "$target" -v rows="$rows" -f benches/scaling/partitions.sql
