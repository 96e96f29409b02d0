#!/bin/bash
# Records what real programs say when they fail, each in <code>/<program>.txt; the first line is the exit status and
# the command. Linux, as root (for a small disk and an unprivileged user), in a mount namespace of its own:
#
#   unshare -m test/data/explain/record.sh [code]
#
# Wants bash, coreutils, node, npm, python3 with requests, ruby, php, perl, sqlite3, git, curl, wget, ssh, gcc, make, go,
# rust, java, openssl and PostgreSQL's psql; what is missing is left as it was recorded before.
set -u
here=$(cd "$(dirname "$0")" && pwd)
only=${1:-}
export PATH=/usr/local/go/bin:/usr/bin:/bin:/usr/sbin:/sbin LC_ALL=C.UTF-8 TERM=dumb NO_COLOR=1
rustc=${RUSTC:-rustc} newer=${NEWER_NODE:-node} # Node.js 22 or later has node:sqlite.
unset NODE_OPTIONS RUST_BACKTRACE

# A home that says nothing of this machine and is gone with the namespace.
mount -t tmpfs tmpfs /home && mkdir -p /home/demo/project /home/demo/small && chmod -R 777 /home/demo
mount -t tmpfs -o size=64k tmpfs /home/demo/small
export HOME=/home/demo TMPDIR=/home/demo npm_config_update_notifier=false GOFLAGS=-mod=mod GOPROXY=off
cd /home/demo/project

# rec <code> <program> <command line>
rec() {
  [ -z "$only" ] || [ "$only" = "$1" ] || return 0
  local word
  case "$2" in *-requests) python3 -c 'import requests' 2>/dev/null || return 0 ;; esac
  for word in ${needs:-${2%%-*}}; do command -v "$word" >/dev/null || { echo "no $word: $1/$2" >&2; return 0; }; done
  mkdir -p "$here/$1"
  local output status
  output=$(bash -c "$3" 2>&1 </dev/null)
  status=$?
  local shown=${3//$'\n'/; }
  shown=${shown//$rustc/rustc}
  { echo "# exit $status: ${shown//$newer/node}"; echo "$output"; } >"$here/$1/$2.txt"
}

as_user() { echo "setpriv --reuid 65534 --regid 65534 --clear-groups $*"; }

# pip can't be had everywhere: what needs requests is then left as it was recorded before.
python3 -m pip install -q --target /home/demo/site requests >/dev/null 2>&1 || ${PIP:-pip} install -q --target /home/demo/site requests >/dev/null 2>&1
export PYTHONPATH=/home/demo/site

# Servers on this machine, ended with this script.
node -e '
  const http = require("http"), net = require("net");
  http.createServer((q, r) => {
    const status = Number(q.url.slice(1).split("/")[0]) || 429;
    r.writeHead(status, status === 429 ? { "retry-after": "30", "content-type": "application/json" } : {});
    r.end("{}");
  }).listen(18429, "127.0.0.1");
  net.createServer(() => {}).listen(18430, "127.0.0.1");
' & server=$!
openssl req -x509 -newkey rsa:2048 -nodes -keyout key.pem -out cert.pem -days 2 -subj /CN=localhost 2>/dev/null
openssl s_server -accept 18443 -key key.pem -cert cert.pem -quiet >/dev/null 2>&1 </dev/null & tls=$!
(while :; do sleep 60; done) | openssl s_server -accept 18444 -key key.pem -cert cert.pem -www -quiet >/dev/null 2>&1 & tls2=$!
trap 'kill $server $tls $tls2 2>/dev/null; kill $(jobs -p) 2>/dev/null' EXIT
sleep 2

# --- DATABASE_LOCKED
sqlite3 app.db 'CREATE TABLE t (x)'
python3 -c 'import sqlite3,time; c=sqlite3.connect("app.db"); c.execute("BEGIN EXCLUSIVE"); time.sleep(25)' &
sleep 1
rec DATABASE_LOCKED sqlite3 'sqlite3 app.db "INSERT INTO t VALUES (1)"'
rec DATABASE_LOCKED python3 "python3 -c 'import sqlite3; sqlite3.connect(\"app.db\", timeout=0).execute(\"INSERT INTO t VALUES (1)\")'"
needs=node rec DATABASE_LOCKED node-sqlite "$newer --no-warnings -e 'new (require(\"node:sqlite\").DatabaseSync)(\"app.db\").exec(\"INSERT INTO t VALUES (1)\")'"

# --- FILE_LOCKED
git init -q repo && touch repo/.git/index.lock repo/a
rec FILE_LOCKED git 'git -C repo add a'
mkdir -p aptl/partial
needs=apt-get rec FILE_LOCKED apt "python3 -c 'import fcntl,subprocess; f=open(\"/home/demo/project/aptl/lock\",\"w\"); fcntl.lockf(f, fcntl.LOCK_EX); raise SystemExit(subprocess.call([\"apt-get\",\"-o\",\"Dir::State::lists=/home/demo/project/aptl\",\"update\"]))'"

# --- RATE_LIMITED
rec RATE_LIMITED curl 'curl -sSf http://127.0.0.1:18429/429/models'
rec RATE_LIMITED wget 'wget -nv -O- http://127.0.0.1:18429/429/models'
rec RATE_LIMITED npm 'npm install left-pad --registry http://127.0.0.1:18429 --fetch-retries 0'
rec RATE_LIMITED python3-requests "python3 -c 'import requests; requests.get(\"http://127.0.0.1:18429/429/models\").raise_for_status()'"
rec RATE_LIMITED python3-urllib "python3 -c 'import urllib.request; urllib.request.urlopen(\"http://127.0.0.1:18429/429/models\")'"

# --- DISK_FULL
printf 'class Eat { public static void main(String[] a) { var l = new java.util.ArrayList<byte[]>(); while (true) l.add(new byte[10000000]); } }\n' >Eat.java
head -c 1000000 /dev/zero >/home/demo/small/fill 2>/dev/null
rec DISK_FULL cp 'cp /bin/ls /home/demo/small/'
rec DISK_FULL bash 'for i in 1 2; do echo "line $i" >>/home/demo/small/log || exit; done'
rec DISK_FULL node "node -e 'require(\"fs\").writeFileSync(\"/home/demo/small/out.bin\", Buffer.alloc(1e6))'"
rec DISK_FULL python3 "python3 -c 'open(\"/home/demo/small/out.bin\", \"wb\").write(bytes(10**6))'"
rec DISK_FULL tar 'tar cf /home/demo/small/a.tar /bin/ls'
rec DISK_FULL sqlite3 'rm -f /home/demo/small/fill; head -c 60000 /dev/zero >/home/demo/small/fill; sqlite3 /home/demo/small/big.db "CREATE TABLE t AS SELECT hex(randomblob(100000)) AS x"'
head -c 1000000 /dev/zero >/home/demo/small/fill 2>/dev/null
printf 'int main(void){return 0;}\n' >main.c
rec DISK_FULL gcc 'gcc -static main.c -o /home/demo/small/main'
rec DISK_FULL git 'git clone -q repo /home/demo/small/clone'
printf 'package main\nfunc main() {}\n' >main.go
rec DISK_FULL go 'export GOCACHE=/home/demo/cache; go build -o /home/demo/small/main ./main.go'
needs=javac rec DISK_FULL javac 'javac -d /home/demo/small Eat.java'

# --- OUT_OF_MEMORY
rec OUT_OF_MEMORY node "node --max-old-space-size=30 -e 'const a=[]; for(;;) a.push({x:[]})'"
rec OUT_OF_MEMORY python3 "ulimit -v 300000; python3 -c 'x = [bytes(10**8) for _ in range(20)]'"
rec OUT_OF_MEMORY java 'java -Xmx32m Eat.java'
printf 'package main\nvar keep [][]byte\nfunc main() { for { b := make([]byte, 100<<20); for i := range b { b[i] = 1 }; keep = append(keep, b) } }\n' >eat.go
rec OUT_OF_MEMORY go 'export GOCACHE=/home/demo/cache; go build -o eat eat.go && (ulimit -v 1000000; ./eat)'
printf '#include <vector>\nint main(){ std::vector<std::vector<char>> v; for(;;) v.emplace_back(100000000, 1); }\n' >eat.cpp
needs=g++ rec OUT_OF_MEMORY cpp 'g++ -o eatcpp eat.cpp && (ulimit -v 500000; ./eatcpp)'
printf 'fn main() { let mut v: Vec<Vec<u8>> = Vec::new(); loop { v.push(vec![1; 100_000_000]); } }\n' >eat.rs
needs="$rustc" rec OUT_OF_MEMORY rust "$rustc -o eatrs eat.rs && (ulimit -v 500000; ./eatrs)"
rec OUT_OF_MEMORY php "php -d memory_limit=8M -r 'str_repeat(\"x\", 20000000);'"
rec OUT_OF_MEMORY bash 'ulimit -v 8000; x=$(head -c 20000000 /dev/zero | tr "\0" x); echo ${#x}; y=$x$x'
rec OUT_OF_MEMORY perl "ulimit -v 100000; perl -e '\$x = \"x\" x 500_000_000'"
rec OUT_OF_MEMORY ruby "ulimit -v 300000; ruby -e 'a = []; loop { a << \"x\" * 50_000_000 }'"
needs=python3 rec OUT_OF_MEMORY fork "ulimit -v 200000; python3 -c 'import mmap; mmap.mmap(-1, 10**10)'"

# --- KILLED
rec KILLED bash 'bash -c "kill -9 \$\$"; status=$?; echo done >/dev/null; exit $status'
printf 'all:\n\t@sh -c "kill -9 $$$$"\n' >Makefile
rec KILLED make 'make all'
rec KILLED make-shell 'bash -c "true; sh -c \"kill -9 \\\$\\\$\"; exit \$?"'

printf 'import subprocess
subprocess.run(["sh", "-c", "kill -9 $$"], check=True)
' >kill.py
rec KILLED python3 'python3 kill.py'
mkfifo fifo.c
rec KILLED gcc 'gcc -c fifo.c & sleep 1; kill -9 $(ps -o pid= --ppid $!); wait $!'

# --- FILE_WATCH_LIMIT
needs=unshare rec FILE_WATCH_LIMIT node "unshare -Ur bash -c 'echo 3 >/proc/sys/user/max_inotify_watches; mkdir -p w/{1..9}; node -e \"for (let i = 1; i < 10; i++) require(\\\"fs\\\").watch(\\\"w/\\\" + i)\"'"

# --- COMMAND_NOT_FOUND
rec COMMAND_NOT_FOUND bash 'terraform-x plan'
rec COMMAND_NOT_FOUND dash "dash -c 'set -e; terraform-x plan'"
rec COMMAND_NOT_FOUND zsh "zsh -c 'terraform-x plan'"
printf '{"name":"demo","version":"1.0.0","scripts":{"build":"tsc-x -p ."}}\n' >package.json
rec COMMAND_NOT_FOUND npm 'npm run build'
printf 'all:\n\tterraform-x plan\n' >Makefile
rec COMMAND_NOT_FOUND make 'make all'
printf '#!/usr/bin/env terraform-x\n' >tool && chmod +x tool
rec COMMAND_NOT_FOUND env './tool'
rec COMMAND_NOT_FOUND node "node -e 'require(\"child_process\").spawn(\"terraform-x\")'"
rec COMMAND_NOT_FOUND busybox "busybox sh -c 'terraform-x plan'"
printf 'package main\nimport ("fmt"; "os"; "os/exec")\nfunc main() { fmt.Println(exec.Command("terraform-x").Run()); os.Exit(1) }\n' >run.go
rec COMMAND_NOT_FOUND go 'export GOCACHE=/home/demo/cache; go build -o run run.go && ./run'

# --- PERMISSION_DENIED
mkdir -p /home/demo/locked && chmod 700 /home/demo/locked && touch /home/demo/locked/secret && chmod 600 /home/demo/locked/secret
touch plain.txt script.sh && chmod 644 plain.txt script.sh
user=$(as_user)
rec PERMISSION_DENIED bash "$user bash -c 'echo hi >/home/demo/locked/out'"
rec PERMISSION_DENIED cat "$user cat /home/demo/locked/secret"
rec PERMISSION_DENIED python3 "$user python3 -c 'open(\"/home/demo/locked/secret\")'"
rec PERMISSION_DENIED node "$user node -e 'require(\"fs\").readFileSync(\"/home/demo/locked/secret\")'"
needs=bash rec PERMISSION_DENIED shell-script 'bash -c "./script.sh; exit \$?"'
needs=node rec PERMISSION_DENIED node-port "$user node -e 'require(\"http\").createServer().listen(80)'"
rec PERMISSION_DENIED mkdir "$user mkdir /home/demo/locked/new"
printf '{}' >/home/demo/locked/package.json; chmod 755 /home/demo/locked; chmod 600 /home/demo/locked/package.json
needs=npm rec PERMISSION_DENIED npm "$user env HOME=/home/demo npm_config_cache=/home/demo/usercache npm run build --prefix /home/demo/locked"
chmod 700 /home/demo/locked
needs=rm rec PERMISSION_DENIED rm "$user rm -f /etc/hostname"

# --- PORT_IN_USE
rec PORT_IN_USE node "node -e 'require(\"http\").createServer().listen(18429, \"127.0.0.1\")'"
rec PORT_IN_USE python3 'python3 -m http.server --bind 127.0.0.1 18429'
printf 'package main\nimport ("log"; "net/http")\nfunc main() { log.Fatal(http.ListenAndServe("127.0.0.1:18429", nil)) }\n' >serve.go
rec PORT_IN_USE go 'export GOCACHE=/home/demo/cache; go build -o serve serve.go && ./serve 2>&1 | sed "s/^[0-9/]* [0-9:]* /2026\/03\/01 12:00:00 /"; exit ${PIPESTATUS[0]}'
rec PORT_IN_USE php 'php -S 127.0.0.1:18429'
printf 'class Serve { public static void main(String[] a) throws Exception { new java.net.ServerSocket(18429, 1, java.net.InetAddress.getByName("127.0.0.1")); } }\n' >Serve.java
rec PORT_IN_USE java 'java Serve.java'
rec PORT_IN_USE ruby "ruby -rsocket -e 'TCPServer.new(\"127.0.0.1\", 18429)'"
printf 'fn main() { std::net::TcpListener::bind("127.0.0.1:18429").unwrap(); }\n' >bind.rs
needs="$rustc" rec PORT_IN_USE rust "$rustc -o bindrs bind.rs && ./bindrs"

# --- CONNECTION_REFUSED
rec CONNECTION_REFUSED curl 'curl -sS http://127.0.0.1:9/health'
rec CONNECTION_REFUSED wget 'wget -nv http://127.0.0.1:9/health'
rec CONNECTION_REFUSED bash 'exec 3<>/dev/tcp/127.0.0.1/9'
rec CONNECTION_REFUSED node "node -e 'require(\"net\").connect(5432, \"127.0.0.1\")'"
needs=node rec CONNECTION_REFUSED node-fetch "node -e 'fetch(\"http://localhost:5433/\")'"
rec CONNECTION_REFUSED python3 "python3 -c 'import socket; socket.create_connection((\"127.0.0.1\", 5432))'"
rec CONNECTION_REFUSED python3-requests "python3 -c 'import requests; requests.get(\"http://localhost:5433/\")'"
rec CONNECTION_REFUSED ssh 'ssh -o BatchMode=yes -p 9 deploy@127.0.0.1 true'
rec CONNECTION_REFUSED psql 'psql -h 127.0.0.1 -p 5433 -c "select 1"'
rec CONNECTION_REFUSED git 'git clone http://127.0.0.1:9/a.git'
rec CONNECTION_REFUSED npm 'npm install left-pad --registry http://127.0.0.1:9 --fetch-retries 0'
printf 'package main\nimport ("log"; "net")\nfunc main() { _, err := net.Dial("tcp", "127.0.0.1:5433"); log.SetFlags(0); log.Fatal(err) }\n' >dial.go
rec CONNECTION_REFUSED go 'export GOCACHE=/home/demo/cache; go build -o dial dial.go && ./dial'
printf 'class Dial { public static void main(String[] a) throws Exception { new java.net.Socket("127.0.0.1", 5433); } }\n' >Dial.java
rec CONNECTION_REFUSED java 'java Dial.java'
rec CONNECTION_REFUSED ruby "ruby -rsocket -e 'TCPSocket.new(\"127.0.0.1\", 5433)'"

# --- HOST_NOT_FOUND
rec HOST_NOT_FOUND curl 'curl -sS http://registry.invalid/x'
rec HOST_NOT_FOUND wget 'wget -nv http://registry.invalid/x'
rec HOST_NOT_FOUND node "node -e 'fetch(\"http://registry.invalid/x\")'"
rec HOST_NOT_FOUND python3 "python3 -c 'import urllib.request; urllib.request.urlopen(\"http://registry.invalid/x\")'"
rec HOST_NOT_FOUND ssh 'ssh -o BatchMode=yes deploy@registry.invalid true'
rec HOST_NOT_FOUND git 'git clone http://registry.invalid/a.git'
rec HOST_NOT_FOUND npm 'npm install left-pad --registry http://registry.invalid --fetch-retries 0'
rec HOST_NOT_FOUND psql 'psql -h registry.invalid -c "select 1"'

# --- TIMED_OUT
rec TIMED_OUT curl 'curl -sS -m 1 http://127.0.0.1:18430/slow'
rec TIMED_OUT wget 'wget -nv -T 1 -t 1 http://127.0.0.1:18430/slow'
rec TIMED_OUT python3-requests "python3 -c 'import requests; requests.get(\"http://127.0.0.1:18430/slow\", timeout=1)'"
rec TIMED_OUT python3 "python3 -c 'import socket; s = socket.create_connection((\"127.0.0.1\", 18430), 1); s.recv(1)'"
rec TIMED_OUT node "node -e 'fetch(\"http://127.0.0.1:18430/\", { signal: AbortSignal.timeout(500) })'"
rec TIMED_OUT timeout 'timeout 1 sleep 5'
printf 'package main\nimport ("log"; "net/http"; "time")\nfunc main() { c := http.Client{Timeout: time.Second}; _, err := c.Get("http://127.0.0.1:18430/slow"); log.SetFlags(0); log.Fatal(err) }\n' >slow.go
rec TIMED_OUT go 'export GOCACHE=/home/demo/cache; go build -o slow slow.go && ./slow'
rec TIMED_OUT npm 'npm install left-pad --registry http://127.0.0.1:18430 --fetch-retries 0 --fetch-timeout 1000'

# --- MODULE_MISSING
printf 'const x = require("left-pad");\n' >index.cjs
printf 'import x from "left-pad";\n' >index.mjs
printf 'require("./lib/helper");\n' >local.cjs
rec MODULE_MISSING node-require 'node index.cjs'
rec MODULE_MISSING node-import 'node index.mjs'
rec MODULE_MISSING node-file 'node local.cjs'
needs=node rec MODULE_MISSING node-script 'node dist/server.js'
rec MODULE_MISSING python3 "python3 -c 'import tensorflow_x.keras'"
rec MODULE_MISSING python3-m 'python3 -m pytest_x'
rec MODULE_MISSING ruby "ruby -e 'require \"nokogiri_x\"'"
rec MODULE_MISSING perl "perl -e 'use JSON::Missing;'"
printf 'package main\nimport _ "example.com/missing/pkg"\nfunc main() {}\n' >dep.go
rec MODULE_MISSING go 'export GOCACHE=/home/demo/cache; go mod init demo >/dev/null 2>&1; go build dep.go'
printf 'use missing_crate::thing;\nfn main() {}\n' >dep.rs
needs="$rustc" rec MODULE_MISSING rust "$rustc dep.rs"
printf 'import org.missing.Thing;\nclass Dep {}\n' >Dep.java
rec MODULE_MISSING javac 'javac Dep.java'
rec MODULE_MISSING java 'java -cp . org.missing.Main'

# --- LIBRARY_MISSING
printf '#include <missing/header.h>\nint main(void){return 0;}\n' >header.c
rec LIBRARY_MISSING gcc 'gcc header.c'
needs=gcc rec LIBRARY_MISSING ld 'gcc main.c -lmissing'
printf 'int f(void){return 0;}\n' >lib.c; printf 'int f(void);int main(void){return f();}\n' >use.c
needs=gcc rec LIBRARY_MISSING loader 'gcc -shared -fPIC -o libgone.so lib.c && gcc use.c -L. -lgone -o use && rm libgone.so && ./use'

# --- TARGET_MISSING
rec TARGET_MISSING npm 'npm run biuld'
rec TARGET_MISSING make 'make biuld'

# --- FILE_NOT_FOUND
rec FILE_NOT_FOUND cat 'cat missing.txt'
rec FILE_NOT_FOUND bash 'sort <missing.txt'
rec FILE_NOT_FOUND python3 "python3 -c 'open(\"data/train.csv\")'"
needs=python3 rec FILE_NOT_FOUND python3-script 'python3 train.py'
rec FILE_NOT_FOUND node "node -e 'require(\"fs\").readFileSync(\"data/train.csv\")'"
rec FILE_NOT_FOUND npm 'mkdir -p /home/demo/empty; cd /home/demo/empty; npm run build'
needs=bash rec FILE_NOT_FOUND bash-script 'bash deploy.sh'
rec FILE_NOT_FOUND ruby "ruby -e 'File.read(\"data/train.csv\")'"

# --- TOO_MANY_FILES
rec TOO_MANY_FILES python3 "ulimit -n 20; python3 -c 'f = [open(\"/dev/null\") for _ in range(50)]'"
rec TOO_MANY_FILES node "ulimit -n 40; node -e 'for (;;) require(\"fs\").openSync(\"/dev/null\")'"
printf 'package main\nimport ("log"; "os")\nfunc main() { log.SetFlags(0); var k []*os.File; for { f, err := os.Open("/dev/null"); if err != nil { log.Fatal(err) }; k = append(k, f) } }\n' >files.go
rec TOO_MANY_FILES go 'export GOCACHE=/home/demo/cache; go build -o files files.go && (ulimit -n 30; ./files)'

# --- CERTIFICATE_REFUSED
rec CERTIFICATE_REFUSED curl 'curl -sS https://localhost:18444/'
rec CERTIFICATE_REFUSED wget 'wget -nv https://localhost:18444/'
rec CERTIFICATE_REFUSED python3 "python3 -c 'import urllib.request; urllib.request.urlopen(\"https://localhost:18444/\")'"
rec CERTIFICATE_REFUSED node "node -e 'fetch(\"https://localhost:18444/\")'"
rec CERTIFICATE_REFUSED npm 'npm install left-pad --registry https://localhost:18444 --fetch-retries 0'
rec CERTIFICATE_REFUSED git 'git clone https://localhost:18444/a.git'

# --- ACCESS_REFUSED
rec ACCESS_REFUSED curl 'curl -sSf http://127.0.0.1:18429/401/private'
rec ACCESS_REFUSED npm 'npm install left-pad --registry http://127.0.0.1:18429/403/ --fetch-retries 0'
rec ACCESS_REFUSED python3-requests "python3 -c 'import requests; requests.get(\"http://127.0.0.1:18429/403/x\").raise_for_status()'"
rec ACCESS_REFUSED wget 'wget -nv http://127.0.0.1:18429/403/x'
rec ACCESS_REFUSED git 'GIT_TERMINAL_PROMPT=0 git clone http://127.0.0.1:18429/401/a.git'
