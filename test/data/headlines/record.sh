#!/bin/bash
# Records what test runners, compilers and linters say when they fail, each in <runner>/<case>.txt; the first line is
# the exit status and the command. Linux, as root, in a mount namespace of its own:
#
#   TOOLS=<folder> unshare -m test/data/headlines/record.sh [runner]
#
# TOOLS has a Python environment in `venv` (pytest, pytest-xdist, ruff) and a node_modules in `npm` (jest, vitest, mocha,
# eslint@9, typescript@5, @biomejs/biome). Also wants node, go, cargo, rustc, gcc, clang, make, ninja and mvn, whose local
# repository is TOOLS/m2. What is missing is left as it was recorded before.
set -u
here=$(cd "$(dirname "$0")" && pwd)
only=${1:-}
tools=$(cd "${TOOLS:?folder with venv and npm}" && pwd)
python=$("$tools/venv/bin/python3" -c 'import sys; print(sys.base_prefix)')
cargo_home=${CARGO_HOME:-$HOME/.cargo} rustup_home=${RUSTUP_HOME:-$HOME/.rustup}
export LC_ALL=C.UTF-8 TERM=dumb CARGO_HOME=$cargo_home RUSTUP_HOME=$rustup_home GOFLAGS=-mod=mod GOPROXY=off
export GOCACHE=$tools/gocache CARGO_TERM_COLOR=auto CI=
unset NODE_OPTIONS RUST_BACKTRACE FORCE_COLOR NO_COLOR CI GITHUB_ACTIONS

# A home that says nothing of this machine and is gone with the namespace.
mount -t tmpfs tmpfs /home && mkdir -p /home/demo/shop
export HOME=/home/demo
mkdir -p /home/demo/tools && mount --bind "$tools" /home/demo/tools
export PATH=/home/demo/tools/venv/bin:/home/demo/bin:$cargo_home/bin:/usr/local/go/bin:/usr/bin:/bin
mkdir -p /home/demo/bin
for tool in jest vitest mocha eslint tsc biome; do ln -s ../tools/npm/node_modules/.bin/$tool /home/demo/bin/; done
cd /home/demo/shop || exit
ln -s ../tools/npm/node_modules node_modules

# rec <runner> <case> <command line>
rec() {
  [ -z "$only" ] || [ "$only" = "$1" ] || return 0
  command -v "${needs:-$1}" >/dev/null || { echo "no ${needs:-$1}: $1/$2" >&2; return 0; }
  mkdir -p "$here/$1"
  local output status
  output=$(bash -c "$3" 2>&1 </dev/null)
  status=$?
  [ $status != 0 ] || echo "succeeded: $1/$2" >&2
  { echo "# exit $status: ${3//$'\n'/; }"; echo "$output"; } |
    sed "s|$tools/|/home/demo/tools/|g; s|$python/|/usr/|g" >"$here/$1/$2.txt"
}
file() { mkdir -p "$(dirname "$1")"; cat >"$1"; }

## Python

file shop.py <<'E'
import json


def discount(price, percent):
    return price - price * percent / 100


def average(prices):
    return sum(prices) / len(prices)


def load(text):
    return json.loads(text)
E
file test_shop.py <<'E'
from shop import discount, average


def test_total():
    assert discount(100, 0) == 100


def test_discount():
    assert discount(100, 10) == 80
E
file test_average.py <<'E'
import pytest

from shop import average


@pytest.fixture
def prices():
    raise RuntimeError("no prices")


def test_empty():
    average([])


def test_prices(prices):
    assert average(prices) == 1


@pytest.mark.parametrize("n", [1, 2, 3])
def test_many(n):
    assert average([n]) == 2
E
file broken/test_import.py <<'E'
from shop_that_is_gone import discount


def test_discount():
    assert discount(1, 1)
E
file broken/test_syntax.py <<'E'
def test_discount()
    assert True
E
rec pytest one 'pytest test_shop.py'
rec pytest quiet 'pytest -q test_shop.py'
rec pytest verbose 'pytest -v test_shop.py test_average.py'
rec pytest several 'pytest test_average.py test_shop.py'
rec pytest color 'pytest --color=yes test_shop.py'
rec pytest line 'pytest --tb=line test_shop.py test_average.py'
rec pytest short 'pytest --tb=short test_shop.py'
rec pytest native 'pytest --tb=native test_shop.py'
rec pytest no-traceback 'pytest --tb=no test_shop.py'
rec pytest no-summary 'pytest -r N -q test_shop.py'
rec pytest first 'pytest -x test_shop.py test_average.py'
rec pytest parallel 'pytest -n 2 -q test_shop.py test_average.py'
rec pytest collection 'pytest broken'
rec pytest collection-one 'pytest -q broken/test_import.py'
rec pytest fixture 'pytest test_average.py -k test_prices'
rec pytest none 'pytest -k nothing test_shop.py'
rec pytest usage 'pytest tests/test_gone.py'
rec pytest module 'python3 -m pytest test_shop.py test_average.py -k "discount or empty"'

file unit/test_shop.py <<'E'
import unittest

from shop import average, discount


class ShopTest(unittest.TestCase):
    def test_total(self):
        self.assertEqual(discount(100, 0), 100)

    def test_discount(self):
        self.assertEqual(discount(100, 10), 80)

    def test_average(self):
        average([])


if __name__ == "__main__":
    unittest.main()
E
file unit/test_setup.py <<'E'
import unittest


class SetupTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        raise RuntimeError("no database")

    def test_nothing(self):
        pass
E
needs=python3
rec unittest several 'python3 -m unittest unit/test_shop.py'
rec unittest verbose 'python3 -m unittest -v unit/test_shop.py'
rec unittest one 'python3 -m unittest unit.test_shop.ShopTest.test_discount'
rec unittest setup 'python3 -m unittest unit.test_setup'
rec unittest import 'python3 -m unittest unit.gone'

file train.py <<'E'
from shop import average

epochs = []
print("Epoch 1/40")
average(epochs)
E
file load.py <<'E'
from shop import load

load("{not json")
E
file chained.py <<'E'
from shop import average


def run():
    try:
        average([])
    except ZeroDivisionError as error:
        raise RuntimeError("could not average") from error


run()
E
file handled.py <<'E'
settings = {}
try:
    settings["rate"]
except KeyError:
    print(settings.rate)
E
file long_message.py <<'E'
class ConfigError(Exception):
    pass


raise ConfigError("the configuration is invalid:\n  rate: must be positive\n  epochs: is missing")
E
file no_message.py <<'E'
def check(rate):
    assert rate > 0


check(-1)
E
file exit_message.py <<'E'
import sys

sys.exit("could not train: no data")
E
file thread.py <<'E'
import threading, sys

from shop import average

thread = threading.Thread(target=average, args=[[]])
thread.start()
thread.join()
print("done with errors")
sys.exit(1)
E
file group.py <<'E'
raise ExceptionGroup("several", [ValueError("one"), TypeError("two")])
E
file broken/syntax.py <<'E'
def discount(price)
    return price
E
file noise.py <<'E'
import atexit, logging

from shop import average

logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s", datefmt="%H:%M")
atexit.register(lambda: print("cleaning up\nclosed 3 connections"))
logging.info("training")
average([])
E
file logged.py <<'E'
import logging, sys

from shop import average

try:
    average([])
except ZeroDivisionError:
    logging.exception("no prices yet, retrying")
print("2 of 3 checks passed")
sys.exit(3)
E
rec python one 'python3 train.py'
rec python library 'python3 load.py'
rec python chained 'python3 chained.py'
rec python handled 'python3 handled.py'
rec python long-message 'python3 long_message.py'
rec python no-message 'python3 no_message.py'
rec python exit-message 'python3 exit_message.py'
rec python thread 'python3 thread.py'
rec python group 'python3 group.py'
rec python syntax 'python3 broken/syntax.py'
rec python inline 'python3 -c "import shop; shop.average([])"'
rec python interrupted "python3 -c 'import os, signal; os.kill(os.getpid(), signal.SIGINT); import time; time.sleep(1)'"
rec python noise 'python3 noise.py'
rec python logged 'python3 logged.py'
rec python in-shell 'python3 train.py && echo done || { echo "training failed"; exit 2; }'
needs=

file lint.py <<'E'
import os
import sys
from shop import *


def total(prices):
    result = sum(prices)
    return average(prices)


if total == None:
    print(undefined_name)
E
rec ruff full 'ruff check lint.py'
rec ruff concise 'ruff check --output-format concise lint.py'
rec ruff grouped 'ruff check --output-format grouped lint.py'
rec ruff one 'ruff check --select F841 lint.py'
rec ruff color 'FORCE_COLOR=1 ruff check lint.py'
rec ruff format 'ruff format --check .'
rec ruff syntax 'ruff check broken/syntax.py'

## JavaScript

file package.json <<'E'
{ "name": "shop", "version": "1.0.0", "private": true, "scripts": { "build": "tsc -p typed", "lint": "eslint web" } }
E
file web/shop.js <<'E'
function discount(price, percent) {
  return price - (price * percent) / 100;
}
function first(prices) {
  return prices[0].amount;
}
module.exports = { discount, first };
E
file web/shop.test.js <<'E'
const { discount, first } = require('./shop.js');

describe('shop', () => {
  it('adds up', () => {
    expect(discount(100, 0)).toBe(100);
  });
  it('gives a discount', () => {
    expect(discount(100, 10)).toBe(80);
  });
});
E
file web/first.test.js <<'E'
const { first } = require('./shop.js');

test('has a first price', () => {
  first([]);
});
E
file web/gone.test.js <<'E'
require('./gone.js');

test('is never run', () => {});
E
file jest.config.json <<'E'
{ "testMatch": ["**/web/*.test.js"] }
E
rec jest several 'jest'
rec jest one 'jest web/shop.test.js'
rec jest verbose 'jest --verbose web/shop.test.js web/first.test.js'
rec jest color 'jest --colors'
rec jest suite 'jest web/gone.test.js'
rec jest none 'jest nothing'

for name in shop first; do
  sed "s/^const \(.*\) = require('.\/shop.js');/import { describe, expect, it, test } from 'vitest';\nimport \1 from '.\/shop.js';/" web/$name.test.js >web/$name.vitest.mjs
done
file web/gone.vitest.mjs <<'E'
import { test } from 'vitest';
import './gone.js';

test('is never run', () => {});
E
file vitest.config.mjs <<'E'
export default { test: { include: ['web/*.vitest.mjs'] }, cacheDir: '/home/demo/.vite' };
E
rec vitest several 'vitest run'
rec vitest one 'vitest run web/shop.vitest.mjs'
rec vitest color 'FORCE_COLOR=1 vitest run web/shop.vitest.mjs'
rec vitest verbose 'vitest run --reporter=verbose web/shop.vitest.mjs web/first.vitest.mjs'
rec vitest suite 'vitest run web/gone.vitest.mjs'
rec vitest none 'vitest run nothing'

file spec/shop.spec.js <<'E'
const assert = require('node:assert/strict');
const { discount, first } = require('../web/shop.js');

describe('shop', () => {
  it('adds up', () => {
    assert.equal(discount(100, 0), 100);
  });
  it('gives a discount', () => {
    assert.equal(discount(100, 10), 80);
  });
  describe('without prices', () => {
    it('has a first price', () => {
      first([]);
    });
  });
});
E
file spec/hook.spec.js <<'E'
describe('store', () => {
  before(() => {
    throw new Error('no database');
  });
  it('stores', () => {});
});
E
rec mocha several 'mocha spec'
rec mocha one 'mocha spec/shop.spec.js -g discount'
rec mocha hook 'mocha spec/hook.spec.js'
rec mocha dot 'mocha --reporter dot spec/shop.spec.js'
rec mocha color 'FORCE_COLOR=1 mocha --color spec/shop.spec.js'
rec mocha missing 'mocha spec/gone.spec.js'

needs=node
file first.js <<'E'
const { first } = require('./web/shop.js');

console.log('reading prices');
first([]);
E
file first.mjs <<'E'
import { first } from './web/shop.js';

await Promise.resolve();
first([]);
E
file rejected.js <<'E'
async function run() {
  throw new Error('could not read prices', { cause: new TypeError('no file') });
}
run();
E
file thrown.js <<'E'
throw { code: 3 };
E
file syntax.js <<'E'
const total = ;
E
file assert.js <<'E'
const assert = require('node:assert/strict');

assert.deepEqual({ price: 100, percent: 10 }, { price: 100, percent: 20 });
E
file library.js <<'E'
JSON.parse('{not json');
E
file caught.js <<'E'
try {
  require('./web/shop.js').first([]);
} catch (error) {
  console.error(error);
}
console.log('2 of 3 checks passed');
process.exit(3);
E
file node.test.js <<'E'
const assert = require('node:assert/strict');
const { describe, it } = require('node:test');
const { discount } = require('./web/shop.js');

describe('shop', () => {
  it('adds up', () => {
    assert.equal(discount(100, 0), 100);
  });
  it('gives a discount', () => {
    assert.equal(discount(100, 10), 80);
  });
});
E
rec node uncaught 'node first.js'
rec node module 'node first.mjs'
rec node rejected 'node rejected.js'
rec node thrown 'node thrown.js'
rec node syntax 'node syntax.js'
rec node assertion 'node assert.js'
rec node library 'node library.js'
rec node missing 'node gone.js'
rec node caught 'node caught.js'
rec node-test spec 'node --test --test-reporter spec node.test.js'
rec node-test tap 'node --test --test-reporter tap node.test.js'
needs=

file typed/tsconfig.json <<'E'
{ "compilerOptions": { "strict": true, "noEmit": true, "types": [], "target": "es2022" }, "include": ["*.ts"] }
E
file typed/one.json <<'E'
{ "extends": "./tsconfig.json", "include": ["shop.ts"] }
E
file typed/shop.ts <<'E'
export function discount(price: number, percent: number): number {
  return price - (price * percent) / 100;
}

const total: number = discount('100', 10);
E
file typed/total.ts <<'E'
import { discount, sum } from './shop';

interface Item {
  price: number;
  name: string;
}
const item: Item = { price: 'high', name: discount(1, 2), extra: true };
E
rec tsc plain 'tsc -p typed'
rec tsc pretty 'tsc -p typed --pretty'
rec tsc one 'tsc -p typed/one.json'
rec tsc pretty-one 'tsc --pretty -p typed/one.json'
rec tsc configuration 'tsc -p nowhere'
needs=npm rec tsc npm 'npm run build'

file eslint.config.mjs <<'E'
export default [{ rules: { 'no-unused-vars': 'error', 'no-undef': 'error', eqeqeq: 'warn', 'no-var': 'error' } }];
E
file linted/unused.js <<'E'
const used = 1;
const unused = 2;
export function total(prices) {
  if (prices == null) return used;
  return sum(prices);
}
E
file linted/var.js <<'E'
var count = 1;
export default count;
E
file linted/syntax.mjs <<'E'
export const total = ;
E
rec eslint several 'eslint linted'
rec eslint one 'eslint linted/var.js'
rec eslint syntax 'eslint linted/syntax.mjs'
rec eslint color 'eslint --color linted/unused.js'
rec eslint warnings 'eslint --max-warnings 0 --rule "no-unused-vars: off" --rule "no-undef: off" linted/unused.js'
rec eslint none 'eslint nothing'
needs=npm rec eslint npm 'npm run lint -- --rule "eqeqeq: off" linted'

rec biome lint 'biome lint --error-on-warnings linted/unused.js'
rec biome syntax 'biome check linted/syntax.mjs'
rec biome format 'biome format web/shop.js'

## Go

(
  mkdir -p go && cd go || exit
  file go.mod <<'E'
module example.com/shop

go 1.20
E
  file shop.go <<'E'
package shop

func Discount(price, percent int) int { return price - price*percent/100 }

func First(prices []int) int { return prices[0] }
E
  file shop_test.go <<'E'
package shop

import "testing"

func TestTotal(t *testing.T) {
	if got := Discount(100, 0); got != 100 {
		t.Errorf("Discount(100, 0) = %d, want 100", got)
	}
}

func TestDiscount(t *testing.T) {
	for _, test := range []struct{ price, want int }{{100, 80}, {200, 180}} {
		t.Run("price", func(t *testing.T) {
			if got := Discount(test.price, 10); got != test.want {
				t.Errorf("Discount(%d, 10) = %d, want %d", test.price, got, test.want)
			}
		})
	}
}
E
  file panics/panics_test.go <<'E'
package panics

import (
	"testing"

	"example.com/shop"
)

func TestFirst(t *testing.T) {
	shop.First(nil)
}
E
  file broken/broken.go <<'E'
package broken

import "os"

func Total(prices []int) int {
	var unused string
	return sum(prices) + "1"
}
E
  file vetted/vetted.go <<'E'
package vetted

import "fmt"

func Print(price int) { fmt.Printf("%s\n", price) }
E
  file cmd/main.go <<'E'
package main

import "example.com/shop"

func main() { println(shop.First(nil)) }
E
  file cmd/custom/main.go <<'E'
package main

import "errors"

func main() { panic(errors.New("no prices")) }
E
  needs=go
  rec go test 'go test .'
  rec go test-verbose 'go test -v .'
  rec go test-all 'go test ./...'
  rec go test-panic 'go test ./panics'
  rec go build 'go build ./broken'
  rec go vet 'go vet ./vetted'
  rec go run-panic 'go run ./cmd'
  rec go run-error 'go run ./cmd/custom'
)

## Rust

(
  mkdir -p rust/src && cd rust || exit
  file Cargo.toml <<'E'
[package]
name = "shop"
version = "0.1.0"
edition = "2021"
E
  file src/lib.rs <<'E'
pub fn discount(price: i64, percent: i64) -> i64 {
    price - price * percent / 100
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn total() {
        assert_eq!(discount(100, 0), 100);
    }

    #[test]
    fn gives_a_discount() {
        assert_eq!(discount(100, 10), 80);
    }

    #[test]
    fn fails() -> Result<(), String> {
        Err("no prices".to_string())
    }
}
E
  file src/main.rs <<'E'
fn main() {
    let prices: Vec<i64> = Vec::new();
    println!("reading prices");
    println!("{}", prices[std::env::args().count() - 1]);
}
E
  needs=cargo
  rec cargo test 'cargo test --offline'
  rec cargo test-one 'cargo test --offline gives'
  rec cargo run 'cargo run --offline'
  file src/main.rs <<'E'
fn main() {
    let unused = 1;
    let total: i64 = "100";
    println!("{}", sum(total));
}
E
  rec cargo build 'cargo build --offline'
  rec cargo color 'cargo build --offline --color always'
  rec cargo short 'cargo build --offline --message-format short'
  needs=rustc rec cargo rustc 'rustc src/main.rs'
)

## C

mkdir -p c && cd c || exit
file shop.c <<'E'
#include <stdio.h>

int discount(int price, int percent) {
  int unused;
  return price - price * percent / 100
}

int main(void) {
  printf("%d\n", total(100));
  return discount("100", 10);
}
E
file types.cpp <<'E'
#include <string>

std::string name(int price) { return price; }

int main() { return name("high").size() + missing; }
E
file undefined.c <<'E'
int total(int price);
int main(void) { return total(100); }
E
file header.c <<'E'
#include "gone.h"
int main(void) { return 0; }
E
file good.c <<'E'
int discount(int price) { return price; }
E
file Makefile <<'E'
all: app
.PHONY: test sub
app: good.o shop.o
	$(CC) -o $@ $^
%.o: %.c
	$(CC) -Wall -c -o $@ $<
test:
	@echo running tests
	@echo "price 3 is wrong"; exit 3
quiet:
	@false
sub:
	@$(MAKE) -C sub
report:
	pytest -q ../test_shop.py
E
file sub/Makefile <<'E'
all:
	gcc -c ../types.cpp
E
file build.ninja <<'E'
rule cc
  command = gcc -Wall -c -o $out $in
  description = CC $out
rule test
  command = echo "price 3 is wrong"; exit 3
build good.o: cc good.c
build shop.o: cc shop.c
build tested: test
default good.o shop.o
E
rec gcc syntax 'gcc -Wall -c shop.c'
needs=g++ rec gcc types 'g++ -c types.cpp'
rec gcc link 'gcc -o app undefined.c'
rec gcc header 'gcc -c header.c'
rec gcc color 'gcc -fdiagnostics-color=always -c shop.c'
needs=clang
rec clang syntax 'clang -Wall -c shop.c'
rec clang types 'clang -c types.cpp'
rec clang link 'clang -o app undefined.c'
rec clang color 'clang -fcolor-diagnostics -c shop.c'
needs=
rec make compile 'make'
rec make parallel 'make -j2 -k'
rec make command 'make test'
rec make quiet 'make quiet'
rec make nested 'make sub'
rec make target 'make nothing'
rec make pytest 'make report'
rm -f ./*.o
rec ninja compile 'ninja'
rec ninja command 'ninja tested'
rec ninja target 'ninja nothing'
cd ..

## Java

(
  mkdir -p java && cd java || exit
  file pom.xml <<'E'
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>demo</groupId><artifactId>shop</artifactId><version>1.0</version>
  <properties>
    <maven.compiler.source>17</maven.compiler.source><maven.compiler.target>17</maven.compiler.target>
    <project.build.sourceEncoding>UTF-8</project.build.sourceEncoding>
  </properties>
  <dependencies>
    <dependency>
      <groupId>org.junit.jupiter</groupId><artifactId>junit-jupiter</artifactId><version>5.11.4</version><scope>test</scope>
    </dependency>
  </dependencies>
  <build><plugins><plugin><artifactId>maven-surefire-plugin</artifactId><version>3.5.2</version></plugin></plugins></build>
</project>
E
  file src/main/java/shop/Shop.java <<'E'
package shop;

public class Shop {
  static int discount(int price, int percent) {
    return price - price * percent / 100;
  }

  static int first(int[] prices) {
    return prices[0];
  }

  public static void main(String[] args) {
    try {
      first(new int[0]);
    } catch (RuntimeException error) {
      throw new IllegalStateException("no prices", error);
    }
  }
}
E
  file src/test/java/shop/ShopTest.java <<'E'
package shop;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class ShopTest {
  @Test
  void total() {
    assertEquals(100, Shop.discount(100, 0));
  }

  @Test
  void discount() {
    assertEquals(80, Shop.discount(100, 10));
  }

  @Test
  void first() {
    Shop.first(new int[0]);
  }
}
E
  m2=-Dmaven.repo.local=../../tools/m2
  needs=mvn
  rec maven test "mvn -B $m2 test"
  rec maven one "mvn -B -q $m2 -Dtest=ShopTest#discount test"
  needs=java rec java uncaught 'java src/main/java/shop/Shop.java'
  file src/main/java/shop/Total.java <<'E'
package shop;

class Total {
  int total = "100";

  int sum() {
    return Shop.sum();
  }
}
E
  rec maven compile "mvn -B $m2 test"
  rec maven phase "mvn -B $m2 tset"
  needs=javac rec java javac 'javac -d /tmp src/main/java/shop/Total.java src/main/java/shop/Shop.java'
)
exit 0
