/** Memory, of the machine and of its graphics cards. */
import { memoryCause } from '../../messages/memoryCauses.ts';
import type { Rule } from '../rule.ts';

export const memoryRules: readonly Rule[] = [
  {
    weight: 'deadly',
    patterns: [
      /\bCUDA out of memory\. Tried to allocate (?<size>[\d.]{1,12} [KMGT]iB)/,
      /\b(?:CUDA|HIP|MPS|XPU)(?: error:| backend)? out of memory\b/i,
      /\bCUDA_ERROR_OUT_OF_MEMORY\b/,
      /\bcudaErrorMemoryAllocation\b/,
    ],
    problem: ({ size, line }) =>
      size
        ? memoryCause.problem('GPU_OUT_OF_MEMORY/size', { size, line })
        : memoryCause.problem('GPU_OUT_OF_MEMORY', { line }),
  },
  {
    weight: 'deadly',
    patterns: [/\bJavaScript heap out of memory\b/],
    problem: ({ line }) => memoryCause.problem('OUT_OF_MEMORY/node', { line }),
  },
  {
    weight: 'deadly',
    patterns: [/\bjava\.lang\.OutOfMemoryError: (?<reason>[\w .,:-]{1,100})/],
    problem: ({ reason, line }) =>
      reason === undefined
        ? memoryCause.problem('OUT_OF_MEMORY', { line })
        : memoryCause.problem('OUT_OF_MEMORY/java', { reason: reason.trim(), line }),
  },
  {
    weight: 'deadly',
    patterns: [/\bAllowed memory size of (?<bytes>\d{1,20}) bytes exhausted\b/],
    problem: ({ bytes, line }) =>
      memoryCause.problem('OUT_OF_MEMORY/php', { mebibytes: Math.round(Number(bytes) / 1_048_576), line }),
  },
  {
    weight: 'deadly',
    patterns: [
      /^(?:[\w.]{1,100}\.)?_?(?:Array)?MemoryError(?::|$)/,
      /\bruntime: out of memory\b/,
      /\bfatal error: out of memory\b/,
      /\bstd::bad_alloc\b/,
      /\bmemory allocation of \d{1,20} bytes failed\b/,
      /\b[Cc]annot allocate (?:memory|\d{1,20} bytes)\b/,
      /\bfailed to allocate memory\b|\bNoMemoryError\b/,
      /^Out of memory!/,
      /\bvirtual memory exhausted\b|\bout of memory allocating \d/,
      /\bENOMEM\b/,
    ],
    problem: ({ line }) => memoryCause.problem('OUT_OF_MEMORY', { line }),
  },
  {
    weight: 'deadly',
    patterns: [
      /\bKilled signal terminated program (?<program>[^\s;,]{1,100})/,
      /^[^\s:]{1,200}: line \d{1,9}: {1,8}\d{1,9} Killed {1,40}(?<program>[^\s(][^\s]{0,99})/,
      /^[^\s:]{1,200}: line \d{1,9}: {1,8}\d{1,9} Killed\b/,
      /^make(?:\[\d{1,3}\])?: \*\*\* \[[^\]]{1,200}\] Killed\b/,
      /\bdied with <Signals\.SIGKILL: 9>/,
      /\(signal: 9, SIGKILL: kill\)/,
      /(?:^|: )signal: killed$/,
      /^(?:npm (?:error|ERR!) signal SIGKILL|\[?\d{0,3}\]?\+? ?Killed)$/,
    ],
    problem: ({ program, line }) =>
      program ? memoryCause.problem('KILLED/program', { program, line }) : memoryCause.problem('KILLED', { line }),
  },
];
