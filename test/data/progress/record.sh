#!/bin/bash
# Records what real programs write while they work, each as <program>.pty (in a terminal of 100 columns) and as
# <program>.txt (into a pipe). Linux, as root, in a mount namespace of its own:
#
#   unshare -m test/data/progress/record.sh [program]
#
# Wants bash, script, python3 with venv, curl, wget, rsync, git, cmake, ninja, make, cargo, ffmpeg, aria2, pv, xz, npm, go
# and apt-get; what is missing is left as it was recorded before. Nothing is fetched but from this machine and from the
# registries of packages.
set -u
here=$(cd "$(dirname "$0")" && pwd)
only=${1:-}
export LC_ALL=C.UTF-8 TERM=xterm-256color DEBIAN_FRONTEND=noninteractive
unset NODE_OPTIONS NO_COLOR CI
cargo=$(command -v cargo) && export RUSTUP_HOME=${RUSTUP_HOME:-$HOME/.rustup} CARGO_HOME=${CARGO_HOME:-$HOME/.cargo}

# A home that says nothing of this machine and is gone with the namespace.
mount -t tmpfs tmpfs /home && mkdir -p /home/demo/project
export HOME=/home/demo TMPDIR=/home/demo npm_config_update_notifier=false npm_config_fund=false GOFLAGS=-mod=mod GOPROXY=off
export GOCACHE=/home/demo/gocache
cd /home/demo/project

# rec <program> <command line> [pty|txt]: what comes before `;;` prepares, and is not recorded.
rec() {
  local name=$1 line=$2 only_as=${3:-}
  [ -z "$only" ] || [ "$only" = "$name" ] || return 0
  command -v "${needs:-${name%%-*}}" >/dev/null || { echo "no ${needs:-${name%%-*}}" >&2; return 0; }
  local prepare=true work=$line
  case "$line" in *';;'*) prepare=${line%%;;*} work=${line#*;;} ;; esac
  if [ "$only_as" != txt ]; then
    bash -c "$prepare" >/dev/null 2>&1
    script -qfc "stty cols 100 rows 30; $work" /dev/null </dev/null >"$here/$name.pty" 2>&1
  fi
  if [ "$only_as" != pty ]; then
    bash -c "$prepare" >/dev/null 2>&1
    bash -c "$work" </dev/null >"$here/$name.txt" 2>&1
  fi
  echo "$name: $(du -b "$here/$name".* | tr '\n\t' '  ')" >&2
}

# --- Files, and a server for them on this machine
mkdir -p files && head -c 24000000 /dev/urandom >files/data.bin && mkdir -p many
for n in $(seq 400); do head -c 30000 /dev/urandom >many/file$n.bin; done
python3 -m http.server 18440 --bind 127.0.0.1 --directory files >/dev/null 2>&1 & server=$!
trap 'kill $server 2>/dev/null' EXIT
sleep 1

rec curl 'curl --limit-rate 8M -o copy.bin http://127.0.0.1:18440/data.bin'
needs=curl rec curl-bar 'curl -# --limit-rate 8M -o copy.bin http://127.0.0.1:18440/data.bin' pty
rec wget 'wget --limit-rate=8m -O copy.bin http://127.0.0.1:18440/data.bin'
needs=aria2c rec aria2 'rm -f aria.bin;;aria2c --max-overall-download-limit=6M --summary-interval=1 -o aria.bin http://127.0.0.1:18440/data.bin'
rec rsync 'rm -rf to;;rsync -a --bwlimit=8000 --progress files/ to/'
needs=rsync rec rsync-whole 'rm -rf to;;rsync -a --bwlimit=6000 --info=progress2 many/ to/'
rec pv 'pv -f -L 8m files/data.bin >copy.bin'
rec xz 'xz -v -k -f -1 -c files/data.bin >/dev/null' pty
rec dd 'dd if=/dev/zero of=/dev/null bs=1M count=120000 status=progress'

# --- git: a repository of its own, cloned over the protocol
if [ ! -d repo ] && command -v git >/dev/null; then
  git init -q repo && mkdir -p repo/src
  for n in $(seq 3000); do echo "file $n $RANDOM" >repo/src/$n.txt; done
  head -c 6000000 /dev/urandom >repo/big.bin
  git -C repo add . && git -C repo -c user.name=demo -c user.email=demo@example.com commit -q -m first
fi
rec git 'rm -rf clone;;git clone --progress file:///home/demo/project/repo clone'

# --- C, built by ninja and by make, tested by ctest
if [ ! -d c ]; then
  mkdir c && for n in $(seq 40); do echo "#include <stdio.h>
int f$n(void) { return printf(\"%d\", $n); }" >c/f$n.c; done
  echo 'int main(int n, char **v) { return n > 5; }' >c/main.c
  { echo 'cmake_minimum_required(VERSION 3.16)
project(demo C)
enable_testing()
file(GLOB sources *.c)
add_executable(demo ${sources})'; for n in $(seq 12); do echo "add_test(NAME case_$n COMMAND demo $n)"; done; } >c/CMakeLists.txt
fi
needs=ninja rec ninja 'rm -rf cb; cmake -S c -B cb -G Ninja;;ninja -j2 -C cb'
needs=cmake rec cmake-make 'rm -rf cm;;cmake -S c -B cm && cmake --build cm'
needs=ctest rec ctest 'cd cm; sleep 0;;ctest --test-dir cm'

# --- Rust: crates that lie beside each other
if [ ! -d rust ] && [ -n "$cargo" ]; then
  mkdir -p rust/src && echo '[package]
name = "demo"
version = "0.1.0"
edition = "2021"
[dependencies]' >rust/Cargo.toml && echo 'fn main() { println!("{}", part1::f()); }' >rust/src/main.rs
  for n in $(seq 24); do
    mkdir -p rust/part$n/src
    printf '[package]\nname = "part%s"\nversion = "1.2.3"\nedition = "2021"\n' $n >rust/part$n/Cargo.toml
    { echo 'pub fn f() -> u64 { g0(1) }'; for k in $(seq 0 300); do echo "pub fn g$k(x: u64) -> u64 { let v: Vec<u64> = (0..x).collect(); v.iter().map(|y| y * $k).sum() }"; done; } >rust/part$n/src/lib.rs
    echo "part$n = { path = \"part$n\" }" >>rust/Cargo.toml
  done
fi
export CARGO_TERM_PROGRESS_WHEN=auto
rec cargo 'rm -rf rust/target;;cargo build --release -j2 --offline --manifest-path rust/Cargo.toml'
needs=cargo rec cargo-osc 'rm -rf rust/target;;CARGO_TERM_PROGRESS_WHEN=always CARGO_TERM_PROGRESS_WIDTH=90 CARGO_TERM_PROGRESS_TERM_INTEGRATION=true cargo build --release -j2 --offline --manifest-path rust/Cargo.toml'

# --- ffmpeg
command -v ffmpeg >/dev/null && [ ! -f in.mkv ] && ffmpeg -loglevel error -f lavfi -i testsrc=duration=60:size=640x360:rate=25 -c:v libx264 -preset ultrafast in.mkv
rec ffmpeg 'ffmpeg -y -i in.mkv -c:v libx264 -preset medium out.mp4'

# --- Python
[ -d venv ] || python3 -m venv venv
export PATH=/home/demo/project/venv/bin:$PATH
export PIP_FIND_LINKS=
pip install -q -U pip tqdm pytest rich 2>/dev/null
needs=pip rec pip 'rm -rf wheels;;pip download --no-cache-dir --only-binary :all: --no-deps -d wheels numpy pandas'
needs=pip rec pip-raw 'rm -rf wheels;;pip download --no-cache-dir --only-binary :all: --no-deps --progress-bar raw -d wheels numpy' txt
cat >loop.py <<'PY'
import time
from tqdm import tqdm
for _ in tqdm(range(300), desc="Training"):
    time.sleep(0.008)
for _ in tqdm(range(80), desc="Testing"):
    time.sleep(0.01)
PY
cat >nested.py <<'PY'
import time
from tqdm import trange
for epoch in trange(4, desc="Epochs"):
    for _ in trange(60, desc="Batches", leave=False):
        time.sleep(0.008)
PY
cat >rich_loop.py <<'PY'
import time
from rich.progress import track
for _ in track(range(120), description="Indexing..."):
    time.sleep(0.02)
PY
needs=python3 rec tqdm 'python3 loop.py'
needs=python3 rec tqdm-nested 'python3 nested.py'
needs=python3 rec rich 'python3 rich_loop.py' pty
mkdir -p suite && for n in 1 2 3 4 5 6; do
  printf 'import pytest, time\n@pytest.mark.parametrize("n", range(25))\ndef test_it(n):\n    time.sleep(0.004)\n    assert n != 24 or %s != 4\n' $n >suite/test_part$n.py
done
rec pytest 'pytest -q suite'
needs=pytest rec pytest-v 'pytest -v suite/test_part1.py suite/test_part2.py'

# --- npm, and yarn 1 from npm's registry
mkdir -p app && echo '{"name":"demo","version":"1.0.0","dependencies":{"express":"4.21.2","lodash":"4.17.21"}}' >app/package.json
rec npm 'rm -rf app/node_modules app/package-lock.json;;cd app && npm install --no-audit --cache /home/demo/npmcache'
(mkdir -p yarn && cd yarn && npm install --silent --prefix . yarn@1.22.22 >/dev/null 2>&1)
needs=node rec yarn 'rm -rf app/node_modules app/yarn.lock;;cd app && node ../yarn/node_modules/yarn/bin/yarn.js install --cache-folder /home/demo/yarncache'

# --- Debian's packages, without notes on what else lies in the folder of sources
export quiet='-o Dir::Ignore-Files-Silently::=disabled-by-farm$'
rec apt-get 'apt-get purge -y cowsay sl figlet toilet; apt-get clean;;apt-get $quiet install -y --no-install-recommends cowsay sl figlet toilet'
needs=apt-get rec apt-get-fancy 'apt-get purge -y cowsay sl figlet toilet;;apt-get $quiet -o Dpkg::Progress-Fancy=1 install -y --no-install-recommends cowsay sl figlet toilet' pty

# --- Programs that say no progress, though there are numbers in what they write
none() { needs=${needs:-} rec "none-$1" "$2" txt; }
mkdir -p gomod && cat >gomod/go.mod <<'GO'
module example.com/demo
go 1.22
GO
cat >gomod/demo_test.go <<'GO'
package demo
import ("fmt"; "testing"; "time")
func TestRatio(t *testing.T) {
  for n := range 20 { t.Run(fmt.Sprintf("part_%d/20", n), func(t *testing.T) { t.Logf("took %v at %s", 12*time.Millisecond, "10.1.2.3/24") }) }
}
func TestFailing(t *testing.T) { t.Errorf("3/4 of the parts failed, 75%% is too few") }
GO
needs=go none go-test '(cd gomod && go test -v -cover ./...)'
cat >warn.c <<'C'
#include <stdio.h>
int main(void) { int unused = 12/45; int x; printf("%d 50%% of 100%%\n", x); return "3/4"; }
C
needs=cc none cc 'cc -Wall -Wextra -c warn.c -o /dev/null; cc -Wall -Wextra -O2 -c warn.c -o /dev/null'
cat >access.py <<'PY'
import http.server, threading, urllib.request, os
os.chdir("files")
server = http.server.ThreadingHTTPServer(("127.0.0.1", 18441), http.server.SimpleHTTPRequestHandler)
threading.Thread(target=server.serve_forever, daemon=True).start()
for n in range(40):
    try: urllib.request.urlopen(f"http://127.0.0.1:18441/page/{n}/40?done={n * 2}%25").read()
    except Exception: pass
PY
needs=python3 none server 'python3 access.py'
needs=git none git-log 'git -C repo log --stat --date=short -1 | head -60; git -C repo diff --stat HEAD 2>&1; df -h / /home; ip -4 addr show lo'
echo 'import part
def test_one(): assert part.f(3) == 3
def test_two(): assert part.f(-3) == 3' >suite/test_cover.py
echo 'def f(x):
    if x > 100:
        return 100
    if x > 50:
        return 50
    return abs(x)' >suite/part.py
pip install -q pytest-cov 2>/dev/null
needs=python3 none coverage '(cd suite && python3 -m coverage run -m pytest -q -p no:cacheprovider -o console_output_style=classic test_cover.py; python3 -m coverage report)'
needs=node none node-test 'node --test --test-reporter=spec /dev/null; node --version; node -e "for (let n = 0; n < 30; n++) console.log(new Date(Date.UTC(2026, 0, n)).toLocaleDateString(\"en-US\"), \"worker\", (n * 5) % 9 + \"/8\", \"at\", (n * 37) % 101 + \"%\")"'
needs=make none make 'printf "all:\n\t@for n in 1 2 3; do echo cc -O2 -std=c17 -o part-1.\$\$n/24 v2.\$\$n; done\n\techo 3/4 tests failed\n" >Makefile.none; make -f Makefile.none'
rm -f "$here"/*.tmp
