/** Finds in the output of a failed command what failed, in the words of the program, and where. Pure. */
import type { Headline } from '../../job.ts';
import { plainText } from '../../terminal/plainText.ts';
import { beginningOf } from '../../text.ts';
import { isOtherFailure } from '../context.ts';
import type { Failure } from '../explain.ts';
import type { Finding, Output, Runner } from './finding.ts';
import { anyProgram } from './runners/anyProgram.ts';
import { biome } from './runners/biome.ts';
import { compiler } from './runners/compiler.ts';
import { eslint } from './runners/eslint.ts';
import { goBuild, goPanic } from './runners/go.ts';
import { goTest } from './runners/goTest.ts';
import { gradle } from './runners/gradle.ts';
import { java } from './runners/java.ts';
import { jest } from './runners/jest.ts';
import { maven } from './runners/maven.ts';
import { mocha } from './runners/mocha.ts';
import { ninja } from './runners/ninja.ts';
import { node } from './runners/node.ts';
import { nodeTest } from './runners/nodeTest.ts';
import { pytest } from './runners/pytest.ts';
import { python } from './runners/python.ts';
import { ruff } from './runners/ruff.ts';
import { cargoTest, rustBuild, rustPanic } from './runners/rust.ts';
import { typescript } from './runners/typescript.ts';
import { unittest } from './runners/unittest.ts';
import { vitest } from './runners/vitest.ts';
import { ownScriptFrame } from './stack.ts';

/** Test runners first: of two findings in the same line, the first one counts. */
const runners: readonly Runner[] = [
  ...[pytest, unittest, jest, vitest, mocha, nodeTest, goTest, cargoTest, maven, gradle],
  ...[ruff, eslint, biome, typescript, goBuild, rustBuild, compiler, ninja],
  ...[python, node, java, goPanic, rustPanic],
];

/** The searched part of the output: lines at its end, and characters of each. */
const [searchedLines, lineLength] = [4_000, 1_000];
/** Lines that may follow a failure. After more, something else probably happened. */
const reach = 150;
/** Characters of a headline and of the path in it. */
const [textLength, fileLength] = [300, 500];

/**
 * The failure that the output of a failed command ends with, or null if no program reports one there. `text` is the end
 * of the output, with or without escape sequences.
 */
export function headlineOf(text: string, { exitCode, signal, commandLine }: Failure): Headline | null {
  // What ended the command is the signal. Only programs that abort themselves have said why.
  if (signal !== null && signal !== 'SIGABRT') return null;
  const lines = linesOf(text);
  const output = { lines, exitCode, commandLine };
  const found = lastFinding(output) ?? anyProgram(output);
  if (found === null || lines.length - found.at > reach) return null;
  return lines.slice(found.at + 1).some(isOtherFailure) ? null : toHeadline(found);
}

/** The headline of a traceback that a program or an engine reports, such as the one of a Celery task. */
export function headlineOfTrace(trace: string): Headline | null {
  const lines = linesOf(trace);
  const output = { lines, exitCode: 1, commandLine: '' };
  const found = python(output) ?? java(output) ?? scriptError(lines);
  return found && toHeadline(found);
}

/** The `stack` of a JavaScript error: the message, then frames. */
function scriptError(lines: readonly string[]): Finding | null {
  const place = ownScriptFrame(lines, 1, lines.length);
  const text = lines[0]?.trim() ?? '';
  return place === null || text === '' ? null : { text, place, at: 0 };
}

function lastFinding(output: Output): Finding | null {
  let best: Finding | null = null;
  for (const runner of runners) {
    const found = runner(output);
    if (found !== null && found.text !== '' && (best === null || found.at > best.at)) best = found;
  }
  return best;
}

function linesOf(output: string): string[] {
  const plain = output.includes('\u001b') || output.includes('\r') ? plainText(output) : output;
  const lines = plain.trimEnd().split('\n').slice(-searchedLines);
  return lines.map((line) => line.slice(0, lineLength).trimEnd());
}

function toHeadline({ text, place }: Finding): Headline {
  const flat = text.replace(/\s+/g, ' ').trim();
  const short = flat.length <= textLength ? flat : `${beginningOf(flat, textLength - 1)}…`;
  return { text: short, place: place !== null && place.file.length <= fileLength ? place : null };
}
