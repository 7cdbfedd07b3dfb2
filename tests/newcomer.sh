#!/usr/bin/env bash
# The newcomer: a crate outside the workspace, the README's first block, and what the README promises of it.
# Prints how long it took from `cargo new` to the first resumed run.
set -euo pipefail
repo=$(cd "$(dirname "$0")/.." && pwd)
home=$(mktemp -d)
trap 'rm -rf "$home"' EXIT
cd "$home"
export NO_COLOR=1

fail() { printf 'newcomer: %s\n' "$1" >&2; [ -z "${2:-}" ] || printf -- '--- what was printed:\n%s\n' "$2" >&2; exit 1; }
has() { grep -Eq -- "$2" <<<"$1" || fail "no line like /$2/" "$1"; }
has_not() { ! grep -Eq -- "$2" <<<"$1" || fail "an unexpected line like /$2/" "$1"; }

begin=$(date +%s.%N)
cargo new --quiet newcomer
cd newcomer
cp "$repo/rust-toolchain.toml" .
cargo add --quiet flow-runtime --path "$repo/flow-runtime"
awk '/^```rust$/ { inside = 1; next } /^```/ { if (inside) exit } inside' "$repo/README.md" > src/main.rs
cargo build --quiet
built=$(date +%s.%N)

# Run, and kill -9 in the slow node.
./target/debug/newcomer run > first.log 2>&1 &
pid=$!
for _ in $(seq 100); do [ -e results/.flow/records/numbers.json.json ] && break; sleep 0.1; done
[ -e results/numbers.json ] || fail "numbers.json was not written" "$(cat first.log)"
sleep 0.5
kill -9 "$pid" 2>/dev/null || fail "the run was over before it could be killed" "$(cat first.log)"
wait "$pid" 2>/dev/null || true
[ ! -e results/slow_sum.txt ] || fail "slow_sum.txt is there, though its body was killed"
made=$(stat -c %y results/numbers.json)

# Run again: nothing finished runs again.
out=$(./target/debug/newcomer run 2>&1) || fail "the second run failed" "$out"
resumed=$(date +%s.%N)
has "$out" '^goes on: 1 of 3 nodes have finished before'
has "$out" '^ *Success +sum\b'
has "$out" '^ *Success +text\b'
[ "$(stat -c %y results/numbers.json)" = "$made" ] || fail "numbers.json was written twice"
[ "$(cat results/report.txt)" = "10 numbers, sum 55" ] || fail "report.txt holds $(cat results/report.txt)"

# Break a wire: one error, on the wire.
cp src/main.rs whole.rs
sed -i 's/report(n, sum)/report(n, n)/' src/main.rs
out=$(cargo build 2>&1) && fail "the broken wire compiled" "$out"
[ "$(grep -c '^error\[' <<<"$out")" = 1 ] || fail "not one error" "$out"
has "$out" 'expected `u64`, found `Vec<u64>`'
line=$(grep -n 'report(n, n)' src/main.rs | cut -d: -f1)
column=$(awk -v l="$line" 'NR == l { print index($0, "report(n, n)") + 10 }' src/main.rs)
has "$out" "src/main.rs:$line:$column"

# Mend it, edit a body: Cached, and the line says so.
cp whole.rs src/main.rs
sed -i 's/numbers.iter().sum()/numbers.iter().sum::<u64>() + 1/; s/from_secs(10)/from_millis(10)/' src/main.rs
cargo build --quiet
out=$(./target/debug/newcomer run 2>&1) || fail "the run with an edited body failed" "$out"
has "$out" '^ *Cached +sum\b.*body.*edited'
has_not "$out" '^ *Cached +n\b.*edited'

# Force that node: it runs, and what depends on its result too.
out=$(./target/debug/newcomer run --force=sum 2>&1) || fail "the forced run failed" "$out"
has "$out" '^ *Cached +n\b'
has "$out" '^ *Success +sum\b'
has "$out" '^ *Success +text\b'
[ "$(cat results/report.txt)" = "10 numbers, sum 56" ] || fail "report.txt holds $(cat results/report.txt)"

# A format that the library is not built with: the error says how to have it.
sed -i 's/\.json")\]/.csv")]/' src/main.rs
out=$(cargo build 2>&1) && fail "a format that needs a feature compiled without it" "$out"
has "$out" '^error: `\.csv` needs the feature `csv`: `cargo add flow-runtime --features csv`'
sed 's/\.csv")\]/.table", format = csv)]/' src/main.rs > named.rs
cp src/main.rs whole.rs && cp named.rs src/main.rs
out=$(cargo build 2>&1) && fail "a format by name that needs a feature compiled without it" "$out"
has "$out" '^error: the format `csv` needs the feature `csv`: '
cp whole.rs src/main.rs
sed 's/\.csv")\]/.json.gz")]/' whole.rs > src/main.rs
out=$(cargo build 2>&1) && fail "a compression that needs a feature compiled without it" "$out"
has "$out" '^error: `\.gz` needs the feature `gzip`: `cargo add flow-runtime --features gzip`'
cp whole.rs src/main.rs
cargo add --quiet flow-runtime --path "$repo/flow-runtime" --features csv
cargo build --quiet

awk -v b="$begin" -v m="$built" -v e="$resumed" \
    'BEGIN { printf "newcomer: from cargo new to the first build %.1f s, to the first resumed run %.1f s\n", m - b, e - b }'
