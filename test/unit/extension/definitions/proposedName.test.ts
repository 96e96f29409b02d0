import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { proposedName } from '../../../../extension/definitions/proposedName.ts';

const examples: Record<string, string> = {
  'python3 src/train.py --epochs 3': 'train',
  'python3.12 -u -W ignore "src/my train.py"': 'my train',
  'python -m pytest tests': 'pytest',
  'python -m app.jobs.import': 'import',
  'python -c "print(1)"': 'python',
  'CUDA_VISIBLE_DEVICES=0 LR=0.1 python train.py > out.log 2>&1': 'train',
  './scripts/build-docs.sh --all': 'build-docs',
  '/usr/bin/time -v ./simulate 10': 'simulate',
  'npm run build:docs -- --fast': 'build:docs',
  'npm test': 'test',
  'npm ci': 'npm-ci',
  'yarn lint': 'lint',
  'pnpm run -r build': 'build',
  'npx tsc -p .': 'tsc',
  'bun src/index.ts': 'index',
  'node --import ./hook.mjs server.js': 'server',
  'node services/mail/index.js': 'mail',
  'make -j 8 -C app release VERSION=1': 'release',
  make: 'make',
  'just deploy': 'deploy',
  './gradlew :app:assembleDebug': 'assembleDebug',
  'cargo test --workspace': 'test',
  'cargo run --release --bin worker': 'worker',
  'go run ./cmd/server': 'server',
  'go test ./...': 'test',
  'docker build -t app .': 'docker-build',
  'docker run --rm -it -v /a:/b registry:5000/team/trainer:1.2 python x.py': 'trainer',
  'docker run --name nightly-import postgres': 'nightly-import',
  'docker compose -f dev.yml up -d': 'compose-up',
  'docker compose run --rm worker python x.py': 'worker',
  'uv run --frozen python train.py': 'train',
  'poetry run pytest -x': 'pytest',
  'sudo -u postgres pg_dump app': 'pg_dump',
  'timeout -k 5 30m ./crawl': 'crawl',
  'nice -n 10 nohup python crawl.py': 'crawl',
  'env DEBUG=1 python crawl.py': 'crawl',
  'torchrun --nproc_per_node 2 train.py': 'train',
  'mpirun -np 4 ./solver': 'solver',
  'accelerate launch --mixed_precision=fp16 train.py': 'train',
  'cd app && make build': 'build',
  'source .venv/bin/activate; python eval.py | tee log': 'eval',
  'bash -lc "python train.py"': 'train',
  'bash backup.sh': 'backup',
  'java -jar target/app.jar': 'app',
  'terraform apply -auto-approve': 'terraform-apply',
  'dbt run': 'dbt-run',
  'pytest -q tests/unit': 'pytest',
  'C:\\tools\\convert.exe a b': 'convert',
  'sleep 5': 'sleep',
  'FOO=1': '',
  '': '',
};

describe('the proposed name of a command', () => {
  for (const [line, name] of Object.entries(examples)) {
    it(`is “${name}” for ${line}`, () => assert.equal(proposedName(line), name));
  }
});
